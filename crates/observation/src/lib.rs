//! The nouns of Yagura and their columns.
//!
//! An observation is a row that a monitoring point makes: an [`Access`] or an hour of
//! [`Coverage`]. For each kind there is one list of [`Field`]s, from which the Arrow schema, the
//! tables of the archive and the reference page are made (invariant 4): there is no second
//! definition of a column anywhere.
//!
//! This room does no I/O and knows nothing of Delta, Parquet or SQL.

mod access;
mod access_batch;
mod batch;
mod coded;
mod columns;
mod coverage;
mod daily;
mod field;
mod finding;
mod import;
mod logged;
mod origin;
mod point;
mod tool;

pub use access::{ACCESS, Access, Kind, Payload, Quoted, Syn};
pub use access_batch::AccessBatch;
pub use batch::{acknowledged_batch, coverage_batch, finding_batch, import_batch, retired_batch};
pub use coverage::{COVERAGE, Coverage, Fates, Unkept};
pub use daily::{DAILY, RETIRED};
pub use field::{Field, Type, schema};
pub use finding::{ACKNOWLEDGED, Acknowledged, FINDING, FindingRow};
pub use import::{IMPORT, Import};
pub use logged::{Logged, TcpOptions};
pub use origin::Origin;
pub use point::{BadPointName, Point};
pub use tool::Tool;

/// A moment: microseconds since 1970-01-01T00:00:00Z (invariant 5).
pub type Micros = i64;

/// One second in [`Micros`].
pub const SECOND: Micros = 1_000_000;
/// One hour in [`Micros`].
pub const HOUR: Micros = 3_600 * SECOND;
/// One UTC day in [`Micros`].
pub const DAY: Micros = 24 * HOUR;

/// The IP protocol numbers that Yagura treats by name (IANA "Assigned Internet Protocol Numbers").
pub mod protocol {
    /// Internet Control Message Protocol, RFC 792.
    pub const ICMP: u8 = 1;
    /// Transmission Control Protocol, RFC 9293.
    pub const TCP: u8 = 6;
    /// User Datagram Protocol, RFC 768.
    pub const UDP: u8 = 17;
    /// ICMP for IPv6, RFC 4443.
    pub const ICMPV6: u8 = 58;
}

/// TCP's control bits, by their value in the header (RFC 9293, section 3.1).
pub mod tcp_flag {
    /// No more data from sender.
    pub const FIN: u16 = 0x01;
    /// Synchronize sequence numbers.
    pub const SYN: u16 = 0x02;
    /// Reset the connection.
    pub const RST: u16 = 0x04;
    /// Push function.
    pub const PSH: u16 = 0x08;
    /// Acknowledgment field is significant.
    pub const ACK: u16 = 0x10;
    /// Urgent pointer field is significant.
    pub const URG: u16 = 0x20;
    /// Explicit congestion notification echo (RFC 3168).
    pub const ECE: u16 = 0x40;
    /// Congestion window reduced (RFC 3168).
    pub const CWR: u16 = 0x80;
}

//! Accesses from the logs of firewalls and honeypots.
//!
//! A [`Table`] reads the lines of one log and gives each as an access
//! ([`observation::Logged`]) or with the [`Reason`] why it is none. Three formats are known: the
//! lines that Linux's netfilter writes to syslog (`iptables`), the JSON lines of the honeypot Cowrie
//! (`cowrie`), and any text in columns (`csv`), of which a [`Map`] says what its columns mean.
//!
//! Lines are neither folded together nor de-duplicated. What a line does not say is none, never
//! zero. Every line is counted in the [`Report`]:
//!
//! ```text
//! lines = accesses + unread + other
//! ```
//!
//! A log is hostile: whoever knocks at a firewall writes into it. Nothing panics, and memory is
//! bounded by the longest line that is read, whatever the log says. This room does no I/O of its own:
//! it reads from a [`BufRead`](std::io::BufRead) that it is given.

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod cowrie;
mod csv;
mod format;
mod iptables;
mod lines;
mod number;
mod protocol;
mod reason;
mod report;
mod rules;
mod table;
#[cfg(test)]
mod tests;
mod zone;

pub use csv::{Map, MapError};
pub use format::{Format, detect};
pub use lines::MAXIMUM_LINE;
pub use reason::{Event, Field, Reason};
pub use report::{Report, Tally};
pub use rules::{Rules, VERSION};
pub use table::{Line, PointError, Table, TableError};
pub use zone::{BadZone, Zone};

//! Frames, built from the ground up: bytes, and what they are.
//!
//! A [`Datagram`] is an IP packet and its description, made side by side. What a description says is
//! what was put in, never what was read back.

mod checksum;
mod icmp;
mod ip;
mod link;
mod transport;

pub use icmp::{echo, error, message};
pub use ip::{Datagram, Ip};
pub use link::{arp, broken, ethernet};
pub use transport::{Segment, other, tcp, udp};

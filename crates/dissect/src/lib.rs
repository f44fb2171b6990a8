//! One frame into its fields.
//!
//! [`dissect`] is a total function: it never panics, never loops without consuming input and never
//! allocates, whatever the bytes (invariant 3). What it cannot read it names, by reason. The
//! outermost IP header counts: a tunnel is a packet of protocol 4, 41 or 47, or a UDP datagram. A
//! frame cut short by the snap length still gives every field that is there.
//!
//! The way down: [`LinkType`] says how a frame begins, `link` finds the IP header in it, `ipv4` and
//! `ipv6` read that, `transport` and `icmp` what it carries, and `mark` looks for the tool that made
//! it.

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod bytes;
mod extension;
mod icmp;
mod ipv4;
mod ipv6;
mod link;
mod link_type;
mod mark;
mod packet;
mod reason;
mod transport;

pub use link_type::{LinkType, link_type_name};
pub use mark::{MARKS, Mark, Probe};
pub use packet::{Fragment, Icmp, Packet, Payload, QuotedPacket, Tcp, Transport};
pub use reason::{Malformed, NotIp};

use link::Network;

/// What a frame held.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Dissected<'a> {
    /// An IP packet.
    Ip(Packet<'a>),
    /// No IP, and why.
    NotIp(NotIp),
    /// IP whose header cannot be read, and why.
    Malformed(Malformed),
}

/// Reads one frame.
///
/// `frame` holds the bytes that were captured; `wire_length` is how many there were on the wire, in
/// bytes. A wire length below the captured one is a capture's mistake and counts as the captured
/// one.
pub fn dissect(link: LinkType, frame: &[u8], wire_length: u32) -> Dissected<'_> {
    let (network, datagram) = match link::find_ip(link, frame) {
        Ok(found) => found,
        Err(reason) => return Dissected::NotIp(reason),
    };
    let before = bytes::length(frame.len().saturating_sub(datagram.len()));
    let wire = wire_length.max(bytes::length(frame.len())).saturating_sub(before);
    match ip(network, datagram, wire) {
        Ok(packet) => Dissected::Ip(packet),
        Err(reason) => Dissected::Malformed(reason),
    }
}

/// Reads the IP packet that begins `datagram`; `wire` bytes of it were on the wire.
#[inline]
fn ip(network: Network, datagram: &[u8], wire: u32) -> Result<Packet<'_>, Malformed> {
    let version = datagram.first().ok_or(Malformed::HeaderCut)? >> 4;
    match (network, version) {
        (Network::Ipv4 | Network::Either, 4) => ipv4::read(datagram, wire),
        (Network::Ipv6 | Network::Either, 6) => ipv6::read(datagram, wire),
        _ => Err(Malformed::Version),
    }
}

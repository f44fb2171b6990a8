//! ICMP (RFC 792) and ICMPv6 (RFC 4443), with the packet that an error quotes.

use std::net::IpAddr;

use observation::{Quoted, protocol};

use crate::extension;
use crate::transport::{Body, Family, Read, ports};
use crate::{Fragment, Icmp, QuotedPacket, Transport, bytes, ipv4, ipv6};

/// What a message is, as far as its fields differ.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Message {
    /// Echo request or reply: identifier, sequence number, data.
    Echo,
    /// An error: four bytes that depend on it, then the packet that caused it.
    Error,
    /// Anything else.
    Other,
}

impl Message {
    fn of(family: Family, icmp_type: u8) -> Message {
        match (family, icmp_type) {
            (Family::V4, 0 | 8) | (Family::V6, 128 | 129) => Message::Echo,
            (Family::V4, 3 | 4 | 5 | 11 | 12) | (Family::V6, 1..=4) => Message::Error,
            _ => Message::Other,
        }
    }
}

/// Reads a message; one of which not even type and code are there is [`Transport::None`].
pub(crate) fn read(family: Family, body: Body<'_>) -> Read<'_> {
    let Some([icmp_type, code]) = bytes::array(body.bytes, 0) else {
        return (Transport::None, None);
    };
    let message = Message::of(family, icmp_type);
    let mut icmp = Icmp { icmp_type, code, id: None, quoted: None };
    let payload = match message {
        Message::Echo => {
            icmp.id = echo_id(body.bytes);
            body.after(8)
        }
        Message::Error => {
            icmp.quoted = body.bytes.get(8..).and_then(|bytes| quoted(family, bytes));
            None
        }
        Message::Other => body.after(4),
    };
    (Transport::Icmp(icmp), payload)
}

fn echo_id(bytes: &[u8]) -> Option<u16> {
    bytes::be16(bytes, 4)
}

/// The packet that an error quotes, where its fixed header is there.
///
/// Its length is not looked at: routers quote as much as they like, and some change it.
fn quoted(family: Family, bytes: &[u8]) -> Option<QuotedPacket> {
    match (family, bytes.first()? >> 4) {
        (Family::V4, 4) => quoted_ipv4(bytes),
        (Family::V6, 6) => quoted_ipv6(bytes),
        _ => None,
    }
}

fn quoted_ipv4(bytes: &[u8]) -> Option<QuotedPacket> {
    let header = ipv4::Header::read(bytes).ok()?;
    let rest = bytes.get(header.length..).filter(|_| header.fragment != Fragment::Later);
    let (src, dst) = (header.src.into(), header.dst.into());
    Some(quoted_packet(Family::V4, src, dst, header.protocol, rest))
}

fn quoted_ipv6(bytes: &[u8]) -> Option<QuotedPacket> {
    let (header, rest) = ipv6::Header::read(bytes).ok()?;
    let chain = extension::walk(header.next_header, rest);
    let (src, dst) = (header.src.into(), header.dst.into());
    Some(quoted_packet(Family::V6, src, dst, chain.protocol, chain.rest))
}

/// Ports and identifier are in what follows the quoted IP header, where that was quoted.
fn quoted_packet(
    family: Family,
    src: IpAddr,
    dst: IpAddr,
    number: u8,
    rest: Option<&[u8]>,
) -> QuotedPacket {
    let rest = rest.unwrap_or_default();
    let (ports, icmp_id) = match (number, family) {
        (protocol::TCP | protocol::UDP, _) => (ports(rest), None),
        (protocol::ICMP, Family::V4) | (protocol::ICMPV6, Family::V6) => {
            (None, quoted_echo_id(family, rest))
        }
        _ => (None, None),
    };
    QuotedPacket { src, quoted: Quoted { protocol: number, dst, ports }, icmp_id }
}

fn quoted_echo_id(family: Family, bytes: &[u8]) -> Option<u16> {
    let &icmp_type = bytes.first()?;
    (Message::of(family, icmp_type) == Message::Echo).then(|| echo_id(bytes)).flatten()
}

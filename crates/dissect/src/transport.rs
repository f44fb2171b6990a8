//! TCP (RFC 9293) and UDP (RFC 768), and the choice among the protocols above IP.

use observation::protocol;

use crate::{Fragment, Payload, Tcp, Transport, bytes, icmp};

/// The IP version that carries a message; ICMP has another protocol number and other types in each.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    V4,
    V6,
}

/// What an IP packet carries.
#[derive(Clone, Copy)]
pub(crate) struct Body<'a> {
    /// What was captured of it; never more than `length`.
    pub(crate) bytes: &'a [u8],
    /// Its length by the IP header's word, in bytes.
    pub(crate) length: u32,
    pub(crate) fragment: Fragment,
}

impl<'a> Body<'a> {
    /// What follows the first `header` bytes; none where that is nothing.
    #[inline]
    pub(crate) fn after(self, header: usize) -> Option<Payload<'a>> {
        let length = self.length.checked_sub(bytes::length(header)).filter(|&length| length > 0)?;
        Some(Payload { bytes: self.bytes.get(header..).unwrap_or_default(), length })
    }
}

/// A transport header and what it carries.
pub(crate) type Read<'a> = (Transport<'a>, Option<Payload<'a>>);

/// Reads the transport header that `body` begins with.
#[inline]
pub(crate) fn read(family: Family, number: u8, body: Body<'_>) -> Read<'_> {
    if body.fragment == Fragment::Later {
        return (Transport::None, None);
    }
    match (number, family) {
        (protocol::TCP, _) => tcp(body),
        (protocol::UDP, _) => udp(body),
        (protocol::ICMP, Family::V4) | (protocol::ICMPV6, Family::V6) => icmp::read(family, body),
        _ => (Transport::None, body.after(0)),
    }
}

/// Source and destination port, the first fields of TCP and UDP alike.
#[inline]
pub(crate) fn ports(bytes: &[u8]) -> Option<(u16, u16)> {
    let [s0, s1, d0, d1] = bytes::array(bytes, 0)?;
    Some((u16::from_be_bytes([s0, s1]), u16::from_be_bytes([d0, d1])))
}

/// Ports and sequence number are given as soon as they are there; flags, window and options only of
/// a header that has room for them, as tshark and tcpdump hold it too. Garbage in place of a header
/// would be counted as SYNs otherwise.
#[inline]
fn tcp(body: Body<'_>) -> Read<'_> {
    let Some((src_port, dst_port)) = ports(body.bytes) else { return (Transport::None, None) };
    let header = body.bytes.get(12).and_then(|&offset| header_length(offset));
    let fixed = if header.is_some() { body.bytes } else { &[] };
    let tcp = Tcp {
        src_port,
        dst_port,
        seq: bytes::be32(body.bytes, 4),
        flags: bytes::be16(fixed, 12).map(|field| field & 0x01ff),
        window: bytes::be16(fixed, 14),
        options: header.map_or(&[], |header| options(fixed, header)),
    };
    (Transport::Tcp(tcp), header.and_then(|header| body.after(header)))
}

/// The header's length in bytes by the data offset in the upper four bits; none below 5 words.
#[inline]
fn header_length(offset: u8) -> Option<usize> {
    let words = usize::from(offset >> 4);
    (words >= 5).then(|| words.saturating_mul(4))
}

/// What is there between the fixed header of 20 bytes and the end of the header.
#[inline]
fn options(bytes: &[u8], header: usize) -> &[u8] {
    bytes.get(20..header.min(bytes.len())).unwrap_or_default()
}

#[inline]
fn udp(body: Body<'_>) -> Read<'_> {
    let Some((src_port, dst_port)) = ports(body.bytes) else { return (Transport::None, None) };
    let body = limited(body, bytes::be16(body.bytes, 4));
    (Transport::Udp { src_port, dst_port }, body.after(8))
}

/// The body by the length in the UDP header, where that can be: at least the header's own 8 bytes,
/// and, unless the rest comes in other fragments, no more than IP carries.
#[inline]
fn limited(body: Body<'_>, udp_length: Option<u16>) -> Body<'_> {
    match udp_length.map(u32::from) {
        Some(length @ 8..) if length <= body.length || body.fragment == Fragment::First => {
            Body { bytes: bytes::at_most(body.bytes, length), length, ..body }
        }
        _ => body,
    }
}

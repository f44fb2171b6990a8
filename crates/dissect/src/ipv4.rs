//! IPv4 (RFC 791).

use std::net::{IpAddr, Ipv4Addr};

use crate::transport::{Body, Family};
use crate::{Fragment, Malformed, Packet, Probe, Transport, bytes, mark, transport};

/// The fixed header of 20 bytes.
pub(crate) struct Header {
    /// Length of the header with its options, in bytes, at least 20.
    pub(crate) length: usize,
    /// Length of header and data, in bytes.
    pub(crate) total_length: u16,
    /// Identification.
    pub(crate) id: u16,
    pub(crate) fragment: Fragment,
    pub(crate) ttl: u8,
    pub(crate) protocol: u8,
    pub(crate) src: Ipv4Addr,
    pub(crate) dst: Ipv4Addr,
}

impl Header {
    /// Reads the fixed header; the version is the caller's to check.
    #[inline]
    pub(crate) fn read(datagram: &[u8]) -> Result<Header, Malformed> {
        let fixed = datagram.first_chunk::<20>().ok_or(Malformed::HeaderCut)?;
        let [first, _, l0, l1, i0, i1, f0, f1, ttl, protocol, _, _, src @ .., d0, d1, d2, d3] =
            *fixed;
        let words = usize::from(first & 0x0f);
        if words < 5 {
            return Err(Malformed::HeaderLength);
        }
        Ok(Header {
            length: words.saturating_mul(4),
            total_length: u16::from_be_bytes([l0, l1]),
            id: u16::from_be_bytes([i0, i1]),
            fragment: fragment(u16::from_be_bytes([f0, f1])),
            ttl,
            protocol,
            src: Ipv4Addr::from(src),
            dst: Ipv4Addr::from([d0, d1, d2, d3]),
        })
    }
}

/// Three flags, of which the last says that more fragments follow, and the offset.
#[inline]
fn fragment(flags_and_offset: u16) -> Fragment {
    match (flags_and_offset & 0x1fff, flags_and_offset & 0x2000) {
        (0, 0) => Fragment::Whole,
        (0, _) => Fragment::First,
        _ => Fragment::Later,
    }
}

/// Reads a packet of which `wire` bytes were on the wire.
#[inline]
pub(crate) fn read(datagram: &[u8], wire: u32) -> Result<Packet<'_>, Malformed> {
    let header = Header::read(datagram)?;
    let length = length(&header, wire)?;
    let body = Body {
        bytes: bytes::at_most(datagram, length).get(header.length..).unwrap_or_default(),
        length: length.saturating_sub(bytes::length(header.length)),
        fragment: header.fragment,
    };
    let (transport, payload) = if datagram.len() < header.length {
        (Transport::None, None)
    } else {
        transport::read(Family::V4, header.protocol, body)
    };
    let probe = Probe { ip_id: header.id, dst: header.dst, protocol: header.protocol, transport };
    Ok(Packet {
        src: IpAddr::V4(header.src),
        dst: IpAddr::V4(header.dst),
        protocol: header.protocol,
        ttl: header.ttl,
        length,
        fragment: header.fragment,
        transport,
        payload,
        tool: mark::tool(&probe, header.fragment),
    })
}

/// The total length; 0 is what a host writes that leaves segmentation to its network card.
#[inline]
fn length(header: &Header, wire: u32) -> Result<u32, Malformed> {
    match header.total_length {
        0 => Ok(wire),
        total if usize::from(total) < header.length => Err(Malformed::TotalLength),
        total => Ok(total.into()),
    }
}

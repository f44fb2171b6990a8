//! IPv6 (RFC 8200).

use std::net::{IpAddr, Ipv6Addr};

use crate::extension::{self, NO_NEXT_HEADER};
use crate::transport::{Body, Family};
use crate::{Malformed, Packet, Transport, bytes, transport};

/// The fixed header's length, in bytes.
const HEADER: u32 = 40;

/// The fixed header of 40 bytes.
pub(crate) struct Header {
    /// Length of what follows the fixed header, in bytes.
    pub(crate) payload_length: u16,
    pub(crate) next_header: u8,
    pub(crate) hop_limit: u8,
    pub(crate) src: Ipv6Addr,
    pub(crate) dst: Ipv6Addr,
}

impl Header {
    /// Reads the fixed header and gives what follows; the version is the caller's to check.
    pub(crate) fn read(datagram: &[u8]) -> Result<(Header, &[u8]), Malformed> {
        let (fixed, rest) = datagram.split_first_chunk::<8>().ok_or(Malformed::HeaderCut)?;
        let (&src, rest) = rest.split_first_chunk::<16>().ok_or(Malformed::HeaderCut)?;
        let (&dst, rest) = rest.split_first_chunk::<16>().ok_or(Malformed::HeaderCut)?;
        let &[.., l0, l1, next_header, hop_limit] = fixed;
        let payload_length = u16::from_be_bytes([l0, l1]);
        let (src, dst) = (Ipv6Addr::from(src), Ipv6Addr::from(dst));
        Ok((Header { payload_length, next_header, hop_limit, src, dst }, rest))
    }
}

/// Reads a packet of which `wire` bytes were on the wire.
pub(crate) fn read(datagram: &[u8], wire: u32) -> Result<Packet<'_>, Malformed> {
    let (header, rest) = Header::read(datagram)?;
    let length = length(&header, wire);
    let chain =
        extension::walk(header.next_header, bytes::at_most(rest, length.saturating_sub(HEADER)));
    let (transport, payload) = match chain.rest {
        Some(bytes) => {
            let length = length.saturating_sub(HEADER).saturating_sub(chain.length);
            let body = Body { bytes, length, fragment: chain.fragment };
            transport::read(Family::V6, chain.protocol, body)
        }
        None => (Transport::None, None),
    };
    Ok(Packet {
        src: IpAddr::V6(header.src),
        dst: IpAddr::V6(header.dst),
        protocol: chain.protocol,
        ttl: header.hop_limit,
        length,
        fragment: chain.fragment,
        transport,
        payload,
        tool: None,
    })
}

/// Fixed header and payload; a payload length of 0 is that of a jumbogram (RFC 2675) or of a host
/// that leaves segmentation to its network card, unless nothing follows.
fn length(header: &Header, wire: u32) -> u32 {
    match header.payload_length {
        0 if header.next_header != NO_NEXT_HEADER => wire,
        payload => HEADER.saturating_add(payload.into()),
    }
}

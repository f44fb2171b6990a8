//! What detectors take of an access.

use std::net::IpAddr;

use observation::{Access, Kind, Logged, Micros, Quoted, Tool};

use crate::{PointId, Service};

/// One access, as far as detectors look at it. A row of a query on the table `access` fills it (see
/// [`crate::Replay`] for the query), and so does an [`Access`] or a [`Logged`] line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sighting {
    /// `first_seen`.
    pub time: Micros,
    /// `duration`, 0 where it is not known.
    pub duration: Micros,
    /// The point.
    pub point: PointId,
    /// Source address.
    pub src: IpAddr,
    /// Watched address, where it is known.
    pub dst: Option<IpAddr>,
    /// IP protocol number; 255 (reserved by IANA) where it is not known.
    pub protocol: u8,
    /// Source port.
    pub src_port: Option<u16>,
    /// Destination port.
    pub dst_port: Option<u16>,
    /// ICMP type.
    pub icmp_type: Option<u8>,
    /// What the first packet was.
    pub kind: Option<Kind>,
    /// Packets, 1 where it is not known.
    pub packets: u64,
    /// All TCP flags seen, or-ed; 0 where none is known.
    pub tcp_flags: u16,
    /// The tool whose mark it bears.
    pub tool: Option<Tool>,
    /// What an ICMP error quotes.
    pub quoted: Option<Quoted>,
    /// Hash of the first payload seen whole.
    pub payload: Option<u64>,
    /// The source's network is a known scanner's: not counted towards surges, cracking, campaigns
    /// and what is new.
    pub is_scanner: bool,
}

impl Sighting {
    /// The protocol of a sighting that does not say (reserved by IANA).
    pub const UNKNOWN_PROTOCOL: u8 = 255;

    /// What detectors take of a folded access.
    pub fn of_access(access: &Access, point: PointId, is_scanner: bool) -> Self {
        Sighting {
            time: access.first_seen,
            duration: access.duration,
            point,
            src: access.src,
            dst: Some(access.dst),
            protocol: access.protocol,
            src_port: access.ports.map(|(src, _)| src),
            dst_port: access.ports.map(|(_, dst)| dst),
            icmp_type: access.icmp.map(|(icmp_type, _)| icmp_type),
            kind: Some(access.kind),
            packets: access.packets,
            tcp_flags: access.tcp_flags.unwrap_or(0),
            tool: access.tool,
            quoted: access.quoted,
            payload: access.payload.and_then(|payload| payload.hash),
            is_scanner,
        }
    }

    /// What detectors take of a line of a log.
    pub fn of_logged(line: &Logged, point: PointId, is_scanner: bool) -> Self {
        Sighting {
            time: line.first_seen,
            duration: line.duration.unwrap_or(0),
            point,
            src: line.src,
            dst: line.dst,
            protocol: line.protocol.unwrap_or(Self::UNKNOWN_PROTOCOL),
            src_port: line.src_port,
            dst_port: line.dst_port,
            icmp_type: line.icmp_type,
            kind: line.kind,
            packets: line.packets.unwrap_or(1),
            tcp_flags: line.tcp_flags.unwrap_or(0),
            tool: line.tool,
            quoted: None,
            payload: None,
            is_scanner,
        }
    }

    /// When its last packet came.
    pub fn last_seen(&self) -> Micros {
        self.time.saturating_add(self.duration.max(0))
    }

    /// What it asked for.
    pub fn service(&self) -> Service {
        Service::of(self.protocol, self.dst_port, self.icmp_type)
    }
}

/// An address as one number; those of IPv4 as IPv6 maps them (RFC 4291, section 2.5.5.2).
pub(crate) fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// The network of an address in that form: /24 of IPv4, /48 of IPv6, the usual sizes of what one
/// site is given (RFC 6177; a /24 is the longest IPv4 prefix that is routed).
pub(crate) fn network(number: u128) -> u128 {
    if number >> 32 == 0xffff { number >> 8 } else { number >> 80 << 80 }
}

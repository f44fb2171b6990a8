//! One line of somebody else's log: an access as far as the line tells of it.

use std::net::IpAddr;

use crate::{Kind, Micros, Point, Syn, Tool};

/// An access that a firewall or a honeypot wrote down.
///
/// Only the time, the point and the source are always there. What the line does not say is none,
/// never zero; lines are not folded together, and two that are alike are two accesses.
#[derive(Clone, Debug, PartialEq)]
pub struct Logged {
    /// When it happened, by the log's clock.
    pub first_seen: Micros,
    /// How long it lasted, µs.
    pub duration: Option<Micros>,
    /// The point whose log it is.
    pub point: Point,
    /// Who sent it.
    pub src: IpAddr,
    /// The watched address. A secret of the telescope (invariant 9).
    pub dst: Option<IpAddr>,
    /// IP protocol number.
    pub protocol: Option<u8>,
    /// Source port.
    pub src_port: Option<u16>,
    /// Destination port.
    pub dst_port: Option<u16>,
    /// ICMP or ICMPv6 type.
    pub icmp_type: Option<u8>,
    /// ICMP or ICMPv6 code.
    pub icmp_code: Option<u8>,
    /// What the packet was, where the line says enough.
    pub kind: Option<Kind>,
    /// Packets.
    pub packets: Option<u64>,
    /// Packets with SYN set and ACK clear.
    pub syns: Option<u64>,
    /// Sum of IP lengths.
    pub bytes: Option<u64>,
    /// TCP flags.
    pub tcp_flags: Option<u16>,
    /// Time to live or hop limit.
    pub ttl: Option<u8>,
    /// The SYN's fingerprint, where the line gives it.
    pub syn: Option<Syn>,
    /// The tool whose mark the line shows.
    pub tool: Option<Tool>,
}

impl Logged {
    /// A line of which nothing is known but what every line must give.
    pub fn new(first_seen: Micros, point: Point, src: IpAddr) -> Self {
        Logged {
            first_seen,
            duration: None,
            point,
            src,
            dst: None,
            protocol: None,
            src_port: None,
            dst_port: None,
            icmp_type: None,
            icmp_code: None,
            kind: None,
            packets: None,
            syns: None,
            bytes: None,
            tcp_flags: None,
            ttl: None,
            syn: None,
            tool: None,
        }
    }
}

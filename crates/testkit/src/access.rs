//! An access that is like most: tests change what they are about.

use std::net::{IpAddr, Ipv4Addr};

use observation::{Access, Kind, Micros, Point};

/// One SYN from an address to 23/tcp.
pub fn syn(first_seen: Micros, point: &Point, src: IpAddr) -> Access {
    Access {
        first_seen,
        duration: 0,
        point: point.clone(),
        src,
        dst: Ipv4Addr::new(192, 0, 2, 1).into(),
        protocol: 6,
        ports: Some((40_000, 23)),
        icmp: None,
        kind: Kind::TcpSyn,
        packets: 1,
        syns: 1,
        bytes: 40,
        tcp_flags: Some(2),
        ttl: 50,
        syn: None,
        tool: None,
        quoted: None,
        payload: None,
    }
}

//! Sightings for tests.

use observation::{Kind, Micros};

use crate::{PointId, Service, Sighting};

/// A bare access to a service.
pub(crate) fn sighting(time: Micros, src: &str, point: u16, service: Service) -> Sighting {
    Sighting {
        time,
        duration: 0,
        point: PointId(point),
        src: src.parse().unwrap(),
        dst: Some("198.18.0.1".parse().unwrap()),
        protocol: service.protocol(),
        src_port: Some(40_000),
        dst_port: service.dst_port(),
        icmp_type: service.icmp_type(),
        kind: (service.protocol() == 6).then_some(Kind::TcpSyn),
        packets: 1,
        tcp_flags: 2,
        tool: None,
        quoted: None,
        payload: None,
        is_scanner: false,
    }
}

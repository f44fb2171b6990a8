//! What is asked for: a protocol and a destination port, or an ICMP type.

use observation::{Kind, protocol};

/// A protocol and its destination port; of ICMP the type; of other protocols, and where it is not
/// known, nothing. Orders by protocol, then port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Service(u32);

/// Above the 16 bits of the number: what the number is.
const PORT: u32 = 1 << 16;
const ICMP_TYPE: u32 = 2 << 16;

impl Service {
    /// A service with ports, such as 1433/tcp.
    pub const fn port(protocol: u8, port: u16) -> Self {
        Service((protocol as u32) << 24 | PORT | port as u32)
    }

    /// A type of ICMP or ICMPv6.
    pub const fn icmp(protocol: u8, icmp_type: u8) -> Self {
        Service((protocol as u32) << 24 | ICMP_TYPE | icmp_type as u32)
    }

    /// A protocol of which nothing more is known.
    pub const fn bare(protocol: u8) -> Self {
        Service((protocol as u32) << 24)
    }

    /// TCP's port.
    pub const fn tcp(port: u16) -> Self {
        Service::port(protocol::TCP, port)
    }

    /// UDP's port.
    pub const fn udp(port: u16) -> Self {
        Service::port(protocol::UDP, port)
    }

    /// From what an access says.
    pub fn of(protocol: u8, dst_port: Option<u16>, icmp_type: Option<u8>) -> Self {
        match (dst_port, icmp_type) {
            (Some(port), _) => Service::port(protocol, port),
            (None, Some(icmp_type)) => Service::icmp(protocol, icmp_type),
            (None, None) => Service::bare(protocol),
        }
    }

    /// IP protocol number.
    pub const fn protocol(self) -> u8 {
        (self.0 >> 24) as u8
    }

    /// Destination port, where there is one.
    pub const fn dst_port(self) -> Option<u16> {
        if self.0 & PORT == 0 { None } else { Some(self.0 as u16) }
    }

    /// ICMP type, where there is one.
    pub const fn icmp_type(self) -> Option<u8> {
        if self.0 & ICMP_TYPE == 0 { None } else { Some(self.0 as u8) }
    }

    /// A number of its own for each service.
    pub(crate) const fn number(self) -> u32 {
        self.0
    }
}

/// Whether an access of this kind asks for a service. Answers (SYN-ACK, RST, ICMP errors) come to
/// whatever port somebody forged: they are evidence of victims, not of interest in a port.
pub(crate) fn asks(kind: Option<Kind>) -> bool {
    !matches!(kind, Some(Kind::TcpSynAck | Kind::TcpRst | Kind::IcmpUnreachable | Kind::IcmpOther))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in() {
        let sql = Service::tcp(1433);
        assert_eq!((sql.protocol(), sql.dst_port(), sql.icmp_type()), (6, Some(1433), None));
        let echo = Service::of(1, None, Some(8));
        assert_eq!((echo.protocol(), echo.dst_port(), echo.icmp_type()), (1, None, Some(8)));
        let bare = Service::of(47, None, None);
        assert_eq!((bare.protocol(), bare.dst_port(), bare.icmp_type()), (47, None, None));
        assert_ne!(Service::of(1, None, Some(0)), Service::bare(1));
        assert!(Service::udp(u16::MAX) > Service::udp(1) && Service::udp(0) > sql);
    }
}

//! What sort of packets an access is, as a flood sees it.

use observation::tcp_flag::{ACK, FIN, PSH};
use observation::{Kind, protocol};

use crate::Sighting;

/// Packets that can flood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Class {
    /// SYNs that no ACK followed.
    HalfOpen,
    /// SYN-ACKs, RSTs and ICMP errors.
    Answers,
    Udp,
    Echo,
    /// Fragments other than the first.
    Fragments,
    /// TCP segments that belong to nothing.
    Segments,
}

/// How many classes there are.
pub(super) const CLASSES: usize = 6;

impl Class {
    /// None: a connection that was completed, or nothing that floods.
    pub(super) fn of(sighting: &Sighting) -> Option<Class> {
        let flags = sighting.tcp_flags;
        let talks = flags & (PSH | FIN) != 0;
        match sighting.kind? {
            Kind::TcpSyn if flags & ACK != 0 || talks => None,
            Kind::TcpSyn => Some(Class::HalfOpen),
            Kind::TcpSynAck | Kind::TcpRst if talks => None,
            Kind::TcpSynAck | Kind::TcpRst | Kind::IcmpUnreachable => Some(Class::Answers),
            Kind::IcmpOther if sighting.quoted.is_some() => Some(Class::Answers),
            _ if sighting.is_later_fragment() => Some(Class::Fragments),
            Kind::TcpOther => Some(Class::Segments),
            Kind::Udp => Some(Class::Udp),
            Kind::IcmpEcho => Some(Class::Echo),
            Kind::IcmpOther | Kind::Other => None,
        }
    }

    pub(super) fn at(self) -> usize {
        match self {
            Class::HalfOpen => 0,
            Class::Answers => 1,
            Class::Udp => 2,
            Class::Echo => 3,
            Class::Fragments => 4,
            Class::Segments => 5,
        }
    }

    /// How many packets an access counts for. A stream of TCP segments is one conversation, however
    /// many there are.
    pub(super) fn weight(self, sighting: &Sighting) -> f64 {
        match self {
            Class::Segments => 1.0,
            _ => sighting.packets as f64,
        }
    }
}

impl Sighting {
    fn is_later_fragment(&self) -> bool {
        matches!(self.protocol, protocol::TCP | protocol::UDP) && self.dst_port.is_none()
    }
}

/// UDP ports of services that amplify: US-CERT alert TA14-017A, as last revised in 2019, and ISAKMP
/// (500, 4500) and Memcached's kin that came since.
const AMPLIFIERS: [u16; 25] = [
    17, 19, 53, 69, 111, 123, 137, 161, 177, 389, 427, 500, 520, 1194, 1604, 1900, 3283, 3389,
    3478, 3702, 4500, 5060, 5353, 5683, 11_211,
];

/// Whether answers from this port are known to be reflected.
pub(super) fn amplifies(port: u16) -> bool {
    AMPLIFIERS.contains(&port)
}

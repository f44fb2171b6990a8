//! Protocols by name, and what Yagura makes of their fields.

use observation::{Kind, protocol};

use crate::number::decimal;

/// UDP-Lite (RFC 3828).
pub(crate) const UDP_LITE: u8 = 136;
/// Datagram Congestion Control Protocol (RFC 4340).
const DCCP: u8 = 33;
/// Stream Control Transmission Protocol (RFC 9260).
const SCTP: u8 = 132;

/// Names that logs use, in lower case: IANA's "Assigned Internet Protocol Numbers", and UDPLITE and
/// ICMPv6 as the kernel writes them (net/netfilter/nf_log_syslog.c).
const NAMES: [(&str, u8); 20] = [
    ("tcp", protocol::TCP),
    ("udp", protocol::UDP),
    ("icmp", protocol::ICMP),
    ("icmpv6", protocol::ICMPV6),
    ("ipv6-icmp", protocol::ICMPV6),
    ("icmp6", protocol::ICMPV6),
    ("igmp", 2),
    ("ipip", 4),
    ("ipv6", 41),
    ("gre", 47),
    ("esp", 50),
    ("ah", 51),
    ("eigrp", 88),
    ("ospf", 89),
    ("pim", 103),
    ("vrrp", 112),
    ("sctp", SCTP),
    ("dccp", DCCP),
    ("udplite", UDP_LITE),
    ("udp-lite", UDP_LITE),
];

/// A protocol by number or by its usual name in either case.
pub(crate) fn read(text: &[u8]) -> Option<u8> {
    decimal(text).or_else(|| {
        let named = |(name, _): &&(&str, u8)| text.eq_ignore_ascii_case(name.as_bytes());
        NAMES.iter().find(named).map(|(_, number)| *number)
    })
}

/// Whether packets of this protocol have ports.
pub(crate) fn has_ports(number: u8) -> bool {
    matches!(number, protocol::TCP | protocol::UDP | DCCP | SCTP | UDP_LITE)
}

/// Whether packets of this protocol have a type and a code.
pub(crate) fn is_icmp(number: u8) -> bool {
    matches!(number, protocol::ICMP | protocol::ICMPV6)
}

/// What a packet is where its TCP flags are not known: none for TCP.
pub(crate) fn kind(number: u8, icmp_type: Option<u8>) -> Option<Kind> {
    match number {
        protocol::TCP => None,
        protocol::UDP => Some(Kind::Udp),
        _ if is_icmp(number) => icmp_type.map(|icmp_type| Kind::of_icmp(number, icmp_type)),
        _ => Some(Kind::Other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers() {
        assert_eq!(
            ["TCP", "udp", "ICMPv6", "0", "255"].map(|name| read(name.as_bytes())),
            [Some(6), Some(17), Some(58), Some(0), Some(255)]
        );
        assert_eq!(["", "256", "tcpx", "-1"].map(|name| read(name.as_bytes())), [None; 4]);
    }
}

//! Points, as the rules see them.

use std::net::IpAddr;

use observation::{Point, protocol};

use super::Packet;

/// A monitoring point.
#[derive(Clone, Debug)]
pub struct Watcher {
    /// Its name.
    pub point: Point,
    /// Whether an ordinary host lives there.
    pub live: bool,
    /// What it watches: address and prefix length. Empty: every address.
    pub nets: Vec<(IpAddr, u8)>,
    /// What its host offers on purpose: protocol and port.
    pub expect: Vec<(u8, u16)>,
}

impl Watcher {
    /// Where nobody lives.
    pub fn dark(point: Point, nets: &[(IpAddr, u8)]) -> Self {
        Watcher { point, live: false, nets: nets.to_vec(), expect: Vec::new() }
    }

    /// Where a host lives that offers these services.
    pub fn live(point: Point, nets: &[(IpAddr, u8)], expect: &[(u8, u16)]) -> Self {
        Watcher { point, live: true, nets: nets.to_vec(), expect: expect.to_vec() }
    }

    /// Whether it watches an address.
    pub fn watches(&self, address: IpAddr) -> bool {
        self.nets.is_empty() || self.nets.iter().any(|&net| within(address, net))
    }

    /// Whether an inbound packet is to what the host offers, or the line's own housekeeping.
    pub(super) fn expects(&self, packet: &Packet) -> bool {
        let offered =
            packet.ports.is_some_and(|(_, port)| self.expect.contains(&(packet.protocol, port)));
        self.live && (offered || housekeeping(packet))
    }
}

/// DHCP (RFC 2131), DHCPv6 (RFC 9915), neighbour discovery (RFC 4861) and multicast listener
/// discovery (RFC 3810).
fn housekeeping(packet: &Packet) -> bool {
    match packet.protocol {
        protocol::UDP => matches!(packet.ports, Some((67, 68) | (547, 546))),
        protocol::ICMPV6 => matches!(packet.icmp, Some((130..=137 | 143, _))),
        _ => false,
    }
}

fn within(address: IpAddr, (net, prefix): (IpAddr, u8)) -> bool {
    match (address, net) {
        (IpAddr::V4(address), IpAddr::V4(net)) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(prefix.min(32))).unwrap_or(0);
            (address.to_bits() ^ net.to_bits()) & mask == 0
        }
        (IpAddr::V6(address), IpAddr::V6(net)) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(prefix.min(128))).unwrap_or(0);
            (address.to_bits() ^ net.to_bits()) & mask == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes() {
        let net = ("198.18.3.0".parse().unwrap(), 27);
        assert!(within("198.18.3.31".parse().unwrap(), net));
        assert!(!within("198.18.3.32".parse().unwrap(), net));
        assert!(!within("::1".parse().unwrap(), net));
        assert!(within("8.8.8.8".parse().unwrap(), ("0.0.0.0".parse().unwrap(), 0)));
        assert!(within("2001:db8::5".parse().unwrap(), ("2001:db8::".parse().unwrap(), 32)));
    }

    #[test]
    fn housekeeping_needs_a_live_point() {
        let any = "192.0.2.1".parse().unwrap();
        let mut packet = Packet::bare(any, any, protocol::UDP);
        packet.ports = Some((67, 68));
        assert!(Watcher::live("a".parse().unwrap(), &[(any, 32)], &[]).expects(&packet));
        assert!(!Watcher::dark("a".parse().unwrap(), &[(any, 32)]).expects(&packet));
    }
}

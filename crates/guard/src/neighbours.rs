//! Addresses without which a host is cut off: gateways and name servers.

use std::collections::BTreeSet;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The host's gateways and name servers, as far as the host says; what cannot be read is left out.
pub fn neighbours() -> BTreeSet<IpAddr> {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let mut all = gateways4(&read("/proc/net/route"));
    all.extend(gateways6(&read("/proc/net/ipv6_route")));
    all.extend(name_servers(&read("/etc/resolv.conf")));
    all
}

/// The third column of the kernel's table of routes, in the host's byte order.
fn gateways4(table: &str) -> BTreeSet<IpAddr> {
    let gateway = |line: &str| {
        let number = u32::from_str_radix(line.split_ascii_whitespace().nth(2)?, 16).ok()?;
        let address = Ipv4Addr::from(number.to_ne_bytes());
        (!address.is_unspecified()).then_some(IpAddr::V4(address))
    };
    table.lines().skip(1).filter_map(gateway).collect()
}

/// The fifth column of the kernel's table of routes, in network order.
fn gateways6(table: &str) -> BTreeSet<IpAddr> {
    let gateway = |line: &str| {
        let number = u128::from_str_radix(line.split_ascii_whitespace().nth(4)?, 16).ok()?;
        let address = Ipv6Addr::from(number);
        (!address.is_unspecified()).then_some(IpAddr::V6(address))
    };
    table.lines().filter_map(gateway).collect()
}

/// `nameserver` lines (resolv.conf(5)); a zone of a link-local address is left out.
fn name_servers(text: &str) -> BTreeSet<IpAddr> {
    let server = |line: &str| {
        let mut words = line.split_ascii_whitespace();
        let address = (words.next()? == "nameserver").then(|| words.next())??;
        address.split('%').next()?.parse().ok()
    };
    text.lines().filter_map(server).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_endian = "little")]
    fn gateways_and_name_servers_are_read() {
        let table = "Iface\tDestination\tGateway\tFlags\neth0\t00000000\t010200C0\t0003\n\
                     eth0\t000200C0\t00000000\t0001\n";
        assert_eq!(gateways4(table), BTreeSet::from(["192.0.2.1".parse().unwrap()]));
        let table = "00000000000000000000000000000000 00 00000000000000000000000000000000 00 \
                     20010db8000000000000000000000001 00000400 00000001 00000000 00000003 eth0\n";
        assert_eq!(gateways6(table), BTreeSet::from(["2001:db8::1".parse().unwrap()]));
        let text = "# one\nnameserver 192.0.2.53\nsearch example.jp\nnameserver fe80::1%eth0\n";
        let servers = ["192.0.2.53".parse().unwrap(), "fe80::1".parse().unwrap()];
        assert_eq!(name_servers(text), BTreeSet::from(servers));
    }
}

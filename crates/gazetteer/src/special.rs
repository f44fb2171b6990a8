//! Addresses that belong to no place.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address is in no country whatever a database says: it is not globally reachable, or
/// it tells only the way of a tunnel.
///
/// From IANA's "IPv4 Special-Purpose Address Registry" and "IPv6 Special-Purpose Address
/// Registry", and the multicast and reserved blocks of RFC 1112. Of IPv6 only 2000::/3 is global
/// unicast (RFC 4291); of it the protocol assignments 2001::/23 (Teredo among them), 6to4's
/// 2002::/16 and the blocks for documentation are nowhere.
pub(crate) fn nowhere(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => nowhere_v4(address),
        IpAddr::V6(address) => nowhere_v6(address),
    }
}

fn nowhere_v4(address: Ipv4Addr) -> bool {
    matches!(
        address.octets(),
        [0 | 10 | 127 | 224..=255, ..]
            | [100, 64..=127, ..]
            | [169, 254, ..]
            | [172, 16..=31, ..]
            | [192, 168, ..]
            | [198, 18 | 19, ..]
            | [192, 0, 0 | 2, _]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
    )
}

fn nowhere_v6(address: Ipv6Addr) -> bool {
    matches!(
        address.segments(),
        [0..=0x1FFF | 0x4000..=0xFFFF, ..]
            | [0x2001, 0..=0x01FF | 0x0DB8, ..]
            | [0x2002, ..]
            | [0x3FFF, 0..=0x0FFF, ..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nowhere() {
        for text in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.1.1",
            "172.31.255.255",
            "192.0.0.9",
            "192.0.2.1",
            "192.168.0.1",
            "198.19.0.1",
            "198.51.100.7",
            "203.0.113.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:a00::1",
            "3fff:fff::1",
            "64:ff9b::808:808",
            "4000::1",
        ] {
            assert!(nowhere(text.parse().unwrap()), "{text}");
        }
        for text in [
            "1.1.1.1",
            "100.63.0.1",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2001:200::1",
            "2001:dc0::1",
            "2a00::1",
            "3ffe::1",
            "2003::1",
        ] {
            assert!(!nowhere(text.parse().unwrap()), "{text}");
        }
    }
}

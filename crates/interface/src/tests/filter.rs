//! The kernel's filter, run by a plain reading of its rules.

use std::net::IpAddr;

use dissect::{Dissected, LinkType, dissect};
use ipnet::IpNet;
use libc::sock_filter;
use proptest::prelude::*;
use testkit::frame::{Ip, arp, broken, ethernet, udp};

use crate::filter::{Purpose, program};
use crate::settings::Reach;

/// How many bytes a program keeps of a frame. None: it never ends, or jumps out of itself.
fn verdict(program: &[sock_filter], frame: &[u8], packet_type: u8) -> Option<u32> {
    let (mut accumulator, mut at) = (0_u32, 0_usize);
    // Jumps go forward only: it ends within as many steps.
    for _ in 0..program.len() {
        let &sock_filter { code, jt, jf, k } = program.get(at)?;
        at += 1;
        let load = |bytes: usize| -> Option<u32> {
            let field = frame.get(k as usize..(k as usize).checked_add(bytes)?)?;
            Some(field.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
        };
        let jump = |met: bool| usize::from(if met { jt } else { jf });
        let loaded = match code {
            0x30 if k == 0xffff_f004 => Some(packet_type.into()),
            0x20 => load(4),
            0x28 => load(2),
            0x30 => load(1),
            0x80 => Some(frame.len() as u32),
            0x54 => Some(accumulator & k),
            _ => Some(accumulator),
        };
        match code {
            0x06 => return Some(k),
            0x05 => at += k as usize,
            0x15 => at += jump(accumulator == k),
            0x35 => at += jump(accumulator >= k),
            0x20 | 0x28 | 0x30 | 0x80 | 0x54 => {}
            other => panic!("code {other:#x}"),
        }
        // A load behind the end drops the frame.
        let Some(loaded) = loaded else { return Some(0) };
        accumulator = loaded;
    }
    None
}

fn made(link: LinkType, loopback: bool, reach: &Reach) -> Vec<sock_filter> {
    program(Purpose { link, loopback, snap: 1_000, reach }).unwrap()
}

#[test]
fn everything_is_kept() {
    let program = made(LinkType::Ethernet, false, &Reach::All);
    for packet_type in 0..6 {
        assert_eq!(verdict(&program, &[], packet_type), Some(1_000));
    }
}

#[test]
fn a_loopback_is_seen_once() {
    let program = made(LinkType::Ethernet, true, &Reach::All);
    assert_eq!(verdict(&program, &broken(), 0), Some(1_000));
    assert_eq!(verdict(&program, &broken(), 4), Some(0));
}

#[test]
fn too_many_networks() {
    let nets = |count: u32| (0..count).map(|n| ipnet::Ipv4Net::new(n.into(), 32).unwrap().into());
    let size = |count| {
        let reach = Reach::Only(nets(count).collect());
        let purpose = Purpose { link: LinkType::Ethernet, loopback: true, snap: 1, reach: &reach };
        program(purpose).map(|program| program.len())
    };
    assert!(size(500).is_some_and(|length| length <= 4_096));
    assert_eq!(size(600), None);
}

/// Addresses in and out of networks that end within a byte, at one, and nowhere.
const ADDRESSES: [&str; 9] = [
    "198.18.0.1",
    "198.18.7.255",
    "198.18.8.0",
    "203.0.113.9",
    "2001:db8::1",
    "2001:db8:0:7fff::1",
    "2001:db8:0:8000::1",
    "2001:db8:ffff::5",
    "2001:db8:ffff::6",
];

fn nets() -> impl Strategy<Value = Vec<IpNet>> {
    let net = (0..ADDRESSES.len(), 0_u8..=128).prop_map(|(at, prefix)| {
        let address: IpAddr = ADDRESSES[at].parse().unwrap();
        IpNet::new(address, if address.is_ipv4() { prefix % 33 } else { prefix }).unwrap()
    });
    prop::collection::vec(net, 0..6)
}

fn datagram() -> impl Strategy<Value = Vec<u8>> {
    let pair = (0..ADDRESSES.len(), 0..ADDRESSES.len());
    let pair = pair.prop_map(|(src, dst)| (ADDRESSES[src].parse(), ADDRESSES[dst].parse()));
    let pair = pair.prop_map(|(src, dst): (Result<IpAddr, _>, Result<IpAddr, _>)| {
        (src.unwrap(), dst.unwrap())
    });
    let pair = pair.prop_filter("one family", |(src, dst)| src.is_ipv4() == dst.is_ipv4());
    pair.prop_map(|(src, dst)| udp(&Ip::new(src, dst), (1, 2), b"ping").bytes)
}

/// Whether a packet of these bytes concerns any of the networks, as far as it can be read.
fn concerns(link: LinkType, frame: &[u8], nets: &[IpNet]) -> Option<bool> {
    let Dissected::Ip(packet) = dissect(link, frame, frame.len() as u32) else { return None };
    Some(nets.iter().any(|net| net.contains(&packet.src) || net.contains(&packet.dst)))
}

proptest! {
    /// What concerns the networks and what cannot be told is kept, the rest dropped.
    #[test]
    fn only_what_concerns(nets in nets(), ip in datagram(), cut in 0_usize..80, vlan in any::<bool>()) {
        let only = Reach::Only(nets.clone());
        let raw = made(LinkType::RawIp, false, &only);
        let kept = concerns(LinkType::RawIp, &ip, &nets).unwrap();
        prop_assert_eq!(verdict(&raw, &ip, 0), Some(if kept { 1_000 } else { 0 }));

        let program = made(LinkType::Ethernet, false, &only);
        let frame = ethernet(&ip, if vlan { &[7] } else { &[] });
        let kept = vlan || concerns(LinkType::Ethernet, &frame, &nets).unwrap();
        prop_assert_eq!(verdict(&program, &frame, 0), Some(if kept { 1_000 } else { 0 }));

        // A frame that ends within its headers is never dropped for that.
        let cut = &frame[..cut.min(frame.len())];
        if concerns(LinkType::Ethernet, cut, &nets) != Some(false) {
            prop_assert_eq!(verdict(&program, cut, 0), Some(1_000));
        }
    }

    #[test]
    fn any_bytes(nets in nets(), bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let only = Reach::Only(nets.clone());
        for link in [LinkType::Ethernet, LinkType::RawIp] {
            let kept = verdict(&made(link, true, &only), &bytes, 0);
            prop_assert!(kept.is_some());
            if concerns(link, &bytes, &nets).is_some_and(|concerns| concerns) {
                prop_assert_eq!(kept, Some(1_000));
            }
        }
    }
}

#[test]
fn not_ip_is_kept() {
    let program = made(LinkType::Ethernet, false, &Reach::Only(Vec::new()));
    let arp = arp("198.18.0.1".parse().unwrap());
    assert_eq!(verdict(&program, &arp, 0), Some(1_000));
    // IPv4 by its EtherType, and not by its version.
    let mut other = ethernet(&udp(&Ip::new(ip(0), ip(3)), (1, 2), b"").bytes, &[]);
    assert_eq!(verdict(&program, &other, 0), Some(0));
    other[14] = 0x75;
    assert_eq!(verdict(&program, &other, 0), Some(1_000));
}

fn ip(at: usize) -> IpAddr {
    ADDRESSES[at].parse().unwrap()
}

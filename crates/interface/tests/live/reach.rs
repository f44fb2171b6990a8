//! The kernel's filter, in the kernel.

use std::net::UdpSocket;

use interface::{InterfaceError, Interfaces, PacketType, Reach, Settings};

use crate::rows::{fold, point};
use crate::watcher::{Marks, both, open, read};
use capture::fold::Mode;
use testkit::host::{replay, shared, within};

/// Of a loopback interface each packet is seen once, as tcpdump sees it.
#[test]
fn loopback_is_seen_once() {
    if !within("reach::loopback_is_seen_once", &[]) {
        return;
    }
    let mut interfaces = open("lo", &Settings::default());
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let to = socket.local_addr().unwrap();
    for word in ["one", "two", "end"] {
        socket.send_to(word.as_bytes(), to).unwrap();
    }
    let mut seen = Vec::new();
    read(&mut interfaces, |_, packet_type, kept| {
        assert_ne!(packet_type, PacketType::Outgoing);
        seen.push(String::from_utf8_lossy(&kept.bytes[42..]).into_owned());
        kept.bytes.ends_with(b"end")
    });
    assert_eq!(seen, ["one", "two", "end"]);
    assert_eq!(addresses(&interfaces), ["127.0.0.1"]);
}

fn addresses(interfaces: &Interfaces) -> Vec<String> {
    interfaces.addresses(0).unwrap().iter().map(ToString::to_string).collect()
}

/// What is excluded is what would have gone elsewhere, and nothing else.
#[test]
fn only_what_concerns() {
    if !within("reach::only_what_concerns", &["tcpdump", "tcpreplay"]) {
        return;
    }
    let Some(path) = shared("captures/attack/slips/test7-malicious.pcap") else { return };
    let nets = ["178.0.0.0/7", "ff02::/16"];
    let only = nets.iter().map(|net| net.parse().unwrap()).collect();
    let settings = Settings { reach: Reach::Only(only), ..Settings::default() };
    let both = both(&settings, "va", || replay("va", &[&path]));
    let points = [point("dark", Mode::Dark, &nets, &[])];
    let (ours, all) = (fold(&points, &both.ours), fold(&points, &both.tcpdump));
    assert_eq!(ours.rows, all.rows);
    assert!(!ours.rows.is_empty());
    assert!(all.fates.elsewhere > 0);
    let mut expected = all.fates;
    expected.packets -= all.fates.elsewhere - ours.fates.elsewhere;
    expected.elsewhere = ours.fates.elsewhere;
    assert_eq!(ours.fates, expected);
    println!("{} of {} elsewhere are left", ours.fates.elsewhere, all.fates.elsewhere);
}

#[test]
fn refusals() {
    if !within("reach::refusals", &[]) {
        return;
    }
    let open = |names: &[&str], settings: &Settings| {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        Interfaces::open(&names, settings).map(|_| ())
    };
    let settings = Settings::default();
    assert!(matches!(open(&[], &settings), Err(InterfaceError::Count(0))));
    assert!(matches!(open(&["vb", "va", "vb"], &settings), Err(InterfaceError::Twice(_))));
    for absent in ["absent", "a name that is far too long", ""] {
        assert!(matches!(open(&[absent], &settings), Err(InterfaceError::NoInterface { .. })));
    }
    let nets = (0..3_000_u32).map(|n| ipnet::Ipv4Net::new(n.into(), 32).unwrap().into());
    let many = Settings { reach: Reach::Only(nets.collect()), ..Settings::default() };
    assert!(matches!(open(&["vb"], &many), Err(InterfaceError::Filter(3_000))));
    // One that is down is opened, and told when it comes up.
    testkit::host::ip("link set vb down");
    let mut interfaces = crate::watcher::open("vb", &settings);
    assert!(!interfaces.is_up(0));
    testkit::host::ip("link set vb up");
    Marks::new().send("va", "end");
    read(&mut interfaces, |_, _, kept| kept.bytes == Marks::bytes("end"));
}

/// A device without Ethernet gives IP packets.
#[test]
fn tun_gives_ip() {
    if !within("reach::tun_gives_ip", &["tcpdump"]) {
        return;
    }
    testkit::host::ip("tuntap add tun0 mode tun");
    testkit::host::ip("addr add 198.51.100.1/24 dev tun0");
    let interfaces = open("tun0", &Settings::default());
    assert_eq!(interfaces.names(), ["tun0"]);
    assert!(!interfaces.is_up(0), "nobody holds its other end");
}

//! What becomes of an interface is told, and never the end.

use std::time::{Duration, Instant};

use interface::{Change, Interfaces, Settings, addresses_of};

use crate::watcher::{Marks, PATIENCE, open, read};
use testkit::host::{ip, within};

#[test]
fn changes_are_followed() {
    if !within("changes::changes_are_followed", &["tcpreplay"]) {
        return;
    }
    std::fs::write("/proc/sys/net/ipv6/conf/vb/disable_ipv6", "0").unwrap();
    ip("addr add 198.51.100.7/24 dev vb");
    let mut interfaces = open("vb", &Settings::default());
    assert!(interfaces.is_up(0));
    assert_eq!(addresses(&interfaces), ["198.51.100.7"]);

    ip("addr add 2001:db8::7/64 dev vb nodad");
    expect(&mut interfaces, &[Change::Added("2001:db8::7".parse().unwrap())]);
    ip("addr add 198.51.100.8/24 dev vb");
    expect(&mut interfaces, &[Change::Added("198.51.100.8".parse().unwrap())]);
    ip("addr del 198.51.100.8/24 dev vb");
    expect(&mut interfaces, &[Change::Removed("198.51.100.8".parse().unwrap())]);
    // Of a line from one end to the other, ours.
    ip("addr add 203.0.113.1 peer 203.0.113.2 dev vb");
    expect(&mut interfaces, &[Change::Added("203.0.113.1".parse().unwrap())]);
    assert_eq!(addresses(&interfaces), ["198.51.100.7", "203.0.113.1", "2001:db8::7"]);
    let found = addresses_of("vb").unwrap();
    assert_eq!(found, *interfaces.addresses(0).unwrap());

    // Addresses of one link, and of other interfaces, are nobody's news.
    ip("addr add 169.254.3.3/16 dev vb");
    ip("addr add 198.51.100.9/24 dev va");
    ip("addr add 198.51.100.10/24 dev vb");
    expect(&mut interfaces, &[Change::Added("198.51.100.10".parse().unwrap())]);

    // The line is cut at the other end, and mended; then set down at ours, for a moment.
    ip("link set va down");
    expect(&mut interfaces, &[Change::Down]);
    assert!(!interfaces.is_up(0));
    ip("link set va up");
    expect(&mut interfaces, &[Change::Back]);
    comes(&mut interfaces, "again");
    ip("addr flush dev vb");
    wait_for(&mut interfaces, |interfaces| addresses(interfaces).is_empty());
    std::fs::write("/proc/sys/net/ipv6/conf/vb/disable_ipv6", "1").unwrap();
    ip("link set vb down");
    ip("link set vb up");
    expect(&mut interfaces, &[Change::Down, Change::Back]);
    comes(&mut interfaces, "after a moment");
}

#[test]
fn interfaces_come_back() {
    if !within("changes::interfaces_come_back", &["tcpreplay"]) {
        return;
    }
    ip("addr add 198.51.100.7/24 dev vb");
    let mut interfaces = open("vb", &Settings { promiscuous: true, ..Settings::default() });
    comes(&mut interfaces, "at first");
    ip("link del va");
    let seven = "198.51.100.7".parse().unwrap();
    let told = wait_for(&mut interfaces, |interfaces| addresses(interfaces).is_empty());
    assert!(told.ends_with(&[Change::Gone, Change::Removed(seven)]), "{told:?}");
    testkit::host::wire("va", "vb");
    let told = wait_for(&mut interfaces, |interfaces| interfaces.is_up(0));
    assert_eq!(told.last(), Some(&Change::Back));
    comes(&mut interfaces, "again");

    // Under another name it is not the one that is watched.
    ip("link set vb down");
    ip("link set vb name other");
    ip("link set other up");
    wait_for(&mut interfaces, |interfaces| !interfaces.is_up(0));
    Marks::new().send("va", "unseen");
    ip("link set other down");
    ip("link set other name vb");
    ip("link set vb up");
    wait_for(&mut interfaces, |interfaces| interfaces.is_up(0));
    comes(&mut interfaces, "as itself");
}

fn addresses(interfaces: &Interfaces) -> Vec<String> {
    interfaces.addresses(0).unwrap().iter().map(ToString::to_string).collect()
}

/// The next changes are these.
fn expect(interfaces: &mut Interfaces, wanted: &[Change]) {
    let mut came = Vec::new();
    let began = Instant::now();
    while came.len() < wanted.len() && began.elapsed() < PATIENCE {
        interfaces.wait(Duration::from_millis(100)).unwrap();
        while interfaces.next_frame().is_some() {}
        came.extend(std::iter::from_fn(|| interfaces.next_event()).map(|event| event.change));
    }
    assert_eq!(came, wanted);
}

/// Waits for a state, and gives the changes that led to it.
fn wait_for(interfaces: &mut Interfaces, reached: impl Fn(&Interfaces) -> bool) -> Vec<Change> {
    let mut came = Vec::new();
    let began = Instant::now();
    while !reached(interfaces) {
        assert!(began.elapsed() < PATIENCE, "{came:?}");
        interfaces.wait(Duration::from_millis(100)).unwrap();
        while interfaces.next_frame().is_some() {}
        came.extend(std::iter::from_fn(|| interfaces.next_event()).map(|event| event.change));
    }
    came
}

/// A frame comes, and none that should not have come before it.
fn comes(interfaces: &mut Interfaces, word: &str) {
    Marks::new().send("va", word);
    read(interfaces, |_, _, kept| {
        assert_ne!(kept.bytes, Marks::bytes("unseen"));
        kept.bytes == Marks::bytes(word)
    });
}

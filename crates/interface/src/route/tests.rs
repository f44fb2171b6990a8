//! Messages and states made by hand.

// An overflow in a test fails the test.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing)]

use std::net::IpAddr;

use proptest::prelude::*;

use super::message::{AddressMessage, LinkMessage, Message, ask_addresses, ask_link, messages};
use super::{Change, Link, State, changes, is_watched};

fn message(kind: u16, sequence: u32, body: &[u8]) -> Vec<u8> {
    let mut bytes = (16 + body.len() as u32).to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend([0; 2]);
    bytes.extend(sequence.to_ne_bytes());
    bytes.extend([0; 4]);
    bytes.extend(body);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
    let mut bytes = (4 + value.len() as u16).to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(value);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn link_body(hardware: u16, index: i32, flags: u32) -> Vec<u8> {
    let mut body = vec![0, 0];
    body.extend(hardware.to_ne_bytes());
    body.extend(index.to_ne_bytes());
    body.extend(flags.to_ne_bytes());
    body.extend([0; 4]);
    body
}

fn all(datagram: &[u8]) -> Vec<(u32, Message)> {
    messages(datagram).collect()
}

#[test]
fn links_and_ends() {
    let body = [link_body(1, 7, 0x41), attribute(99, &[1]), attribute(3, b"eth0\0")].concat();
    let datagram = [message(16, 1, &body), message(3, 2, &[0; 4])].concat();
    let name = b"eth0".to_vec();
    let link = Message::Link(LinkMessage { index: 7, hardware: 1, flags: 0x41, name });
    assert_eq!(all(&datagram), [(1, link), (2, Message::Done)]);
    let refused = message(2, 4, &(-19_i32).to_ne_bytes());
    assert_eq!(all(&refused), [(4, Message::Refused(19))]);
}

#[test]
fn addresses_of_both_families() {
    let four = [
        vec![2, 24, 0x80, 0],
        7_u32.to_ne_bytes().to_vec(),
        attribute(1, &[203, 0, 113, 2]),
        attribute(2, &[203, 0, 113, 1]),
    ];
    let mut v6 = [0; 16];
    v6[15] = 1;
    let six = [
        vec![10, 64, 0, 253],
        8_u32.to_ne_bytes().to_vec(),
        attribute(1, &v6),
        attribute(8, &0x208_u32.to_ne_bytes()),
    ];
    let datagram = [message(20, 1, &four.concat()), message(21, 1, &six.concat())].concat();
    let ours = "203.0.113.1".parse().unwrap();
    let four = AddressMessage { index: 7, scope: 0, flags: 0x80, address: ours };
    let one = "::1".parse().unwrap();
    let six = AddressMessage { index: 8, scope: 253, flags: 0x208, address: one };
    assert_eq!(all(&datagram), [(1, Message::Address(four)), (1, Message::Address(six))]);
}

#[test]
fn questions_are_well_formed() {
    for question in [ask_link(9, "eth0"), ask_link(9, "a"), ask_addresses(9)] {
        assert_eq!(question.len() % 4, 0);
        assert_eq!(question[..4], (question.len() as u32).to_ne_bytes());
        assert_eq!(question[8..12], 9_u32.to_ne_bytes());
    }
}

proptest! {
    /// Whatever a datagram holds, reading it ends.
    #[test]
    fn nothing_panics(mut bytes in prop::collection::vec(any::<u8>(), 0..200), kind in 14_u8..22) {
        prop_assert!(messages(&bytes).count() <= bytes.len() / 16 + 1);
        // One that looks like a message.
        if bytes.len() > 16 {
            let length = bytes.len() as u32;
            bytes[..4].copy_from_slice(&length.to_ne_bytes());
            bytes[4..6].copy_from_slice(&u16::from(kind).to_ne_bytes());
            prop_assert_eq!(messages(&bytes).count(), 1);
        }
    }
}

#[test]
fn addresses_of_one_link_are_nobodys() {
    let watched = |scope, flags, address: &str| is_watched(scope, flags, address.parse().unwrap());
    assert!(watched(0, 0x80, "198.51.100.1"));
    assert!(watched(0, 0, "10.0.0.1"));
    assert!(watched(0, 0, "fd00::1"));
    assert!(watched(254, 0x80, "127.0.0.1"));
    assert!(!watched(253, 0, "fe80::1"));
    assert!(!watched(0, 0, "fe80::1"));
    assert!(!watched(0, 0, "169.254.1.1"));
    assert!(!watched(0, 0x08, "2001:db8::1"));
    // Not yet sure to be ours alone: packets to it may come already.
    assert!(watched(0, 0x40, "2001:db8::1"));
}

fn state(link: Option<(i32, bool)>, addresses: &[&str]) -> State {
    let link = link.map(|(index, up)| Link { index, hardware: 1, up });
    let addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
    State { link, addresses }
}

#[test]
fn changes_of_links() {
    use Change::{Back, Down, Gone};
    let (up, down, gone) = (Some((1, true)), Some((1, false)), None);
    let (new, new_down) = (Some((2, true)), Some((2, false)));
    let cases = [
        (up, up, false, vec![]),
        (up, up, true, vec![Down, Back]),
        (up, down, true, vec![Down]),
        (down, down, true, vec![]),
        (down, up, true, vec![Back]),
        (up, gone, false, vec![Gone]),
        (down, gone, false, vec![Gone]),
        (gone, gone, true, vec![]),
        (gone, new, false, vec![Back]),
        (gone, new_down, false, vec![Down]),
        (up, new, false, vec![Gone, Back]),
        (down, new, true, vec![Gone, Back]),
        (up, new_down, false, vec![Gone, Down]),
    ];
    for (before, after, flapped, expected) in cases {
        let told = changes(&state(before, &[]), &state(after, &[]), flapped);
        assert_eq!(told, expected, "{before:?} {after:?} {flapped}");
    }
}

#[test]
fn changes_of_addresses() {
    let before = state(Some((1, true)), &["192.0.2.1", "192.0.2.2"]);
    let after = state(Some((1, true)), &["192.0.2.2", "2001:db8::1"]);
    let address = |text: &str| text.parse::<IpAddr>().unwrap();
    let told = changes(&before, &after, false);
    assert_eq!(
        told,
        [Change::Removed(address("192.0.2.1")), Change::Added(address("2001:db8::1"))]
    );
}

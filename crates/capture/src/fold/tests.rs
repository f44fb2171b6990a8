//! Tests of the fold.
//!
//! Packets are made by testkit; what must become of them is written down beside them: their fates,
//! a letter for each, or the rows.

// An overflow in a test fails the test.
#![allow(clippy::arithmetic_side_effects)]

mod coverage;
mod fields;
mod keys;
mod live;
mod live_rows;
mod memory;
mod recency;
mod reference;
mod rewatch;
mod spans;
mod watch;

use std::net::IpAddr;

use dissect::{LinkType, dissect};
use ipnet::IpNet;
use observation::{Access, Coverage, Fates, Kind, Micros, SECOND};
use testkit::file::Frame;
use testkit::frame::{Datagram, Ip, Segment, ethernet, tcp, udp};
use testkit::reference::Watcher;

use super::{CAPACITY, Expect, Fold, Mode, Spans, Tally, Watch, WatchedPoint};

const STRANGER: &str = "203.0.113.9";
/// An address of the dark point.
const DARK: &str = "198.18.0.5";
/// The live point's host.
const HOST: &str = "198.18.1.1";
const HOST_V6: &str = "2001:db8:1::1";

const FIN: u8 = 0x01;
const SYN: u8 = 0x02;
const RST: u8 = 0x04;
const PSH: u8 = 0x08;
const ACK: u8 = 0x10;

/// What a fold made of packets.
struct Folded {
    rows: Vec<Access>,
    fates: Fates,
    tally: Tally,
    coverage: Vec<Coverage>,
    /// A letter for each packet: access, solicited, expected (x), outbound, elsewhere, malformed,
    /// not IP.
    letters: String,
}

/// A point that is dark, and one where a host lives that offers 443/tcp.
fn points() -> Vec<Watcher> {
    let dark = [(ip("198.18.0.0"), 24), (ip("2001:db8:d::"), 64)];
    let live = [(ip(HOST), 32), (ip(HOST_V6), 128)];
    let named = |name: &str| name.parse().unwrap();
    vec![Watcher::dark(named("dark"), &dark), Watcher::live(named("live"), &live, &[(6, 443)])]
}

/// One dark point without a watch list.
fn everything() -> Vec<Watcher> {
    vec![Watcher::dark("all".parse().unwrap(), &[])]
}

fn watch(watchers: &[Watcher]) -> Watch {
    let watched = |watcher: &Watcher| WatchedPoint {
        point: watcher.point.clone(),
        mode: if watcher.live { Mode::Live } else { Mode::Dark },
        nets: watcher.nets.iter().map(|&(net, prefix)| IpNet::new(net, prefix).unwrap()).collect(),
        expect: watcher.expect.iter().map(|&(protocol, port)| Expect { protocol, port }).collect(),
    };
    Watch::new(watchers.iter().map(watched).collect()).unwrap()
}

/// Folds Ethernet frames, and checks what holds for every capture.
fn fold_frames(watchers: &[Watcher], capacity: usize, frames: &[Frame]) -> Folded {
    let mut fold = Fold::with_capacity(watch(watchers), Spans::default(), capacity);
    let mut letters = String::new();
    let mut before = fold.fates();
    for frame in frames {
        let truncated = (frame.bytes.len() as u32) < frame.wire_length;
        let dissected = dissect(LinkType::Ethernet, &frame.bytes, frame.wire_length);
        fold.push(Some(frame.time), truncated, &dissected).unwrap();
        letters.push(letter(&before, &fold.fates()));
        before = fold.fates();
    }
    close(fold, letters)
}

fn close(mut fold: Fold, letters: String) -> Folded {
    fold.close();
    let mut rows: Vec<Access> = Vec::new();
    fold.take_finished(|finished| rows.extend_from_slice(finished));
    let coverage = fold.coverage(None);
    let folded = Folded { rows, fates: fold.fates(), tally: fold.tally(), coverage, letters };
    folded.assert_sums();
    folded
}

impl Folded {
    fn assert_sums(&self) {
        assert!(self.fates.add_up(), "{:?}", self.fates);
        let packets: u64 = self.rows.iter().map(|row| row.packets).sum();
        assert_eq!(packets, self.fates.access_packets);
        assert_eq!(self.tally.accesses, self.rows.len() as u64);
        let mut hours = Fates::default();
        for row in &self.coverage {
            assert!(row.fates.add_up(), "{row:?}");
            hours += &row.fates;
        }
        assert_eq!(hours, self.fates);
    }
}

/// The letter of a fate, and its count.
type Letter = (char, fn(&Fates) -> u64);

/// The fate of the packet that came between two sums.
fn letter(before: &Fates, after: &Fates) -> char {
    let counts: [Letter; 7] = [
        ('a', |fates| fates.access_packets),
        ('s', |fates| fates.solicited),
        ('x', |fates| fates.expected),
        ('o', |fates| fates.outbound),
        ('e', |fates| fates.elsewhere),
        ('m', |fates| fates.malformed),
        ('n', |fates| fates.not_ip),
    ];
    let mut grown = counts.iter().filter(|(_, count)| count(after) > count(before));
    let (letter, _) = grown.next().unwrap();
    assert!(grown.next().is_none(), "a packet of two fates");
    *letter
}

/// A packet at a time in seconds.
fn at(seconds: i64, packet: &Datagram) -> Frame {
    at_micros(seconds * SECOND, packet)
}

fn at_micros(time: Micros, packet: &Datagram) -> Frame {
    let bytes = ethernet(&packet.bytes, &[]);
    let wire_length = bytes.len() as u32;
    Frame { time, bytes, wire_length }
}

/// A frame of which only the first bytes were captured.
fn cut(frame: Frame, length: usize) -> Frame {
    let bytes = frame.bytes[..length].to_vec();
    Frame { bytes, ..frame }
}

fn fold(frames: &[Frame]) -> Folded {
    fold_frames(&points(), CAPACITY, frames)
}

/// The fates of packets at the two points of [`points`].
fn fates(frames: &[Frame]) -> String {
    fold(frames).letters
}

/// The one row that packets make.
fn row(frames: &[Frame]) -> Access {
    let [row] = <[Access; 1]>::try_from(fold(frames).rows).unwrap();
    row
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// The header of a packet from one address to another.
fn from_to(src: &str, dst: &str) -> Ip {
    Ip::new(ip(src), ip(dst))
}

/// A bare TCP segment.
fn segment(src: &str, dst: &str, ports: (u16, u16), flags: u8) -> Datagram {
    tcp(&from_to(src, dst), &Segment { ports, flags, ..Segment::default() })
}

/// A UDP datagram with a payload of four bytes.
fn datagram(src: &str, dst: &str, ports: (u16, u16)) -> Datagram {
    udp(&from_to(src, dst), ports, b"ping")
}

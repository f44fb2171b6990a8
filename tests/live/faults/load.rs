//! The steady load: packets that are told apart by their sources, and a few sources that send on and on.

use std::net::Ipv4Addr;
use std::path::Path;

use testkit::file::{Frame, pcapng};
use testkit::frame::{Ip, Segment, ethernet, tcp};

/// Packets a second.
pub(super) const RATE: u64 = 300;
/// The first of the sources that send one packet each (RFC 6598).
const SINGLE: u32 = u32::from_be_bytes([100, 64, 0, 0]);
/// The first of those that send on (RFC 5737).
const STEADY: u32 = u32::from_be_bytes([203, 0, 113, 0]);

/// Whether a source sends one packet only.
pub(super) fn is_single(source: Ipv4Addr) -> bool {
    u32::from(source) & 0xffc0_0000 == SINGLE
}

/// Writes so many packets to 198.18.0.0/24: every tenth is of one of eight sources that send on.
pub(super) fn write(path: &Path, packets: u32) {
    let frame = |number: u32| {
        let source = if number % 10 == 9 { STEADY + number / 10 % 8 } else { SINGLE + number };
        let to = Ipv4Addr::new(198, 18, 0, if number % 10 == 9 { 9 } else { (number % 250) as u8 });
        let ip = Ip::new(Ipv4Addr::from(source).into(), to.into());
        let segment = Segment { ports: (4_000, 23), flags: 2, ..Segment::default() };
        let bytes = ethernet(&tcp(&ip, &segment).bytes, &[]);
        let wire_length = u32::try_from(bytes.len()).unwrap();
        Frame { time: i64::from(number), bytes, wire_length }
    };
    let frames: Vec<Frame> = (0..packets).map(frame).collect();
    pcapng(&mut std::fs::File::create(path).unwrap(), &frames).unwrap();
}

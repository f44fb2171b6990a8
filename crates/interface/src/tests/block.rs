//! Blocks made by hand.

use dissect::LinkType;
use proptest::prelude::*;

use crate::block::{PacketType, header, locate, next, time};

const VALID: u32 = 1 << 4;
const TYPE_VALID: u32 = 1 << 6;

/// A frame as the kernel puts it into a block.
struct Made<'a> {
    status: u32,
    control: u32,
    kind: u16,
    packet_type: u8,
    bytes: &'a [u8],
    wire_length: u32,
}

impl Made<'_> {
    /// The frame's place in a block of frames; each takes 256 bytes.
    fn put(&self, block: &mut [u8], at: usize) {
        let mac: u16 = 86;
        let words = [
            (0, 256),
            (4, 1_700_000_000),
            (8, 123_456_789),
            (12, self.bytes.len() as u32),
            (16, self.wire_length),
            (20, self.status),
            (32, self.control),
        ];
        for (offset, word) in words {
            block[at + offset..at + offset + 4].copy_from_slice(&word.to_ne_bytes());
        }
        block[at + 24..at + 26].copy_from_slice(&mac.to_ne_bytes());
        block[at + 36..at + 38].copy_from_slice(&self.kind.to_ne_bytes());
        block[at + 58] = self.packet_type;
        let start = at + usize::from(mac);
        block[start..start + self.bytes.len()].copy_from_slice(self.bytes);
    }
}

const PLAIN: [u8; 20] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x08, 0x00, 0x45, 0, 0, 20, 1, 2];

fn made(bytes: &[u8]) -> Made<'_> {
    let wire_length = bytes.len() as u32;
    Made { status: 1, control: 0, kind: 0, packet_type: 0, bytes, wire_length }
}

/// The bytes and the wire length of what is lent of a frame.
fn lent(made: &Made<'_>, link: LinkType, snap: u32) -> (Vec<u8>, u32) {
    let mut block = vec![0; 512];
    made.put(&mut block, 48);
    let found = locate(&mut block, 48, link, snap).unwrap();
    assert_eq!(found.time, Some(1_700_000_000_123_456));
    (block[found.bytes].to_vec(), found.wire_length)
}

fn tagged(kind: [u8; 2], control: [u8; 2]) -> Vec<u8> {
    [&PLAIN[..12], &kind, &control, &PLAIN[12..]].concat()
}

#[test]
fn tags_are_restored() {
    let ethernet = |made: &Made<'_>| lent(made, LinkType::Ethernet, 1_000);
    assert_eq!(ethernet(&made(&PLAIN)), (PLAIN.to_vec(), 20));
    let cases = [
        // A tag with its type; one of which the type is not told; priority 0 of VLAN 0.
        (VALID | TYPE_VALID, 0x2005, 0x88a8, tagged([0x88, 0xa8], [0x20, 0x05])),
        (VALID, 5, 0, tagged([0x81, 0x00], [0, 5])),
        (VALID | TYPE_VALID, 0, 0x8100, tagged([0x81, 0x00], [0, 0])),
        // Kernels before the bits were introduced.
        (0, 7, 0, tagged([0x81, 0x00], [0, 7])),
    ];
    for (status, control, kind, expected) in cases {
        let made = Made { status, control, kind, wire_length: 1_400, ..made(&PLAIN) };
        assert_eq!(ethernet(&made), (expected, 1_404));
    }
}

#[test]
fn what_cannot_be_restored_stays() {
    let tag = |bytes| Made { status: VALID, control: 5, ..made(bytes) };
    assert_eq!(lent(&tag(&PLAIN), LinkType::RawIp, 100), (PLAIN.to_vec(), 20));
    assert_eq!(lent(&tag(&PLAIN[..11]), LinkType::Ethernet, 100), (PLAIN[..11].to_vec(), 11));
    let least = tag(&PLAIN[..12]);
    assert_eq!(lent(&least, LinkType::Ethernet, 100).0, tagged([0x81, 0], [0, 5])[..16]);
}

#[test]
fn snap_counts_the_tag() {
    let tag = Made { status: VALID, control: 5, ..made(&PLAIN) };
    let expected = tagged([0x81, 0], [0, 5])[..18].to_vec();
    assert_eq!(lent(&tag, LinkType::Ethernet, 18), (expected, 24));
    assert_eq!(lent(&made(&PLAIN), LinkType::Ethernet, 18), (PLAIN[..18].to_vec(), 20));
}

#[test]
fn frames_follow_one_another() {
    let mut block = vec![0; 1_024];
    block[12..16].copy_from_slice(&2_u32.to_ne_bytes());
    block[16..20].copy_from_slice(&48_u32.to_ne_bytes());
    Made { packet_type: 4, ..made(&PLAIN) }.put(&mut block, 48);
    Made { packet_type: 9, ..made(&PLAIN[..14]) }.put(&mut block, 304);
    assert_eq!(header(&block), Some((2, 48)));
    assert_eq!(next(&block, 48), Some(304));
    let types = [48, 304].map(|at| {
        let found = locate(&mut block, at, LinkType::Ethernet, 100).unwrap();
        found.packet_type
    });
    assert_eq!(types, [PacketType::Outgoing, PacketType::Other(9)]);
}

proptest! {
    /// Whatever is in a block, and wherever a frame is said to be.
    #[test]
    fn nothing_panics(mut block in prop::collection::vec(any::<u8>(), 0..400), at in 0_usize..500) {
        let length = block.len();
        header(&block);
        time(&block, at);
        next(&block, at);
        if let Some(found) = locate(&mut block, at, LinkType::Ethernet, 1_000) {
            prop_assert!(found.bytes.end <= length && found.bytes.start <= found.bytes.end);
        }
        locate(&mut block, usize::MAX, LinkType::Ethernet, 1_000);
    }
}

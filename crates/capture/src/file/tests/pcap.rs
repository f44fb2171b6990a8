//! The classic format.

use dissect::LinkType;

use super::build::{Bytes, small_pcap};
use super::{assert_chunking_is_nothing, read, read_whole};
use crate::file::bytes::Order;
use crate::file::{Damage, FileError, MAXIMUM_PACKET};

const MICROS: u32 = 0xa1b2_c3d4;
const NANOS: u32 = 0xa1b2_3c4d;
const MODIFIED: u32 = 0xa1b2_cd34;

fn both(build: impl Fn(Bytes) -> Bytes) -> [Vec<u8>; 2] {
    [Order::Big, Order::Little].map(|order| build(Bytes::new(order)).bytes)
}

fn damage(bytes: &[u8]) -> (usize, u64, Damage) {
    let whole = read(bytes).unwrap();
    match whole.error {
        Some(FileError::Broken { offset, why, .. }) => (whole.frames.len(), offset, why),
        other => panic!("{other:?}"),
    }
}

#[test]
fn both_byte_orders_and_both_resolutions() {
    for (magic, fraction) in [(MICROS, 999_999), (NANOS, 999_999_999)] {
        for bytes in both(|file| {
            file.pcap(magic, (2, 4), 1).record((1_700_000_000, fraction), b"packet", 1_514)
        }) {
            let whole = read_whole(&bytes);
            let [frame] = &whole.frames[..] else { panic!("{whole:?}") };
            assert_eq!(frame.time, Some(1_700_000_000_999_999));
            assert_eq!(frame.bytes, b"packet");
            assert_eq!(frame.wire_length, 1_514);
            assert_eq!(frame.link, LinkType::Ethernet);
            assert_eq!(whole.identity.bytes, bytes.len() as u64);
            assert_eq!(whole.identity.dropped, None);
        }
    }
}

#[test]
fn the_last_second_that_pcap_can_say_and_a_fraction_above_a_second() {
    for bytes in both(|file| file.pcap(MICROS, (2, 4), 1).record((u32::MAX, u32::MAX), b"", 0)) {
        assert_eq!(read_whole(&bytes).frames[0].time, Some(4_294_967_295_000_000 + 4_294_967_295));
    }
}

#[test]
fn records_of_the_modified_format_have_longer_headers() {
    for bytes in both(|file| {
        let first = file.pcap(MODIFIED, (2, 4), 1).u32(5).u32(6).u32(3).u32(60);
        let second = first.u32(1).u16(8).u16(4).raw(b"abc").u32(7).u32(8).u32(1).u32(9);
        second.u32(1).u16(8).u16(4).raw(b"d")
    }) {
        let frames = read_whole(&bytes).frames;
        assert_eq!((frames[0].time, &frames[0].bytes[..]), (Some(5_000_006), &b"abc"[..]));
        assert_eq!((frames[1].time, &frames[1].bytes[..]), (Some(7_000_008), &b"d"[..]));
        assert_eq!((frames[0].wire_length, frames[1].wire_length), (60, 9));
    }
}

#[test]
fn old_versions_swap_the_lengths() {
    for (version, lengths) in [
        ((2, 2), (60, 3)),
        ((2, 3), (60, 3)),
        ((2, 3), (3, 60)),
        ((543, 0), (60, 3)),
        ((2, 4), (3, 60)),
    ] {
        for bytes in both(|file| {
            file.pcap(MICROS, version, 1).u32(0).u32(0).u32(lengths.0).u32(lengths.1).raw(b"abc")
        }) {
            let frames = read_whole(&bytes).frames;
            assert_eq!((&frames[0].bytes[..], frames[0].wire_length), (&b"abc"[..], 60));
        }
    }
}

#[test]
fn the_check_sequence_bits_are_no_part_of_the_link_type() {
    for bytes in both(|file| file.pcap(MICROS, (2, 4), 0x2400_0001)) {
        assert!(read_whole(&bytes).frames.is_empty());
    }
}

#[test]
fn a_link_type_that_is_not_read_is_refused_by_name() {
    for bytes in both(|file| file.pcap(MICROS, (2, 4), 127).record((0, 0), b"", 0)) {
        let error = read(&bytes).unwrap_err();
        assert!(matches!(error, FileError::LinkType { number: 127, .. }), "{error:?}");
        assert!(error.to_string().contains("RADIOTAP"), "{error}");
        assert!(!error.is_partial());
    }
}

#[test]
fn the_longest_packet_and_one_more() {
    let longest = vec![7; MAXIMUM_PACKET as usize];
    for bytes in both(|file| file.pcap(MICROS, (2, 4), 1).record((0, 0), &longest, 9)) {
        assert_eq!(read_whole(&bytes).frames[0].bytes, longest);
    }
    let longer = vec![7; MAXIMUM_PACKET as usize + 1];
    for bytes in
        both(|file| file.pcap(MICROS, (2, 4), 1).record((0, 0), b"", 9).record((0, 0), &longer, 9))
    {
        assert_eq!(damage(&bytes), (1, 40, Damage::PacketLength(MAXIMUM_PACKET + 1)));
    }
}

#[test]
fn a_file_cut_anywhere_gives_all_packets_before() {
    let (bytes, boundaries) = small_pcap();
    for cut in 0..=bytes.len() {
        let prefix = &bytes[..cut];
        let Some(packets) = boundaries.iter().rposition(|&boundary| boundary <= cut) else {
            let error = read(prefix).unwrap_err();
            assert_eq!(error.is_partial(), cut >= 4, "{error}");
            continue;
        };
        let whole = read(prefix).unwrap();
        assert_eq!(whole.frames.len(), packets);
        assert_eq!(whole.identity.bytes, cut as u64);
        if boundaries.contains(&cut) {
            assert!(whole.error.is_none());
        } else {
            let (_, offset, why) = damage(prefix);
            assert_eq!(offset, boundaries[packets] as u64);
            assert!(matches!(why, Damage::CutShort(_)), "{why}");
        }
    }
}

#[test]
fn chunking_is_nothing() {
    let (bytes, _) = small_pcap();
    assert_chunking_is_nothing(&bytes);
    assert_chunking_is_nothing(&bytes[..bytes.len() - 5]);
}

#[test]
fn more_packets_than_the_buffer_holds() {
    let mut file = Bytes::new(Order::Big).pcap(NANOS, (2, 4), 1);
    for packet in 0..3_000_u32 {
        file = file.record((packet, 0), &vec![packet as u8; (packet as usize * 7) % 3_001], packet);
    }
    let whole = read_whole(&file.bytes);
    assert_eq!(whole.frames.len(), 3_000);
    for (packet, frame) in (0_u32..).zip(&whole.frames) {
        assert_eq!(frame.wire_length, packet);
        assert_eq!(frame.bytes, vec![packet as u8; (packet as usize * 7) % 3_001]);
    }
}

//! The newer format.

use dissect::LinkType;

use super::build::Bytes;
use super::{assert_chunking_is_nothing, read, read_whole};
use crate::file::bytes::Order;
use crate::file::{Damage, FileError, Unreadable};

const TSRESOL: u16 = 9;
const TSOFFSET: u16 = 14;
const IFDROP: u16 = 5;
const OSDROP: u16 = 7;

fn both(build: impl Fn(Bytes) -> Bytes) -> [Vec<u8>; 2] {
    [Order::Big, Order::Little].map(|order| build(Bytes::new(order)).bytes)
}

fn damage(bytes: &[u8]) -> (usize, Damage) {
    let whole = read(bytes).unwrap();
    match whole.error {
        Some(FileError::Broken { why, .. }) => (whole.frames.len(), why),
        other => panic!("{other:?}"),
    }
}

/// One packet of time stamp `units` on an interface with these options.
fn time_of(options: &[(u16, &[u8])], units: u64) -> Option<i64> {
    let file = Bytes::new(Order::Big).section().interface(1, 0, options).enhanced(0, units, b"", 0);
    read_whole(&file.bytes).frames[0].time
}

#[test]
fn every_block_that_carries_packets() {
    for bytes in both(|file| {
        file.section()
            .interface(1, 5, &[])
            .interface(101, 0, &[(TSRESOL, &[9])])
            .block(4, |names| names.u32(0))
            .enhanced(1, 1_500_000_000_123_456_789, b"raw", 1_500)
            .block(0x0bad, |custom| custom.u32(32_473).raw(b"custom"))
            .simple(b"simpl", 90)
            .simple(b"sim", 3)
            .block(2, |old| {
                let old = old.u16(0).u16(0xffff).u32(5).u32(6).u32(3).u32(8);
                old.raw(b"old\0").options(&[(2, &[0; 4])])
            })
            .block(0x8000_0001, |local| local.raw(&[9; 100]))
            .block(10, |secrets| secrets.u32(1).u32(0))
    }) {
        let whole = read_whole(&bytes);
        let seen: Vec<_> = whole
            .frames
            .iter()
            .map(|frame| (frame.time, frame.link, &frame.bytes[..], frame.wire_length))
            .collect();
        let raw = LinkType::from_number(101).unwrap();
        assert_eq!(
            seen,
            [
                (Some(1_500_000_000_123_456), raw, &b"raw"[..], 1_500),
                (None, LinkType::Ethernet, b"simpl", 90),
                (None, LinkType::Ethernet, b"sim", 3),
                (Some((5 << 32) + 6), LinkType::Ethernet, b"old", 8),
            ]
        );
        assert_eq!(whole.identity.dropped, None);
    }
}

#[test]
fn sections_have_their_own_byte_order_and_interfaces() {
    let little = Bytes::new(Order::Little)
        .section()
        .interface(1, 0, &[])
        .enhanced(0, 1, b"first", 5)
        .statistics(0, &[(IFDROP, &4_u64.to_le_bytes())])
        .bytes;
    let big = Bytes::new(Order::Big)
        .section()
        .interface(101, 0, &[])
        .enhanced(0, 2, b"second", 6)
        .statistics(0, &[(OSDROP, &3_u64.to_be_bytes())]);
    let whole = read_whole(&[little, big.bytes].concat());
    let links: Vec<_> = whole.frames.iter().map(|frame| (frame.time, frame.link)).collect();
    let raw = LinkType::from_number(101).unwrap();
    assert_eq!(links, [(Some(1), LinkType::Ethernet), (Some(2), raw)]);
    assert_eq!(whole.identity.dropped, Some(7));
}

#[test]
fn a_new_section_forgets_the_interfaces() {
    let file = Bytes::new(Order::Little).section().interface(1, 0, &[]).section();
    assert_eq!(damage(&file.enhanced(0, 0, b"", 0).bytes), (0, Damage::Interface(0)));
}

#[test]
fn resolutions_decimal_and_binary() {
    assert_eq!(time_of(&[], 1_234_567), Some(1_234_567));
    assert_eq!(time_of(&[(TSRESOL, &[0])], 77), Some(77_000_000));
    assert_eq!(time_of(&[(TSRESOL, &[3])], 77_001), Some(77_001_000));
    assert_eq!(time_of(&[(TSRESOL, &[6])], 77), Some(77));
    assert_eq!(time_of(&[(TSRESOL, &[9])], 1_999), Some(1));
    assert_eq!(time_of(&[(TSRESOL, &[25])], u64::MAX), Some(1));
    assert_eq!(time_of(&[(TSRESOL, &[26])], u64::MAX), Some(0));
    assert_eq!(time_of(&[(TSRESOL, &[127])], u64::MAX), Some(0));
    assert_eq!(time_of(&[(TSRESOL, &[0x80])], 77), Some(77_000_000));
    assert_eq!(time_of(&[(TSRESOL, &[0x8a])], 1_536), Some(1_500_000));
    assert_eq!(time_of(&[(TSRESOL, &[0xa0])], 3 << 31), Some(1_500_000));
    assert_eq!(time_of(&[(TSRESOL, &[0xff])], u64::MAX), Some(0));
}

#[test]
fn offsets_move_the_time_and_overflow_leaves_none() {
    let offset = |seconds: i64| seconds.to_be_bytes();
    assert_eq!(time_of(&[(TSOFFSET, &offset(60))], 5), Some(60_000_005));
    assert_eq!(time_of(&[(TSOFFSET, &offset(-60))], 5), Some(-59_999_995));
    assert_eq!(time_of(&[(TSOFFSET, &offset(i64::MAX))], u64::MAX), None);
    assert_eq!(time_of(&[(TSOFFSET, &offset(i64::MIN))], 0), None);
    assert_eq!(time_of(&[(TSRESOL, &[0])], u64::MAX), None);
    assert_eq!(time_of(&[], 253_402_300_799_999_999), Some(253_402_300_799_999_999));
    assert_eq!(time_of(&[], 253_402_300_800_000_000), None);
}

#[test]
fn options_end_at_the_end_mark() {
    assert_eq!(time_of(&[(2, b"eth0"), (0, b""), (TSRESOL, &[0])], 5), Some(5));
    assert_eq!(time_of(&[(2, b"a"), (TSRESOL, &[0])], 5), Some(5_000_000));
}

#[test]
fn a_clock_option_of_the_wrong_length_is_damage() {
    let file = |options| Bytes::new(Order::Big).section().interface(1, 0, options).bytes;
    assert_eq!(
        damage(&file(&[(TSRESOL, &[6, 0])])).1,
        Damage::OptionLength { option: 9, length: 2 }
    );
    assert_eq!(
        damage(&file(&[(TSOFFSET, &[0; 4])])).1,
        Damage::OptionLength { option: 14, length: 4 }
    );
}

#[test]
fn the_last_statistics_of_each_interface_count() {
    for order in [Order::Big, Order::Little] {
        let number = |number: u64| Bytes::new(order).u64(number).bytes;
        let file = Bytes::new(order)
            .section()
            .interface(1, 0, &[])
            .interface(1, 0, &[])
            .statistics(0, &[(4, &number(1_000)), (IFDROP, &number(1)), (OSDROP, &number(2))])
            .statistics(1, &[(IFDROP, &number(100))])
            .statistics(9, &[(IFDROP, &number(100_000))])
            .statistics(0, &[(IFDROP, &number(10)), (OSDROP, &number(20))]);
        assert_eq!(read_whole(&file.bytes).identity.dropped, Some(130));
    }
}

#[test]
fn packets_of_unreadable_interfaces_are_counted() {
    let file = Bytes::new(Order::Little)
        .section()
        .interface(127, 0, &[])
        .interface(1, 0, &[])
        .enhanced(0, 0, &[7; 3_000_000], 9)
        .enhanced(1, 0, b"read", 4)
        .simple(b"not read", 8)
        .bytes;
    let whole = read_whole(&file);
    assert_eq!(whole.frames.len(), 1);
    let [Unreadable { number: 127, link, packets: 2 }] = whole.identity.unreadable[..] else {
        panic!("{:?}", whole.identity);
    };
    assert_eq!(link, "IEEE802_11_RADIOTAP");
    assert_eq!(whole.identity.unreadable_packets(), 2);
}

#[test]
fn a_file_of_unreadable_packets_only_is_refused_at_its_end() {
    let file = Bytes::new(Order::Little).section().interface(127, 0, &[]).interface(1, 0, &[]);
    assert!(read_whole(&file.bytes).frames.is_empty(), "no packet, nothing to refuse");
    let whole = read(&file.simple(b"", 0).bytes).unwrap();
    let error = whole.error.unwrap();
    assert!(matches!(error, FileError::LinkType { number: 127, .. }), "{error:?}");
    assert!(!error.is_partial());
    assert_eq!(whole.identity.unreadable_packets(), 1);
}

#[test]
fn lengths_that_contradict_are_damage() {
    let start = || Bytes::new(Order::Big).section().interface(1, 0, &[]).enhanced(0, 0, b"", 0);
    let block = |kind: u32, head: u32, body: &[u8], trailer: u32| {
        start().u32(kind).u32(head).raw(body).u32(trailer).raw(&[0; 64]).bytes
    };
    assert_eq!(
        damage(&block(9, 16, &[0; 4], 20)),
        (1, Damage::BlockTrailer { head: 16, trailer: 20 })
    );
    assert_eq!(
        damage(&block(1, 20, &[0, 1, 0, 0, 0, 0, 0, 0], 16)),
        (1, Damage::BlockTrailer { head: 20, trailer: 16 })
    );
    for (kind, length) in [(9, 0), (9, 8), (9, 17), (6, 28), (3, 12), (1, 16), (5, 20), (2, 28)] {
        let (frames, why) = damage(&block(kind, length, &[0; 64], length));
        assert_eq!(frames, 1);
        assert!(matches!(why, Damage::BlockLength { .. }), "{why}");
    }
}

#[test]
fn packets_longer_than_their_block_or_than_any_packet() {
    let start = || Bytes::new(Order::Big).section().interface(1, 0, &[]);
    let packet = |captured: u32| {
        let body = |body: Bytes| body.u32(0).u64(0).u32(captured).u32(captured).u32(1);
        damage(&start().block(6, body).bytes).1
    };
    assert_eq!(packet(5), Damage::PacketOutsideBlock { packet: 5, room: 4 });
    assert_eq!(packet(262_145), Damage::PacketLength(262_145));
    assert_eq!(packet(u32::MAX), Damage::PacketLength(u32::MAX));
    assert_eq!(
        damage(&start().simple(b"abcd", 5).bytes).1,
        Damage::PacketOutsideBlock { packet: 5, room: 4 }
    );
    assert_eq!(damage(&start().enhanced(1, 0, b"", 0).bytes).1, Damage::Interface(1));
}

#[test]
fn large_blocks_are_passed_over_and_never_held() {
    let file = Bytes::new(Order::Big)
        .section()
        .interface(1, 0, &[])
        .block(99, |body| body.raw(&[1; 5_000_000]))
        .enhanced(0, 0, b"behind", 6);
    assert_eq!(read_whole(&file.bytes).frames.len(), 1);
    let options = Bytes::new(Order::Big).section().block(1, |body| body.raw(&[1; 2_000_000]));
    assert!(matches!(damage(&options.bytes).1, Damage::BlockLength { .. }));
}

#[test]
fn interfaces_are_bounded() {
    let mut file = Bytes::new(Order::Big).section();
    for _ in 0..=65_536 {
        file = file.interface(1, 0, &[]);
    }
    assert_eq!(damage(&file.bytes).1, Damage::Interfaces(65_536));
}

#[test]
fn a_section_that_cannot_be_told() {
    let mark = Bytes::new(Order::Big).block(0x0a0d_0d0a, |body| body.u32(7).raw(&[0; 12]));
    let version = Bytes::new(Order::Big)
        .block(0x0a0d_0d0a, |body| body.u32(0x1a2b_3c4d).u16(2).raw(&[0; 10]));
    for (file, expected) in [(mark, Damage::ByteOrder(7)), (version, Damage::Version(2))] {
        let Err(FileError::Broken { offset: 0, why, .. }) = read(&file.bytes) else { panic!() };
        assert_eq!(why, expected);
    }
}

/// A capture with every kind of block and the ends of its blocks, each with the packets before it.
fn small() -> (Vec<u8>, Vec<(usize, usize)>) {
    let mut file = Bytes::new(Order::Little).section();
    let mut ends = vec![(file.bytes.len(), 0)];
    type Append = fn(Bytes) -> Bytes;
    let blocks: [(Append, usize); 8] = [
        (|file| file.interface(1, 0, &[(2, b"eth0")]), 0),
        (|file| file.enhanced(0, 1, b"one", 3), 1),
        (|file| file.simple(b"two", 3), 2),
        (|file| file.block(77, |body| body.raw(&[5; 21])), 2),
        (|file| file.statistics(0, &[(IFDROP, &[0; 8])]), 2),
        (Bytes::section, 2),
        (|file| file.interface(1, 0, &[]), 2),
        (|file| file.enhanced(0, 1, b"three", 3), 3),
    ];
    for (block, packets) in blocks {
        file = block(file);
        ends.push((file.bytes.len(), packets));
    }
    (file.bytes, ends)
}

#[test]
fn a_file_cut_anywhere_gives_all_packets_before() {
    let (bytes, ends) = small();
    for cut in 0..=bytes.len() {
        let Some(&(end, packets)) = ends.iter().rfind(|&&(end, _)| end <= cut) else {
            assert_eq!(read(&bytes[..cut]).unwrap_err().is_partial(), cut >= 4);
            continue;
        };
        let whole = read(&bytes[..cut]).unwrap();
        assert_eq!(whole.frames.len(), packets, "cut at {cut}");
        match whole.error {
            None => assert_eq!(cut, end),
            Some(FileError::Broken { offset, why: Damage::CutShort(_), .. }) => {
                assert!(cut > end && offset == end as u64);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn chunking_is_nothing() {
    let (bytes, _) = small();
    assert_chunking_is_nothing(&bytes);
    assert_chunking_is_nothing(&bytes[..bytes.len() - 3]);
}

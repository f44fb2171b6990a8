//! Whatever bytes come.

use proptest::collection::vec;
use proptest::prelude::*;

use super::build::{Bytes, bzip2, gzip, small_pcap, xz, zstd};
use super::{Drip, read, read_from};
use crate::file::bytes::Order;

/// Beginnings that bring a reader past its first check.
fn beginnings() -> Vec<Vec<u8>> {
    let mut beginnings = Vec::new();
    for order in [Order::Big, Order::Little] {
        for magic in [0xa1b2_c3d4, 0xa1b2_3c4d, 0xa1b2_cd34] {
            beginnings.push(Bytes::new(order).pcap(magic, (2, 4), 1).bytes);
        }
        beginnings.push(Bytes::new(order).section().bytes);
        beginnings.push(Bytes::new(order).section().interface(1, 96, &[]).bytes);
    }
    for pack in [gzip, zstd, bzip2, xz] {
        let packed = pack(&small_pcap().0);
        for kept in [6, 18, packed.len() / 2, packed.len()] {
            beginnings.push(packed[..kept.min(packed.len())].to_vec());
        }
    }
    beginnings.push(Vec::new());
    beginnings
}

/// Bytes that are often small numbers, as lengths are.
fn arbitrary() -> impl Strategy<Value = Vec<u8>> {
    vec(prop_oneof![Just(0), 0..32_u8, any::<u8>()], 0..400)
}

/// A block whose type, length and body fit now and then.
fn block() -> impl Strategy<Value = Vec<u8>> {
    let lengths = prop_oneof![4 => Just(None), 1 => any::<u32>().prop_map(Some)];
    (0..12_u32, arbitrary(), lengths).prop_map(|(kind, mut body, length)| {
        body.truncate(body.len() / 4 * 4);
        let length = length.unwrap_or(body.len() as u32 + 12);
        Bytes::new(Order::Little).u32(kind).u32(length).raw(&body).u32(length).bytes
    })
}

/// Reads without a panic, and the same in small pieces.
fn survives(bytes: &[u8]) {
    match (read(bytes), read_from(Drip::new(bytes, 5))) {
        (Ok(whole), Ok(drip)) => assert_eq!(whole.comparable(), drip.comparable()),
        (Err(whole), Err(drip)) => assert_eq!(whole.to_string(), drip.to_string()),
        (whole, drip) => panic!("{whole:?} in one piece, {drip:?} in small ones"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_bytes_after_each_beginning(rest in arbitrary()) {
        for mut bytes in beginnings() {
            bytes.extend_from_slice(&rest);
            survives(&bytes);
        }
    }

    #[test]
    fn arbitrary_blocks(blocks in vec(block(), 0..20)) {
        let start = Bytes::new(Order::Little).section().interface(1, 0, &[]).interface(127, 0, &[]);
        survives(&start.raw(&blocks.concat()).bytes);
    }

    #[test]
    fn arbitrary_damage(place in any::<prop::sample::Index>(), flip in 1..=255_u8) {
        for mut bytes in beginnings() {
            if !bytes.is_empty() {
                let place = place.index(bytes.len());
                bytes[place] ^= flip;
            }
            survives(&bytes);
        }
    }
}

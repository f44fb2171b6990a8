//! Compression around a capture.

use std::io::Write;

use super::build::{Bytes, bzip2, gzip, noise, small_pcap, xz, zstd};
use super::{assert_chunking_is_nothing, read, read_whole};
use crate::file::bytes::Order;
use crate::file::{Damage, FileError};

type Pack = fn(&[u8]) -> Vec<u8>;

const PACKS: [(&str, Pack); 4] = [("gzip", gzip), ("zstd", zstd), ("bzip2", bzip2), ("xz", xz)];

/// A capture that does not compress, long enough for several blocks of each compression.
fn long_pcap() -> Vec<u8> {
    let noise = noise(800_000);
    let mut file = Bytes::new(Order::Little).pcap(0xa1b2_c3d4, (2, 4), 1);
    for packet in noise.chunks(1_000) {
        file = file.record((0, 0), packet, 1_000);
    }
    file.bytes
}

fn why(bytes: &[u8]) -> Damage {
    match read(bytes).map(|whole| whole.error) {
        Ok(Some(FileError::Broken { why, .. })) | Err(FileError::Broken { why, .. }) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_compression_gives_what_is_within() {
    let bytes = long_pcap();
    let plain = read_whole(&bytes);
    for (name, pack) in PACKS {
        assert_eq!(read_whole(&pack(&bytes)).comparable(), plain.comparable(), "{name}");
    }
}

#[test]
fn two_compressions_but_not_three() {
    let (bytes, _) = small_pcap();
    let plain = read_whole(&bytes);
    for (outer, pack) in PACKS {
        for (inner, again) in PACKS {
            let packed = pack(&again(&bytes));
            assert_eq!(read_whole(&packed).comparable(), plain.comparable(), "{inner}, {outer}");
            let error = read(&gzip(&packed)).unwrap_err();
            assert!(matches!(error, FileError::Format { .. }), "{error}");
            assert!(!error.is_partial());
        }
    }
}

#[test]
fn several_members_with_zeros_between_and_behind() {
    let (bytes, _) = small_pcap();
    let plain = read_whole(&bytes);
    let (one, two) = bytes.split_at(50);
    for (name, pack) in PACKS {
        let packed = [pack(one), pack(b""), vec![0; 8], pack(two), vec![0; 100_000]].concat();
        assert_eq!(read_whole(&packed).comparable(), plain.comparable(), "{name}");
    }
}

#[test]
fn a_skippable_zstd_frame_may_come_first() {
    let (bytes, _) = small_pcap();
    let packed = [&[0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4][..], &zstd(&bytes)].concat();
    assert_eq!(read_whole(&packed).comparable(), read_whole(&bytes).comparable());
}

#[test]
fn something_else_behind_is_damage_behind_all_packets() {
    let (bytes, _) = small_pcap();
    for (name, pack) in PACKS {
        let packed = [&pack(&bytes)[..], &[0, 0, 0, 0], b"else"].concat();
        let whole = read(&packed).unwrap();
        assert_eq!(whole.frames.len(), 5, "{name}");
        assert_eq!(why(&packed), Damage::Trailing(name));
        assert_eq!(whole.identity, read_whole(&bytes).identity);
    }
}

#[test]
fn compressed_data_cut_anywhere_give_what_was_whole() {
    let (bytes, _) = small_pcap();
    let frames = read_whole(&bytes).frames;
    for (name, pack) in PACKS {
        let packed = pack(&bytes);
        for cut in 6..packed.len() {
            match read(&packed[..cut]) {
                Ok(whole) => {
                    assert_eq!(whole.frames[..], frames[..whole.frames.len()], "{name} {cut}");
                    assert!(whole.error.is_some_and(|error| error.is_partial()), "{name} {cut}");
                }
                Err(error) => assert!(error.is_partial(), "{name} {cut}: {error}"),
            }
        }
    }
}

#[test]
fn a_cut_loses_no_more_than_the_last_block() {
    let bytes = long_pcap();
    for (name, pack) in PACKS {
        let packed = pack(&bytes);
        let whole = read(&packed[..packed.len() - 10]).unwrap();
        let block = if name == "bzip2" { 100 } else { 132 };
        assert!(whole.frames.len() >= 800 - block, "{name}: {}", whole.frames.len());
        assert_eq!(why(&packed[..packed.len() - 10]), Damage::CompressedCut(name));
    }
}

#[test]
fn a_wrong_byte_loses_no_more_than_its_block() {
    let bytes = long_pcap();
    let plain = read_whole(&bytes);
    for (name, pack) in PACKS {
        let mut packed = pack(&bytes);
        let checksum = packed.len() - if name == "gzip" { 8 } else { 4 };
        packed[checksum] ^= 0x40;
        let whole = read(&packed).unwrap();
        assert!(whole.error.is_some(), "{name}");
        assert_eq!(whole.frames, plain.frames, "{name}: all was there before the checksum");
        assert_eq!(why(&packed), Damage::Corrupt(name));
    }
}

#[test]
fn chunking_is_nothing_even_where_the_data_are_damaged() {
    let (bytes, _) = small_pcap();
    for (_, pack) in PACKS {
        let packed = pack(&bytes);
        assert_chunking_is_nothing(&packed);
        assert_chunking_is_nothing(&gzip(&packed));
        assert_chunking_is_nothing(&packed[..packed.len() / 2]);
    }
    let bytes = long_pcap();
    for (_, pack) in PACKS {
        for place in [70_000, 399_999, 700_001] {
            let mut packed = pack(&bytes);
            packed[place] ^= 0xff;
            assert_chunking_is_nothing(&packed);
            assert_chunking_is_nothing(&gzip(&packed));
        }
    }
}

#[test]
fn unpacking_takes_no_more_memory_than_agreed() {
    let mut encoder = zstd::stream::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(28).unwrap();
    encoder.write_all(&small_pcap().0).unwrap();
    let packed = encoder.finish().unwrap();
    assert_eq!(why(&packed), Damage::Memory { format: "zstd", mebibytes: 128 });

    // An xz block's header, behind the stream's 12 bytes: its size, flags, the filter's number, the
    // length of its properties, the dictionary's size (0x1e: 128 MiB), padding, CRC-32.
    let mut packed = xz(&small_pcap().0);
    packed[16] = 0x1e;
    let crc = crc32(&packed[12..20]);
    packed[20..24].copy_from_slice(&crc.to_le_bytes());
    assert_eq!(why(&packed), Damage::Memory { format: "xz", mebibytes: 128 });
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[test]
fn an_empty_file_within_compression_is_empty() {
    for (name, pack) in PACKS {
        let error = read(&pack(b"")).unwrap_err();
        assert!(matches!(error, FileError::Empty { .. }), "{name}: {error}");
    }
}

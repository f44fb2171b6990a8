//! Sources: what they are named, how they fail, how far they are.

use std::io::{self, Cursor, Read};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::build::{gzip, small_pcap};
use super::{read, read_from, read_whole};
use crate::file::{CaptureFile, FileError, sha256_of};

struct Failing;

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("the disk is on fire"))
    }
}

#[test]
fn a_source_that_fails_gives_what_came_before() {
    let (bytes, boundaries) = small_pcap();
    let cut = boundaries[3] + 5;
    for bytes in [bytes[..cut].to_vec(), gzip(&bytes[..cut])] {
        let kept = bytes.len() - if bytes.len() == cut { 0 } else { 8 };
        let whole = read_from(Cursor::new(bytes[..kept].to_vec()).chain(Failing)).unwrap();
        assert_eq!(whole.frames.len(), 3);
        let error = whole.error.unwrap();
        assert!(error.is_partial());
        let offset = boundaries[3] as u64;
        assert!(matches!(error, FileError::Read { offset: at, .. } if at == offset), "{error}");
        assert!(error.to_string().contains("on fire"), "{error}");
    }
}

#[test]
fn a_failure_behind_damage_is_told_by_finish() {
    let (mut bytes, boundaries) = small_pcap();
    bytes[boundaries[1] + 11] = 0xff;
    let source = Cursor::new(bytes.clone()).chain(Failing);
    let mut file = CaptureFile::new("test", Box::new(source)).unwrap();
    assert!(file.next_frame().unwrap().is_some());
    assert!(matches!(file.next_frame(), Err(FileError::Broken { .. })));
    let Err(FileError::Read { offset, .. }) = file.finish() else { panic!() };
    assert_eq!(offset, bytes.len() as u64);
}

#[test]
fn the_identity_is_of_the_whole_file_even_behind_damage() {
    let (mut bytes, boundaries) = small_pcap();
    bytes[boundaries[1] + 11] = 0xff;
    bytes.extend_from_slice(&vec![3; 3_000_000]);
    let whole = read(&bytes).unwrap();
    assert!(whole.error.is_some());
    assert_eq!(whole.identity.bytes, bytes.len() as u64);
    assert_eq!(whole.identity.sha256, <[u8; 32]>::from(Sha256::digest(&bytes)));
    assert_eq!(read_whole(&small_pcap().0).identity.unreadable_packets(), 0);
}

#[test]
fn progress_counts_stored_bytes() {
    let packed = gzip(&small_pcap().0);
    let mut file = CaptureFile::new("test", Box::new(Cursor::new(packed.clone()))).unwrap();
    while file.next_frame().unwrap().is_some() {}
    assert_eq!((file.bytes_read(), file.input_length()), (packed.len() as u64, None));
}

#[test]
fn paths_that_cannot_be_opened() {
    for path in [Path::new("/nowhere/at/all.pcap"), Path::new("/")] {
        let Err(error) = CaptureFile::open(path) else { panic!("{path:?}") };
        assert!(matches!(error, FileError::Open { .. }), "{error}");
        assert!(matches!(sha256_of(path), Err(FileError::Open { .. })));
        assert!(!error.is_partial());
    }
}

#[test]
fn other_formats_are_refused_by_name() {
    let mut tar = vec![b'x'; 257];
    tar.extend_from_slice(b"ustar\0");
    let erf = [0, 0, 0, 0, 0x1d, 0x48, 0x74, 0x50, 2, 4, 0, 80, 0, 0, 0, 60];
    for (bytes, word) in [
        (&b"snoop\0\0\0\0\0\0\x02"[..], "snoop"),
        (b"btsnoop\0", "Bluetooth"),
        (b"GMBU", "Network Monitor"),
        (b"PK\x03\x04rest", "zip"),
        (b"\x04\x22\x4d\x18", "lz4"),
        (&tar, "tar archive"),
        (&erf, "ERF"),
        (b"StartTime,Dur", "53 74 61 72 74 54 69 6d"),
        (b"\xd4\xc3", "d4 c3"),
    ] {
        for bytes in [bytes.to_vec(), gzip(bytes)] {
            let error = read(&bytes).unwrap_err();
            assert!(error.to_string().contains(word), "{error}");
            assert!(!error.is_partial());
        }
    }
    assert!(matches!(read(b""), Err(FileError::Empty { .. })));
}

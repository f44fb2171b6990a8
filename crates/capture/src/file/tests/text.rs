//! Files that are no captures, and files that nobody has decided on yet.

use std::io::{BufRead, Cursor, Read};

use sha2::{Digest as _, Sha256};

use super::Drip;
use super::build::{gzip, small_pcap};
use crate::file::{FileError, Opened, TextFile};

fn opened(bytes: &[u8]) -> Opened {
    Opened::new("test", Box::new(Cursor::new(bytes.to_vec()))).unwrap()
}

/// Everything that a text gives, and its error.
fn read(mut text: TextFile) -> (Vec<u8>, Option<FileError>, TextFile) {
    let (mut bytes, mut error) = (Vec::new(), None);
    if let Err(stop) = text.read_to_end(&mut bytes) {
        error = Some(FileError::within(stop).unwrap());
    }
    assert!(text.fill_buf().unwrap().is_empty(), "the end is for ever");
    (bytes, error, text)
}

fn lines() -> Vec<u8> {
    (0..300_000).map(|line| format!("line {line} \n")).collect::<String>().into_bytes()
}

#[test]
fn a_text_is_given_whole_however_it_comes() {
    let bytes = lines();
    for stored in [bytes.clone(), gzip(&bytes)] {
        for step in [1_000, 65_537, usize::MAX] {
            let mut opened = Opened::new("test", Box::new(Drip::new(&stored, step))).unwrap();
            assert!(!opened.is_capture());
            assert_eq!(opened.first_bytes(), &bytes[..Opened::FIRST]);
            let (given, error, text) = read(opened.into_text());
            assert!(given == bytes && error.is_none());
            assert_eq!((text.bytes_read(), text.input_length()), (stored.len() as u64, None));
            let identity = text.finish().unwrap();
            assert_eq!(identity.bytes, bytes.len() as u64);
            assert_eq!(identity.sha256, <[u8; 32]>::from(Sha256::digest(&bytes)));
        }
    }
}

#[test]
fn a_text_that_was_not_read_has_its_identity_too() {
    let bytes = lines();
    let mut text = opened(&bytes).into_text();
    text.consume(7);
    let identity = text.finish().unwrap();
    assert_eq!(identity.sha256, <[u8; 32]>::from(Sha256::digest(&bytes)));
}

#[test]
fn a_capture_is_looked_at_and_then_read() {
    let (bytes, _) = small_pcap();
    for stored in [bytes.clone(), gzip(&bytes)] {
        let mut opened = opened(&stored);
        assert!(opened.is_capture());
        assert_eq!(opened.first_bytes(), bytes);
        let mut capture = opened.into_capture().unwrap();
        let mut frames = 0;
        while capture.next_frame().unwrap().is_some() {
            frames += 1;
        }
        assert!(frames > 3);
        assert_eq!(capture.finish().unwrap().bytes, bytes.len() as u64);
    }
}

#[test]
fn a_break_is_told_once_to_who_reads() {
    for length in [50, 300_000] {
        let bytes = &lines()[..length];
        let mut stored = gzip(bytes);
        stored.truncate(stored.len() - 8);
        let mut opened = opened(&stored);
        assert!(!opened.is_capture() && opened.first_bytes().len() == length.min(Opened::FIRST));
        let (given, error, text) = read(opened.into_text());
        assert_eq!(given, bytes);
        let error = error.unwrap();
        assert!(error.is_partial());
        let offset = length as u64;
        assert!(matches!(error, FileError::Broken { offset: at, .. } if at == offset), "{error}");
        assert_eq!(text.finish().unwrap().bytes, offset);
    }
}

#[test]
fn an_empty_file_is_an_empty_text() {
    let (given, error, text) = read(opened(b"").into_text());
    assert!(given.is_empty() && error.is_none());
    assert_eq!(text.finish().unwrap().bytes, 0);
    assert!(matches!(opened(b"").into_capture(), Err(FileError::Empty { .. })));
}

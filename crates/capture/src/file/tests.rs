//! Tests of the readers.

// An overflow in a test fails the test.
#![allow(clippy::arithmetic_side_effects)]

mod build;
mod compressed;
mod corpus;
mod hostile;
mod pcap;
mod pcapng;
mod source;
mod text;

use std::io::{self, Cursor, Read};

use super::{CaptureFile, FileError, Identity};
use dissect::LinkType;

/// A frame that outlives the buffer.
#[derive(Clone, Debug, PartialEq)]
struct Kept {
    time: Option<i64>,
    link: LinkType,
    bytes: Vec<u8>,
    wire_length: u32,
}

/// All that a file gives.
#[derive(Debug)]
struct Whole {
    frames: Vec<Kept>,
    error: Option<FileError>,
    identity: Identity,
}

impl Whole {
    /// What can be compared: frames, the error's sentence, the identity.
    fn comparable(&self) -> (&[Kept], Option<String>, &Identity) {
        (&self.frames, self.error.as_ref().map(ToString::to_string), &self.identity)
    }
}

/// Reads all of a capture that is not refused at its beginning.
fn read_from(source: impl Read + Send + 'static) -> Result<Whole, FileError> {
    let mut file = CaptureFile::new("test", Box::new(source))?;
    let (mut frames, mut error) = (Vec::new(), None);
    loop {
        match file.next_frame() {
            Ok(Some(frame)) => frames.push(Kept {
                time: frame.time,
                link: frame.link,
                bytes: frame.bytes.to_vec(),
                wire_length: frame.wire_length,
            }),
            Ok(None) => break,
            Err(stop) => {
                assert!(error.is_none(), "a second error: {stop}");
                error = Some(stop);
            }
        }
    }
    assert!(matches!(file.next_frame(), Ok(None)), "the end is for ever");
    Ok(Whole { frames, error, identity: file.finish()? })
}

fn read(bytes: &[u8]) -> Result<Whole, FileError> {
    read_from(Cursor::new(bytes.to_vec()))
}

/// Reads a capture that is in order.
fn read_whole(bytes: &[u8]) -> Whole {
    let whole = read(bytes).unwrap();
    assert!(whole.error.is_none(), "{:?}", whole.error);
    whole
}

/// A source that gives `step` bytes at a time, and is interrupted now and then.
struct Drip {
    bytes: Cursor<Vec<u8>>,
    step: usize,
    reads: usize,
}

impl Drip {
    fn new(bytes: &[u8], step: usize) -> Drip {
        Drip { bytes: Cursor::new(bytes.to_vec()), step, reads: 0 }
    }
}

impl Read for Drip {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reads += 1;
        if self.reads % 7 == 3 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let length = buffer.len().min(self.step);
        self.bytes.read(&mut buffer[..length])
    }
}

/// That the source's chunking changes nothing.
fn assert_chunking_is_nothing(bytes: &[u8]) {
    let whole = read(bytes);
    for step in [1, 2, 3, 7, 64, 1_000, 65_537] {
        match (&whole, read_from(Drip::new(bytes, step))) {
            (Ok(whole), Ok(drip)) => assert_eq!(whole.comparable(), drip.comparable()),
            (Err(whole), Err(drip)) => assert_eq!(whole.to_string(), drip.to_string()),
            (whole, drip) => panic!("{whole:?} in one piece, {drip:?} in pieces of {step}"),
        }
    }
}

//! The decompressed bytes of one file: a buffer to parse in, and their hash.

use std::io::{self, Read};
use std::ops::Range;

use sha2::{Digest as _, Sha256};

use super::error::{Damage, Stop};
use super::identity::Digest;

/// How many bytes are read and hashed at a time: small enough to be parsed while still in cache.
const READ: usize = 256 * 1024;

/// The most bytes that [`Input::need`] can give at a time: room for the longest packet with its
/// headers and options.
pub(super) const HOLD: usize = 1024 * 1024;

/// The decompressed bytes, in order, with a position.
pub(super) struct Input {
    source: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Offset of `buffer[start]` from the beginning of the file.
    offset: u64,
    mark: u64,
    ended: bool,
    /// A failure that came while somebody only looked.
    failure: Option<Stop>,
    sha256: Sha256,
}

impl Input {
    pub(super) fn new(source: Box<dyn Read + Send>) -> Input {
        Input {
            source,
            buffer: vec![0; HOLD.saturating_add(READ)],
            start: 0,
            end: 0,
            offset: 0,
            mark: 0,
            ended: false,
            failure: None,
            sha256: Sha256::new(),
        }
    }

    /// Where we are, in bytes from the beginning.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Remembers that a record begins here.
    pub(super) fn set_mark(&mut self) {
        self.mark = self.offset;
    }

    /// Where the last record begins.
    pub(super) fn mark(&self) -> u64 {
        self.mark
    }

    /// What is in the buffer from here on.
    pub(super) fn ahead(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Bytes that [`Input::take`] gave, valid until more is asked for.
    pub(super) fn bytes(&self, range: Range<usize>) -> &[u8] {
        self.buffer.get(range).unwrap_or_default()
    }

    /// Sees to it that `length` bytes, at most [`HOLD`], are [`Input::ahead`]; false: the input ends
    /// before.
    pub(super) fn ensure(&mut self, length: usize) -> Result<bool, Stop> {
        while self.end.saturating_sub(self.start) < length {
            if self.more()? == 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Looks at the first `length` bytes ahead, at most [`HOLD`], or at fewer where there are no
    /// more. That the input fails among them is told to who reads on.
    pub(super) fn peek(&mut self, length: usize) -> &[u8] {
        if let Err(stop) = self.ensure(length) {
            self.failure = Some(stop);
        }
        let ahead = self.ahead();
        ahead.get(..length).unwrap_or(ahead)
    }

    /// As [`Input::ensure`]; that the input ends before is damage to `what`.
    pub(super) fn need(&mut self, length: usize, what: &'static str) -> Result<(), Stop> {
        if self.ensure(length)? { Ok(()) } else { Err(Damage::CutShort(what).into()) }
    }

    /// Passes over `length` bytes that are [`Input::ahead`].
    pub(super) fn take(&mut self, length: usize) -> Range<usize> {
        let from = self.start;
        self.start = from.saturating_add(length).min(self.end);
        let range = from..self.start;
        self.offset = self.offset.saturating_add(range.len() as u64);
        range
    }

    /// Passes over any number of bytes without holding them; false: the input ends before.
    pub(super) fn skip(&mut self, mut length: u64) -> Result<bool, Stop> {
        while length > 0 {
            if !self.ensure(1)? {
                return Ok(false);
            }
            let step = usize::try_from(length).unwrap_or(usize::MAX);
            length = length.saturating_sub(self.take(step).len() as u64);
        }
        Ok(true)
    }

    /// Reads and hashes all that is left.
    pub(super) fn drain(&mut self) -> Result<(), Stop> {
        loop {
            self.take(usize::MAX);
            if self.more()? == 0 {
                return Ok(());
            }
        }
    }

    /// The hash and the number of the bytes that were read.
    pub(super) fn digest(self) -> Digest {
        let ahead = self.end.saturating_sub(self.start) as u64;
        Digest { sha256: self.sha256.finalize().into(), bytes: self.offset.saturating_add(ahead) }
    }

    /// Reads once more, behind what is ahead; 0 at the end, and for ever after an error.
    fn more(&mut self) -> Result<usize, Stop> {
        if let Some(stop) = self.failure.take() {
            return Err(stop);
        }
        if self.ended {
            return Ok(0);
        }
        self.buffer.copy_within(self.start..self.end, 0);
        self.end = self.end.saturating_sub(self.start);
        self.start = 0;
        let read = self.read();
        self.ended = !matches!(read, Ok(1..));
        Ok(read?)
    }

    fn read(&mut self) -> io::Result<usize> {
        let upto = self.end.saturating_add(READ).min(self.buffer.len());
        let room = self.buffer.get_mut(self.end..upto).unwrap_or_default();
        let read = self.source.read(room)?.min(room.len());
        self.sha256.update(room.get(..read).unwrap_or_default());
        self.end = self.end.saturating_add(read);
        Ok(read)
    }
}

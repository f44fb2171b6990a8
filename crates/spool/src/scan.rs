//! The records of one file, one after the other, through a window of bounded size.
//!
//! What is no record is passed over: where a head is good, by its length; where it is not, byte by
//! byte to the next good head, which only this spool can have written (its checksum is seeded by the
//! generation).

use std::io;

use crate::bytes::Seal;
use crate::disk::DiskFile;
use crate::record::{HEAD, Head};

/// What is read at once, unless a record is longer.
const WINDOW: usize = 64 << 10;

/// Reads a file's records up to an offset.
pub(crate) struct Scan<F> {
    file: F,
    seal: Seal,
    /// Where the present record begins, and where the next one does.
    offset: u64,
    after: u64,
    end: u64,
    window: Vec<u8>,
    /// Where in the file the window begins.
    start: u64,
    /// Bytes passed over.
    pub(crate) bad: u64,
}

/// What is at an offset.
enum Look {
    Record(Head),
    /// So many bytes that are no record.
    Bad(u64),
    End,
}

impl<F: DiskFile> Scan<F> {
    pub(crate) fn new(file: F, seal: Seal, from: u64, end: u64) -> Self {
        Scan { file, seal, offset: from, after: from, end, window: Vec::new(), start: 0, bad: 0 }
    }

    /// The next record; what is none is passed over and counted.
    pub(crate) fn next(&mut self) -> io::Result<Option<Head>> {
        self.offset = self.after;
        loop {
            match self.look()? {
                Look::Record(head) => {
                    self.after = self.offset.saturating_add(head.size());
                    return Ok(Some(head));
                }
                Look::End => return Ok(None),
                Look::Bad(bytes) => {
                    self.bad = self.bad.saturating_add(bytes);
                    self.offset = self.offset.saturating_add(bytes);
                    self.after = self.offset;
                }
            }
        }
    }

    /// The next record, if it follows at once.
    pub(crate) fn next_unbroken(&mut self) -> io::Result<Option<Head>> {
        self.offset = self.after;
        let Look::Record(head) = self.look()? else { return Ok(None) };
        self.after = self.offset.saturating_add(head.size());
        Ok(Some(head))
    }

    /// Where the record that was given last ends.
    pub(crate) fn after(&self) -> u64 {
        self.after
    }

    /// The payload of the record that was given last.
    pub(crate) fn payload(&self) -> &[u8] {
        let from = self.offset.saturating_add(HEAD as u64).saturating_sub(self.start);
        let to = self.after.saturating_sub(self.start);
        usize::try_from(from)
            .ok()
            .zip(usize::try_from(to).ok())
            .and_then(|(from, to)| self.window.get(from..to))
            .unwrap_or_default()
    }

    fn look(&mut self) -> io::Result<Look> {
        let left = self.end.saturating_sub(self.offset);
        if left == 0 {
            return Ok(Look::End);
        }
        let seal = self.seal;
        let Some(bytes) = self.bytes(HEAD)? else { return Ok(Look::Bad(left)) };
        let head = bytes.first_chunk().and_then(|head| Head::read(head, seal));
        let Some((head, check)) = head else { return Ok(Look::Bad(1)) };
        if head.size() > left {
            return Ok(Look::Bad(1));
        }
        let Some(record) = self.bytes(HEAD + head.length)? else { return Ok(Look::Bad(left)) };
        let payload = record.get(HEAD..).unwrap_or_default();
        let good = seal.over(payload) == check;
        Ok(if good { Look::Record(head) } else { Look::Bad(head.size()) })
    }

    /// So many bytes at the offset, at most those of the longest record; none: the file ends before.
    fn bytes(&mut self, length: usize) -> io::Result<Option<&[u8]>> {
        let left = self.end.saturating_sub(self.offset);
        if length as u64 > left {
            return Ok(None);
        }
        let mut from = self.offset.checked_sub(self.start).and_then(|from| from.try_into().ok());
        if from.is_none_or(|from: usize| from.saturating_add(length) > self.window.len()) {
            let most = usize::try_from(left).unwrap_or(usize::MAX);
            if !self.refill(length.max(WINDOW).min(most), length)? {
                return Ok(None);
            }
            from = Some(0);
        }
        let from = from.unwrap_or_default();
        Ok(self.window.get(from..from.saturating_add(length)))
    }

    /// Fills the window from the offset on; false: the file ends before `needed` bytes.
    fn refill(&mut self, wanted: usize, needed: usize) -> io::Result<bool> {
        self.start = self.offset;
        self.window.resize(wanted, 0);
        let mut filled = 0;
        while filled < wanted {
            let place = self.window.get_mut(filled..).unwrap_or_default();
            match self.file.read_at(place, self.start.saturating_add(filled as u64)) {
                Ok(0) => break,
                Ok(read) => filled = filled.saturating_add(read),
                Err(error) => {
                    self.window.clear();
                    return Err(error);
                }
            }
        }
        self.window.truncate(filled);
        Ok(filled >= needed)
    }
}

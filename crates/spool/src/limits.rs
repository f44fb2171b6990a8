//! What a spool may use of a disk and of memory.

use crate::error::OpenError;
use crate::header::HEADER;
use crate::marks::MARKS;
use crate::record::{HEAD, MAXIMUM_PAYLOAD};

/// What is kept free in each family of files for the headers of further segments, or the journal of a
/// full spool could not turn to a new segment and give the old one's room back.
pub(crate) const HEADROOM: u64 = 8 * HEADER as u64;

/// What a spool may use, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Rows, [`Share::Ordinary`] ones.
    pub rows: u64,
    /// What [`Share::Reserved`] rows may use beyond that: what must be said when the spool is full.
    pub reserve: u64,
    /// State. Three times the longest checkpoint and two segments are enough.
    pub state: u64,
    /// When a file is as long, a new segment is begun.
    pub segment: u64,
    /// Appended bytes that wait in memory for [`sync`](crate::Journal::sync). When they are as many,
    /// append syncs.
    pub buffer: usize,
    /// What ordinary rows leave free on the file system. Reserved rows and state leave half of it.
    pub free: u64,
}

/// Which part of the budget a row may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// What is observed.
    Ordinary,
    /// What is said of that which could not be kept: counted summaries, coverage.
    Reserved,
}

impl Default for Limits {
    /// 1 GiB in all, for a point.
    fn default() -> Self {
        const MIB: u64 = 1 << 20;
        Limits {
            rows: 880 * MIB,
            reserve: 16 * MIB,
            state: 127 * MIB,
            segment: 8 * MIB,
            buffer: 1 << 20,
            free: 256 * MIB,
        }
    }
}

impl Limits {
    /// What all files of the spool together never exceed, in bytes.
    pub fn budget(&self) -> u64 {
        self.rows.saturating_add(self.reserve).saturating_add(self.state).saturating_add(MARKS)
    }

    /// The longest payload that a record may have, in bytes.
    pub fn payload(&self) -> usize {
        self.buffer.saturating_sub(HEAD).min(MAXIMUM_PAYLOAD)
    }

    pub(crate) fn check(&self) -> Result<(), OpenError> {
        let needed = HEADROOM + HEADER as u64 + HEAD as u64;
        let wrong = [
            (self.buffer < 2 * HEAD, "the buffer has no room for a record"),
            (self.segment <= HEADER as u64, "a segment has no room for a record"),
            (self.rows < needed, "there is no room for rows"),
            (self.state < needed, "there is no room for state"),
        ];
        match wrong.iter().find(|(wrong, _)| *wrong) {
            Some((_, why)) => Err(OpenError::Limits(why)),
            None => Ok(()),
        }
    }
}

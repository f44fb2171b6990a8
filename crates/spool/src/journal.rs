//! The journal: what it knows, appending, and what is to be forgotten.

use crate::bytes::Seal;
use crate::disk::Disk;
use crate::error::{AppendError, ReadError};
use crate::header::Family;
use crate::limits::{HEADROOM, Limits, Share};
use crate::marks::Marks;
use crate::read::Cursor;
use crate::record::{Head, LANES, Lane};
use crate::segment::Segments;

/// A durable journal in one folder: see the [crate's page](crate).
#[derive(Debug)]
pub struct Journal<D: Disk> {
    pub(crate) disk: D,
    pub(crate) limits: Limits,
    pub(crate) generation: u128,
    pub(crate) seal: Seal,
    pub(crate) segments: Segments,
    pub(crate) rows: Tail<D::File>,
    pub(crate) state: Tail<D::File>,
    /// The next record's place, and the first one that is not durable.
    pub(crate) next: u64,
    pub(crate) durable_place: u64,
    /// The last number of each lane, and the last durable one.
    pub(crate) ends: [u64; LANES],
    pub(crate) durable: [u64; LANES],
    /// What is durably forgotten, and what is to be.
    pub(crate) marks: Marks,
    pub(crate) wanted: Marks,
    pub(crate) marks_file: D::File,
    pub(crate) used: Used,
    /// Bytes free on the file system when it was last asked.
    pub(crate) free: u64,
    /// A segment whose making failed: its files must be gone before another is made.
    pub(crate) stray: Option<u64>,
    pub(crate) cursors: [Option<Cursor>; LANES],
}

/// The end of a file that is appended to.
#[derive(Debug)]
pub(crate) struct Tail<F> {
    pub(crate) file: F,
    /// Durable bytes.
    pub(crate) length: u64,
    /// What comes after them, and is not yet durable.
    pub(crate) buffer: Vec<u8>,
}

/// Bytes of each family's files, with what waits in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Used {
    pub(crate) rows: u64,
    pub(crate) state: u64,
}

impl Used {
    pub(crate) fn of(&mut self, family: Family) -> &mut u64 {
        match family {
            Family::Rows => &mut self.rows,
            Family::State => &mut self.state,
        }
    }
}

/// How much of a spool is used, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Files of rows, with what waits in memory; limit: [`Limits::rows`] and [`Limits::reserve`].
    pub rows: u64,
    /// Files of state, likewise; limit: [`Limits::state`].
    pub state: u64,
    /// What waits in memory for the next sync.
    pub waiting: u64,
    /// Free on the file system when last synced.
    pub free: u64,
}

impl<D: Disk> Journal<D> {
    /// The random number of this spool, from when it was begun.
    pub fn generation(&self) -> u128 {
        self.generation
    }

    /// The next record's place.
    pub fn place(&self) -> u64 {
        self.next
    }

    /// The number of a lane's last row that was appended.
    pub fn appended(&self, lane: Lane) -> u64 {
        lane.of(&self.ends)
    }

    /// The number of a lane's last row that is durable.
    pub fn durable(&self, lane: Lane) -> u64 {
        lane.of(&self.durable)
    }

    /// The number of a lane's last row that is forgotten, durably from the next sync on.
    pub fn forgotten(&self, lane: Lane) -> u64 {
        lane.of(&self.wanted.forgotten)
    }

    /// How much is used.
    pub fn usage(&self) -> Usage {
        let Used { rows, state } = self.used;
        Usage { rows, state, waiting: self.waiting(), free: self.free }
    }

    /// Appends rows to a lane and gives the number of the last of them. `tag` and `payload` are the
    /// caller's.
    ///
    /// They are durable, and can be read, after the next [`sync`](Self::sync).
    ///
    /// # Errors
    /// Nothing was appended: see [`AppendError`]. A full buffer is synced first; where the disk then
    /// fails, what was appended before still waits, and the next sync tries again.
    pub fn append(
        &mut self,
        lane: Lane,
        share: Share,
        tag: u8,
        rows: u32,
        payload: &[u8],
    ) -> Result<u64, AppendError> {
        if rows == 0 {
            return Err(AppendError::NoRows);
        }
        let number = lane.of(&self.ends).checked_add(u64::from(rows));
        let number = number.ok_or(AppendError::NoNumbers)?;
        let head =
            Head { length: payload.len(), lane: Some(lane), tag, rows, place: self.next, number };
        self.admit(&head, Some(share))?;
        self.put(&head, payload);
        lane.set(&mut self.ends, number);
        Ok(number)
    }

    /// Appends state: what only [`replay`](Self::replay) gives back.
    ///
    /// # Errors
    /// As for [`append`](Self::append).
    pub fn append_state(&mut self, tag: u8, payload: &[u8]) -> Result<(), AppendError> {
        let length = payload.len();
        let head = Head { length, lane: None, tag, rows: 0, place: self.next, number: 0 };
        self.admit(&head, None)?;
        self.put(&head, payload);
        Ok(())
    }

    /// Rows of a lane up to this number are never read again: they are delivered.
    ///
    /// Durable after the next sync, which then also gives back the room of whole segments.
    ///
    /// # Errors
    /// [`ReadError::NotDurable`].
    pub fn forget(&mut self, lane: Lane, number: u64) -> Result<(), ReadError> {
        let durable = lane.of(&self.durable);
        if number > durable {
            return Err(ReadError::NotDurable { number, durable });
        }
        let known = lane.of(&self.wanted.forgotten);
        lane.set(&mut self.wanted.forgotten, known.max(number));
        Ok(())
    }

    /// Replay shall begin at this place: all that is needed of what was appended before it has been
    /// appended again since.
    ///
    /// Holds after the next sync.
    ///
    /// # Errors
    /// [`ReadError::NotDurable`] for a place that no record has had, nor the next one will have.
    pub fn supersede(&mut self, place: u64) -> Result<(), ReadError> {
        if place > self.next {
            return Err(ReadError::NotDurable { number: place, durable: self.next });
        }
        self.wanted.replay = self.wanted.replay.max(place);
        Ok(())
    }

    pub(crate) fn waiting(&self) -> u64 {
        (self.rows.buffer.len() + self.state.buffer.len()) as u64
    }

    /// Whether a record may be appended; makes room in the buffer.
    fn admit(&mut self, head: &Head, share: Option<Share>) -> Result<(), AppendError> {
        let most = self.limits.payload();
        if head.length > most {
            return Err(AppendError::TooLong { length: head.length, most });
        }
        if head.place == u64::MAX {
            return Err(AppendError::NoNumbers);
        }
        let Limits { rows, reserve, state, free, .. } = self.limits;
        let all_rows = rows.saturating_add(reserve);
        let unused = all_rows.saturating_sub(self.used.rows.max(rows));
        let (used, limit, keep) = match share {
            Some(Share::Ordinary) => (self.used.rows, rows, free.saturating_add(unused)),
            Some(Share::Reserved) => (self.used.rows, all_rows, free / 2),
            None => (self.used.state, state, free / 2),
        };
        let limit = limit.saturating_sub(HEADROOM);
        if used.saturating_add(head.size()) > limit {
            return Err(AppendError::Full { used, limit });
        }
        let free = self.free.saturating_sub(self.waiting());
        if free.saturating_sub(head.size()) < keep {
            return Err(AppendError::NoRoom { free, keep });
        }
        if self.waiting().saturating_add(head.size()) > self.limits.buffer as u64 {
            self.sync()?;
        }
        Ok(())
    }

    fn put(&mut self, head: &Head, payload: &[u8]) {
        let family = if head.lane.is_some() { Family::Rows } else { Family::State };
        let seal = self.seal;
        head.write(payload, seal, &mut self.tail(family).buffer);
        let used = self.used.of(family);
        *used = used.saturating_add(head.size());
        self.next = self.next.saturating_add(1);
    }

    fn tail(&mut self, family: Family) -> &mut Tail<D::File> {
        match family {
            Family::Rows => &mut self.rows,
            Family::State => &mut self.state,
        }
    }
}

//! Reading rows for delivery.
//!
//! Only durable rows are given: a row that was delivered and then lost in a crash would leave its
//! number to another.

use crate::disk::Disk;
use crate::error::{ReadError, at};
use crate::header::{Family, HEADER};
use crate::journal::Journal;
use crate::record::{Head, Lane};
use crate::scan::Scan;
use crate::segment::Segment;

/// How much is read at once: whichever is reached first, but at least one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Most {
    /// Records.
    pub records: usize,
    /// Bytes of payloads.
    pub bytes: usize,
}

/// Rows of one lane: those numbered `(from, to]`, but for lost ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// The number before the first row's.
    pub from: u64,
    /// The last row's number. Equal to `from`: no more rows are durable.
    pub to: u64,
    /// The records, in order.
    pub records: Vec<Record>,
    /// What was durable and cannot be read. The range holds so many rows fewer; they are to be told
    /// of, and the range delivered without them.
    pub lost: Lost,
}

/// Rows as they were appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The caller's.
    pub tag: u8,
    /// How many rows.
    pub rows: u32,
    /// The last row's number.
    pub number: u64,
    /// How many records were appended before it, of all lanes and state.
    pub place: u64,
    /// The caller's.
    pub payload: Vec<u8>,
}

impl Record {
    fn new(head: &Head, payload: &[u8]) -> Self {
        let Head { tag, rows, number, place, .. } = *head;
        Record { tag, rows, number, place, payload: payload.to_vec() }
    }
}

/// What damage to the disk cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// Rows of the lane, counted by their numbers.
    pub rows: u64,
    /// Bytes that are no record, of whatever lane.
    pub bytes: u64,
}

/// Where reading of a lane goes on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor {
    /// The segment, and the offset in its file.
    segment: u64,
    offset: u64,
    /// The last number before it.
    number: u64,
}

impl<D: Disk> Journal<D> {
    /// Reads the durable rows of a lane after a number.
    ///
    /// # Errors
    /// [`ReadError::Forgotten`], [`ReadError::NotDurable`], [`ReadError::Within`]; the disk fails.
    pub fn read(&mut self, lane: Lane, after: u64, most: Most) -> Result<Batch, ReadError> {
        let (forgotten, durable) = (self.forgotten(lane), self.durable(lane));
        if after < forgotten {
            return Err(ReadError::Forgotten { after, forgotten });
        }
        if after > durable {
            return Err(ReadError::NotDurable { number: after, durable });
        }
        let mut reading = Reading {
            lane,
            most,
            bytes: 0,
            batch: Batch { from: after, to: after, ..Batch::default() },
        };
        let mut cursor = lane.cursor(&self.cursors).filter(|cursor| cursor.number == after);
        for (segment, next) in self.segments.pairs() {
            let end = next.map_or(durable, |next| lane.of(&next.bases));
            if end <= reading.batch.to {
                continue;
            }
            let from = cursor.filter(|cursor| cursor.segment == segment.place);
            let from = from.map_or(HEADER as u64, |cursor| cursor.offset);
            cursor = self.read_segment(segment, from, end, &mut reading)?;
            if reading.is_full() {
                break;
            }
        }
        if let Some(own) = self.cursors.get_mut(usize::from(lane.number())) {
            *own = cursor;
        }
        Ok(reading.batch)
    }

    /// The durable record of a lane whose last row has this number; none: it is forgotten, not yet
    /// durable, damaged, or the number lies within a record. Reads as much as a segment.
    ///
    /// # Errors
    /// [`ReadError::Disk`].
    pub fn record(&self, lane: Lane, number: u64) -> Result<Option<Record>, ReadError> {
        if number <= self.forgotten(lane) || number > self.durable(lane) {
            return Ok(None);
        }
        let ends = |next: Option<&Segment>| next.map_or(u64::MAX, |next| lane.of(&next.bases));
        let found = self.segments.pairs().find(|(_, next)| number <= ends(*next));
        let Some((Segment { place, rows: Some(length), .. }, next)) = found else {
            return Ok(None);
        };
        let (name, resume) = (Family::Rows.name(*place), ends(next).min(self.durable(lane)));
        let failed = |source| ReadError::Disk { source: at("read", &name)(source), resume };
        let file = self.disk.open(&name).map_err(failed)?;
        let mut scan = Scan::new(file, self.seal, HEADER as u64, *length);
        while let Some(head) = scan.next().map_err(failed)? {
            if (head.lane, head.number) == (Some(lane), number) {
                return Ok(Some(Record::new(&head, scan.payload())));
            }
        }
        Ok(None)
    }

    /// Reads on in one segment, to the number that ends it; gives where it stopped.
    fn read_segment(
        &self,
        segment: &Segment,
        from: u64,
        end: u64,
        reading: &mut Reading,
    ) -> Result<Option<Cursor>, ReadError> {
        let name = Family::Rows.name(segment.place);
        let failed = |source| ReadError::Disk { source: at("read", &name)(source), resume: end };
        let mut stop = from;
        if let Some(length) = segment.rows {
            let file = self.disk.open(&name).map_err(failed)?;
            let mut scan = Scan::new(file, self.seal, from, length);
            while !reading.is_full() && reading.batch.to < end {
                let Some(head) = scan.next().map_err(failed)? else { break };
                if !reading.take(&head, scan.payload(), end)? {
                    break;
                }
                stop = scan.after();
            }
            reading.batch.lost.bytes = reading.batch.lost.bytes.saturating_add(scan.bad);
            if reading.is_full() || reading.batch.to >= end {
                let number = reading.batch.to;
                return Ok(Some(Cursor { segment: segment.place, offset: stop, number }));
            }
        }
        reading.lose(end);
        Ok(None)
    }
}

impl Lane {
    fn cursor(self, cursors: &[Option<Cursor>]) -> Option<Cursor> {
        cursors.get(usize::from(self.number())).copied().flatten()
    }
}

/// A batch that is being filled.
struct Reading {
    lane: Lane,
    most: Most,
    bytes: usize,
    batch: Batch,
}

impl Reading {
    fn is_full(&self) -> bool {
        let records = self.batch.records.len();
        records >= self.most.records.max(1) || records > 0 && self.bytes >= self.most.bytes
    }

    /// Takes a record if it is of the lane and comes next; false: it is too much for this batch.
    fn take(&mut self, head: &Head, payload: &[u8], end: u64) -> Result<bool, ReadError> {
        let Some(before) = head.before().filter(|_| head.lane == Some(self.lane)) else {
            return Ok(true);
        };
        if head.number <= self.batch.to || head.number > end {
            return Ok(true);
        }
        if before < self.batch.to {
            return Err(ReadError::Within { after: self.batch.to });
        }
        let bytes = self.bytes.saturating_add(payload.len());
        if !self.batch.records.is_empty() && bytes > self.most.bytes {
            self.bytes = bytes;
            return Ok(false);
        }
        self.lose(before);
        self.bytes = bytes;
        self.batch.records.push(Record::new(head, payload));
        self.batch.to = head.number;
        Ok(true)
    }

    /// Goes on to a number; the rows up to it are lost.
    fn lose(&mut self, to: u64) {
        let lost = to.saturating_sub(self.batch.to);
        self.batch.lost.rows = self.batch.lost.rows.saturating_add(lost);
        self.batch.to = self.batch.to.max(to);
    }
}

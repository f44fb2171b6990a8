//! Replay: rows and state in the order in which they were appended.

use std::io;

use crate::disk::Disk;
use crate::error::{DiskError, at};
use crate::header::{Family, HEADER};
use crate::journal::Journal;
use crate::record::{Head, Lane};
use crate::scan::Scan;
use crate::segment::Segment;

/// What replay gives, in the order of places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replayed<'a> {
    /// Rows, whether they were delivered already or not.
    Rows {
        /// Their lane.
        lane: Lane,
        /// The caller's.
        tag: u8,
        /// The last row's number.
        number: u64,
        /// The caller's.
        payload: &'a [u8],
    },
    /// State.
    State {
        /// The caller's.
        tag: u8,
        /// The caller's.
        payload: &'a [u8],
    },
    /// Damage to the disk took so many records from here. One of them may be the row that closed an
    /// access: an image from before is not to be taken up again, or the access would count twice.
    Lost {
        /// How many records.
        records: u64,
    },
}

/// A file of a segment, and the record in it that comes next.
struct Source<F> {
    scan: Scan<F>,
    head: Option<Head>,
}

impl<D: Disk> Journal<D> {
    /// Gives what is durable from the place that replay begins at: see
    /// [`supersede`](Self::supersede).
    ///
    /// # Errors
    /// The disk fails. What was given before is good, and not all.
    pub fn replay(&self, mut each: impl FnMut(Replayed<'_>)) -> Result<(), DiskError> {
        let mut place = self.marks.replay;
        for (segment, next) in self.segments.pairs() {
            let end = next.map_or(self.durable_place, |next| next.place);
            if end <= place {
                continue;
            }
            lost(place, segment.place, &mut each);
            self.replay_segment(segment, place.max(segment.place), end, &mut each)
                .map_err(at("read", Family::Rows.name(segment.place)))?;
            place = end;
        }
        Ok(())
    }

    fn replay_segment(
        &self,
        segment: &Segment,
        start: u64,
        end: u64,
        each: &mut impl FnMut(Replayed<'_>),
    ) -> io::Result<()> {
        let mut sources = Vec::with_capacity(2);
        for family in Family::BOTH {
            let Some(length) = segment.length(family) else { continue };
            let file = self.disk.open(&family.name(segment.place))?;
            let mut scan = Scan::new(file, self.seal, HEADER as u64, length);
            let head = scan.next()?;
            sources.push(Source { scan, head });
        }
        let mut place = start;
        loop {
            let first = sources.iter_mut().filter(|source| source.head.is_some());
            let first = first.min_by_key(|source| source.head.map(|head| head.place));
            let Some((source, head)) =
                first.and_then(|source| source.head.map(|head| (source, head)))
            else {
                break;
            };
            if head.place >= place && head.place < end {
                lost(place, head.place, each);
                each(replayed(&head, source.scan.payload()));
                place = head.place.saturating_add(1);
            }
            source.head = source.scan.next()?;
        }
        lost(place, end, each);
        Ok(())
    }
}

/// Tells of missing records, if any are.
fn lost(from: u64, to: u64, each: &mut impl FnMut(Replayed<'_>)) {
    if from < to {
        each(Replayed::Lost { records: to - from });
    }
}

fn replayed<'a>(head: &Head, payload: &'a [u8]) -> Replayed<'a> {
    let Head { tag, number, .. } = *head;
    match head.lane {
        Some(lane) => Replayed::Rows { lane, tag, number, payload },
        None => Replayed::State { tag, payload },
    }
}

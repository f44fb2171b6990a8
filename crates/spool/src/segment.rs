//! The segments that there are, and when their files may go.

use std::collections::VecDeque;

use crate::header::Family;
use crate::marks::Marks;
use crate::record::{LANES, Lane};

/// A part of the journal: two files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    /// Of its first record.
    pub(crate) place: u64,
    /// The last number of each lane before it.
    pub(crate) bases: [u64; LANES],
    /// Durable bytes of its files; none: the file is gone.
    pub(crate) rows: Option<u64>,
    pub(crate) state: Option<u64>,
}

impl Segment {
    pub(crate) fn length(&self, family: Family) -> Option<u64> {
        match family {
            Family::Rows => self.rows,
            Family::State => self.state,
        }
    }

    pub(crate) fn length_mut(&mut self, family: Family) -> &mut Option<u64> {
        match family {
            Family::Rows => &mut self.rows,
            Family::State => &mut self.state,
        }
    }
}

/// The segments, oldest first. The last one is appended to.
///
/// A segment ends where the next one begins. If segments between them are gone, that is more than it
/// held; but a segment goes only when it has no row that is not forgotten, so whatever is not
/// forgotten is told rightly.
#[derive(Debug)]
pub(crate) struct Segments(VecDeque<Segment>);

impl Segments {
    pub(crate) fn new(sealed: Vec<Segment>, last: Segment) -> Self {
        let mut all = VecDeque::from(sealed);
        all.push_back(last);
        Segments(all)
    }

    pub(crate) fn push(&mut self, segment: Segment) {
        self.0.push_back(segment);
    }

    pub(crate) fn last_mut(&mut self) -> Option<&mut Segment> {
        self.0.back_mut()
    }

    /// Every segment, and the one after it.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&Segment, Option<&Segment>)> {
        self.0.iter().enumerate().map(|(index, segment)| (segment, self.0.get(index + 1)))
    }

    /// The files of a family that may go: their segments' places and their lengths.
    ///
    /// State may go when replay begins after it; rows, when they are forgotten as well: until then
    /// replay needs them to know which accesses are closed.
    pub(crate) fn removable(&self, family: Family, marks: &Marks) -> Vec<(u64, u64)> {
        let gone = |(segment, next): (&Segment, Option<&Segment>)| {
            let (length, next) = segment.length(family).zip(next)?;
            let forgotten = Lane::all().all(|lane| {
                let end = lane.of(&next.bases);
                end <= lane.of(&marks.forgotten) || end == lane.of(&segment.bases)
            });
            let may = next.place <= marks.replay && (family == Family::State || forgotten);
            may.then_some((segment.place, length))
        };
        self.pairs().filter_map(gone).collect()
    }

    /// Forgets files that are gone.
    pub(crate) fn removed(&mut self, family: Family, places: &[(u64, u64)]) {
        for segment in &mut self.0 {
            if places.iter().any(|(place, _)| *place == segment.place) {
                *segment.length_mut(family) = None;
            }
        }
        self.0.retain(|segment| segment.rows.is_some() || segment.state.is_some());
    }
}

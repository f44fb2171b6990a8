//! Finished accesses that wait to be taken.

use observation::{Access, Point};

use super::key::Key;
use super::open::Open;
use super::options::Options;
use super::watch::Watch;

/// Rows for which room is kept while none wait: as many as a caller takes at a time. A jump of the clock
/// closes all accesses at once, and their room is given back.
const ROOM: usize = 1_024;

/// Rows in the order in which they were finished, and how many there were of each point so far.
pub(super) struct Finished {
    points: Vec<(Point, u64)>,
    rows: Vec<Access>,
}

impl Finished {
    pub(super) fn new(watch: &Watch) -> Self {
        let points = watch.points().iter().map(|watched| (watched.point.clone(), 0));
        Finished { points: points.collect(), rows: Vec::new() }
    }

    /// Makes the row of an access that no packet can join any more.
    pub(super) fn push(&mut self, key: &Key, open: &Open, options: &Options) {
        // A key is made with the index of a point of the same watch.
        let Some((point, rows)) = self.points.get_mut(key.point()) else { return };
        *rows += 1;
        self.rows.push(open.access(key, point.clone(), options));
    }

    /// Shows the rows that wait, and forgets them.
    pub(super) fn take(&mut self, take: impl FnOnce(&[Access])) {
        take(&self.rows);
        self.rows.clear();
        self.rows.shrink_to(ROOM);
    }

    /// How many rows there were of each point so far.
    pub(super) fn by_point(&self) -> &[(Point, u64)] {
        &self.points
    }
}

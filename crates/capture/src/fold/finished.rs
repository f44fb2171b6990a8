//! Finished accesses that wait to be taken.

use observation::{Access, Point};

use super::key::Key;
use super::open::{Open, blank};
use super::options::Options;
use super::watch::Watch;

/// Rows for which room is kept while none wait: as many as a caller takes at a time. A jump of the clock
/// closes all accesses at once, and their room is given back.
const ROOM: usize = 256;

/// Rows in the order in which they were finished, and how many there were of each point so far.
pub(super) struct Finished {
    points: Vec<(Point, u64)>,
    /// Rows that wait, and behind them old ones to write over.
    rows: Vec<Access>,
    waiting: usize,
}

impl Finished {
    pub(super) fn new(watch: &Watch) -> Self {
        let points = watch.points().iter().map(|watched| (watched.point.clone(), 0));
        Finished { points: points.collect(), rows: Vec::new(), waiting: 0 }
    }

    /// Makes the row of an access that no packet can join any more.
    pub(super) fn push(&mut self, key: &Key, open: &Open, options: &Options) {
        // A key is made with the index of a point of the same watch.
        let Some((point, rows)) = self.points.get_mut(key.point()) else { return };
        *rows += 1;
        if self.rows.len() == self.waiting {
            self.rows.push(blank(point.clone()));
        }
        let Some(row) = self.rows.get_mut(self.waiting) else { return };
        // Names are counted by all threads, which takes time; most rows are of the point before.
        if !row.point.is_same(point) {
            row.point = point.clone();
        }
        open.write(key, options, row);
        self.waiting += 1;
    }

    /// Shows the rows that wait, and forgets them.
    pub(super) fn take(&mut self, take: impl FnOnce(&[Access])) {
        take(self.rows.get(..self.waiting).unwrap_or_default());
        self.waiting = 0;
        self.rows.truncate(ROOM);
        self.rows.shrink_to(ROOM);
    }

    /// How many rows there were of each point so far.
    pub(super) fn by_point(&self) -> &[(Point, u64)] {
        &self.points
    }
}

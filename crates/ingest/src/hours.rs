//! The hours of a log: what its lines were, and nothing of how long anybody watched.

use std::collections::BTreeMap;

use capture::fold::TooManyHours;
use observation::{Coverage, Fates, HOUR, Micros, Point};

/// Cells (an hour at a point) that are kept at most.
const CELLS: usize = 500_000;

/// Fates by hour and point.
#[derive(Default)]
pub(crate) struct LogHours {
    cells: BTreeMap<(i64, Option<Point>), Fates>,
    now: Option<i64>,
    /// Lines before the first that has a time.
    early: Fates,
}

impl LogHours {
    /// Counts a line; without a time at that of the line before.
    pub(crate) fn add(
        &mut self,
        time: Option<Micros>,
        point: Option<&Point>,
        fates: &Fates,
    ) -> Result<(), TooManyHours> {
        let hour = time.map(|time| time.div_euclid(HOUR)).or(self.now);
        let Some(hour) = hour else {
            self.early += fates;
            return Ok(());
        };
        if self.now.is_none() {
            let early = std::mem::take(&mut self.early);
            if early.packets > 0 {
                self.cells.insert((hour, None), early);
            }
        }
        self.now = Some(hour);
        *self.cells.entry((hour, point.cloned())).or_default() += fates;
        if self.cells.len() > CELLS { Err(TooManyHours) } else { Ok(()) }
    }

    /// The rows. How long a log's point watched, nobody knows.
    pub(crate) fn coverage(self, addresses: impl Fn(&Point) -> Option<u64>) -> Vec<Coverage> {
        let row = |((hour, point), fates): ((i64, Option<Point>), Fates)| Coverage {
            hour: hour * HOUR,
            seconds_up: None,
            assumed: true,
            fates,
            dropped: None,
            addresses: point.as_ref().and_then(&addresses),
            unkept: None,
            clock_offset: None,
            point,
        };
        self.cells.into_iter().map(row).collect()
    }
}

//! What became of packets, per hour and point, in bounded memory.

use std::collections::BTreeMap;

use observation::{Coverage, Fates, HOUR, Micros, SECOND};

use super::watch::Watch;

/// Cells (an hour at a point) that are kept at most, about 50 MB: 57 years of one point, or a year
/// of 57.
const MAX_CELLS: usize = 500_000;

/// The longest span that a capture is taken to have covered without a gap, in hours (10 years).
/// What claims to be longer has a broken clock, and its coverage is unknown.
const MAX_COVERED: i64 = 10 * 8_766;

/// A capture whose clock wanders through more hours than any capture could.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the capture's clock visits more than {MAX_CELLS} hours: its times are damaged; \
     repair them (editcap -t, reordercap) and import it again"
)]
pub struct TooManyHours;

/// An hour since 1970 and a point's place in it.
type Cell = (i64, usize);

/// Fates by hour; within an hour by point, and beside the points a place for what belongs to none.
pub(super) struct Hours {
    points: usize,
    cells: BTreeMap<Cell, Fates>,
    current: i64,
    /// The current hour's fates, by point, the last for none.
    now: Vec<Fates>,
}

impl Hours {
    pub(super) fn new(points: usize) -> Self {
        Hours {
            points,
            cells: BTreeMap::new(),
            current: 0,
            now: vec![Fates::default(); points + 1],
        }
    }

    /// Adds packets of a point, or of none.
    pub(super) fn add(
        &mut self,
        time: Micros,
        point: Option<usize>,
        fates: &Fates,
    ) -> Result<(), TooManyHours> {
        let hour = time.div_euclid(HOUR);
        if hour != self.current {
            self.turn(hour)?;
        }
        let place = point.unwrap_or(self.points);
        if let Some(cell) = self.now.get_mut(place) {
            *cell += fates;
        }
        Ok(())
    }

    fn turn(&mut self, hour: i64) -> Result<(), TooManyHours> {
        let current = std::mem::replace(&mut self.current, hour);
        for (place, cell) in self.now.iter_mut().enumerate() {
            if cell.packets > 0 {
                *self.cells.entry((current, place)).or_default() += &std::mem::take(cell);
            }
        }
        if self.cells.len() > MAX_CELLS { Err(TooManyHours) } else { Ok(()) }
    }

    /// Shows every cell, the place after the points' for none, and empties it.
    pub(super) fn take(&mut self, mut each: impl FnMut(i64, usize, &Fates)) {
        for ((hour, place), fates) in self.merged() {
            each(hour, place, &fates);
        }
        self.cells.clear();
        self.now.fill(Fates::default());
    }

    pub(super) fn total(&self) -> Fates {
        let mut total = Fates::default();
        for fates in self.cells.values().chain(&self.now) {
            total += fates;
        }
        total
    }

    pub(super) fn coverage(
        &self,
        watch: &Watch,
        span: Option<(Micros, Micros)>,
        dropped: Option<u64>,
    ) -> Vec<Coverage> {
        let mut cells = self.merged();
        let covered = span.filter(|&span| self.is_credible(span));
        if let Some(span) = covered {
            self.fill(&mut cells, span);
        }
        let lossy = dropped.and(span).map(|(_, last)| (last.div_euclid(HOUR), self.of_no_point()));
        if let Some(cell) = lossy {
            cells.entry(cell).or_default();
        }
        let row = |(cell, fates): (Cell, Fates)| {
            let (hour, place) = cell;
            let watched = watch.points().get(place);
            Coverage {
                point: watched.map(|watched| watched.point.clone()),
                hour: hour * HOUR,
                seconds_up: watched.and(covered).map(|(first, last)| seconds(hour, first, last)),
                assumed: true,
                fates,
                dropped: dropped.filter(|_| lossy == Some(cell)),
                addresses: watched.and(watch.addresses(place)),
                unkept: None,
                clock_offset: None,
            }
        };
        cells.into_iter().map(row).collect()
    }

    fn merged(&self) -> BTreeMap<Cell, Fates> {
        let mut cells = self.cells.clone();
        for (place, fates) in self.now.iter().enumerate().filter(|(_, fates)| fates.packets > 0) {
            *cells.entry((self.current, place)).or_default() += fates;
        }
        cells
    }

    /// Whether a capture may have covered this span, and its rows fit into memory.
    fn is_credible(&self, (first, last): (Micros, Micros)) -> bool {
        let hours = last.div_euclid(HOUR) - first.div_euclid(HOUR) + 1;
        let rows = usize::try_from(hours).unwrap_or(usize::MAX).saturating_mul(self.points);
        hours <= MAX_COVERED && rows <= MAX_CELLS
    }

    /// Adds the silent hours.
    fn fill(&self, cells: &mut BTreeMap<Cell, Fates>, (first, last): (Micros, Micros)) {
        for hour in first.div_euclid(HOUR)..=last.div_euclid(HOUR) {
            for place in 0..self.points {
                cells.entry((hour, place)).or_default();
            }
        }
    }

    /// The place of what belongs to no address: the only point, or none of several.
    fn of_no_point(&self) -> usize {
        if self.points == 1 { 0 } else { self.points }
    }
}

/// Whole seconds of an hour that lie between the first and the last packet. Over all hours they
/// add up to the whole seconds between the two.
fn seconds(hour: i64, first: Micros, last: Micros) -> u32 {
    let begin = first.max(hour * HOUR).div_euclid(SECOND);
    let end = last.min((hour + 1) * HOUR).div_euclid(SECOND);
    u32::try_from(end - begin).unwrap_or(0)
}

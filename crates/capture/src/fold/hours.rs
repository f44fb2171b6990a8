//! What became of packets, per hour and point, in bounded memory.

use std::collections::BTreeMap;

use observation::{Coverage, Fates, HOUR, Micros, SECOND};

use super::watch::Watch;

/// Cells (hour and point with packets) that are kept at most, about 50 MB: 57 years of one point,
/// or a year of 57.
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

/// Fates by hour; within an hour by point, and beside the points a place for what belongs to none.
pub(super) struct Hours {
    points: usize,
    cells: BTreeMap<(i64, usize), Fates>,
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
        let Some((first, last)) = span else { return Vec::new() };
        let mut cells = self.cells.clone();
        for (place, fates) in self.now.iter().enumerate().filter(|(_, fates)| fates.packets > 0) {
            *cells.entry((self.current, place)).or_default() += fates;
        }
        let (from, to) = (first.div_euclid(HOUR), last.div_euclid(HOUR));
        let known = to - from < MAX_COVERED;
        if known {
            for hour in from..=to {
                for place in 0..self.points {
                    cells.entry((hour, place)).or_default();
                }
            }
        }
        let row = |((hour, place), fates): ((i64, usize), Fates)| Coverage {
            point: watch.points().get(place).map(|watched| watched.point.clone()),
            hour: hour * HOUR,
            seconds_up: (known && place < self.points).then(|| seconds(hour, first, last)),
            assumed: true,
            fates,
            dropped: dropped.filter(|_| hour == to && (self.points == 1 || place == self.points)),
            addresses: if place < self.points { watch.addresses(place) } else { None },
        };
        cells.into_iter().map(row).collect()
    }
}

/// Whole seconds of an hour that lie between the first and the last packet. Over all hours they
/// add up to the whole seconds between the two.
fn seconds(hour: i64, first: Micros, last: Micros) -> u32 {
    let begin = first.max(hour * HOUR).div_euclid(SECOND);
    let end = last.min((hour + 1) * HOUR).div_euclid(SECOND);
    u32::try_from(end - begin).unwrap_or(0)
}

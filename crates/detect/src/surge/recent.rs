//! The last day, hour by hour.

use std::collections::VecDeque;

use hashbrown::HashMap;
use observation::{HOUR, Micros};

use super::baseline::STATISTICS;
use crate::{Count, PointId, Service};

/// How long the windows are, in hours. An hour finds what is large at once, a day what is small.
pub(super) const WINDOWS: [i64; 3] = [1, 6, 24];

/// One hour, with what it was able to see.
#[derive(Debug)]
pub(super) struct Past {
    pub(super) hour: Micros,
    pub(super) exposure: f64,
    doubt: f64,
    /// By service, the row over all points first.
    counts: Vec<Count>,
    /// The part of the exposure that each point has.
    shares: Vec<f64>,
    in_six: bool,
}

impl Past {
    /// `exposure` with how doubtful it is, 0 to 1; `counts` by service.
    pub(super) fn new(
        hour: Micros,
        (exposure, doubt): (f64, f64),
        counts: Vec<Count>,
        shares: Vec<f64>,
    ) -> Self {
        Past { hour, exposure, doubt, counts, shares, in_six: true }
    }

    fn over_all_rows(&self) -> impl Iterator<Item = &Count> {
        self.counts.iter().filter(|count| count.point.is_none())
    }

    pub(super) fn rows(&self, service: Service) -> &[Count] {
        let first = self.counts.partition_point(|count| count.service < service);
        let rest = self.counts.get(first..).unwrap_or_default();
        let last = rest.partition_point(|count| count.service == service);
        rest.get(..last).unwrap_or_default()
    }

    pub(super) fn over_all(&self, service: Service) -> Option<&Count> {
        self.rows(service).first().filter(|count| count.point.is_none())
    }

    /// Every service of the hour.
    pub(super) fn services(&self) -> impl Iterator<Item = Service> {
        self.over_all_rows().map(|count| count.service)
    }

    /// Every row of the hour.
    pub(super) fn counts(&self) -> &[Count] {
        &self.counts
    }

    pub(super) fn share(&self, point: PointId) -> f64 {
        self.shares.get(point.at()).copied().unwrap_or(0.0)
    }
}

/// What a service had in a window.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    counts: [u32; STATISTICS],
    /// Networks of each hour, added up.
    pub(super) networks: u32,
}

impl Sum {
    fn add(&mut self, count: &Count) {
        for (sum, value) in self.counts.iter_mut().zip(values(count)) {
            *sum = sum.saturating_add(value);
        }
        self.networks = self.networks.saturating_add(count.networks);
    }

    fn subtract(&mut self, count: &Count) {
        for (sum, value) in self.counts.iter_mut().zip(values(count)) {
            *sum = sum.saturating_sub(value);
        }
        self.networks = self.networks.saturating_sub(count.networks);
    }

    /// One statistic.
    pub(super) fn value(&self, at: usize) -> f64 {
        self.counts.get(at).map_or(0.0, |count| f64::from(*count))
    }
}

/// The hours of the longest window.
#[derive(Debug, Default)]
pub(super) struct Recent {
    hours: VecDeque<Past>,
    /// The sums of 6 hours and of a day.
    sums: HashMap<Service, [Sum; 2], foldhash::fast::FixedState>,
}

impl Recent {
    /// Adds an hour; what left the windows goes. The rows of more than [`Recent::ROWS`] are too many
    /// to keep: then those of single points go, the oldest first.
    pub(super) fn push(&mut self, past: Past) {
        let hour = past.hour;
        for row in past.over_all_rows() {
            let sums = self.sums.entry(row.service).or_default();
            sums.iter_mut().for_each(|sum| sum.add(row));
        }
        for old in &mut self.hours {
            if old.in_six && old.hour <= hour - 6 * HOUR {
                old.in_six = false;
                for row in old.over_all_rows() {
                    if let Some([six, _]) = self.sums.get_mut(&row.service) {
                        six.subtract(row);
                    }
                }
            }
        }
        self.hours.push_back(past);
        while self.hours.front().is_some_and(|old| old.hour <= hour - 24 * HOUR) {
            if let Some(old) = self.hours.pop_front() {
                self.forget(&old);
            }
        }
        self.bound();
    }

    fn forget(&mut self, old: &Past) {
        for row in old.over_all_rows() {
            let Some([_, day]) = self.sums.get_mut(&row.service) else { continue };
            day.subtract(row);
            if day.value(0) <= 0.0 {
                self.sums.remove(&row.service);
            }
        }
    }

    fn bound(&mut self) {
        let mut rows: usize = self.hours.iter().map(|past| past.counts.len()).sum();
        for past in &mut self.hours {
            if rows > Self::ROWS {
                let before = past.counts.len();
                past.counts.retain(|count| count.point.is_none());
                past.counts.shrink_to_fit();
                rows -= before - past.counts.len();
            }
        }
    }

    /// The most rows: 6 MB.
    const ROWS: usize = 200_000;

    /// Measures exposure in another unit.
    pub(super) fn rescale(&mut self, change: f64) {
        for past in &mut self.hours {
            past.exposure *= change;
            past.shares.iter_mut().for_each(|share| *share *= change);
        }
    }

    /// The hours of a window, the latest first.
    pub(super) fn window(&self, hours: i64) -> impl Iterator<Item = &Past> {
        let latest = self.hours.back().map_or(0, |past| past.hour);
        self.hours.iter().rev().take_while(move |past| past.hour > latest - hours * HOUR)
    }

    /// Exposure of a window, and how doubtful it is.
    pub(super) fn exposure(&self, hours: i64) -> (f64, f64) {
        let (exposure, doubtful) = self.window(hours).fold((0.0, 0.0), |(all, doubt), past| {
            (all + past.exposure, doubt + past.exposure * past.doubt)
        });
        (exposure, if exposure > 0.0 { doubtful / exposure } else { 0.0 })
    }

    /// What a service had in a window of 1 to 24 hours; those of 6 and 24 are kept.
    pub(super) fn sum(&self, service: Service, hours: i64) -> Sum {
        let [six, day] = self.sums.get(&service).copied().unwrap_or_default();
        match hours {
            6 => six,
            24 => day,
            _ => {
                let mut sum = Sum::default();
                let window = self.window(hours);
                window.filter_map(|past| past.over_all(service)).for_each(|row| sum.add(row));
                sum
            }
        }
    }

    /// Hours of the last day since then, at least the latest.
    pub(super) fn hours_since(&self, time: Micros) -> i64 {
        let latest = self.hours.back().map_or(time, |past| past.hour);
        ((latest - time) / HOUR + 1).clamp(1, 24)
    }

    /// The most sources of one hour of a window, and at how many points there was an access.
    pub(super) fn witnesses(&self, service: Service, window: i64) -> (u32, usize) {
        let mut most = 0;
        let mut points: Vec<PointId> = Vec::new();
        for row in self.window(window).flat_map(|past| past.rows(service)) {
            match row.point {
                None => most = most.max(row.sources),
                Some(point) => points.push(point),
            }
        }
        points.sort_unstable();
        points.dedup();
        (most, points.len())
    }
}

/// A row's value for each statistic.
pub(super) fn values(count: &Count) -> [u32; STATISTICS] {
    [count.accesses, count.accesses.saturating_sub(count.loudest), count.sources, count.fresh]
}

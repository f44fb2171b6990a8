//! How much was watched: the honest denominator, and the season that all services share.
//!
//! A point's weight is its usual accesses an hour: the median over the days of which it watched a
//! quarter at least. An hour's exposure is what all points, as far as they watched, usually see in
//! it: weight times the watched part of the hour, times the season. A day half watched counts half,
//! and after an outage nothing surges.
//!
//! Where coverage is unknown (logs), an hour with an access was watched, and a silent one was not if
//! that many hours of silence are improbable ([`SILENT`] accesses missing, or [`SILENT_HOUR`] in one
//! hour). A point needs [`MATURE`] days before its weight is believed; until then its share of the
//! exposure widens what a count may be.
//!
//! A day counts as observed if anything was seen on it: days of a sensor that hears nothing teach
//! nothing.
//!
//! A sensor may break and still hear a little. Where the median falls below [`COLLAPSE`] of what is
//! remembered, which halves every [`HALVING`] days, the remembered weight counts for four weeks on: what
//! comes back to it is no surge.
//!
//! Weights are made anew each day, and with them the unit in which exposure is measured: whoever
//! remembers exposures or rates multiplies or divides them by [`Exposure::change`].
//!
//! The season has a factor for the day of the week and one for the hour of the day: medians of the
//! ratios to the usual rate over [`DAYS`] observed days, drawn towards 1 where there are few days or
//! these scatter. Services that surge count as usual in it: left out, their days would differ from those before.

use std::collections::VecDeque;

use observation::{DAY, HOUR, Micros};

use crate::number::median;
use crate::{Count, PointId, Service};

/// Observed days that a baseline looks back on: four weeks, so that each day of the week is there
/// four times.
pub(crate) const DAYS: usize = 28;
/// Days until a point's weight is believed.
const MATURE: usize = 3;
/// A remembered weight halves in this many observed days: half a year.
pub(crate) const HALVING: f64 = 182.0;
/// Below this part of what is remembered something is broken rather than quiet.
pub(crate) const COLLAPSE: f64 = 0.25;
/// Missing accesses after which silence is an outage: e^-12 is 6 in a million.
const SILENT: f64 = 12.0;
/// The same within one hour: a silent hour of such a point has 5 in a hundred.
const SILENT_HOUR: f64 = 3.0;

/// What one point watched in one hour: a row of the table `coverage`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PointHour {
    /// The point.
    pub point: PointId,
    /// Seconds watched; none where unknown.
    pub seconds_up: Option<u32>,
    /// Addresses watched; none where there is no watch list.
    pub addresses: Option<u64>,
}

#[derive(Clone, Debug, Default)]
struct Watching {
    /// Usual accesses an hour.
    weight: f64,
    /// Days that went into it, and those of them on which anything was seen.
    days: usize,
    heard: usize,
    /// The weight of old, and until which observed day it counts.
    remembered: f64,
    collapsed: u32,
    addresses: Option<u64>,
    measured: bool,
    /// The watched part of the open hour.
    covered: f64,
    unsure: bool,
    accesses: f64,
    /// Accesses that are missing in a run of silence whose coverage is unknown.
    missing: f64,
    today: (f64, f64),
}

#[derive(Clone, Debug)]
struct PastDay {
    number: u32,
    weekday: usize,
    /// By point: hours watched, accesses.
    points: Vec<(f32, f32)>,
    /// By hour of the day: accesses but what surges add, exposure without season.
    hours: [(f32, f32); 24],
}

/// Coverage so far, and what it means for the counts of an hour.
#[derive(Clone, Debug)]
pub struct Exposure {
    points: Vec<Watching>,
    past: VecDeque<PastDay>,
    /// The exposure of each past day, by today's weights and season.
    history: Vec<(u32, f64)>,
    weekdays: [f64; 7],
    hours: [f64; 24],
    open: [(f32, f32); 24],
    day: i64,
    observed: u32,
    hour: Micros,
    exposure: f64,
    plain: f64,
    doubt: f64,
    /// The exposure of the open day so far, and what of the last one was, by today's unit.
    of_day: f64,
    change: f64,
}

impl Default for Exposure {
    fn default() -> Self {
        Exposure {
            points: Vec::new(),
            past: VecDeque::new(),
            history: Vec::new(),
            weekdays: [1.0; 7],
            hours: [1.0; 24],
            open: [(0.0, 0.0); 24],
            day: i64::MIN,
            observed: 0,
            hour: 0,
            exposure: 0.0,
            plain: 0.0,
            doubt: 0.0,
            of_day: 0.0,
            change: 1.0,
        }
    }
}

impl Exposure {
    /// Takes an hour; `surging` gives the usual rate of services that surge. True where a day ended before it, so that baselines must be made anew.
    pub fn hour(
        &mut self,
        hour: Micros,
        coverage: &[PointHour],
        counts: &[Count],
        surging: impl Fn(Service) -> Option<f64>,
    ) -> bool {
        let day = hour.div_euclid(DAY);
        let ended = self.day != day && self.day != i64::MIN;
        if ended {
            self.end_day();
        }
        self.day = day;
        self.hour = hour;
        self.cover(coverage, counts);
        self.weigh();
        self.of_day += self.plain;
        let steady = |count: &Count| {
            let most = surging(count.service).map_or(f64::INFINITY, |rate| rate * self.exposure);
            f64::from(count.accesses).min(most)
        };
        let over_all = counts.iter().filter(|count| count.point.is_none());
        let total: f64 = over_all.map(steady).sum();
        if let Some((accesses, exposure)) = self.open.get_mut(hour_of_day(hour)) {
            *accesses += total as f32;
            *exposure += self.plain as f32;
        }
        ended
    }

    fn cover(&mut self, coverage: &[PointHour], counts: &[Count]) {
        for watching in &mut self.points {
            (watching.accesses, watching.covered, watching.unsure) = (0.0, 0.0, !watching.measured);
        }
        for count in counts {
            if let Some(watching) = count.point.and_then(|point| self.at(point)) {
                watching.accesses += f64::from(count.accesses);
            }
        }
        for row in coverage {
            let Some(watching) = self.at(row.point) else { continue };
            watching.addresses = row.addresses.or(watching.addresses);
            if let Some(seconds) = row.seconds_up {
                watching.measured = true;
                watching.unsure = false;
                watching.covered = (watching.covered + f64::from(seconds) / 3_600.0).min(1.0);
            } else {
                watching.unsure = true;
            }
        }
        for watching in &mut self.points {
            watching.guess();
        }
    }

    fn at(&mut self, point: PointId) -> Option<&mut Watching> {
        if self.points.len() <= point.at() && point.at() < crate::Roll::CAPACITY {
            let new = Watching { unsure: true, ..Watching::default() };
            self.points.resize(point.at() + 1, new);
        }
        self.points.get_mut(point.at())
    }

    fn weigh(&mut self) {
        let mut known: Vec<f64> =
            self.points.iter().filter(|point| point.days > 0).map(|point| point.weight).collect();
        let middle = median(&mut known);
        let (mut plain, mut young) = (0.0, 0.0);
        for point in &mut self.points {
            point.today.0 += point.covered;
            point.today.1 += point.accesses;
            if point.days == 0 {
                let (hours, accesses) = point.today;
                point.weight = if hours >= 2.0 { accesses / hours } else { middle };
            }
            let share = point.weight * point.covered;
            plain += share;
            young += if point.days < MATURE { share } else { 0.0 };
        }
        self.plain = plain;
        self.doubt = if plain > 0.0 { young / plain } else { 0.0 };
        self.exposure = plain * self.season(self.hour);
    }

    fn end_day(&mut self) {
        let points: Vec<(f32, f32)> = self
            .points
            .iter_mut()
            .map(|point| {
                let (hours, accesses) = std::mem::take(&mut point.today);
                (hours as f32, accesses as f32)
            })
            .collect();
        let hours = std::mem::replace(&mut self.open, [(0.0, 0.0); 24]);
        let number = self.observed;
        let weekday = weekday(self.day);
        if points.iter().any(|&(hours, accesses)| hours >= 1.0 && accesses > 0.0) {
            self.observed += 1;
            self.past.push_back(PastDay { number, weekday, points, hours });
        }
        while self.past.len() > DAYS {
            self.past.pop_front();
        }
        self.learn_weights();
        self.learn_season();
        let before = std::mem::take(&mut self.of_day);
        // Without the season, which is no unit.
        let last = self.past.back().filter(|_| self.observed > number);
        let now = last.map_or(0.0, |day| self.exposure_of(day));
        self.change = if before > 0.0 && now > 0.0 { now / before } else { 1.0 };
    }

    fn learn_weights(&mut self) {
        for (at, point) in self.points.iter_mut().enumerate() {
            let days = self.past.iter().filter_map(|day| day.points.get(at));
            let rate = |&(hours, accesses): &(f32, f32)| f64::from(accesses) / f64::from(hours);
            let mut rates: Vec<f64> = days.filter(|(hours, _)| *hours >= 6.0).map(rate).collect();
            point.days = rates.len();
            point.heard = rates.iter().filter(|rate| **rate > 0.0).count();
            if rates.is_empty() {
                continue;
            }
            point.weight = median(&mut rates);
            point.remembered *= 0.5_f64.powf(1.0 / HALVING);
            if point.weight < COLLAPSE * point.remembered {
                point.collapsed = self.observed + DAYS as u32;
            }
            if point.days >= MATURE {
                point.remembered = point.remembered.max(point.weight);
            }
            if self.observed < point.collapsed {
                point.weight = point.remembered;
            }
        }
    }

    fn learn_season(&mut self) {
        let exposures: Vec<f64> = self.past.iter().map(|day| self.exposure_of(day)).collect();
        let rate = |(day, exposure): (&PastDay, &f64)| {
            let accesses: f64 = day.hours.iter().map(|(accesses, _)| f64::from(*accesses)).sum();
            if *exposure > 0.0 { accesses / exposure } else { 0.0 }
        };
        let rates: Vec<f64> = self.past.iter().zip(&exposures).map(rate).collect();
        let base = median(&mut rates.clone());
        if self.past.len() >= 7 && base > 0.0 {
            let ratios: Vec<f64> = rates.iter().map(|rate| rate / base).collect();
            self.learn_weekdays(&ratios);
            self.learn_hours();
        }
        let season = |day: &PastDay| self.weekdays.get(day.weekday).copied().unwrap_or(1.0);
        let history = self.past.iter().zip(&exposures);
        self.history =
            history.map(|(day, exposure)| (day.number, exposure * season(day))).collect();
    }

    fn learn_weekdays(&mut self, ratios: &[f64]) {
        let mut off: Vec<f64> = ratios.iter().map(|ratio| (ratio - 1.0).abs()).collect();
        // 1.4826 makes the median absolute deviation the standard deviation of a normal.
        let scatter = 1.4826 * median(&mut off);
        for (weekday, factor) in self.weekdays.iter_mut().enumerate() {
            let days = self.past.iter().zip(ratios).filter(|(day, _)| day.weekday == weekday);
            let mut same: Vec<f64> = days.map(|(_, ratio)| *ratio).collect();
            *factor = drawn(&mut same, 0.25 + 10.0 * scatter * scatter);
        }
    }

    fn learn_hours(&mut self) {
        for hour in 0..24 {
            let ratio = |day: &PastDay| {
                let &(accesses, exposure) = day.hours.get(hour)?;
                let all = day.hours.iter().fold((0.0, 0.0), |sum, h| (sum.0 + h.0, sum.1 + h.1));
                // Fewer accesses an hour than this tell nothing of a season.
                let enough = exposure > 0.0 && all.0 >= 24.0 * 20.0;
                enough.then(|| f64::from(accesses / exposure) / f64::from(all.0 / all.1))
            };
            let mut ratios: Vec<f64> = self.past.iter().filter_map(ratio).collect();
            if let Some(factor) = self.hours.get_mut(hour) {
                *factor = drawn(&mut ratios, 2.0);
            }
        }
        let mean = self.hours.iter().sum::<f64>() / 24.0;
        self.hours.iter_mut().for_each(|factor| *factor /= mean);
    }

    fn exposure_of(&self, day: &PastDay) -> f64 {
        let shares = day.points.iter().zip(&self.points);
        shares.map(|((hours, _), point)| f64::from(*hours) * point.weight).sum()
    }

    fn season(&self, hour: Micros) -> f64 {
        let weekday = self.weekdays.get(weekday(hour.div_euclid(DAY))).copied().unwrap_or(1.0);
        weekday * self.hours.get(hour_of_day(hour)).copied().unwrap_or(1.0)
    }

    /// The accesses that all points usually see in the open hour, as far as they watched it.
    pub fn exposure(&self) -> f64 {
        self.exposure
    }

    /// By how much the end of the last day changed the unit of exposure: today's measure of that day over
    /// the measure that was taken while it lasted.
    pub(crate) fn change(&self) -> f64 {
        self.change
    }

    /// The share of the exposure that rests on points without a believed weight.
    pub fn doubt(&self) -> f64 {
        self.doubt
    }

    /// Days that were observed so far, and the number of the open day.
    pub fn observed(&self) -> u32 {
        self.observed
    }

    /// Past days by number, and their exposure by today's weights and season.
    pub(crate) fn history(&self) -> &[(u32, f64)] {
        &self.history
    }

    /// The part of the exposure that one point has.
    pub(crate) fn share(&self, point: PointId) -> f64 {
        let share = self.points.get(point.at()).map_or(0.0, |point| point.weight * point.covered);
        share * self.season(self.hour)
    }

    /// Points that watch this hour.
    pub(crate) fn watching(&self) -> usize {
        self.points.iter().filter(|point| point.covered > 0.0).count()
    }

    /// Addresses that the points which watch this hour have; none where one does not say.
    pub(crate) fn addresses(&self) -> Option<u64> {
        let up = self.points.iter().filter(|point| point.covered > 0.0);
        up.map(|point| point.addresses).try_fold(0_u64, |sum, one| Some(sum.saturating_add(one?)))
    }

    /// For each point: its number, usual accesses an hour if believed, the watched part of this
    /// hour, and whether that was measured.
    pub(crate) fn points(&self) -> impl Iterator<Item = (PointId, Option<f64>, f64, bool)> + '_ {
        self.points.iter().enumerate().map(|(at, point)| {
            let weight = (point.days >= MATURE).then_some(point.weight);
            let covered = if point.unsure { 1.0 } else { point.covered };
            (PointId(at as u16), weight, covered, point.measured)
        })
    }

    /// Past days on which a point saw anything.
    pub(crate) fn heard(&self, point: PointId) -> usize {
        self.points.get(point.at()).map_or(0, |point| point.heard)
    }

    /// The accesses of a point in the open hour.
    pub(crate) fn accesses(&self, point: PointId) -> f64 {
        self.points.get(point.at()).map_or(0.0, |point| point.accesses)
    }
}

impl Watching {
    fn guess(&mut self) {
        if !self.unsure {
            return;
        }
        if self.accesses > 0.0 {
            (self.covered, self.missing) = (1.0, 0.0);
            return;
        }
        self.missing += self.weight;
        let outage = self.weight >= SILENT_HOUR || self.missing >= SILENT;
        self.covered = if outage { 0.0 } else { 1.0 };
    }
}

/// The median of ratios, drawn towards 1 as if that had been seen `inertia` times.
fn drawn(ratios: &mut [f64], inertia: f64) -> f64 {
    let count = ratios.len() as f64;
    if count < 1.0 {
        return 1.0;
    }
    median(ratios).clamp(0.2, 5.0).powf(count / (count + inertia))
}

/// 0 is Sunday; 1970-01-01 was a Thursday.
fn weekday(day: i64) -> usize {
    usize::try_from((day + 4).rem_euclid(7)).unwrap_or(0)
}

fn hour_of_day(hour: Micros) -> usize {
    usize::try_from(hour.div_euclid(HOUR).rem_euclid(24)).unwrap_or(0)
}

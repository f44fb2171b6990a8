//! How well surges are found: events of known size in real background, beside plain methods.
//!
//! [`evaluate`] replays a background as it is, and again with surges put into it: on a day, a service
//! gets `size − 1` times its usual daily accesses more, from sources never seen before, at the hours
//! and points at which it is usually asked for. Each method gives every service and day a score. The
//! bar of each method is the lowest at which it raises no more than the allowed false alarms a month
//! on the background as it is (alarms within a week of each other are one), so that methods are
//! compared at equal false alarms. What the background itself holds counts as a false alarm: nobody
//! knows better.
//!
//! Victims and password cracking of known size: [`evaluate_events`].
//!
//! Plain methods ([`plain`]) see the daily accesses of days that had any; they speak at a day's end,
//! so that their delay is a day.

mod events;
mod inject;
pub mod plain;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use observation::{DAY, HOUR, Micros};

pub use events::evaluate_events;
pub use inject::Injected;
pub use table::{Line, table};

use crate::surge::{Settings, Surges};
use crate::{Exposure, PointHour, Roll, Service, Sighting, Tally};

/// What is there without us: accesses in time order, and coverage by hour (empty: unknown).
#[derive(Clone, Debug, Default)]
pub struct Background {
    /// What it is called in the table.
    pub name: String,
    /// Accesses, in time order.
    pub sightings: Vec<Sighting>,
    /// What was watched, by hour.
    pub coverage: BTreeMap<Micros, Vec<PointHour>>,
    /// The points.
    pub roll: Roll,
}

/// What is tried.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Times the usual level.
    pub sizes: Vec<f64>,
    /// Surges of each size.
    pub trials: usize,
    /// False alarms that each method may raise in 30 observed days.
    pub alarms_a_month: f64,
    /// The least usual accesses a day of a service that is made to surge.
    pub least: f64,
    /// Of the random numbers.
    pub seed: u64,
}

/// The scores of a method: by service and day, with the hour of the day at whose end the score was
/// reached (24: at the day's end).
type Scores = BTreeMap<(Service, i64), Vec<(f64, u32)>>;

/// How many observed days must lie before a surge, so that every method has its baseline.
const BEFORE: i64 = 31;
/// Days between surges of one replay.
const APART: i64 = 15;

/// Every method at every size.
pub fn evaluate(background: &Background, plan: &Plan) -> Vec<Line> {
    let (ours, days) = ours(background, &background.sightings);
    let counts = daily(&background.sightings);
    let months = days as f64 / 30.0;
    let allowed = (plan.alarms_a_month * months).floor() as usize;
    let mut bars = vec![("yagura", bar(&ours, allowed))];
    for (name, method) in plain::METHODS {
        bars.push((name, bar(&plain::scores(&counts, method), allowed)));
    }
    let mut lines = Vec::new();
    for &size in &plan.sizes {
        let mut found: BTreeMap<&str, Vec<Option<u32>>> = BTreeMap::new();
        let mut seed = plan.seed;
        let mut tried = 0;
        while tried < plan.trials && seed < plan.seed + 4 * plan.trials as u64 {
            let (sightings, injected) = inject::inject(background, &counts, plan, size, seed);
            seed += 1;
            tried += injected.len();
            let (scores, _) = self::ours(background, &sightings);
            let counts = daily(&sightings);
            for (name, bar) in &bars {
                let of_method = plain::METHODS.iter().find(|(other, _)| other == name);
                let plain = of_method.map(|(_, method)| plain::scores(&counts, *method));
                let scores = plain.as_ref().unwrap_or(&scores);
                found
                    .entry(name)
                    .or_default()
                    .extend(injected.iter().map(|one| one.met(scores, *bar)));
            }
        }
        for (name, bar) in &bars {
            let alarms = if *name == "yagura" {
                episodes(&ours, *bar)
            } else {
                let method = plain::METHODS.iter().find(|(other, _)| other == name);
                method.map_or(0, |(_, method)| episodes(&plain::scores(&counts, *method), *bar))
            };
            let met = found.remove(name).unwrap_or_default();
            lines.push(Line::new(&background.name, name, size, &met, alarms, months));
        }
    }
    lines
}

impl Injected {
    /// Hours until a method's score reached its bar; none where it did not on that day.
    fn met(&self, scores: &Scores, bar: f64) -> Option<u32> {
        let scores = scores.get(&(self.service, self.day))?;
        scores.iter().filter(|(score, _)| *score >= bar).map(|(_, hour)| *hour).min()
    }
}

/// The scores of our own detector: −log10 p of what is large and corroborated. And days observed.
fn ours(background: &Background, sightings: &[Sighting]) -> (Scores, u32) {
    // At rate 0 no surge is ever opened, so that every hour is scored.
    let mut surges = Surges::new(Settings { q: 0.0 });
    let (mut tally, mut exposure) = (Tally::default(), Exposure::default());
    let mut scores = Scores::new();
    let (Some(first), Some(last)) = (sightings.first(), sightings.last()) else {
        return (scores, 0);
    };
    let mut hour = first.time.div_euclid(DAY) * DAY;
    let mut rows = sightings.iter().peekable();
    while hour <= last.time {
        while let Some(row) = rows.next_if(|row| row.time < hour + HOUR) {
            tally.add(row);
        }
        let counts = tally.close(hour);
        let coverage = background.coverage.get(&hour).map_or(&[][..], Vec::as_slice);
        let ended = exposure.hour(hour, coverage, &counts, |_| None);
        surges.hour(hour, counts, &exposure, ended, &background.roll);
        for score in surges.scores() {
            let day = hour.div_euclid(DAY);
            let of_day = u32::try_from((hour - day * DAY) / HOUR + 1).unwrap_or(24);
            let value = -score.p.max(1e-300).log10();
            scores.entry((score.service, day)).or_default().push((value, of_day));
        }
        hour += HOUR;
    }
    (scores, exposure.observed())
}

/// Accesses of each service by day.
type Daily = BTreeMap<Service, BTreeMap<i64, f64>>;

fn daily(sightings: &[Sighting]) -> Daily {
    let mut daily = Daily::new();
    let mut any: BTreeMap<i64, f64> = BTreeMap::new();
    for row in sightings.iter().filter(|row| crate::service::asks(row.kind)) {
        let day = row.time.div_euclid(DAY);
        *daily.entry(row.service()).or_default().entry(day).or_default() += 1.0;
        any.insert(day, 0.0);
    }
    for days in daily.values_mut() {
        for day in any.keys() {
            days.entry(*day).or_default();
        }
    }
    daily
}

/// Alarms at a bar; those of one service within a week are one.
fn episodes(scores: &Scores, bar: f64) -> usize {
    let mut alarms = 0;
    let mut last: Option<(Service, i64)> = None;
    for ((service, day), hours) in scores {
        if hours.iter().all(|(score, _)| *score < bar) {
            continue;
        }
        let same = last.is_some_and(|(other, before)| other == *service && day - before <= 7);
        alarms += usize::from(!same);
        last = Some((*service, *day));
    }
    alarms
}

/// The lowest bar at which there are no more than so many alarms.
fn bar(scores: &Scores, allowed: usize) -> f64 {
    let mut best: Vec<f64> = scores
        .values()
        .filter_map(|hours| hours.iter().map(|(score, _)| *score).max_by(f64::total_cmp))
        .collect();
    best.sort_unstable_by(f64::total_cmp);
    let (mut low, mut high) = (0, best.len());
    while low < high {
        let middle = (low + high) / 2;
        let few = best.get(middle).is_some_and(|bar| episodes(scores, *bar) <= allowed);
        (low, high) = if few { (low, middle) } else { (middle + 1, high) };
    }
    // Above everything where even the highest score is one alarm too many.
    best.get(low)
        .copied()
        .unwrap_or_else(|| best.last().map_or(0.0, |best| best + best.abs() * 1e-6 + 1e-6))
}

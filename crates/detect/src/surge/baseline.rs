//! A service's usual level.
//!
//! A level is a rate: counts per unit of exposure. It is the greatest of
//! * the winsorised mean of the past [`DAYS`] observed days (of accesses of busy services, the median
//!   of two weeks if that is less: they bear a surge out, and follow a level that falls): the greatest tenth is lowered, days
//!   without an access count as zeros, and half an access is added so that a service that was never
//!   seen has a rate near zero and not none (Jeffreys' prior for a Poisson rate);
//! * the median of the last week, so that a level that climbs is followed;
//! * for four weeks after a collapse, what is remembered: the level of old, halving every
//!   [`HALVING`] observed days, so that a service which comes back after weeks of a broken sensor does
//!   not surge; and the level is doubtful so long. A collapse is a median below [`COLLAPSE`] of what is remembered.
//!
//! Dispersion is what the days show: the median of (y − μ)²/μ over that of χ² with one degree of
//! freedom, drawn towards what services of the same size show together ([`super::pool`]).

use super::pool::{Pool, class};
use crate::exposure::{COLLAPSE, DAYS, HALVING};
use crate::number::{Level, median, winsorised_sum};

/// What is counted of a service.
pub(super) const ACCESSES: usize = 0;
/// Accesses but those of each hour's loudest source.
pub(super) const OTHERS: usize = 1;
/// Distinct sources of each hour, added up.
pub(super) const SOURCES: usize = 2;
/// Sources that were new to the day.
pub(super) const FRESH: usize = 3;
/// How many statistics there are.
pub(super) const STATISTICS: usize = 4;

/// A value for each statistic.
pub(super) type Values = [f64; STATISTICS];

/// Accesses a day of a busy service.
const BUSY: f64 = 10.0;
/// Relative variance of a level after a collapse: what comes back may be half or twice of what was.
const DOUBT: f32 = 0.25;
/// The median of χ² with one degree of freedom.
const CHI_SQUARED: f64 = 0.454_936;
/// The days that the shared dispersion weighs as much as.
const INERTIA: f64 = 7.0;

/// The usual level of one statistic.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Usual {
    /// Counts per unit of exposure.
    pub(super) rate: f32,
    /// Relative variance of the rate: how little is known of it.
    ignorance: f32,
    /// Relative variance from day to day beyond `runs`.
    wander: f32,
    /// Variance over mean of small counts.
    runs: f32,
}

impl Usual {
    /// The same level where exposure is measured in another unit.
    pub(super) fn rescale(&mut self, change: f64) {
        self.rate = (f64::from(self.rate) / change) as f32;
    }

    /// What to expect of an exposure; `doubt` is the relative error of the exposure itself.
    pub(super) fn level(&self, exposure: f64, doubt: f64, unrest: f64) -> Level {
        Level {
            mean: f64::from(self.rate) * exposure,
            dispersion: f64::from(self.runs),
            wander: f64::from(self.ignorance) + f64::from(self.wander).max(unrest) + doubt * doubt,
        }
    }
}

/// A day of a service.
#[derive(Clone, Copy, Debug)]
struct Day {
    number: u32,
    counts: [u32; STATISTICS],
}

/// What is remembered of one service.
#[derive(Clone, Debug, Default)]
pub(super) struct Series {
    /// Only days with an access.
    days: Vec<Day>,
    pub(super) today: [u32; STATISTICS],
    remembered: [f32; STATISTICS],
    pub(super) usual: [Usual; STATISTICS],
    /// Days before this are not looked back on.
    since: u32,
    /// Until this day what is remembered counts.
    collapsed: u32,
    /// The number of the day that `usual` was made on.
    made: Option<u32>,
}

impl Series {
    /// Ends a day: `keep` is what of it goes into the baseline.
    pub(super) fn end_day(&mut self, number: u32, keep: impl Fn(usize, u32) -> u32) {
        let mut counts = std::mem::take(&mut self.today);
        for (at, count) in counts.iter_mut().enumerate() {
            *count = keep(at, *count);
        }
        if counts.iter().any(|count| *count > 0) {
            self.days.push(Day { number, counts });
        }
        let first = number.saturating_sub(DAYS as u32);
        self.days.retain(|day| day.number > first);
        self.days.shrink_to(DAYS);
    }

    /// Whether nothing of it is left to remember.
    pub(super) fn is_empty(&self) -> bool {
        self.days.is_empty() && self.remembered.iter().all(|rate| *rate < 1e-9)
    }

    /// Puts what was truly counted in place of what was kept of these days, and forgets the days
    /// before them: the new level is the usual one now.
    pub(super) fn settle(&mut self, days: &[(u32, [u32; STATISTICS])]) {
        self.days = days.iter().map(|&(number, counts)| Day { number, counts }).collect();
        self.since = days.first().map_or(0, |&(number, _)| number);
        self.made = None;
    }

    /// Makes the usual levels for the open day; once a day.
    pub(super) fn learn(&mut self, open: u32, history: &[(u32, f64)], pool: &Pool) {
        let since = self.made.map_or(0, |made| open.saturating_sub(made));
        if self.made == Some(open) {
            return;
        }
        self.made = Some(open);
        let decay = 0.5_f64.powf(f64::from(since) / HALVING);
        let accesses = self.remembered.first().map_or(0.0, |rate| f64::from(*rate)) * decay;
        if self.middle(ACCESSES, history) < COLLAPSE * accesses {
            self.collapsed = open + DAYS as u32;
        }
        for at in 0..STATISTICS {
            let remembered = self.remembered.get(at).map_or(0.0, |rate| f64::from(*rate)) * decay;
            let collapsed = open < self.collapsed;
            let floor = if collapsed { remembered } else { 0.0 };
            let mut usual = self.usual_of(at, history, pool, floor);
            usual.ignorance += if collapsed { DOUBT } else { 0.0 };
            let level = self.middle(at, history);
            if let (Some(place), Some(rate)) = (self.usual.get_mut(at), self.remembered.get_mut(at))
            {
                *place = usual;
                *rate = remembered.max(level) as f32;
            }
        }
    }

    /// The days' counts with their exposures; of days without an access 0.
    fn counts<'a>(
        &'a self,
        at: usize,
        history: &'a [(u32, f64)],
    ) -> impl Iterator<Item = (f64, f64)> + 'a {
        let mut days = self.days.iter().peekable();
        let since = self.since;
        let history = history.iter().filter(move |(number, _)| *number >= since);
        history.map(move |&(number, exposure)| {
            while days.peek().is_some_and(|day| day.number < number) {
                days.next();
            }
            let same = days.peek().filter(|day| day.number == number);
            let count = same.and_then(|day| day.counts.get(at)).copied().unwrap_or(0);
            (f64::from(count), exposure)
        })
    }

    /// The median daily rate.
    fn middle(&self, at: usize, history: &[(u32, f64)]) -> f64 {
        let days = self.counts(at, history).filter(|(_, exposure)| *exposure > 0.0);
        median(&mut days.map(|(count, exposure)| count / exposure).collect::<Vec<f64>>())
    }

    fn usual_of(&self, at: usize, history: &[(u32, f64)], pool: &Pool, remembered: f64) -> Usual {
        let days: Vec<(f64, f64)> =
            self.counts(at, history).filter(|(_, exposure)| *exposure > 0.0).collect();
        let exposure: f64 = days.iter().map(|(_, exposure)| exposure).sum();
        if exposure <= 0.0 {
            return Usual::default();
        }
        let mean_exposure = exposure / days.len() as f64;
        let rates = days.iter().filter(|(count, _)| *count > 0.0);
        let mut scaled: Vec<f64> =
            rates.map(|(count, exposure)| count / exposure * mean_exposure).collect();
        let sum = winsorised_sum(&mut scaled, days.len()) + 0.5;
        let last = |count: usize| {
            let skipped = days.iter().skip(days.len().saturating_sub(count));
            median(&mut skipped.map(|(count, exposure)| count / exposure).collect::<Vec<f64>>())
        };
        let mut long = sum / exposure;
        if at <= OTHERS && sum >= BUSY * days.len() as f64 {
            long = long.min(last(14));
        }
        let rate = long.max(last(7)).max(remembered);
        let mean = rate * mean_exposure;
        let dispersion = self.dispersion(&days, rate, pool.dispersion(at, class(mean)));
        let runs = dispersion.min(pool.runs(at));
        Usual {
            rate: rate as f32,
            ignorance: (dispersion / sum.max(rate * exposure)) as f32,
            wander: ((dispersion - runs) / mean.max(1e-9)) as f32,
            runs: runs as f32,
        }
    }

    fn dispersion(&self, days: &[(f64, f64)], rate: f64, shared: f64) -> f64 {
        let residual = |&(count, exposure): &(f64, f64)| {
            let mean = rate * exposure;
            (mean >= 4.0).then(|| (count - mean) * (count - mean) / mean)
        };
        let mut residuals: Vec<f64> = days.iter().filter_map(residual).collect();
        let count = residuals.len() as f64;
        if count < 4.0 {
            return shared;
        }
        let own = (median(&mut residuals) / CHI_SQUARED).max(1.0);
        (own * count + shared * INERTIA) / (count + INERTIA)
    }
}

//! What services of one size have in common: how much their days scatter.
//!
//! One rare port has too few accesses to show how they clump; all rare ports together show it well.
//! For each statistic and class of size: the mean over services of (y − μ)²/μ of the day that ended,
//! each at most [`WILD`] times the mean so far, averaged over days with a memory of [`MEMORY`].

use super::baseline::STATISTICS;

/// Classes of expected daily counts: below 1, 4, 16 and so on by fours; the last has no end.
const CLASSES: usize = 8;
/// A service that scatters so many times as much as its like is no witness for them.
const WILD: f64 = 30.0;
/// Days that the average remembers.
const MEMORY: f64 = 14.0;
/// Before anything is known: scanners come in runs of several accesses.
const AT_FIRST: f64 = 4.0;

/// The class of a service by its expected daily count.
pub(super) fn class(mean: f64) -> usize {
    let fours = mean.max(0.5).log2() / 2.0 + 1.0;
    (fours.max(0.0) as usize).min(CLASSES - 1)
}

/// Shared dispersion by statistic and class.
#[derive(Clone, Debug)]
pub(super) struct Pool {
    mean: [[f64; CLASSES]; STATISTICS],
    sums: [[(f64, f64); CLASSES]; STATISTICS],
    days: f64,
}

impl Default for Pool {
    fn default() -> Self {
        Pool {
            mean: [[AT_FIRST; CLASSES]; STATISTICS],
            sums: [[(0.0, 0.0); CLASSES]; STATISTICS],
            days: 0.0,
        }
    }
}

impl Pool {
    /// Takes one service's day.
    pub(super) fn add(&mut self, statistic: usize, count: f64, mean: f64) {
        if mean <= 0.0 {
            return;
        }
        let class = class(mean);
        let bar = WILD * self.dispersion(statistic, class);
        let residual = ((count - mean) * (count - mean) / mean).min(bar);
        if let Some((sum, services)) = self.sums.get_mut(statistic).and_then(|s| s.get_mut(class)) {
            // A residual weighs as much as it has accesses: below 1 most days are zeros.
            let weight = mean.min(1.0);
            *sum += residual * weight;
            *services += weight;
        }
    }

    /// Ends a day.
    pub(super) fn end_day(&mut self) {
        self.days += 1.0;
        let weight = 1.0 / self.days.min(MEMORY);
        for (means, sums) in self.mean.iter_mut().zip(&mut self.sums) {
            for (mean, (sum, services)) in means.iter_mut().zip(sums) {
                if *services >= 1.0 {
                    let today = (*sum / *services).max(1.0);
                    *mean += (today - *mean) * weight;
                }
                (*sum, *services) = (0.0, 0.0);
            }
        }
    }

    /// Variance over mean of daily counts in a class.
    pub(super) fn dispersion(&self, statistic: usize, class: usize) -> f64 {
        let class = self.mean.get(statistic).and_then(|means| means.get(class));
        class.copied().unwrap_or(AT_FIRST).max(1.0)
    }

    /// Variance over mean of small counts, where a wandering rate is not to be seen yet.
    pub(super) fn runs(&self, statistic: usize) -> f64 {
        (1..3).map(|class| self.dispersion(statistic, class)).fold(1.0, f64::max)
    }
}

//! Methods that anyone would try first.

use std::collections::BTreeMap;

use super::{Daily, Scores};

/// A day's count and those before it, the latest last, to a score: the more, the less usual.
pub type Method = fn(f64, &[f64]) -> f64;

/// The methods, with their names in the table.
pub const METHODS: [(&str, Method); 3] =
    [("ewma", ewma), ("z-score, 7 days", week), ("month on month", month)];

/// Exponentially weighted mean and variance with λ = 0.2 (Roberts, Technometrics 1, 1959, and usual
/// since): standard deviations above.
fn ewma(count: f64, before: &[f64]) -> f64 {
    const WEIGHT: f64 = 0.2;
    let Some((first, rest)) = before.split_first() else { return 0.0 };
    let (mut mean, mut variance) = (*first, 0.0);
    for value in rest {
        let off = value - mean;
        mean += WEIGHT * off;
        variance = (1.0 - WEIGHT) * (variance + WEIGHT * off * off);
    }
    above(count, mean, variance)
}

/// Standard deviations above the mean of the last seven days.
fn week(count: f64, before: &[f64]) -> f64 {
    let last = before.get(before.len().saturating_sub(7)..).unwrap_or_default();
    let days = last.len().max(1) as f64;
    let mean = last.iter().sum::<f64>() / days;
    let variance = last.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / days;
    above(count, mean, variance)
}

/// Times the mean of the last 30 days. Held against a whole month's mean a day is found on the day; a
/// month against a month would be found when the month is over.
fn month(count: f64, before: &[f64]) -> f64 {
    let last = before.get(before.len().saturating_sub(30)..).unwrap_or_default();
    let mean = last.iter().sum::<f64>() / last.len().max(1) as f64;
    count / mean.max(1.0)
}

/// A deviation of less than one access is none: counts near zero would be infinitely far otherwise.
fn above(count: f64, mean: f64, variance: f64) -> f64 {
    (count - mean) / variance.sqrt().max(1.0)
}

/// The scores of a method on all services.
pub(super) fn scores(daily: &Daily, method: Method) -> Scores {
    let mut scores = BTreeMap::new();
    for (service, days) in daily {
        let counts: Vec<f64> = days.values().copied().collect();
        for (at, day) in days.keys().enumerate().skip(7) {
            let (before, rest) = counts.split_at(at);
            let count = rest.first().copied().unwrap_or(0.0);
            if count > 0.0 {
                scores.insert((*service, *day), vec![(method(count, before), 24)]);
            }
        }
    }
    scores
}

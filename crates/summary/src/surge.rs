//! Surges within a month, from accesses per day.
//!
//! A month is split where the likelihood of two levels instead of one is greatest (a change point of
//! Poisson counts: Hinkley, "Inference about the change-point in a sequence of random variables",
//! 1970). It is told where the second level is at least twice the first, on a week of days at least on
//! either side. Detectors that watch longer than a month find surges better; what they found goes
//! before this.

use claims::{Figure, Rational};

use crate::model::Surge;
use crate::statement;

/// The least days on either side of a change.
const SIDE: usize = 7;
/// The least times the usual level.
const TIMES: u64 = 2;
/// The least accesses a day that are worth telling.
const LEAST: u64 = 10;

/// Accesses a day before a surge and since.
#[derive(Clone, Debug, PartialEq)]
pub struct Levels {
    /// Before.
    pub usual: Figure,
    /// Since.
    pub since: Figure,
}

impl Levels {
    /// Whether the later level is at least twice the usual one: less is not told.
    pub fn is_surge(&self) -> bool {
        let twice = self.usual.value.ratio() * Rational::from_integer(TIMES.into());
        !self.usual.value.is_zero() && self.since.value.ratio() >= twice
    }
}

/// The surges among services, in the order given.
pub fn found(days_of_services: &[(String, Vec<u64>)]) -> Vec<Surge> {
    let of = |(service, days): &(String, Vec<u64>)| {
        let first_day = change(days)?;
        Some(Surge { service: service.clone(), first_day })
    };
    days_of_services.iter().filter_map(of).collect()
}

/// The levels before a day, counted from 1, and from it on.
pub fn levels(days: &[u64], first_day: u32) -> Option<Levels> {
    let at = usize::try_from(first_day).ok()?.checked_sub(1)?;
    let (before, since) = days.split_at_checked(at)?;
    let level = |days: &[u64]| statement::per_day(days.iter().sum(), days.len() as u64);
    Some(Levels { usual: level(before)?, since: level(since)? })
}

/// The day, from 1, from which on the level is another and higher.
fn change(days: &[u64]) -> Option<u32> {
    let last = days.len().checked_sub(SIDE)?;
    let best =
        (SIDE..=last).max_by(|a, b| likelihood(days, *a).total_cmp(&likelihood(days, *b)))?;
    let (before, since) = days.split_at_checked(best)?;
    let (low, high): (u64, u64) = (before.iter().sum(), since.iter().sum());
    let (before, since) = (before.len() as u64, since.len() as u64);
    let is_higher = high.saturating_mul(before) >= low.saturating_mul(since).saturating_mul(TIMES);
    let is_worth = high >= LEAST.saturating_mul(since) && low > 0;
    (is_higher && is_worth).then(|| u32::try_from(best + 1).ok()).flatten()
}

/// The logarithm of the likelihood of two levels, but for what all splits share.
fn likelihood(days: &[u64], at: usize) -> f64 {
    let of = |days: &[u64]| {
        let sum = days.iter().sum::<u64>() as f64;
        if sum == 0.0 { 0.0 } else { sum * (sum / days.len() as f64).ln() }
    };
    days.split_at_checked(at).map_or(0.0, |(before, since)| of(before) + of(since))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_surge_from_the_middle_of_the_month() {
        let mut days = vec![100; 15];
        days.extend(vec![450; 16]);
        let found =
            found(&[("1433/tcp".to_owned(), days.clone()), ("445/tcp".to_owned(), vec![90; 31])]);
        assert_eq!(found, [Surge { service: "1433/tcp".to_owned(), first_day: 16 }]);
        let levels = levels(&days, 16).unwrap();
        assert_eq!(levels.usual.value.to_string(), "100");
        assert_eq!(levels.since.value.to_string(), "450");
    }

    #[test]
    fn a_fall_and_a_short_month_are_none() {
        let mut days = vec![450; 15];
        days.extend(vec![100; 16]);
        assert_eq!(found(&[("445/tcp".to_owned(), days)]), []);
        assert_eq!(found(&[("445/tcp".to_owned(), vec![1; 9])]), []);
        assert_eq!(found(&[("445/tcp".to_owned(), Vec::new())]), []);
    }
}

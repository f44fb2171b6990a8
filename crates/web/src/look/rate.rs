//! Counts per point and day, and when they are not told.

use archive::question::Totals;
use bulletin::point_seconds;

use super::figure;

/// A count over seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    over: u64,
    seconds: u64,
}

impl Rate {
    /// Whether less than a day was watched: a rate would stretch minutes to days.
    fn is_short(self) -> bool {
        (1..86_400).contains(&self.seconds)
    }
}

/// Accesses over the seconds watched.
pub(crate) fn accesses_per_day(totals: &Totals) -> Rate {
    Rate { over: totals.accesses, seconds: point_seconds(totals) }
}

/// A rate per day, with one decimal; a word where nothing, or less than a day, was watched.
pub(crate) fn text(rate: Rate) -> String {
    if rate.is_short() {
        return "not told".to_owned();
    }
    let per_day = u128::from(rate.over) * 86_400;
    figure::tenths(per_day, u128::from(rate.seconds))
        .map_or("not known".to_owned(), figure::decimal)
}

/// What the rates stand on.
pub(crate) fn note(totals: &Totals) -> &'static str {
    match totals.coverage_assumed {
        _ if accesses_per_day(totals).is_short() => "watched for less than a day",
        true => "coverage assumed",
        false => "by coverage",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_not_stretched_to_days() {
        let rate = |over, seconds| text(Rate { over, seconds });
        assert_eq!(rate(594_960, 310 * 86_400), "1,919.2");
        assert_eq!(rate(100, 86_400), "100.0");
        assert_eq!(rate(100, 86_399), "not told");
        assert_eq!(rate(100, 0), "not known");
    }
}

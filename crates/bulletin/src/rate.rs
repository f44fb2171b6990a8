//! Counts per point and day, and when they are not told.

use archive::question::Totals;

use crate::change::Exact;
use crate::figure;

/// Seconds watched over all points; days of unknown coverage count as whole.
pub fn point_seconds(totals: &Totals) -> u64 {
    // `point_days` is a whole number of seconds over 86,400: rounding gives that number back.
    (totals.point_days * 86_400.0).round() as u64
}

/// Accesses over the seconds watched.
pub fn accesses_per_day(totals: &Totals) -> Exact {
    Exact { over: totals.accesses, under: point_seconds(totals) }
}

/// TALOT2's sources over the seconds watched.
pub fn sources_per_day(totals: &Totals) -> Exact {
    Exact { over: totals.sources, under: point_seconds(totals) }
}

/// A rate per day, with one decimal; a word where nothing, or less than a day, was watched.
pub fn text(rate: Exact) -> String {
    if rate.is_short() {
        return "not told".to_owned();
    }
    let per_day = u128::from(rate.over) * 86_400;
    figure::tenths(per_day, u128::from(rate.under)).map_or("not known".to_owned(), figure::decimal)
}

/// What the rates stand on.
pub fn note(totals: &Totals) -> &'static str {
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
        let rate = |over, under| text(Exact { over, under });
        assert_eq!(rate(594_960, 310 * 86_400), "1,919.2");
        assert_eq!(rate(100, 86_400), "100.0");
        assert_eq!(rate(100, 86_399), "not told");
        assert_eq!(rate(100, 0), "not known");
    }

    #[test]
    fn seconds_come_back_from_days() {
        for seconds in [0, 1, 86_399, 2_678_400, 26_784_001, 400_000_000_007] {
            let totals = Totals { point_days: seconds as f64 / 86_400.0, ..Totals::default() };
            assert_eq!(point_seconds(&totals), seconds);
        }
    }
}

//! The change of a figure against the period before, in percent.

use std::fmt;

use crate::figure;

/// An exact figure: a count, or a count over seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exact {
    /// What is counted.
    pub over: u64,
    /// What it is counted in: seconds watched, or 1 for a count.
    pub under: u64,
}

impl Exact {
    /// Whether it is a rate of less than a day watched.
    pub fn is_short(self) -> bool {
        (2..86_400).contains(&self.under)
    }
}

impl From<u64> for Exact {
    fn from(count: u64) -> Self {
        Exact { over: count, under: 1 }
    }
}

/// A change in percent, in tenths, or the reason why none is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Tenths of a percent; below zero: a fall.
    Percent(i64),
    /// The period before was not watched.
    NotWatched,
    /// The figure was zero before: no percent of it can be told.
    FromZero,
    /// A rate of less than a day watched, now or before: it would stretch minutes to days.
    TooShort,
    /// The figures are too large to be reckoned with.
    TooLarge,
}

impl Change {
    /// From `before` to `now`; `before` is none where nothing was watched.
    ///
    /// The quotient is exact and rounded once, half away from zero.
    pub fn of(now: Exact, before: Option<Exact>) -> Self {
        let Some(before) = before.filter(|before| before.under > 0 && now.under > 0) else {
            return Change::NotWatched;
        };
        if now.is_short() || before.is_short() {
            return Change::TooShort;
        }
        let was = u128::from(before.over) * u128::from(now.under);
        let is = u128::from(now.over) * u128::from(before.under);
        if was == 0 {
            return Change::FromZero;
        }
        let size = is.abs_diff(was).checked_mul(100).and_then(|size| figure::tenths(size, was));
        let size = size.and_then(|size| i64::try_from(size).ok());
        match size {
            Some(size) => Change::Percent(if is < was { -size } else { size }),
            None => Change::TooLarge,
        }
    }
}

impl fmt::Display for Change {
    /// `+5.3%`, `−6.2%`, `0.0%`, or a word.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Percent(tenths) => {
                let sign = match tenths {
                    ..0 => "\u{2212}",
                    0 => "",
                    1.. => "+",
                };
                write!(f, "{sign}{}%", figure::decimal(u128::from(tenths.unsigned_abs())))
            }
            Change::NotWatched => f.write_str("not known: no data before"),
            Change::FromZero => f.write_str("not defined: none before"),
            Change::TooShort => f.write_str("not told: watched for less than a day"),
            Change::TooLarge => f.write_str("not reckoned: figures too large"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(now: u64, before: u64) -> String {
        Change::of(now.into(), Some(before.into())).to_string()
    }

    #[test]
    fn halves_go_away_from_zero() {
        assert_eq!(change(20_010, 20_000), "+0.1%", "0.05 up");
        assert_eq!(change(19_990, 20_000), "\u{2212}0.1%", "0.05 down");
        assert_eq!(change(200_099, 200_000), "0.0%", "0.0495");
        assert_eq!(change(199_901, 200_000), "0.0%");
        assert_eq!(change(3_550_000, 3_371_000), "+5.3%");
        assert_eq!(change(0, 7), "\u{2212}100.0%");
        assert_eq!(change(94, 48), "+95.8%");
        assert_eq!(change(50_000, 1), "+4,999,900.0%");
    }

    #[test]
    fn no_change_is_told_from_nothing() {
        assert_eq!(Change::of(5.into(), None), Change::NotWatched);
        assert_eq!(Change::of(5.into(), Some(0.into())), Change::FromZero);
        let unwatched = Exact { over: 0, under: 0 };
        assert_eq!(Change::of(5.into(), Some(unwatched)), Change::NotWatched);
        let most = Exact { over: u64::MAX, under: u64::MAX };
        assert_eq!(Change::of(most, Some(most)), Change::TooLarge);
        assert_eq!(Change::of(u64::MAX.into(), Some(1.into())), Change::TooLarge);
    }

    #[test]
    fn rates_are_compared_exactly() {
        let now = Exact { over: 300, under: 86_400 };
        let before = Exact { over: 100, under: 172_800 };
        assert_eq!(Change::of(now, Some(before)), Change::Percent(5_000));
        let minutes = Exact { over: 100, under: 600 };
        assert_eq!(Change::of(now, Some(minutes)), Change::TooShort);
    }
}

//! A civil month.

use std::fmt;
use std::str::FromStr;

use archive::Day;
use archive::question::{Period, Scope};
use observation::Micros;

/// A civil month, as `YYYY-MM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(Day);

/// Text that is no month. The user who typed it is at fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no month: write it like 2005-05")]
pub struct BadMonth(pub String);

const NAMES: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Month {
    /// The month that a day lies in.
    pub fn of(day: Day) -> Self {
        Month(day.month())
    }

    /// Its first day.
    pub fn first(self) -> Day {
        self.0
    }

    /// Its last day.
    pub fn last(self) -> Day {
        self.period().to
    }

    /// Its days, first to last.
    pub fn period(self) -> Period {
        Period::month(self.0)
    }

    /// The month before.
    #[must_use]
    pub fn before(self) -> Self {
        Month(self.0.plus_months(-1))
    }

    /// The month after.
    #[must_use]
    pub fn after(self) -> Self {
        Month(self.0.plus_months(1))
    }

    /// How many days it has.
    pub fn days(self) -> u64 {
        self.period().days().count() as u64
    }

    /// All points' figures of the month.
    pub fn scope(self) -> Scope {
        Scope { from: Some(self.first()), to: Some(self.last()), ..Scope::default() }
    }

    /// All points' figures of the month as of a moment; none: all that there is.
    pub fn scope_as_of(self, as_of: Option<Micros>) -> Scope {
        Scope { as_of, ..self.scope() }
    }

    /// In English words: May 2005.
    pub fn words(self) -> String {
        let date = self.0.0;
        let index = usize::from(date.month().unsigned_abs()).saturating_sub(1);
        format!("{} {}", NAMES.get(index).copied().unwrap_or_default(), date.year())
    }
}

impl FromStr for Month {
    type Err = BadMonth;

    fn from_str(text: &str) -> Result<Self, BadMonth> {
        let bad = || BadMonth(text.to_owned());
        let plain =
            text.len() == 7 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        if !plain {
            return Err(bad());
        }
        // A month's neighbours are asked for too, and the calendar has an end.
        let month: Day = format!("{text}-01").parse().map_err(|_| bad())?;
        (1..9999).contains(&month.0.year()).then_some(Month(month)).ok_or_else(bad)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.0.strftime("%Y-%m").to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    #[test]
    fn months_are_read_and_written() {
        for text in ["2005-05", "2024-02", "1999-12", "0987-01"] {
            assert_eq!(month(text).to_string(), text);
        }
        let bad = [
            "",
            "2005-13",
            "2005-00",
            "2005-5",
            "05-2005",
            "2005-05-01",
            "2005/05",
            "9999-12",
            "０２",
        ];
        for text in bad {
            assert_eq!(text.parse::<Month>(), Err(BadMonth(text.to_owned())));
        }
    }

    #[test]
    fn neighbours_and_days() {
        assert_eq!(month("2005-01").before(), month("2004-12"));
        assert_eq!(month("2004-12").after(), month("2005-01"));
        assert_eq!((month("2024-02").days(), month("2023-02").days()), (29, 28));
        assert_eq!(month("2005-05").last().to_string(), "2005-05-31");
        assert_eq!(month("2005-05").words(), "May 2005");
    }
}

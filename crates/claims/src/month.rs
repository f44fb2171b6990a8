//! Civil months and days, and spans of months. The zone that they are of is a label of a figure.

use std::fmt;
use std::str::FromStr;

/// A civil month of the years 0 to 9999, written `YYYY-MM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month(u32);

/// A civil day, written `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day {
    month: Month,
    day: u8,
}

/// Months from the first to the last, both counted, written `YYYY-MM..YYYY-MM`, or as the month
/// where it is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    first: Month,
    last: Month,
}

/// A text that is no month, day or period. Whoever wrote it is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write months like 2005-05, days like 2005-05-31, spans of months like 2005-01..2005-05")]
pub struct BadDate;

impl Month {
    /// A month of a year; none where there is no such month.
    pub fn new(year: u32, month: u32) -> Option<Month> {
        let known = year <= 9_999 && (1..=12).contains(&month);
        known.then(|| Month(year * 12 + month - 1))
    }

    /// The year.
    pub fn year(self) -> u32 {
        self.0 / 12
    }

    /// The month of the year, from 1.
    pub fn month(self) -> u32 {
        self.0 % 12 + 1
    }

    /// So many months earlier; none before the year 0.
    pub fn back(self, months: u32) -> Option<Month> {
        self.0.checked_sub(months).map(Month)
    }

    /// The months from here to a later one; none where it is earlier.
    pub fn until(self, later: Month) -> Option<u32> {
        later.0.checked_sub(self.0)
    }
}

impl Day {
    /// A day of a month; none where there is no such day.
    pub fn new(month: Month, day: u8) -> Option<Day> {
        (day >= 1 && day <= length(month)).then_some(Day { month, day })
    }

    /// Whether the two are within 12 months of each other, days counted.
    pub(crate) fn is_near(self, other: Day) -> bool {
        let (early, late) = if self < other { (self, other) } else { (other, self) };
        (late.month.0, late.day) <= (early.month.0.saturating_add(12), early.day)
    }
}

fn length(month: Month) -> u8 {
    let year = month.year();
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    match month.month() {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Period {
    /// The months from one to another; none where the last comes before the first.
    pub fn new(first: Month, last: Month) -> Option<Period> {
        (first <= last).then_some(Period { first, last })
    }

    /// The first month.
    pub fn first(self) -> Month {
        self.first
    }

    /// The last month.
    pub fn last(self) -> Month {
        self.last
    }

    pub(crate) fn first_day(self) -> Day {
        Day { month: self.first, day: 1 }
    }

    pub(crate) fn last_day(self) -> Day {
        Day { month: self.last, day: length(self.last) }
    }
}

impl From<Month> for Period {
    fn from(month: Month) -> Period {
        Period { first: month, last: month }
    }
}

/// A number of exactly so many digits.
fn number(text: &str, digits: usize) -> Result<u32, BadDate> {
    let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().map_err(|_| BadDate) } else { Err(BadDate) }
}

impl FromStr for Month {
    type Err = BadDate;

    fn from_str(text: &str) -> Result<Month, BadDate> {
        let (year, month) = text.split_once('-').ok_or(BadDate)?;
        Month::new(number(year, 4)?, number(month, 2)?).ok_or(BadDate)
    }
}

impl FromStr for Day {
    type Err = BadDate;

    fn from_str(text: &str) -> Result<Day, BadDate> {
        let (month, day) = text.rsplit_once('-').ok_or(BadDate)?;
        let day = u8::try_from(number(day, 2)?).map_err(|_| BadDate)?;
        Day::new(month.parse()?, day).ok_or(BadDate)
    }
}

impl FromStr for Period {
    type Err = BadDate;

    fn from_str(text: &str) -> Result<Period, BadDate> {
        match text.split_once("..") {
            Some((first, last)) => Period::new(first.parse()?, last.parse()?).ok_or(BadDate),
            None => text.parse::<Month>().map(Period::from),
        }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}", self.month, self.day)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            return self.first.fmt(f);
        }
        write!(f, "{}..{}", self.first, self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_and_written() {
        for text in ["2005-05", "0000-01", "9999-12", "2004-03..2005-05"] {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), text);
        }
        assert_eq!("2004-02-29".parse::<Day>().unwrap().to_string(), "2004-02-29");
        for text in ["2005-5", "2005-13", "2005-00", "05-05", "2005-05..2005-04", "2005/05", "é-01"]
        {
            assert_eq!(text.parse::<Period>(), Err(BadDate), "{text}");
        }
        for text in ["2005-02-29", "2005-04-31", "2005-04-00", "2005-04"] {
            assert_eq!(text.parse::<Day>(), Err(BadDate), "{text}");
        }
    }

    #[test]
    fn backwards() {
        let may: Month = "2005-05".parse().unwrap();
        assert_eq!(may.back(6).unwrap().to_string(), "2004-11");
        assert_eq!("2004-11".parse::<Month>().unwrap().until(may), Some(6));
        assert_eq!(may.until("2004-11".parse().unwrap()), None);
        assert_eq!(may.back(u32::MAX), None);
    }

    #[test]
    fn twelve_months_and_a_day_are_too_far() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        assert!(day("2025-01-31").is_near(day("2026-01-31")));
        assert!(day("2026-01-31").is_near(day("2025-01-31")));
        assert!(!day("2025-01-30").is_near(day("2026-01-31")));
        assert!(day("2024-02-29").is_near(day("2025-02-28")));
    }
}

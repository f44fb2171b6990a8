//! Civil days, and when they begin in a time zone.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan as _};
use observation::Micros;
use serde::{Serialize, Serializer};

/// A civil day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub Date);

impl Day {
    /// The day so many days after 1970-01-01.
    pub fn from_epoch(days: i32) -> Self {
        let span = Span::new().try_days(days).unwrap_or_default();
        Day(date(1970, 1, 1).saturating_add(span))
    }

    /// Days since 1970-01-01.
    pub fn to_epoch(self) -> i32 {
        date(1970, 1, 1).until(self.0).map_or(0, |span| span.get_days())
    }

    /// The day that a moment lies in.
    pub fn of(time: Micros, zone: &TimeZone) -> Self {
        let time = jiff::Timestamp::from_microsecond(time).unwrap_or_default();
        Day(time.to_zoned(zone.clone()).date())
    }

    /// When the day begins in a zone.
    pub fn begins(self, zone: &TimeZone) -> Micros {
        self.0.to_zoned(zone.clone()).map_or(0, |time| time.timestamp().as_microsecond())
    }

    /// The day so many days later.
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Day(self.0.saturating_add(Span::new().try_days(days).unwrap_or_default()))
    }

    /// The first day of the month.
    #[must_use]
    pub fn month(self) -> Self {
        Day(self.0.first_of_month())
    }

    /// The day so many months later.
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        Day(self.0.saturating_add(months.months()))
    }
}

impl FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let day = text.parse().map(Day);
        day.map_err(|_| format!("{text:?} is no day: write it like 2005-05-31"))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn epoch_days_go_there_and_back() {
        for text in ["1970-01-01", "1969-12-31", "2005-05-31", "2024-02-29"] {
            let day: Day = text.parse().unwrap();
            assert_eq!(Day::from_epoch(day.to_epoch()), day);
        }
        assert_eq!("2025-10-01".parse::<Day>().unwrap().to_epoch(), 20_362);
    }

    #[test]
    fn a_day_begins_by_its_zone() {
        let day: Day = "2005-05-01".parse().unwrap();
        let tokyo = TimeZone::fixed(jiff::tz::offset(9));
        assert_eq!(day.begins(&TimeZone::UTC) - day.begins(&tokyo), 9 * observation::HOUR);
        assert_eq!(Day::of(day.begins(&tokyo), &tokyo), day);
        assert_eq!(Day::of(day.begins(&tokyo), &TimeZone::UTC), day.plus(-1));
    }
}

//! Civil months, and where they begin in a zone.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Micros;

/// A civil month, as `2005-05`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month {
    year: i16,
    month: i8,
}

/// Text that is no month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write a month like 2005-05, of a year from 1900 to 9990")]
pub struct BadMonth;

/// A zone that is not in the tz database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no time zone: write it like Asia/Tokyo")]
pub struct ZoneError(pub String);

impl Month {
    /// The month of a year (1900 to 9990) and a month (1 to 12).
    ///
    /// # Errors
    /// [`BadMonth`] where there is none.
    pub fn new(year: i16, month: i8) -> Result<Month, BadMonth> {
        if !(1900..=9990).contains(&year) || !(1..=12).contains(&month) {
            return Err(BadMonth);
        }
        Ok(Month { year, month })
    }

    /// The month of a day.
    ///
    /// # Errors
    /// [`BadMonth`] where the year is out of range.
    pub fn of(day: Date) -> Result<Month, BadMonth> {
        Month::new(day.year(), day.month())
    }

    /// The month in which a moment lies, in a zone.
    ///
    /// # Errors
    /// [`BadMonth`] where the moment is out of range.
    pub fn at(moment: Micros, zone: &TimeZone) -> Result<Month, BadMonth> {
        let moment = jiff::Timestamp::from_microsecond(moment).map_err(|_| BadMonth)?;
        Month::of(zone.to_datetime(moment).date())
    }

    /// Its first day.
    pub fn first_day(self) -> Date {
        date(self.year, self.month, 1)
    }

    /// The month after it.
    pub fn next(self) -> Month {
        match self.month {
            12 => Month { year: self.year + 1, month: 1 },
            month => Month { month: month + 1, ..self },
        }
    }

    /// The month before; none before the year 1900.
    pub fn before(self) -> Option<Month> {
        match self.month {
            1 => Month::new(self.year - 1, 12).ok(),
            month => Some(Month { month: month - 1, ..self }),
        }
    }

    /// From the first microsecond to the first one after, in a zone.
    ///
    /// # Errors
    /// [`BadMonth`] where the zone puts it out of the range of time.
    pub fn span(self, zone: &TimeZone) -> Result<(Micros, Micros), BadMonth> {
        let begin = |month: Month| {
            let midnight = month.first_day().to_datetime(jiff::civil::Time::midnight());
            let moment = zone.to_timestamp(midnight).map_err(|_| BadMonth)?;
            Ok(moment.as_microsecond())
        };
        Ok((begin(self)?, begin(self.next())?))
    }
}

/// The zone of a name of the tz database.
///
/// # Errors
/// [`ZoneError`] where there is none.
pub(crate) fn zone(name: &str) -> Result<TimeZone, ZoneError> {
    TimeZone::get(name).map_err(|_| ZoneError(name.to_owned()))
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = BadMonth;

    fn from_str(text: &str) -> Result<Month, BadMonth> {
        let (year, month) = text.split_once('-').ok_or(BadMonth)?;
        let digits =
            |text: &str, len| text.len() == len && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return Err(BadMonth);
        }
        Month::new(year.parse().map_err(|_| BadMonth)?, month.parse().map_err(|_| BadMonth)?)
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Month, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_where_its_zone_says() {
        let may: Month = "2005-05".parse().unwrap();
        assert_eq!(
            (may.to_string().as_str(), may.next().to_string().as_str()),
            ("2005-05", "2005-06")
        );
        let (utc, end) = may.span(&TimeZone::UTC).unwrap();
        assert_eq!((utc, end - utc), (1_114_905_600_000_000, 31 * 86_400_000_000));
        let tokyo = zone("Asia/Tokyo").unwrap();
        let (begin, end) = may.span(&tokyo).unwrap();
        assert_eq!(utc - begin, 9 * 3_600_000_000);
        assert_eq!(Month::at(begin, &tokyo), Ok(may));
        assert_eq!(Month::at(end, &tokyo), Ok(may.next()));
        let december: Month = "2004-12".parse().unwrap();
        assert_eq!(december.next().to_string(), "2005-01");
        assert_eq!((december.next().before(), may.next().before()), (Some(december), Some(may)));
        assert_eq!("1900-01".parse::<Month>().unwrap().before(), None);
    }

    #[test]
    fn no_month() {
        for text in ["", "2005", "2005-5", "2005-13", "2005-00", "-005-05", "2005-05-01", "+005-05"]
        {
            assert!(text.parse::<Month>().is_err(), "{text}");
        }
    }
}

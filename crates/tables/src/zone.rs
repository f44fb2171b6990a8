//! Time zones for stamps that name none.

use std::fmt;
use std::str::FromStr;

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use observation::Micros;

/// A time zone and the name it was asked for by.
#[derive(Clone, Debug)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

/// A zone's name that says nothing to us. The user who wrote it is at fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no time zone: write it like Asia/Tokyo, UTC or +09:00")]
pub struct BadZone(pub String);

impl Zone {
    /// Coordinated Universal Time.
    pub fn utc() -> Zone {
        Zone { name: "UTC".to_owned(), zone: TimeZone::UTC }
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The moment of a clock's reading in this zone.
    ///
    /// A reading that comes twice, when clocks go back, is the first of the two: a log does not say
    /// which. One that never comes, when clocks go forward, was made by a clock that had not been
    /// changed yet, and is read so.
    pub(crate) fn moment(&self, reading: DateTime) -> Option<Micros> {
        let moment = self.zone.to_ambiguous_timestamp(reading).compatible().ok()?;
        Some(moment.as_microsecond())
    }
}

impl FromStr for Zone {
    type Err = BadZone;

    fn from_str(name: &str) -> Result<Zone, BadZone> {
        let zone = match name.strip_prefix(['+', '-']) {
            Some(_) => offset(name).map(TimeZone::fixed),
            None => TimeZone::get(name).ok(),
        };
        let zone = zone.ok_or_else(|| BadZone(name.to_owned()))?;
        Ok(Zone { name: name.to_owned(), zone })
    }
}

/// An offset from UTC like `+09:00`, `-0330` or `+9`.
fn offset(text: &str) -> Option<Offset> {
    let (sign, digits) = text.split_at_checked(1)?;
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() > 2 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    let number = |part: &str| crate::number::decimal::<i32>(part.as_bytes());
    let (hours, minutes) = (number(hours)?, number(minutes).filter(|&minutes| minutes < 60)?);
    let seconds = hours.checked_mul(60)?.checked_add(minutes)?.checked_mul(60)?;
    Offset::from_seconds(if sign == "-" { seconds.checked_neg()? } else { seconds }).ok()
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn moment(zone: &str, reading: DateTime) -> String {
        let moment = zone.parse::<Zone>().unwrap().moment(reading).unwrap();
        jiff::Timestamp::from_microsecond(moment).unwrap().to_string()
    }

    #[test]
    fn names_and_offsets() {
        let noon = date(2011, 1, 1).at(12, 0, 0, 0);
        for (zone, utc) in
            [("Asia/Tokyo", 3), ("+09:00", 3), ("+0900", 3), ("-03", 15), ("UTC", 12)]
        {
            assert_eq!(moment(zone, noon), format!("2011-01-01T{utc:02}:00:00Z"));
        }
        for bad in ["", "Nowhere", "+", "+99", "+09:60", "+9:0x", "+é", "-+1"] {
            assert_eq!(bad.parse::<Zone>().unwrap_err(), BadZone(bad.to_owned()));
        }
    }

    #[test]
    fn clocks_that_change() {
        let twice = date(2024, 10, 27).at(2, 30, 0, 0);
        assert_eq!(moment("Europe/Berlin", twice), "2024-10-27T00:30:00Z");
        let never = date(2024, 3, 31).at(2, 30, 0, 0);
        assert_eq!(moment("Europe/Berlin", never), "2024-03-31T01:30:00Z");
    }
}

//! The time in a column.

use std::fmt;

use jiff::civil::DateTime;
use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::TimeZone;
use observation::{Micros, SECOND};

use crate::number::since_1970;
use crate::zone::Zone;

/// How a column writes the time.
#[derive(Clone, Debug)]
pub(super) enum Pattern {
    /// Units since 1970, each so many µs long.
    Since1970(Micros),
    /// A format that says its offset from UTC.
    Moment(String),
    /// A format that says a clock's reading, and the clock's zone.
    Reading(String, Zone),
}

impl Pattern {
    /// A format in the manner of strftime; the problem where it does not tell a time.
    ///
    /// Whether it does is tried out: a time that is written by it must be read by it.
    pub(super) fn of(format: &str, zone: Zone) -> Result<Pattern, String> {
        let sample = DateTime::constant(2021, 10, 13, 21, 4, 35, 0).to_zoned(TimeZone::UTC);
        let sample = sample.map_err(|error| error.to_string())?;
        let written = strtime::format(format, &sample).map_err(|error| error.to_string())?;
        let parts = strtime::parse(format, &written).map_err(|error| error.to_string())?;
        if parts.to_timestamp().is_ok() {
            return Ok(Pattern::Moment(format.to_owned()));
        }
        parts.to_datetime().map_err(|error| error.to_string())?;
        Ok(Pattern::Reading(format.to_owned(), zone))
    }

    fn read(&self, text: &[u8]) -> Option<Micros> {
        let parse = |format: &str| BrokenDownTime::parse(format, text).ok();
        match self {
            Pattern::Since1970(unit) => since_1970(text, *unit),
            Pattern::Moment(format) => Some(parse(format)?.to_timestamp().ok()?.as_microsecond()),
            Pattern::Reading(format, zone) => zone.moment(parse(format)?.to_datetime().ok()?),
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pattern::Since1970(SECOND) => f.write_str("unix"),
            Pattern::Since1970(_) => f.write_str("unix_ms"),
            Pattern::Moment(format) => write!(f, "{format:?}"),
            Pattern::Reading(format, zone) => write!(f, "{format:?} {zone}"),
        }
    }
}

/// Reads the times of a log, of which many follow one another that are the same to the second.
pub(super) struct Clock {
    pattern: Pattern,
    text: Vec<u8>,
    moment: Option<Micros>,
}

impl Clock {
    pub(super) fn new(pattern: Pattern) -> Clock {
        Clock { pattern, text: Vec::new(), moment: None }
    }

    pub(super) fn moment(&mut self, text: &[u8]) -> Option<Micros> {
        if self.moment.is_none() || self.text != text {
            self.moment = self.pattern.read(text);
            self.text.clear();
            self.text.extend_from_slice(text);
        }
        self.moment
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: &str, zone: &str, text: &str) -> Option<Micros> {
        Pattern::of(format, zone.parse().unwrap()).unwrap().read(text.as_bytes())
    }

    #[test]
    fn formats() {
        let second = 1_293_840_103_000_000;
        let plain = "%Y-%m-%d %H:%M:%S";
        assert_eq!(read(plain, "UTC", "2011-01-01 00:01:43"), Some(second));
        assert_eq!(read(plain, "Asia/Tokyo", "2011-01-01 09:01:43"), Some(second));
        let fraction = "%d/%b/%Y:%H:%M:%S%.f %z";
        assert_eq!(
            read(fraction, "Asia/Tokyo", "01/Jan/2011:01:01:43.000007 +0100"),
            Some(second + 7)
        );
        assert_eq!(read(fraction, "Asia/Tokyo", "01/Jan/2011:01:01:43 +0100"), Some(second));
        assert_eq!(read("%Y-%m-%d", "UTC", "2011-01-01"), Some(1_293_840_000_000_000));
        assert_eq!(read("%s", "Asia/Tokyo", "1293840103"), Some(second));
        for bad in ["", "2011-01-01", "2011-01-01 00:01:43 ", "2011-02-30 00:00:00", "x"] {
            assert_eq!(read(plain, "UTC", bad), None, "{bad:?}");
        }
    }

    #[test]
    fn formats_that_tell_no_time() {
        for bad in ["", "x", "%H:%M:%S", "%b %d %H:%M:%S", "%", "%Y-%m-%d %J", "%Y-%m"] {
            assert!(Pattern::of(bad, Zone::utc()).is_err(), "{bad:?}");
        }
    }
}

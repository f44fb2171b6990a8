//! The year of stamps that have none.

use jiff::civil::Date;
use observation::Micros;

use super::stamp::{Stamp, Yearless};
use crate::reason::Reason;
use crate::zone::Zone;

/// Seconds of a day.
const DAY: i64 = 86_400;
/// Seconds of a year in which every month has 31 days: enough to say which stamp is the later.
const YEAR: i64 = 12 * 31 * DAY;

/// Gives every stamp its moment.
///
/// A log runs forward. The first line is of the year that the caller says; a stamp that lies more
/// than half a year before the one before it is of the next year. Smaller steps back, as by a clock
/// that was set right, stay within the year, and a line that comes at most a day late behind the
/// turn of the year is of the year before. Nothing can tell a machine that began at 1 January for
/// want of a clock from a turn of the year: each turn is reported.
pub(super) struct Clock {
    zone: Zone,
    year: Option<i16>,
    /// Where in its year the last stamp lies.
    last: Option<i64>,
    turned: bool,
}

impl Clock {
    pub(super) fn new(zone: Zone, year: Option<i16>) -> Clock {
        Clock { zone, year, last: None, turned: false }
    }

    /// Whether the last stamp began a new year; asked once.
    pub(super) fn began_a_year(&mut self) -> bool {
        std::mem::take(&mut self.turned)
    }

    pub(super) fn moment(&mut self, stamp: Stamp) -> Result<Micros, Reason> {
        let reading = match stamp {
            Stamp::Moment(moment) => return Ok(moment),
            Stamp::Reading(reading) => reading,
            Stamp::Yearless(yearless) => {
                let year = self.year_of(yearless).ok_or(Reason::NoYear)?;
                let date = Date::new(year, yearless.month, yearless.day);
                date.map_err(|_| Reason::NoSuchDay)?.to_datetime(yearless.time)
            }
        };
        self.zone.moment(reading).ok_or(Reason::NoSuchDay)
    }

    fn year_of(&mut self, stamp: Yearless) -> Option<i16> {
        let year = self.year?;
        let place = place(stamp);
        let step = place.saturating_sub(self.last.unwrap_or(place));
        if step >= YEAR.saturating_sub(DAY) {
            return year.checked_sub(1);
        }
        self.last = Some(place);
        if step < YEAR.saturating_neg().saturating_div(2) {
            self.turned = true;
            self.year = year.checked_add(1);
        }
        self.year
    }
}

/// Seconds from the beginning of a year in which every month has 31 days.
fn place(stamp: Yearless) -> i64 {
    let Yearless { month, day, time } = stamp;
    let days = i64::from(month).saturating_mul(31).saturating_add(day.into());
    let hours = days.saturating_mul(24).saturating_add(time.hour().into());
    let minutes = hours.saturating_mul(60).saturating_add(time.minute().into());
    minutes.saturating_mul(60).saturating_add(time.second().into())
}

#[cfg(test)]
mod tests {
    // An overflow in a test fails the test.
    #![allow(clippy::arithmetic_side_effects)]

    use super::*;
    use crate::iptables::stamp::find;

    /// The years of stamps, one after the other, and how many began a new one.
    fn years(first: i16, stamps: &[&str]) -> (Vec<Result<i16, Reason>>, usize) {
        let mut clock = Clock::new(Zone::utc(), Some(first));
        let mut turns = 0;
        let years = stamps.iter().map(|stamp| {
            let moment = clock.moment(find(format!("{stamp} h").as_bytes()).unwrap().stamp);
            turns += usize::from(clock.began_a_year());
            let utc = |moment| jiff::tz::TimeZone::UTC.to_datetime(moment);
            moment.map(|moment| utc(jiff::Timestamp::from_microsecond(moment).unwrap()).year())
        });
        let years = years.collect();
        (years, turns)
    }

    #[test]
    fn years_turn() {
        let log = [
            "Dec 31 23:59:59",
            "Jan  1 00:00:01",
            "Dec 31 23:59:58",
            "Jan  1 00:00:02",
            "Dec  1 00:00:00",
            "Jan  1 00:00:00",
        ];
        let given = years(2015, &log);
        assert_eq!(given, ([2015, 2016, 2015, 2016, 2016, 2017].map(Ok).to_vec(), 2));
    }

    #[test]
    fn small_steps_back_do_not_turn() {
        let log = ["Jul 10 00:00:00", "Jul  9 23:00:00", "Feb  1 00:00:00", "Sep 30 12:00:00"];
        assert_eq!(years(2015, &log), ([Ok(2015); 4].to_vec(), 0));
    }

    #[test]
    fn days_that_are_not_in_every_year() {
        let given = years(2015, &["Dec 31 00:00:00", "Feb 29 00:00:00", "Mar  1 00:00:00"]);
        assert_eq!(given, ([2015, 2016, 2016].map(Ok).to_vec(), 1));
        assert_eq!(years(2015, &["Feb 29 00:00:00"]).0, [Err(Reason::NoSuchDay)]);
        assert_eq!(
            years(9999, &["Dec 31 00:00:00", "Jan  1 00:00:00"]).0[1],
            Err(Reason::NoSuchDay)
        );
    }

    #[test]
    fn without_a_year_nothing_is_guessed() {
        let mut clock = Clock::new(Zone::utc(), None);
        let mut moment = |line: &str| clock.moment(find(line.as_bytes()).unwrap().stamp);
        assert_eq!(moment("Mar  5 20:58:59 h"), Err(Reason::NoYear));
        assert_eq!(moment("Mar  5 2010 20:58:59 h"), Ok(1_267_822_739_000_000));
    }
}

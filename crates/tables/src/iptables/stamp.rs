//! The time stamp at the beginning of a line.

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use observation::Micros;

use crate::number::{decimal, fraction};

/// When, as far as the line says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stamp {
    /// A moment, with its offset from UTC.
    Moment(Micros),
    /// A reading of a clock whose zone is not said.
    Reading(DateTime),
    /// A reading without a year.
    Yearless(Yearless),
}

/// Month, day and time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Yearless {
    pub(super) month: i8,
    pub(super) day: i8,
    pub(super) time: Time,
}

/// What the stamp says of the header behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// `host tag: message`, as syslog daemons write (RFC 3164).
    Syslog,
    /// `host program process message-id data message` (RFC 5424).
    Structured,
    /// The message alone: `dmesg -T`.
    Kernel,
}

/// A stamp, and the line behind it.
pub(super) struct Stamped<'a> {
    pub(super) stamp: Stamp,
    pub(super) style: Style,
    pub(super) rest: &'a [u8],
}

/// The stamp at the beginning of a line, or behind a file's name and a line number as grep puts them
/// there.
pub(super) fn find(line: &[u8]) -> Option<Stamped<'_>> {
    let mut line = line;
    for _ in 0..3 {
        if let Some(stamped) = begin(line) {
            return Some(stamped);
        }
        let colon = line.iter().position(|&byte| byte == b':' || byte == b' ')?;
        line = line.get(colon..)?.strip_prefix(b":")?;
    }
    None
}

fn begin(line: &[u8]) -> Option<Stamped<'_>> {
    let (line, style) = match line {
        [b'[', rest @ ..] => (rest, Style::Kernel),
        [b'<', ..] => priority(line)?,
        _ => (line, Style::Syslog),
    };
    let (stamp, rest) = match line.first()? {
        b'0'..=b'9' => international(line)?,
        _ => bsd(line)?,
    };
    let rest = if style == Style::Kernel { rest.strip_prefix(b"]")? } else { rest };
    Some(Stamped { stamp, style, rest })
}

/// Takes off a syslog priority, and RFC 5424's version behind it.
fn priority(line: &[u8]) -> Option<(&[u8], Style)> {
    let end = line.iter().take(5).position(|&byte| byte == b'>')?;
    decimal::<u16>(line.get(1..end)?)?;
    let rest = line.get(end..)?.strip_prefix(b">")?;
    Some(rest.strip_prefix(b"1 ").map_or((rest, Style::Syslog), |rest| (rest, Style::Structured)))
}

/// `2015-03-07T05:09:30.045015+02:00` and what else is of ISO 8601's kind, a space for the `T` too.
fn international(line: &[u8]) -> Option<(Stamp, &[u8])> {
    let space = |from: usize| {
        let found = line.get(from..)?.iter().take(48).position(|&byte| matches!(byte, b' ' | b']'));
        found.and_then(|place| place.checked_add(from))
    };
    let end = match space(0)? {
        10 => space(11)?,
        end => end,
    };
    let (text, rest) = line.split_at_checked(end)?;
    let text = std::str::from_utf8(text).ok()?;
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some((Stamp::Moment(moment.as_microsecond()), rest));
    }
    Some((Stamp::Reading(text.parse().ok()?), rest))
}

/// `Mar 15 20:58:59`, with a weekday before it or not, with the year before or behind the time or
/// not at all (RFC 3164, section 4.1.2, and C's asctime).
fn bsd(line: &[u8]) -> Option<(Stamp, &[u8])> {
    let (mut word, mut rest) = next(line)?;
    if word.len() == 3 && month(word).is_none() {
        (word, rest) = next(rest)?;
    }
    let month = month(word)?;
    let (day, rest) = next(rest)?;
    let day = decimal(day).filter(|day| (1..=31).contains(day))?;
    let (word, behind) = next(rest)?;
    let (year, time, rest) = match year(word) {
        Some(year) => {
            let (time, rest) = next(behind)?;
            (Some(year), self::time(time)?, rest)
        }
        None => match next(behind).and_then(|(word, rest)| Some((year(word)?, rest))) {
            Some((year, rest)) => (Some(year), self::time(word)?, rest),
            None => (None, self::time(word)?, behind),
        },
    };
    let stamp = match year {
        Some(year) => Stamp::Reading(Date::new(year, month, day).ok()?.to_datetime(time)),
        None => Stamp::Yearless(Yearless { month, day, time }),
    };
    Some((stamp, rest))
}

/// The next word, and what follows it. `dmesg -T` closes its stamp with a bracket.
fn next(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = text.trim_ascii_start();
    let end = text.iter().position(|&byte| matches!(byte, b' ' | b']')).unwrap_or(text.len());
    text.split_at_checked(end).filter(|(word, _)| !word.is_empty())
}

/// A month by its English name, as every syslog daemon writes it.
fn month(word: &[u8]) -> Option<i8> {
    Some(match word {
        b"Jan" => 1,
        b"Feb" => 2,
        b"Mar" => 3,
        b"Apr" => 4,
        b"May" => 5,
        b"Jun" => 6,
        b"Jul" => 7,
        b"Aug" => 8,
        b"Sep" => 9,
        b"Oct" => 10,
        b"Nov" => 11,
        b"Dec" => 12,
        _ => return None,
    })
}

/// A year: a host named like one cannot be told from it.
fn year(word: &[u8]) -> Option<i16> {
    decimal(word).filter(|year| word.len() == 4 && (1970..=2999).contains(year))
}

/// `20:58:59`, with a fraction or without. A leap second is the second before it.
fn time(word: &[u8]) -> Option<Time> {
    let (clock, rest) = word.split_at_checked(8)?;
    let &[a, b, b':', c, d, b':', e, f] = clock else { return None };
    let two = |digits: [u8; 2]| decimal::<i8>(&digits);
    let micros = match rest {
        [] => 0,
        [b'.', digits @ ..] => fraction(digits)?,
        _ => return None,
    };
    let second = two([e, f]).filter(|&second| second <= 60)?.min(59);
    let nanos = i32::try_from(micros.checked_mul(1_000)?).ok()?;
    Time::new(two([a, b])?, two([c, d])?, second, nanos).ok()
}

//! Logs of ClamAV: what `clamscan` and `clamdscan` print, and what `clamd` logs.
//!
//! ```text
//! line  = [ stamp " -> " ] path ": " name " FOUND"      a detection of one piece
//!       | [ stamp " -> " ] path ": OK" | ...            something else
//! stamp = "Mon May  2 10:12:13 2005"                    C's asctime, in the local zone
//! ```
//!
//! After clamd's and clamscan's own output (clamd/server-th.c, clamscan/manager.c). Pieces of one name and
//! one second become one detection. The paths are not kept: they can name people.

use std::collections::BTreeMap;

use incident::Micros;
use incident::record::Detection;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::reading::{Fate, Reading};
use crate::{Arrival, MOST_ROWS, text};

/// The longest name that is kept, in characters.
const LONGEST: usize = 200;

/// Whether a line is one that tells of a file.
pub(crate) fn is_line(line: &str) -> bool {
    found(line).is_some() || line.starts_with("----------- SCAN SUMMARY -----------")
}

/// An item that is such a log.
pub(crate) fn item(arrival: &Arrival<'_>, reading: &mut Reading) {
    let zone = TimeZone::get(arrival.zone).unwrap_or(TimeZone::UTC);
    let text = text::decode(arrival.bytes);
    let mut pieces: BTreeMap<(Micros, &str), u64> = BTreeMap::new();
    for (row, line) in (1_u64..).zip(text.lines()) {
        if row > MOST_ROWS as u64 && is_line(line) {
            reading.refuse(row, format!("more than {MOST_ROWS} lines: send it in parts"));
        } else if let Some(name) = found(line) {
            match stamp(line, &zone) {
                Ok(noted) => {
                    *pieces.entry((noted.unwrap_or(arrival.received), name)).or_default() += 1;
                    reading.row(row, Fate::Read);
                }
                Err(why) => reading.refuse(row, why),
            }
        } else if is_result(line) {
            // A clean file is a result, and says that the log was understood.
            reading.read += 1;
        } else {
            reading.other += 1;
        }
    }
    reading.detections = pieces
        .into_iter()
        .map(|((noted, name), pieces)| Detection {
            noted,
            name: text::cut(name, LONGEST),
            vendor: Some("ClamAV".to_owned()),
            pieces,
        })
        .collect();
}

/// The name that was found in a file.
fn found(line: &str) -> Option<&str> {
    let before = line.trim_end().strip_suffix(" FOUND")?;
    let (_, name) = before.rsplit_once(": ")?;
    // clamd may add a hash and a size: `Name(44d88612fea8a8f36de82e1278abb02f:68)`.
    let name = name.split_once('(').map_or(name, |(name, _)| name).trim();
    (!name.is_empty() && !name.contains(char::is_whitespace)).then_some(name)
}

fn is_result(line: &str) -> bool {
    let line = line.trim_end();
    [": OK", ": Empty file", ": Excluded", ": Symbolic link"].iter().any(|end| line.ends_with(end))
        || line.contains("SCAN SUMMARY")
}

/// The stamp of a line; none where it has none.
fn stamp(line: &str, zone: &TimeZone) -> Result<Option<Micros>, String> {
    let Some((stamp, _)) = line.split_once(" -> ").filter(|(stamp, _)| stamp.len() == 24) else {
        return Ok(None);
    };
    let wrong = || format!("{stamp:?} is no time");
    // The day of the week says nothing that the day does not.
    let rest = stamp.get(4..).ok_or_else(wrong)?;
    let words: Vec<&str> = rest.split_whitespace().collect();
    let time = DateTime::strptime("%b %d %H:%M:%S %Y", words.join(" ")).map_err(|_| wrong())?;
    let moment = zone.to_timestamp(time).map_err(|_| wrong())?;
    Ok(Some(moment.as_microsecond()))
}

//! Reports in foreign formats, read into records.
//!
//! [`read`] takes the bytes of one item and gives a [`Reading`]: drafts of filings, detections, what was
//! kept sealed, and of everything else the reason why it is none of these. Formats:
//!
//! | format | what it is |
//! |---|---|
//! | form | text with fields `name: value` and ticks, □ ■ or [ ] [x], English or Japanese |
//! | mail | RFC 5322 and MIME, with a form or one of the next two inside; ISO-2022-JP also undeclared |
//! | arf | a feedback report in a mail (RFC 5965) |
//! | xarf | XARF 4 in JSON; XARF 3 is turned into it first |
//! | csv | a table whose columns are the form's fields, a filing in each row |
//! | xlsx | the same as a workbook (ECMA-376): its first sheet that is such a table |
//! | vcdb | the table of the VERIS Community Database, an incident in each row |
//! | clamav | what `clamscan` and `clamd` write: detections |
//!
//! Invariants:
//! - Every row, line or part has a fate, and the fates add up.
//! - Nothing is guessed: a choice with two ticks, a day that is none, a category that is not in the list
//!   are faults that name the field.
//! - A workbook is unpacked in memory, after what it holds was measured. What is attached is never unpacked or interpreted, only described ([`Sealed`]).
//! - All of this is hostile. Nothing panics; memory is bounded by the size of the item, of which
//!   [`MOST_BYTES`] are taken, and by [`MOST_ROWS`]; a workbook unpacks to 64 MiB at most.
//!
//! There is no I/O and no clock here: when an item came is told by whoever received it.

#![deny(clippy::indexing_slicing)]

mod arf;
mod clamav;
mod csv;
mod fault;
mod fields;
mod form;
mod format;
mod mail;
mod reading;
#[cfg(test)]
mod tests;
mod text;
mod vcdb;
mod xarf;
mod xlsx;

use incident::Micros;
use incident::record::Channel;

pub use fault::Fault;
pub use format::Format;
pub use reading::{Fate, MOST_FAULTS, Placed, Reading, Row, Sealed};

/// The largest item that is taken, in bytes; whoever receives refuses larger ones at the door.
pub const MOST_BYTES: usize = 32 << 20;

/// The most rows of one table that are read. Those after are refused, each by its number.
pub const MOST_ROWS: usize = 200_000;

/// An item to read.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// How it came.
    pub channel: Channel,
    /// When.
    pub received: Micros,
    /// What it is; none: what it looks like.
    pub format: Option<Format>,
    /// The zone of days that name none, by its name in the tz database.
    pub zone: &'a str,
}

/// A report in JSON as XARF 4, version 3 turned into it; none where it is neither.
pub fn xarf_of(bytes: &[u8]) -> Option<serde_json::Value> {
    xarf::four(bytes)
}

/// What is wrong with the fields of one filing, by the names that forms and columns have: what [`read`] would refuse
/// a row with these cells for. A name that is no field's is nothing here.
///
/// # Errors
/// [`Fault`], the first that is found.
pub fn check(cells: &[(&str, &str)], zone: &str) -> Result<(), Fault> {
    let mut fields = fields::Fields::default();
    for (name, value) in cells {
        if let Some(field) = fields::Field::of(name) {
            fields.add(field, value);
        }
    }
    Fault::of(&fields::build(&fields, zone)?.body)
}

/// The bytes of what is attached to an item at a place of its [`Reading::sealed`]; none where there is nothing. They
/// are as they came, and may do harm.
pub fn attached(arrival: &Arrival<'_>, place: usize) -> Option<Vec<u8>> {
    match arrival.format.or_else(|| Format::of(arrival.bytes, arrival.channel))? {
        Format::Mail | Format::Arf => mail::attached(arrival.bytes, place),
        Format::Xarf => xarf::attached(arrival.bytes, place),
        _ => None,
    }
}

/// Reads an item. Every item gives a reading.
pub fn read(arrival: &Arrival<'_>) -> Reading {
    let format = arrival.format.or_else(|| Format::of(arrival.bytes, arrival.channel));
    let mut reading = Reading::of(format);
    if arrival.bytes.len() > MOST_BYTES {
        reading.unsupported(format!("larger than {MOST_BYTES} bytes: send it in parts"));
        return reading;
    }
    match format {
        None => reading.nothing_known(arrival.bytes),
        Some(Format::Form) => form::item(arrival, &mut reading),
        Some(Format::Mail | Format::Arf) => mail::item(arrival, &mut reading),
        Some(Format::Xarf) => xarf::item(arrival.bytes, arrival, &mut reading),
        Some(Format::Csv) => csv::item(arrival, &mut reading),
        Some(Format::Xlsx) => xlsx::item(arrival, &mut reading),
        Some(Format::Vcdb) => vcdb::item(arrival, &mut reading),
        Some(Format::Clamav) => clamav::item(arrival, &mut reading),
    }
    reading
}

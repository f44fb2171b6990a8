//! A table of filings: the first row names the columns as a form names its fields.
//!
//! Several viruses in one cell are separated by `;`. RFC 4180; also with `;` or a tab between cells.

use crate::fields::{Field, Fields, build};
use crate::reading::{Fate, Reading};
use crate::{Arrival, MOST_ROWS, text};

/// Whether a line names columns of which at least one says what is reported.
pub(crate) fn is_header(line: &str) -> bool {
    names_columns(line.split(delimiter(line)).map(|cell| cell.trim_matches('"')))
}

/// Whether cells name columns of which at least one says what is reported.
pub(crate) fn names_columns<'a>(cells: impl Iterator<Item = &'a str>) -> bool {
    let cells: Vec<Option<Field>> = cells.map(Field::of).collect();
    let tells = [Field::Virus, Field::Category, Field::Question];
    cells.len() > 1 && cells.iter().flatten().any(|field| tells.contains(field))
}

fn delimiter(line: &str) -> char {
    [',', '\t', ';'].into_iter().find(|&c| line.contains(c)).unwrap_or(',')
}

/// A row with its number, or why it is none.
pub(crate) type Record = (u64, Result<csv::StringRecord, String>);

/// Reads rows of a table: the header, then each row with its number.
pub(crate) fn rows(
    bytes: &[u8],
    reading: &mut Reading,
    header: impl FnMut(&csv::StringRecord, &mut Reading) -> bool,
    each: impl FnMut(u64, &csv::StringRecord, &mut Reading),
) {
    let text = text::decode(bytes);
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let delimiter = u8::try_from(delimiter(first)).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let records = reader
        .records()
        .map(|record| record.map_err(|error| format!("no row of a table: {error}")));
    walk((1..).zip(records), reading, header, each);
}

/// Reads records: the header, then each row.
fn walk(
    records: impl Iterator<Item = Record>,
    reading: &mut Reading,
    mut header: impl FnMut(&csv::StringRecord, &mut Reading) -> bool,
    mut each: impl FnMut(u64, &csv::StringRecord, &mut Reading),
) {
    let mut columns = 0;
    for (row, record) in records {
        match record {
            Err(error) => reading.refuse(row, error),
            Ok(record) if columns == 0 => {
                columns = record.len();
                if !header(&record, reading) {
                    return;
                }
                reading.row(row, Fate::Other("the header".to_owned()));
            }
            Ok(_) if row > MOST_ROWS as u64 => {
                reading.refuse(row, format!("more than {MOST_ROWS} rows: send it in parts"));
            }
            Ok(record) if record.iter().all(|cell| cell.trim().is_empty()) => {
                reading.row(row, Fate::Other("an empty row".to_owned()));
            }
            Ok(record) if record.len() != columns => {
                let cells = record.len();
                reading.refuse(row, format!("{cells} cells under {columns} columns"));
            }
            Ok(record) => each(row, &record, reading),
        }
    }
}

/// An item that is a table of filings.
pub(crate) fn item(arrival: &Arrival<'_>, reading: &mut Reading) {
    let columns = std::cell::RefCell::default();
    let header =
        |record: &csv::StringRecord, reading: &mut Reading| head(record, &columns, reading);
    rows(arrival.bytes, reading, header, |row, record, reading| {
        filing(row, record, &columns.borrow(), arrival.zone, reading);
    });
}

/// Records that are a table of filings.
pub(crate) fn filings(records: impl Iterator<Item = Record>, zone: &str, reading: &mut Reading) {
    let columns = std::cell::RefCell::default();
    let header =
        |record: &csv::StringRecord, reading: &mut Reading| head(record, &columns, reading);
    walk(records, reading, header, |row, record, reading| {
        filing(row, record, &columns.borrow(), zone, reading);
    });
}

/// The columns that a header names; false where one is nobody's.
fn head(
    record: &csv::StringRecord,
    columns: &std::cell::RefCell<Vec<Field>>,
    reading: &mut Reading,
) -> bool {
    let fields: Vec<Option<Field>> = record.iter().map(Field::of).collect();
    let unknown = record.iter().zip(&fields).find(|(_, field)| field.is_none());
    if let Some((name, _)) = unknown {
        // A column that nobody reads would be lost without a word.
        reading.corrupt(format!("{:?} is no column: see the list of fields", text::cut(name, 60)));
        return false;
    }
    columns.replace(fields.into_iter().flatten().collect());
    true
}

fn filing(
    row: u64,
    record: &csv::StringRecord,
    columns: &[Field],
    zone: &str,
    reading: &mut Reading,
) {
    let mut fields = Fields::default();
    for (field, cell) in columns.iter().zip(record) {
        fields.add(*field, cell);
    }
    match build(&fields, zone) {
        Ok(draft) => reading.draft(row, draft),
        Err(fault) => reading.refuse(row, fault.to_string()),
    }
}

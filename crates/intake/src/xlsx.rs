//! A workbook (ECMA-376): its first sheet whose first row names columns is a table of filings.
//!
//! A workbook is a zip file of XML. What it unpacks to is measured before anything reads it, as a few
//! bytes can be made to unpack to any size. Cells are read one after the other and never laid out as a
//! rectangle, as two cells can span one of billions. Formulas are not computed: a cell is the value that was
//! saved. XML without external entities: the reader knows none.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, copy, sink};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, Reader as _, Xlsx};

use crate::csv::{Record, filings, names_columns};
use crate::reading::Reading;
use crate::{Arrival, MOST_ROWS, text};

/// The most bytes that all parts together unpack to.
const MOST_UNPACKED: u64 = 64 << 20;
/// The most parts of a workbook, and sheets that are looked at.
const MOST_PARTS: usize = 1_000;
const MOST_SHEETS: usize = 100;
/// The most cells that are read of a sheet.
const MOST_CELLS: usize = 1_000_000;
/// The most columns of a row: all fields, and as many that are none.
const MOST_COLUMNS: u32 = 64;

/// How much of a file's ends is looked at.
const LOOK: usize = 64 << 10;

/// Whether some bytes look like a workbook: a zip file that names one.
pub(crate) fn is_workbook(bytes: &[u8]) -> bool {
    let names = |part: &[u8]| part.windows(12).any(|name| name == b"xl/workbook.");
    let begin = bytes.get(..LOOK).unwrap_or(bytes);
    let end = bytes.len().checked_sub(LOOK).and_then(|at| bytes.get(at..)).unwrap_or_default();
    bytes.starts_with(b"PK\x03\x04") && (names(begin) || names(end))
}

/// An item that is a workbook.
pub(crate) fn item(arrival: &Arrival<'_>, reading: &mut Reading) {
    match measure(arrival.bytes) {
        Ok(size) if size > MOST_UNPACKED => {
            return reading.unsupported("the workbook unpacks to more than 64 MiB: send CSV");
        }
        Ok(_) => {}
        Err(fault) => return reading.corrupt(format!("no workbook: {fault}")),
    }
    // Whoever wrote the reader did not promise that no file makes it panic; nothing of it outlives this.
    let read = catch_unwind(AssertUnwindSafe(|| sheets(arrival.bytes)));
    let Found { table, others } = match read {
        Ok(Ok(found)) => found,
        Ok(Err(fault)) => return reading.corrupt(format!("no workbook: {fault}")),
        Err(_) => return reading.corrupt("no workbook: the reader gave up on it"),
    };
    let Some(table) = table else {
        return reading.unsupported("no sheet has a first row that names columns of reports");
    };
    let cut = table.cut;
    let last = table.rows.keys().next_back().copied().unwrap_or(0);
    filings(table.records(), arrival.zone, reading);
    if cut {
        reading.refuse(
            u64::from(last) + 2,
            format!("more than {MOST_ROWS} rows or {MOST_CELLS} cells: send it in parts"),
        );
    }
    for name in others {
        let name = text::cut(&name, 60);
        reading.refuse(0, format!("sheet {name:?} has cells too: send each sheet alone"));
    }
}

/// How many bytes all parts unpack to; it stops where there are too many.
fn measure(bytes: &[u8]) -> Result<u64, String> {
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    if archive.len() > MOST_PARTS {
        return Err(format!("more than {MOST_PARTS} parts"));
    }
    let mut size = 0_u64;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|error| error.to_string())?;
        // What a header says of its size is not believed.
        let left = (MOST_UNPACKED + 1).saturating_sub(size);
        size += copy(&mut part.take(left), &mut sink()).map_err(|error| error.to_string())?;
        if size > MOST_UNPACKED {
            break;
        }
    }
    Ok(size)
}

/// A sheet: cells by row and column, from 0.
#[derive(Default)]
struct Sheet {
    rows: BTreeMap<u32, BTreeMap<u32, String>>,
    /// Whether it has more than was read.
    cut: bool,
}

struct Found {
    table: Option<Sheet>,
    /// Other sheets that have cells.
    others: Vec<String>,
}

fn sheets(bytes: &[u8]) -> Result<Found, String> {
    let mut book: Xlsx<_> =
        Xlsx::new(Cursor::new(bytes)).map_err(|error: calamine::XlsxError| error.to_string())?;
    let mut found = Found { table: None, others: Vec::new() };
    for name in book.sheet_names().into_iter().take(MOST_SHEETS) {
        // A sheet of charts has no cells.
        let Ok(sheet) = sheet(&mut book, &name, found.table.is_some()) else { continue };
        if sheet.rows.is_empty() {
            continue;
        }
        if found.table.is_none() && sheet.is_table() {
            found.table = Some(sheet);
        } else {
            found.others.push(name);
        }
    }
    Ok(found)
}

fn sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: &str, one: bool) -> Result<Sheet, String> {
    let failed = |error: calamine::XlsxError| error.to_string();
    let mut reader = book.worksheet_cells_reader(name).map_err(failed)?;
    let (mut sheet, mut cells) = (Sheet::default(), 0);
    while let Some(cell) = reader.next_cell().map_err(failed)? {
        let text = written(cell.get_value());
        if text.trim().is_empty() {
            continue;
        }
        let (row, column) = cell.get_position();
        let new = !sheet.rows.contains_key(&row);
        if cells == MOST_CELLS || (new && sheet.rows.len() > MOST_ROWS) {
            sheet.cut = true;
            break;
        }
        cells += 1;
        sheet.rows.entry(row).or_default().insert(column.min(MOST_COLUMNS), text);
        if one {
            break;
        }
    }
    Ok(sheet)
}

impl Sheet {
    fn is_table(&self) -> bool {
        self.rows.values().next().is_some_and(|row| names_columns(row.values().map(String::as_str)))
    }

    /// The rows, as wide as the first one, with their numbers in the sheet.
    fn records(self) -> impl Iterator<Item = Record> {
        let first = self.rows.values().next();
        let columns = first.and_then(|row| row.keys().next_back()).map_or(0, |last| last + 1);
        self.rows.into_iter().map(move |(number, row)| {
            let last = row.keys().next_back().map_or(0, |last| last + 1);
            let cells = (0..last.max(columns))
                .map(|column| row.get(&column).map_or("", String::as_str))
                .collect::<csv::StringRecord>();
            (u64::from(number) + 1, Ok(cells))
        })
    }
}

/// A cell as a person would write it into CSV.
fn written(value: &DataRef<'_>) -> String {
    match value {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => decimal(*number),
        DataRef::Bool(true) => "yes".to_owned(),
        DataRef::Bool(false) => "no".to_owned(),
        // Days from 1900 to 9999 (ECMA-376, part 1, section 18.17.4.1).
        DataRef::DateTime(day) if (1.0..2_958_466.0).contains(&day.as_f64()) => {
            let (year, month, day, ..) = day.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTime(number) => decimal(number.as_f64()),
        DataRef::Error(error) => Data::Error(error.clone()).to_string(),
        DataRef::Empty => String::new(),
    }
}

/// A number as text: whole ones without a point.
fn decimal(number: f64) -> String {
    // f64's own text has neither point nor exponent where the number is whole.
    number.to_string()
}

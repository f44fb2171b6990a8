//! Where the columns of a map are in a table.

use super::map::{Column, Map};
use super::split::Row;
use crate::reason::Field;
use crate::table::TableError;

/// How many fields a map can read from columns.
const FIELDS: usize = 16;

/// Where the columns of a map are.
pub(super) struct Columns {
    places: [Option<usize>; FIELDS],
    /// How many columns a row has, or must have at least.
    width: Width,
}

enum Width {
    Header(usize),
    AtLeast(usize),
}

impl Columns {
    /// The columns of a table without a header.
    pub(super) fn by_position(map: &Map) -> Columns {
        let mut columns = Columns { places: [None; FIELDS], width: Width::AtLeast(0) };
        let mut width: usize = 0;
        for (&field, column) in &map.columns {
            if let Column::Position(place) = *column {
                columns.set(field, place);
                width = width.max(place.saturating_add(1));
            }
        }
        columns.width = Width::AtLeast(width);
        columns
    }

    /// The columns of a table whose header was split into `row`.
    pub(super) fn by_name(map: &Map, line: &[u8], row: &Row) -> Result<Columns, TableError> {
        let mut columns = Columns { places: [None; FIELDS], width: Width::Header(row.len()) };
        for (&field, column) in &map.columns {
            columns.set(field, find(field, column, line, row)?);
        }
        Ok(columns)
    }

    fn set(&mut self, field: Field, place: usize) {
        if let Some(slot) = self.places.get_mut(field as usize) {
            *slot = Some(place);
        }
    }

    /// Where a field's column is.
    pub(super) fn place(&self, field: Field) -> Option<usize> {
        self.places.get(field as usize).copied().flatten()
    }

    /// Whether a row of so many columns can be one of this table.
    pub(super) fn fit(&self, columns: usize) -> bool {
        match self.width {
            Width::Header(width) => columns == width,
            Width::AtLeast(width) => columns >= width,
        }
    }
}

fn find(field: Field, column: &Column, line: &[u8], row: &Row) -> Result<usize, TableError> {
    let fault = |has, advice| TableError::Header {
        field: field.as_str(),
        column: column.to_string(),
        has,
        advice,
    };
    let name = match column {
        Column::Position(place) if *place < row.len() => return Ok(*place),
        Column::Position(_) => {
            let has = format!("has only {} columns", row.len());
            return Err(fault(has, "name another column, or check the delimiter"));
        }
        Column::Name(name) => name.as_bytes(),
    };
    let named = |place: &usize| row.get(line, *place).is_some_and(|cell| *cell == *name);
    let mut found = (0..row.len()).filter(named);
    match (found.next(), found.next()) {
        (Some(place), None) => Ok(place),
        (Some(_), Some(_)) => {
            Err(fault("has it twice".to_owned(), "write the column's position, from 1"))
        }
        (None, _) => Err(fault(has(line, row), "name one of them, or check the delimiter")),
    }
}

/// What the header has, as far as it fits into a sentence.
fn has(line: &[u8], row: &Row) -> String {
    const SHOWN: usize = 30;
    const LETTERS: usize = 40;
    let cells = (0..row.len().min(SHOWN)).filter_map(|place| row.get(line, place));
    let names: Vec<String> = cells
        .map(|cell| {
            format!(
                "{:?}",
                String::from_utf8_lossy(&cell).chars().take(LETTERS).collect::<String>()
            )
        })
        .collect();
    let more = if row.len() > SHOWN { " and more" } else { "" };
    format!("has {}{more}", names.join(", "))
}

//! Text in columns.
//!
//! A line is a row: no column holds a line break, so that a quote that somebody forgot to close costs
//! one row and not all that follow. Otherwise quotes are RFC 4180's: around a whole column, doubled
//! within.

mod clock;
mod grammar;
mod header;
mod map;
mod section;
mod split;
#[cfg(test)]
mod tests;

use std::str::FromStr;

use observation::{Logged, Point};

use crate::number::decimal;
use crate::protocol;
use crate::reason::{Field, Reason};
use crate::table::{PointError, TableError};
use clock::Clock;
use header::Columns;
use map::Protocol;
pub use map::{Map, MapError};
use split::Row;

/// Reads rows as a map says.
pub(crate) struct Reader {
    map: Map,
    /// Whose log it is; none where a column says it.
    point: Option<Point>,
    clock: Clock,
    row: Row,
    /// Where the map's columns are; none until the header has been read.
    columns: Option<Columns>,
    header: Vec<u8>,
}

impl Reader {
    pub(crate) fn new(map: Map, point: Option<Point>) -> Result<Reader, PointError> {
        let point = match (point, &map.point) {
            (Some(_), _) if map.names_point() => return Err(PointError::Twice),
            (None, None) if !map.names_point() => return Err(PointError::Missing),
            (point, value) => point.or_else(|| value.clone()),
        };
        let columns = (!map.header).then(|| Columns::by_position(&map));
        let (clock, row) = (Clock::new(map.pattern.clone()), Row::new(map.delimiter));
        Ok(Reader { map, point, clock, row, columns, header: Vec::new() })
    }

    /// Whether the next line must be the header.
    pub(crate) fn awaits_header(&self) -> bool {
        self.columns.is_none()
    }

    /// Reads a row, or the header: also where it comes again, as in files put one behind the other.
    pub(crate) fn read(&mut self, line: &[u8]) -> Result<Result<Logged, Reason>, TableError> {
        let split = self.row.split(line);
        let Some(columns) = &self.columns else {
            split.map_err(TableError::NoHeader)?;
            self.columns = Some(Columns::by_name(&self.map, line, &self.row)?);
            self.header = line.to_vec();
            return Ok(Err(Reason::Header));
        };
        if line == self.header {
            return Ok(Err(Reason::Header));
        }
        let cells = Cells { columns, row: &self.row, line };
        Ok(split.and_then(|()| cells.access(&self.map, &mut self.clock, self.point.as_ref())))
    }
}

/// The columns of one line by what they mean.
struct Cells<'a> {
    columns: &'a Columns,
    row: &'a Row,
    line: &'a [u8],
}

impl Cells<'_> {
    fn access(
        &self,
        map: &Map,
        clock: &mut Clock,
        point: Option<&Point>,
    ) -> Result<Logged, Reason> {
        if !self.columns.fit(self.row.len()) {
            return Err(Reason::Columns);
        }
        let time = self.required(Field::Time, |text| clock.moment(text))?;
        let src = self.required(Field::Src, |text| map.src.read(text))?;
        let point = match point {
            Some(point) => point.clone(),
            None => self.required(Field::Point, parse)?,
        };
        let mut row = Logged::new(time, point, src);
        row.dst = self.optional(Field::Dst, |text| map.dst.read(text))?;
        row.protocol = match &map.protocol {
            Protocol::Value(number) => Some(*number),
            names => self.optional(Field::Protocol, |text| names.read(text))?,
        };
        if row.protocol.is_none_or(protocol::has_ports) {
            row.src_port = self.optional(Field::SrcPort, decimal)?;
            row.dst_port = self.optional(Field::DstPort, decimal)?;
        }
        if row.protocol.is_none_or(protocol::is_icmp) {
            row.icmp_type = self.optional(Field::IcmpType, decimal)?;
            row.icmp_code = self.optional(Field::IcmpCode, decimal)?;
        }
        row.packets = self.optional(Field::Packets, counter)?;
        row.bytes = self.optional(Field::Bytes, counter)?;
        row.ttl = self.optional(Field::Ttl, decimal)?;
        row.kind = row.protocol.and_then(|number| protocol::kind(number, row.icmp_type));
        Ok(row)
    }

    /// What a column says; none where there is no such column, or where it is empty or `-`.
    fn optional<T>(
        &self,
        field: Field,
        read: impl FnOnce(&[u8]) -> Option<T>,
    ) -> Result<Option<T>, Reason> {
        let cell = self.columns.place(field).and_then(|place| self.row.get(self.line, place));
        match cell.as_deref() {
            None | Some(b"" | b"-") => Ok(None),
            Some(text) => read(text).map(Some).ok_or(Reason::Bad(field)),
        }
    }

    fn required<T>(
        &self,
        field: Field,
        read: impl FnOnce(&[u8]) -> Option<T>,
    ) -> Result<T, Reason> {
        self.optional(field, read)?.ok_or(Reason::Missing(field))
    }
}

fn parse<T: FromStr>(text: &[u8]) -> Option<T> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// A number that the archive's signed columns can hold.
fn counter(text: &[u8]) -> Option<u64> {
    decimal(text).filter(|&number: &u64| i64::try_from(number).is_ok())
}

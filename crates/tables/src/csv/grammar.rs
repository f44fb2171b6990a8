//! A map's text.

use std::collections::BTreeMap;

use observation::{Point, SECOND};
use toml::Value;

use super::clock::Pattern;
use super::map::{Column, Form, Map, MapError, Protocol};
use super::section::Section;
use crate::protocol;
use crate::reason::Field;
use crate::zone::Zone;

/// The fields that are a column and nothing else.
const NUMBERS: [Field; 7] = [
    Field::SrcPort,
    Field::DstPort,
    Field::IcmpType,
    Field::IcmpCode,
    Field::Packets,
    Field::Bytes,
    Field::Ttl,
];

pub(super) fn read(text: &str) -> Result<Map, MapError> {
    let mut csv = Section::of_map(text)?;
    let header = csv.boolean("header")?.unwrap_or(true);
    let mut columns = BTreeMap::new();
    let map = Map {
        delimiter: delimiter(&mut csv)?,
        header,
        pattern: time(&mut csv, &mut columns)?,
        point: point(&mut csv, &mut columns)?,
        src: address(&mut csv, Field::Src, &mut columns)?,
        dst: address(&mut csv, Field::Dst, &mut columns)?,
        protocol: protocol_of(&mut csv, &mut columns)?,
        columns: numbers(&mut csv, columns)?,
    };
    csv.end()?;
    let named = |column: &&Column| matches!(column, Column::Name(_));
    if let Some(column) = map.columns.values().find(named).filter(|_| !header) {
        let problem = format!("there is no header to find the column {column} in");
        return Err(csv.error("header", problem, "write the column's position, from 1"));
    }
    Ok(map)
}

type Columns = BTreeMap<Field, Column>;

fn delimiter(csv: &mut Section) -> Result<u8, MapError> {
    let Some(text) = csv.text("delimiter")? else { return Ok(b',') };
    match text.as_bytes() {
        &[byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n' | 0) => Ok(byte),
        _ => Err(csv.error(
            "delimiter",
            format!("{text:?} cannot be one"),
            "write one ASCII character, as \",\" or \"\\t\"",
        )),
    }
}

fn time(csv: &mut Section, columns: &mut Columns) -> Result<Pattern, MapError> {
    const FORMAT: &str = "write \"unix\", \"unix_ms\" or a format as \"%Y-%m-%d %H:%M:%S\"";
    let mut time = csv.required("time", "write time = { column = …, format = … }")?;
    columns.insert(Field::Time, time.column()?);
    let format = time.text("format")?;
    let format = format.ok_or_else(|| time.error("format", "it lacks".to_owned(), FORMAT))?;
    let zone = time.text("zone")?;
    let pattern = match (format.as_str(), &zone) {
        ("unix" | "unix_ms", Some(_)) => {
            let problem = "time since 1970 has no zone".to_owned();
            return Err(time.error("zone", problem, "leave it out"));
        }
        ("unix", None) => Pattern::Since1970(SECOND),
        ("unix_ms", None) => Pattern::Since1970(SECOND.div_euclid(1_000)),
        _ => {
            let zone = zone.map_or(Ok(Zone::utc()), |zone| zone.parse::<Zone>());
            let zone =
                zone.map_err(|bad| time.error("zone", bad.to_string(), "or leave it out for UTC"))?;
            Pattern::of(&format, zone).map_err(|problem| {
                time.error(
                    "format",
                    format!("{format:?} does not tell a date and a time ({problem})"),
                    FORMAT,
                )
            })?
        }
    };
    time.end()?;
    Ok(pattern)
}

fn point(csv: &mut Section, columns: &mut Columns) -> Result<Option<Point>, MapError> {
    let Some(mut point) = csv.section("point")? else { return Ok(None) };
    let value = point.text("value")?;
    point.column_unless(value.is_some(), Field::Point, columns)?;
    let name = value.map(|name| {
        name.parse::<Point>()
            .map_err(|bad| point.error("value", bad.to_string(), "write another name"))
    });
    point.end()?;
    name.transpose()
}

fn address(csv: &mut Section, field: Field, columns: &mut Columns) -> Result<Form, MapError> {
    let key = field.as_str();
    let mut address = match field {
        Field::Src => csv.required(key, "write src = { column = … }")?,
        _ => match csv.section(key)? {
            Some(address) => address,
            None => return Ok(Form::Text),
        },
    };
    columns.insert(field, address.column()?);
    let form = match address.text("form")?.as_deref() {
        None | Some("text") => Form::Text,
        Some("integer") => Form::Integer,
        Some(other) => {
            let problem = format!("{other:?} is no form of addresses");
            return Err(address.error("form", problem, "write \"text\" or \"integer\""));
        }
    };
    address.end()?;
    Ok(form)
}

fn protocol_of(csv: &mut Section, columns: &mut Columns) -> Result<Protocol, MapError> {
    const NUMBER: &str = "write a number from 0 to 255 or a usual name, as 17 or \"UDP\"";
    let none = Protocol::Names(BTreeMap::new());
    let Some(mut section) = csv.section("protocol")? else { return Ok(none) };
    let value = section.take("value");
    section.column_unless(value.is_some(), Field::Protocol, columns)?;
    let number = |value: &Value| match value {
        Value::Integer(number) => u8::try_from(*number).ok(),
        Value::String(name) => protocol::read(name.as_bytes()),
        _ => None,
    };
    if let Some(value) = value {
        let bad = || section.error("value", format!("{value} is no protocol"), NUMBER);
        let number = number(&value).ok_or_else(bad)?;
        section.end()?;
        return Ok(Protocol::Value(number));
    }
    let mut names = BTreeMap::new();
    if let Some(section) = section.section("names")? {
        for (name, value) in &section.table {
            let bad = || section.error(name, format!("{value} is no protocol"), NUMBER);
            names.insert(name.to_ascii_lowercase(), number(value).ok_or_else(bad)?);
        }
    }
    section.end()?;
    Ok(Protocol::Names(names))
}

fn numbers(csv: &mut Section, mut columns: Columns) -> Result<Columns, MapError> {
    for field in NUMBERS {
        if let Some(mut section) = csv.section(field.as_str())? {
            columns.insert(field, section.column()?);
            section.end()?;
        }
    }
    Ok(columns)
}

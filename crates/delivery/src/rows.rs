//! The rules that every value of a delivered row keeps.
//!
//! | what | rule |
//! |---|---|
//! | `point` | the peer's name, never null |
//! | `first_seen`, `first_seen` + `duration`, `hour` | within the bounds of time |
//! | `duration`, counters | not negative |
//! | addresses | 4 or 16 bytes |
//! | ports | 0 to 65,535 |
//! | `protocol`, `icmp_type`, `icmp_code`, `ttl`, `quoted_protocol`, `unkept_protocol` | 0 to 255 |
//! | `tcp_flags` | nine bits |
//! | `syn_options` | at most 40 bytes |
//! | `kind`, `tool` | a name of `observation` |
//! | `hour` | the beginning of an hour |
//! | `seconds_up` | 0 to 3,600 |
//! | coverage | both sums of [`observation::Fates`] hold |

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array as _, RecordBatch};
use observation::{Field, HOUR, Kind, Micros, Tool, Type};

use crate::{Bounds, Freshness, Header, Reason, Refusal, Table};

/// Checks every row.
///
/// # Errors
/// The first value that breaks a rule.
pub(crate) fn check(
    header: &Header,
    rows: &RecordBatch,
    now: Micros,
    bounds: &Bounds,
) -> Result<(), Refusal> {
    let table = header.lane.table;
    for field in table.fields() {
        check_column(header, field, rows)?;
    }
    check_times(header, rows, now, bounds)?;
    match table {
        Table::Access => Ok(()),
        Table::Coverage => check_sums(rows),
    }
}

fn bad(field: &str, row: usize, what: &str) -> Refusal {
    Refusal::new(Reason::BadValue, format!("{field} of row {row} {what}"))
}

fn check_column(header: &Header, field: &Field, rows: &RecordBatch) -> Result<(), Refusal> {
    let Some(column) = rows.column_by_name(field.name) else {
        return Err(Refusal::new(Reason::Schema, format!("no column {}", field.name)));
    };
    match field.ty {
        Type::Text => {
            let texts = column.as_string::<i32>();
            each(texts.iter(), |row, text| check_text(header, field.name, row, text))
        }
        Type::Bytes => each(column.as_binary::<i32>().iter(), |row, bytes: Option<&[u8]>| {
            let good = bytes.is_none_or(|bytes| match field.name {
                "syn_options" => bytes.len() <= 40,
                _ => matches!(bytes.len(), 4 | 16),
            });
            if good { Ok(()) } else { Err(bad(field.name, row, "has a wrong length")) }
        }),
        Type::Int => {
            let numbers = column.as_primitive::<Int32Type>();
            let most = most(field.name);
            each(numbers.iter(), |row, number| match number {
                Some(number) if !(0..=most).contains(&number) => {
                    Err(bad(field.name, row, "is out of range"))
                }
                _ => Ok(()),
            })
        }
        Type::Long if matches!(field.name, "payload_hash" | "clock_offset") => Ok(()),
        Type::Long => {
            let most = if field.name == "seconds_up" { 3_600 } else { i64::MAX };
            each(column.as_primitive::<Int64Type>().iter(), |row, number| match number {
                Some(number) if !(0..=most).contains(&number) => {
                    Err(bad(field.name, row, "is out of range"))
                }
                _ => Ok(()),
            })
        }
        Type::Time | Type::Day | Type::Bool => Ok(()),
    }
}

fn each<T>(
    values: impl Iterator<Item = T>,
    mut check: impl FnMut(usize, T) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    values.enumerate().try_for_each(|(row, value)| check(row, value))
}

/// The greatest value of a column of numbers.
fn most(field: &str) -> i32 {
    match field {
        "src_port" | "dst_port" | "quoted_src_port" | "quoted_dst_port" | "syn_window"
        | "unkept_port" => 65_535,
        "tcp_flags" => 0x1ff,
        _ => 255,
    }
}

fn check_text(header: &Header, field: &str, row: usize, text: Option<&str>) -> Result<(), Refusal> {
    let good = match (field, text) {
        ("point", Some(text)) if text == header.lane.point.as_str() => true,
        ("point", _) => {
            let point = &header.lane.point;
            let detail = format!("row {row} is not in the name of {point}");
            return Err(Refusal::new(Reason::OtherPoint, detail));
        }
        ("kind", Some(text)) => Kind::ALL.iter().any(|kind| kind.as_str() == text),
        ("tool", Some(text)) => Tool::ALL.iter().any(|tool| tool.as_str() == text),
        (_, Some(_)) => false,
        (_, None) => true,
    };
    if good { Ok(()) } else { Err(bad(field, row, "is no name that is known here")) }
}

fn check_times(
    header: &Header,
    rows: &RecordBatch,
    now: Micros,
    bounds: &Bounds,
) -> Result<(), Refusal> {
    let coverage = header.lane.table == Table::Coverage;
    let name = if coverage { "hour" } else { "first_seen" };
    let Some(times) = rows.column_by_name(name) else { return Ok(()) };
    let times = times.as_primitive::<TimestampMicrosecondType>().values();
    let spans = rows.column_by_name("duration");
    let spans = spans.and_then(|column| column.as_primitive_opt::<Int64Type>());
    let newest = now.saturating_add(bounds.ahead);
    let oldest = match header.freshness {
        Freshness::Live => now.saturating_sub(bounds.behind),
        // The epoch: no packet is older than what this archive's times begin with.
        Freshness::Replayed => 0,
    };
    for (row, &time) in times.iter().enumerate() {
        if coverage && time.rem_euclid(HOUR) != 0 {
            return Err(bad(name, row, "is not the beginning of an hour"));
        }
        let span = spans.filter(|spans| spans.is_valid(row)).map_or(0, |spans| spans.value(row));
        if time.saturating_add(span) > newest {
            let ahead = time.saturating_add(span).saturating_sub(now) / observation::SECOND;
            let detail = format!("row {row} is {ahead} s ahead of the hub: set the point's clock");
            return Err(Refusal::new(Reason::TooNew, detail));
        }
        if time < oldest {
            let behind = now.saturating_sub(time) / observation::SECOND;
            let detail = format!("row {row} is {behind} s old, and not marked as replayed");
            return Err(Refusal::new(Reason::TooOld, detail));
        }
    }
    Ok(())
}

fn check_sums(rows: &RecordBatch) -> Result<(), Refusal> {
    let value = |name: &str, row: usize| {
        let column = rows.column_by_name(name)?.as_primitive_opt::<Int64Type>()?;
        Some(i128::from(column.value(row)))
    };
    let sum = |names: &[&str], row: usize| {
        names.iter().map(|name| value(name, row)).sum::<Option<i128>>()
    };
    for row in 0..rows.num_rows() {
        let all = sum(&["inbound", "outbound", "elsewhere", "malformed", "not_ip"], row);
        let inbound = sum(&["access_packets", "solicited", "expected"], row);
        if value("packets", row) != all || value("inbound", row) != inbound {
            return Err(bad("packets or inbound", row, "is not the sum of its parts"));
        }
    }
    Ok(())
}

//! Rows into Arrow record batches.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};

use crate::columns::long;
use crate::{COVERAGE, Coverage, IMPORT, Import, Micros, RETIRED, schema};

/// The rows of the table `coverage`, received at `received`.
pub fn coverage_batch(rows: &[Coverage], received: Micros) -> RecordBatch {
    let count = |value: fn(&Coverage) -> u64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| long(value(row)))))
    };
    let columns: Vec<ArrayRef> = vec![
        Arc::new(
            rows.iter()
                .map(|row| row.point.as_ref().map(crate::Point::as_str))
                .collect::<StringArray>(),
        ),
        times(rows.iter().map(|row| Some(row.hour))),
        Arc::new(rows.iter().map(|row| row.seconds_up.map(i64::from)).collect::<Int64Array>()),
        Arc::new(rows.iter().map(|row| Some(row.assumed)).collect::<BooleanArray>()),
        count(|row| row.fates.packets),
        count(|row| row.fates.inbound),
        count(|row| row.fates.outbound),
        count(|row| row.fates.elsewhere),
        count(|row| row.fates.malformed),
        count(|row| row.fates.not_ip),
        count(|row| row.fates.access_packets),
        count(|row| row.fates.solicited),
        count(|row| row.fates.expected),
        count(|row| row.fates.truncated),
        Arc::new(rows.iter().map(|row| row.dropped.map(long)).collect::<Int64Array>()),
        Arc::new(rows.iter().map(|row| row.addresses.map(long)).collect::<Int64Array>()),
        constant_time(received, rows.len()),
    ];
    made(COVERAGE, columns)
}

/// The rows of the table `import`, received at `received`.
pub fn import_batch(rows: &[Import], received: Micros) -> RecordBatch {
    let text = |value: fn(&Import) -> &str| -> ArrayRef {
        Arc::new(rows.iter().map(|row| Some(value(row))).collect::<StringArray>())
    };
    let count = |value: fn(&Import) -> u64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| long(value(row)))))
    };
    let columns: Vec<ArrayRef> = vec![
        text(|row| row.point.as_str()),
        text(|row| &row.sha256),
        text(|row| &row.settings),
        text(|row| &row.file),
        count(|row| row.bytes),
        times(rows.iter().map(|row| row.span.map(|(first, _)| first))),
        times(rows.iter().map(|row| row.span.map(|(_, last)| last))),
        count(|row| row.packets),
        count(|row| row.accesses),
        Arc::new(rows.iter().map(|row| Some(row.whole)).collect::<BooleanArray>()),
        constant_time(received, rows.len()),
    ];
    made(IMPORT, columns)
}

/// One row of the table `retired`: a day, counted from 1970-01-01, whose rows were dropped.
pub fn retired_batch(day: i32, accesses: u64, received: Micros) -> RecordBatch {
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Date32Array::from(vec![day])),
        Arc::new(Int64Array::from(vec![long(accesses)])),
        constant_time(received, 1),
    ];
    made(RETIRED, columns)
}

/// A batch whose columns stand in the order of their field list.
fn made(fields: &'static [crate::Field], columns: Vec<ArrayRef>) -> RecordBatch {
    RecordBatch::try_new(schema(fields), columns)
        .unwrap_or_else(|error| unreachable!("columns differ from their field list: {error}"))
}

fn constant_time(time: Micros, rows: usize) -> ArrayRef {
    times(std::iter::repeat_n(Some(time), rows))
}

fn times(values: impl Iterator<Item = Option<Micros>>) -> ArrayRef {
    Arc::new(values.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
}

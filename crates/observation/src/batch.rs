//! Rows into Arrow record batches.

use std::sync::Arc;

use arrow_array::builder::BinaryBuilder;
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Int32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};

use crate::columns::{append_address, long};
use crate::{
    ACKNOWLEDGED, Acknowledged, COVERAGE, Coverage, FINDING, FindingRow, IMPORT, Import, Micros,
    RETIRED, schema,
};

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
        Arc::new(unkept(rows).map(|row| row.map(|it| it.protocol.into())).collect::<Int32Array>()),
        Arc::new(unkept(rows).map(|row| row.map(|it| it.port.into())).collect::<Int32Array>()),
        Arc::new(unkept(rows).map(|row| row.map(|it| long(it.accesses))).collect::<Int64Array>()),
        Arc::new(unkept(rows).map(|row| row.map(|it| long(it.packets))).collect::<Int64Array>()),
        Arc::new(rows.iter().map(|row| row.clock_offset).collect::<Int64Array>()),
    ];
    made(COVERAGE, columns)
}

fn unkept(rows: &[Coverage]) -> impl Iterator<Item = Option<crate::Unkept>> + '_ {
    rows.iter().map(|row| row.unkept)
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
pub fn retired_batch(
    day: i32,
    accesses: u64,
    received: Micros,
    latest_received: Option<Micros>,
) -> RecordBatch {
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Date32Array::from(vec![day])),
        Arc::new(Int64Array::from(vec![long(accesses)])),
        constant_time(received, 1),
        times(std::iter::once(latest_received)),
    ];
    made(RETIRED, columns)
}

/// The rows of the table `finding` that were told on a day, counted from 1970-01-01.
pub fn finding_batch(rows: &[FindingRow], day: i32) -> RecordBatch {
    let text = |value: fn(&FindingRow) -> &str| -> ArrayRef {
        Arc::new(rows.iter().map(|row| Some(value(row))).collect::<StringArray>())
    };
    let time = |value: fn(&FindingRow) -> Micros| times(rows.iter().map(|row| Some(value(row))));
    let small = |value: fn(&FindingRow) -> Option<i32>| -> ArrayRef {
        Arc::new(rows.iter().map(value).collect::<Int32Array>())
    };
    let mut target = BinaryBuilder::new();
    for row in rows {
        match row.target {
            Some(address) => append_address(&mut target, address),
            None => target.append_null(),
        }
    }
    let columns: Vec<ArrayRef> = vec![
        text(|row| &row.id),
        text(|row| &row.kind),
        text(|row| &row.rule),
        small(|row| row.protocol.map(Into::into)),
        small(|row| row.dst_port.map(Into::into)),
        Arc::new(target.finish()),
        Arc::new(rows.iter().map(|row| row.sources.map(long)).collect::<Int64Array>()),
        time(|row| row.first_seen),
        time(|row| row.last_seen),
        time(|row| row.detected_at),
        Arc::new(rows.iter().map(|row| Some(row.open)).collect::<BooleanArray>()),
        text(|row| &row.line),
        Arc::new(Date32Array::from_value(day, rows.len())),
    ];
    made(FINDING, columns)
}

/// The rows of the table `acknowledged`.
pub fn acknowledged_batch(rows: &[Acknowledged]) -> RecordBatch {
    let text = |value: fn(&Acknowledged) -> &str| -> ArrayRef {
        Arc::new(rows.iter().map(|row| Some(value(row))).collect::<StringArray>())
    };
    let columns: Vec<ArrayRef> = vec![
        text(|row| &row.finding),
        text(|row| &row.note),
        times(rows.iter().map(|row| Some(row.received))),
    ];
    made(ACKNOWLEDGED, columns)
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

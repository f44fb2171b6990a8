//! Rows into Arrow record batches.

use std::net::IpAddr;
use std::sync::Arc;

use arrow_array::builder::{
    BinaryBuilder, Date32Builder, Int32Builder, Int64Builder, StringBuilder,
    TimestampMicrosecondBuilder,
};
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};

use crate::{ACCESS, Access, COVERAGE, Coverage, DAY, IMPORT, Import, Micros, RETIRED, schema};

/// Collects accesses into the columns of the table `access`.
pub struct AccessBatch {
    received: Micros,
    rows: usize,
    time: TimestampMicrosecondBuilder,
    duration: Int64Builder,
    point: StringBuilder,
    src: BinaryBuilder,
    dst: BinaryBuilder,
    protocol: Int32Builder,
    ports: [Int32Builder; 2],
    icmp: [Int32Builder; 2],
    kind: StringBuilder,
    counters: [Int64Builder; 3],
    tcp_flags: Int32Builder,
    ttl: Int32Builder,
    syn_window: Int32Builder,
    syn_options: BinaryBuilder,
    tool: StringBuilder,
    quoted_protocol: Int32Builder,
    quoted_dst: BinaryBuilder,
    quoted_ports: [Int32Builder; 2],
    payload: [Int64Builder; 2],
    day: Date32Builder,
}

impl AccessBatch {
    /// An empty batch whose rows were all received at `received`.
    pub fn new(received: Micros) -> Self {
        AccessBatch {
            received,
            rows: 0,
            time: TimestampMicrosecondBuilder::new(),
            duration: Int64Builder::new(),
            point: StringBuilder::new(),
            src: BinaryBuilder::new(),
            dst: BinaryBuilder::new(),
            protocol: Int32Builder::new(),
            ports: [Int32Builder::new(), Int32Builder::new()],
            icmp: [Int32Builder::new(), Int32Builder::new()],
            kind: StringBuilder::new(),
            counters: [Int64Builder::new(), Int64Builder::new(), Int64Builder::new()],
            tcp_flags: Int32Builder::new(),
            ttl: Int32Builder::new(),
            syn_window: Int32Builder::new(),
            syn_options: BinaryBuilder::new(),
            tool: StringBuilder::new(),
            quoted_protocol: Int32Builder::new(),
            quoted_dst: BinaryBuilder::new(),
            quoted_ports: [Int32Builder::new(), Int32Builder::new()],
            payload: [Int64Builder::new(), Int64Builder::new()],
            day: Date32Builder::new(),
        }
    }

    /// Rows so far.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is no row yet.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Adds one row.
    pub fn push(&mut self, access: &Access) {
        self.rows += 1;
        self.time.append_value(access.first_seen);
        self.duration.append_value(access.duration);
        self.point.append_value(access.point.as_str());
        append_address(&mut self.src, access.src);
        append_address(&mut self.dst, access.dst);
        self.protocol.append_value(access.protocol.into());
        append_pair(&mut self.ports, access.ports);
        append_pair(&mut self.icmp, access.icmp);
        self.kind.append_value(access.kind.as_str());
        for (column, value) in
            self.counters.iter_mut().zip([access.packets, access.syns, access.bytes])
        {
            column.append_value(long(value));
        }
        self.tcp_flags.append_option(access.tcp_flags.map(i32::from));
        self.ttl.append_value(access.ttl.into());
        self.syn_window.append_option(access.syn.map(|syn| i32::from(syn.window)));
        self.syn_options.append_option(access.syn.as_ref().map(crate::Syn::options));
        self.tool.append_option(access.tool.map(crate::Tool::as_str));
        self.push_quoted(access);
        let [length, hash] = &mut self.payload;
        length.append_option(access.payload.map(|payload| i64::from(payload.length)));
        hash.append_option(access.payload.and_then(|payload| payload.hash).map(u64::cast_signed));
        self.day.append_value(utc_day(access.first_seen));
    }

    fn push_quoted(&mut self, access: &Access) {
        let quoted = access.quoted;
        self.quoted_protocol.append_option(quoted.map(|quoted| i32::from(quoted.protocol)));
        match quoted {
            Some(quoted) => append_address(&mut self.quoted_dst, quoted.dst),
            None => self.quoted_dst.append_null(),
        }
        append_pair(&mut self.quoted_ports, quoted.and_then(|quoted| quoted.ports));
    }

    /// The rows as one record batch with the schema of [`ACCESS`]; the batch is empty afterwards.
    pub fn finish(&mut self) -> RecordBatch {
        let rows = std::mem::take(&mut self.rows);
        let [src_port, dst_port] = &mut self.ports;
        let [icmp_type, icmp_code] = &mut self.icmp;
        let [packets, syns, bytes] = &mut self.counters;
        let [quoted_src_port, quoted_dst_port] = &mut self.quoted_ports;
        let [payload_length, payload_hash] = &mut self.payload;
        let nulls = |name: &str| {
            let field = ACCESS.iter().find(|field| field.name == name).map(|field| field.ty);
            arrow_array::new_null_array(&field.unwrap_or(crate::Type::Text).arrow(), rows)
        };
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.time.finish().with_timezone("UTC")),
            Arc::new(self.duration.finish()),
            constant_time(self.received, rows),
            Arc::new(self.point.finish()),
            Arc::new(self.src.finish()),
            Arc::new(self.dst.finish()),
            Arc::new(self.protocol.finish()),
            Arc::new(src_port.finish()),
            Arc::new(dst_port.finish()),
            Arc::new(icmp_type.finish()),
            Arc::new(icmp_code.finish()),
            Arc::new(self.kind.finish()),
            Arc::new(packets.finish()),
            Arc::new(syns.finish()),
            Arc::new(bytes.finish()),
            Arc::new(self.tcp_flags.finish()),
            Arc::new(self.ttl.finish()),
            Arc::new(self.syn_window.finish()),
            Arc::new(self.syn_options.finish()),
            Arc::new(self.tool.finish()),
            Arc::new(self.quoted_protocol.finish()),
            Arc::new(self.quoted_dst.finish()),
            Arc::new(quoted_src_port.finish()),
            Arc::new(quoted_dst_port.finish()),
            Arc::new(payload_length.finish()),
            Arc::new(payload_hash.finish()),
            nulls("country"),
            nulls("asn"),
            nulls("geo_date"),
            Arc::new(self.day.finish()),
        ];
        made(ACCESS, columns)
    }
}

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

/// Days since 1970-01-01 of the UTC day that `time` lies in.
fn utc_day(time: Micros) -> i32 {
    i32::try_from(time.div_euclid(DAY)).unwrap_or(i32::MAX)
}

fn long(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn constant_time(time: Micros, rows: usize) -> ArrayRef {
    times(std::iter::repeat_n(Some(time), rows))
}

fn times(values: impl Iterator<Item = Option<Micros>>) -> ArrayRef {
    Arc::new(values.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
}

fn append_address(column: &mut BinaryBuilder, address: IpAddr) {
    match address {
        IpAddr::V4(address) => column.append_value(address.octets()),
        IpAddr::V6(address) => column.append_value(address.octets()),
    }
}

fn append_pair<T: Into<i32>>(columns: &mut [Int32Builder; 2], pair: Option<(T, T)>) {
    let [left, right] = columns;
    let (first, second) = pair.map_or((None, None), |(a, b)| (Some(a.into()), Some(b.into())));
    left.append_option(first);
    right.append_option(second);
}

//! Accesses into Arrow record batches.

use std::sync::Arc;

use arrow_array::builder::{
    BinaryBuilder, Int32Builder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow_array::{ArrayRef, Date32Array, RecordBatch, TimestampMicrosecondArray, new_null_array};

use crate::columns::{Sparse, append_address, long};
use crate::{ACCESS, Access, Kind, Logged, Micros, Origin, Syn, TcpOptions, Tool, Type, schema};

/// Collects accesses of one UTC day into the columns of the table `access`.
pub struct AccessBatch {
    day: i32,
    received: Micros,
    geo_date: Option<i32>,
    rows: usize,
    first_seen: TimestampMicrosecondBuilder,
    duration: Sparse<Int64Builder>,
    point: StringBuilder,
    src: BinaryBuilder,
    dst: Sparse<BinaryBuilder>,
    protocol: Sparse<Int32Builder>,
    src_port: Sparse<Int32Builder>,
    dst_port: Sparse<Int32Builder>,
    icmp_type: Sparse<Int32Builder>,
    icmp_code: Sparse<Int32Builder>,
    kind: Sparse<StringBuilder>,
    packets: Sparse<Int64Builder>,
    syns: Sparse<Int64Builder>,
    bytes: Sparse<Int64Builder>,
    tcp_flags: Sparse<Int32Builder>,
    ttl: Sparse<Int32Builder>,
    syn_window: Sparse<Int32Builder>,
    syn_options: Sparse<BinaryBuilder>,
    tool: Sparse<StringBuilder>,
    quoted_protocol: Sparse<Int32Builder>,
    quoted_dst: Sparse<BinaryBuilder>,
    quoted_src_port: Sparse<Int32Builder>,
    quoted_dst_port: Sparse<Int32Builder>,
    payload_length: Sparse<Int64Builder>,
    payload_hash: Sparse<Int64Builder>,
    country: Sparse<StringBuilder>,
    asn: Sparse<Int64Builder>,
}

impl AccessBatch {
    /// An empty batch of a day (counted from 1970-01-01), whose rows were all received at `received`
    /// and whose places are those of the database of `geo_date` (counted likewise).
    pub fn new(day: i32, received: Micros, geo_date: Option<i32>) -> Self {
        AccessBatch {
            day,
            received,
            geo_date,
            rows: 0,
            first_seen: TimestampMicrosecondBuilder::new(),
            duration: Sparse::default(),
            point: StringBuilder::new(),
            src: BinaryBuilder::new(),
            dst: Sparse::default(),
            protocol: Sparse::default(),
            src_port: Sparse::default(),
            dst_port: Sparse::default(),
            icmp_type: Sparse::default(),
            icmp_code: Sparse::default(),
            kind: Sparse::default(),
            packets: Sparse::default(),
            syns: Sparse::default(),
            bytes: Sparse::default(),
            tcp_flags: Sparse::default(),
            ttl: Sparse::default(),
            syn_window: Sparse::default(),
            syn_options: Sparse::default(),
            tool: Sparse::default(),
            quoted_protocol: Sparse::default(),
            quoted_dst: Sparse::default(),
            quoted_src_port: Sparse::default(),
            quoted_dst_port: Sparse::default(),
            payload_length: Sparse::default(),
            payload_hash: Sparse::default(),
            country: Sparse::default(),
            asn: Sparse::default(),
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

    /// Adds an access that was folded from its packets, and where its source was.
    pub fn push(&mut self, access: &Access, origin: Origin<'_>) {
        let row = self.begin(access.first_seen, &access.point, access.src, origin);
        self.duration.put(row, Some(access.duration));
        self.dst.put_address(row, Some(access.dst));
        self.protocol.put(row, Some(access.protocol));
        if let Some((src, dst)) = access.ports {
            self.src_port.put(row, Some(src));
            self.dst_port.put(row, Some(dst));
        }
        if let Some((icmp_type, code)) = access.icmp {
            self.icmp_type.put(row, Some(icmp_type));
            self.icmp_code.put(row, Some(code));
        }
        self.kind.put(row, Some(access.kind.as_str()));
        self.packets.put(row, Some(long(access.packets)));
        self.syns.put(row, Some(long(access.syns)));
        self.bytes.put(row, Some(long(access.bytes)));
        self.tcp_flags.put(row, access.tcp_flags);
        self.ttl.put(row, Some(access.ttl));
        if let Some(syn) = &access.syn {
            self.syn_window.put(row, Some(syn.window));
            self.syn_options.put(row, Some(Syn::options(syn)));
        }
        self.tool.put(row, access.tool.map(Tool::as_str));
        self.push_quoted(row, access);
        if let Some(payload) = access.payload {
            self.payload_length.put(row, Some(payload.length));
            self.payload_hash.put(row, payload.hash.map(u64::cast_signed));
        }
    }

    /// Adds an access that a log told of, and where its source was.
    pub fn push_logged(&mut self, logged: &Logged, origin: Origin<'_>) {
        let row = self.begin(logged.first_seen, &logged.point, logged.src, origin);
        self.duration.put(row, logged.duration);
        self.dst.put_address(row, logged.dst);
        self.protocol.put(row, logged.protocol);
        self.src_port.put(row, logged.src_port);
        self.dst_port.put(row, logged.dst_port);
        self.icmp_type.put(row, logged.icmp_type);
        self.icmp_code.put(row, logged.icmp_code);
        self.kind.put(row, logged.kind.map(Kind::as_str));
        self.packets.put(row, logged.packets.map(long));
        self.syns.put(row, logged.syns.map(long));
        self.bytes.put(row, logged.bytes.map(long));
        self.tcp_flags.put(row, logged.tcp_flags);
        self.ttl.put(row, logged.ttl);
        self.syn_window.put(row, logged.syn_window);
        self.syn_options.put(row, logged.syn_options.as_ref().map(TcpOptions::as_bytes));
        self.tool.put(row, logged.tool.map(Tool::as_str));
    }

    /// What every row has; says which row it is.
    fn begin(
        &mut self,
        first_seen: Micros,
        point: &crate::Point,
        src: std::net::IpAddr,
        origin: Origin<'_>,
    ) -> usize {
        let row = self.rows;
        self.rows += 1;
        self.first_seen.append_value(first_seen);
        self.point.append_value(point.as_str());
        append_address(&mut self.src, src);
        self.country.put(row, origin.country);
        self.asn.put(row, origin.asn);
        row
    }

    fn push_quoted(&mut self, row: usize, access: &Access) {
        let Some(quoted) = access.quoted else { return };
        self.quoted_protocol.put(row, Some(quoted.protocol));
        self.quoted_dst.put_address(row, Some(quoted.dst));
        if let Some((src, dst)) = quoted.ports {
            self.quoted_src_port.put(row, Some(src));
            self.quoted_dst_port.put(row, Some(dst));
        }
    }

    /// The rows as one record batch with the schema of [`ACCESS`]; the batch is empty afterwards.
    pub fn finish(&mut self) -> RecordBatch {
        let rows = std::mem::take(&mut self.rows);
        let geo_date = match self.geo_date {
            Some(day) => Arc::new(Date32Array::from_value(day, rows)) as ArrayRef,
            None => new_null_array(&Type::Day.arrow(), rows),
        };
        let received = TimestampMicrosecondArray::from_value(self.received, rows);
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.first_seen.finish().with_timezone("UTC")),
            self.duration.finish(rows),
            Arc::new(received.with_timezone("UTC")),
            Arc::new(self.point.finish()),
            Arc::new(self.src.finish()),
            self.dst.finish(rows),
            self.protocol.finish(rows),
            self.src_port.finish(rows),
            self.dst_port.finish(rows),
            self.icmp_type.finish(rows),
            self.icmp_code.finish(rows),
            self.kind.finish(rows),
            self.packets.finish(rows),
            self.syns.finish(rows),
            self.bytes.finish(rows),
            self.tcp_flags.finish(rows),
            self.ttl.finish(rows),
            self.syn_window.finish(rows),
            self.syn_options.finish(rows),
            self.tool.finish(rows),
            self.quoted_protocol.finish(rows),
            self.quoted_dst.finish(rows),
            self.quoted_src_port.finish(rows),
            self.quoted_dst_port.finish(rows),
            self.payload_length.finish(rows),
            self.payload_hash.finish(rows),
            self.country.finish(rows),
            self.asn.finish(rows),
            geo_date,
            Arc::new(Date32Array::from_value(self.day, rows)),
        ];
        RecordBatch::try_new(schema(ACCESS), columns)
            .unwrap_or_else(|error| unreachable!("columns differ from their field list: {error}"))
    }
}

//! Accesses into Arrow record batches.

use std::sync::Arc;

use arrow_array::builder::{BinaryBuilder, StringBuilder};
use arrow_array::types::{BinaryType, Int32Type, Int64Type, Utf8Type};
use arrow_array::{ArrayRef, Date32Array, RecordBatch, TimestampMicrosecondArray, new_null_array};

use crate::columns::{Numbers, Texts, append_address, long};
use crate::{ACCESS, Access, Kind, Logged, Micros, Origin, Syn, TcpOptions, Tool, Type, schema};

/// Collects accesses of one UTC day into the columns of the table `access`.
pub struct AccessBatch {
    day: i32,
    received: Micros,
    geo_date: Option<i32>,
    rows: usize,
    first_seen: Vec<Micros>,
    duration: Numbers<Int64Type>,
    point: StringBuilder,
    src: BinaryBuilder,
    dst: Texts<BinaryType>,
    protocol: Numbers<Int32Type>,
    src_port: Numbers<Int32Type>,
    dst_port: Numbers<Int32Type>,
    icmp_type: Numbers<Int32Type>,
    icmp_code: Numbers<Int32Type>,
    kind: Texts<Utf8Type>,
    packets: Numbers<Int64Type>,
    syns: Numbers<Int64Type>,
    bytes: Numbers<Int64Type>,
    tcp_flags: Numbers<Int32Type>,
    ttl: Numbers<Int32Type>,
    syn_window: Numbers<Int32Type>,
    syn_options: Texts<BinaryType>,
    tool: Texts<Utf8Type>,
    quoted_protocol: Numbers<Int32Type>,
    quoted_dst: Texts<BinaryType>,
    quoted_src_port: Numbers<Int32Type>,
    quoted_dst_port: Numbers<Int32Type>,
    payload_length: Numbers<Int64Type>,
    payload_hash: Numbers<Int64Type>,
    country: Texts<Utf8Type>,
    asn: Numbers<Int64Type>,
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
            first_seen: Vec::new(),
            duration: Default::default(),
            point: StringBuilder::new(),
            src: BinaryBuilder::new(),
            dst: Default::default(),
            protocol: Default::default(),
            src_port: Default::default(),
            dst_port: Default::default(),
            icmp_type: Default::default(),
            icmp_code: Default::default(),
            kind: Default::default(),
            packets: Default::default(),
            syns: Default::default(),
            bytes: Default::default(),
            tcp_flags: Default::default(),
            ttl: Default::default(),
            syn_window: Default::default(),
            syn_options: Default::default(),
            tool: Default::default(),
            quoted_protocol: Default::default(),
            quoted_dst: Default::default(),
            quoted_src_port: Default::default(),
            quoted_dst_port: Default::default(),
            payload_length: Default::default(),
            payload_hash: Default::default(),
            country: Default::default(),
            asn: Default::default(),
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
        self.first_seen.push(first_seen);
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
        let times = |times: Vec<Micros>| -> ArrayRef {
            Arc::new(TimestampMicrosecondArray::from(times).with_timezone("UTC"))
        };
        let first_seen = times(std::mem::take(&mut self.first_seen));
        let columns: Vec<ArrayRef> = vec![
            first_seen,
            self.duration.finish(rows),
            times(vec![self.received; rows]),
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

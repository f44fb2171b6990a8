//! Accesses into Arrow record batches.

use std::sync::Arc;

use arrow_array::builder::BinaryBuilder;
use arrow_array::types::{BinaryType, Int32Type, Int64Type};
use arrow_array::{ArrayRef, Date32Array, RecordBatch, TimestampMicrosecondArray, new_null_array};
use arrow_schema::{Field, Schema, SchemaRef};

use crate::coded::{Codes, Countries, Points, coded_type, plain};
use crate::columns::{Numbers, Texts, append_address, long};
use crate::{
    ACCESS, Access, Kind, Logged, Micros, Origin, Payload, Quoted, Syn, TcpOptions, Tool, Type,
    schema,
};

/// Collects accesses of one UTC day into the columns of the table `access`.
pub struct AccessBatch {
    day: i32,
    received: Micros,
    geo_date: Option<i32>,
    rows: usize,
    first_seen: Vec<Micros>,
    duration: Numbers<Int64Type>,
    points: Points,
    point: Codes,
    src: BinaryBuilder,
    dst: Texts<BinaryType>,
    protocol: Numbers<Int32Type>,
    src_port: Numbers<Int32Type>,
    dst_port: Numbers<Int32Type>,
    icmp_type: Numbers<Int32Type>,
    icmp_code: Numbers<Int32Type>,
    kind: Codes,
    packets: Numbers<Int64Type>,
    syns: Numbers<Int64Type>,
    bytes: Numbers<Int64Type>,
    tcp_flags: Numbers<Int32Type>,
    ttl: Numbers<Int32Type>,
    syn_window: Numbers<Int32Type>,
    syn_options: Texts<BinaryType>,
    tool: Codes,
    quoted_protocol: Numbers<Int32Type>,
    quoted_dst: Texts<BinaryType>,
    quoted_src_port: Numbers<Int32Type>,
    quoted_dst_port: Numbers<Int32Type>,
    payload_length: Numbers<Int64Type>,
    payload_hash: Numbers<Int64Type>,
    countries: Countries,
    country: Codes,
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
            points: Default::default(),
            point: Default::default(),
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
            countries: Default::default(),
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

    /// Adds accesses that were folded from their packets, and where their sources were: column by
    /// column, as that is quicker by far than row by row.
    pub fn extend<'a>(
        &mut self,
        accesses: &[Access],
        origins: impl Iterator<Item = Origin<'a>> + Clone,
    ) {
        let row = self.rows;
        self.rows += accesses.len();
        let rows = || accesses.iter();
        self.first_seen.extend(rows().map(|access| access.first_seen));
        self.duration.extend(row, rows().map(|access| access.duration));
        self.packets.extend(row, rows().map(|access| long(access.packets)));
        self.syns.extend(row, rows().map(|access| long(access.syns)));
        self.bytes.extend(row, rows().map(|access| long(access.bytes)));
        self.ttl.extend(row, rows().map(|access| access.ttl));
        let AccessBatch { points, countries, .. } = self;
        self.point.extend(row, rows().map(|access| points.number(&access.point)));
        self.kind.extend(row, rows().map(|access| access.kind as i32));
        self.tool.extend_some(row, rows().map(|access| Some(access.tool? as i32)));
        let country = |origin: Origin<'_>| origin.country.map(|country| countries.number(country));
        self.country.extend_some(row, origins.clone().map(country));
        self.asn.extend_some(row, origins.map(|origin| origin.asn));
        self.extend_addresses(row, accesses);
        self.extend_transport(row, accesses);
        self.extend_payload(row, accesses);
    }

    fn extend_addresses(&mut self, row: usize, accesses: &[Access]) {
        for (at, access) in accesses.iter().enumerate() {
            append_address(&mut self.src, access.src);
            self.dst.put_address(row + at, Some(access.dst));
            self.push_quoted(row + at, access.quoted);
        }
    }

    fn extend_transport(&mut self, row: usize, accesses: &[Access]) {
        let rows = || accesses.iter();
        self.protocol.extend(row, rows().map(|access| access.protocol));
        self.src_port.extend_some(row, rows().map(|access| Some(access.ports?.0)));
        self.dst_port.extend_some(row, rows().map(|access| Some(access.ports?.1)));
        self.icmp_type.extend_some(row, rows().map(|access| Some(access.icmp?.0)));
        self.icmp_code.extend_some(row, rows().map(|access| Some(access.icmp?.1)));
        self.tcp_flags.extend_some(row, rows().map(|access| access.tcp_flags));
        let syns = || rows().map(|access| access.syn.as_ref());
        self.syn_window.extend_some(row, syns().map(|syn| Some(syn?.window)));
        self.syn_options.extend(row, syns().map(|syn| syn.map(Syn::options)));
    }

    fn extend_payload(&mut self, row: usize, accesses: &[Access]) {
        let payloads = || accesses.iter().map(|access| access.payload);
        self.payload_length.extend_some(row, payloads().map(|payload| Some(payload?.length)));
        let hash = |payload: Payload| payload.hash.map(u64::cast_signed);
        self.payload_hash.extend_some(row, payloads().map(|payload| payload.and_then(hash)));
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
        self.kind.put(row, logged.kind.map(|kind| kind as i32));
        self.packets.put(row, logged.packets.map(long));
        self.syns.put(row, logged.syns.map(long));
        self.bytes.put(row, logged.bytes.map(long));
        self.tcp_flags.put(row, logged.tcp_flags);
        self.ttl.put(row, logged.ttl);
        self.syn_window.put(row, logged.syn_window);
        self.syn_options.put(row, logged.syn_options.as_ref().map(TcpOptions::as_bytes));
        self.tool.put(row, logged.tool.map(|tool| tool as i32));
        self.push_quoted(row, logged.quoted);
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
        self.point.put(row, Some(self.points.number(point)));
        append_address(&mut self.src, src);
        let country = origin.country.map(|country| self.countries.number(country));
        self.country.put(row, country);
        self.asn.put(row, origin.asn);
        row
    }

    fn push_quoted(&mut self, row: usize, quoted: Option<Quoted>) {
        let Some(quoted) = quoted else { return };
        self.quoted_protocol.put(row, Some(quoted.protocol));
        self.quoted_dst.put_address(row, Some(quoted.dst));
        if let Some((src, dst)) = quoted.ports {
            self.quoted_src_port.put(row, Some(src));
            self.quoted_dst_port.put(row, Some(dst));
        }
    }

    /// The rows as one record batch with the schema of [`ACCESS`]; the batch is empty afterwards.
    pub fn finish(&mut self) -> RecordBatch {
        let coded = self.finish_coded();
        made(schema(ACCESS), coded.columns().iter().map(plain).collect())
    }

    /// The same, but that the texts of few values (point, kind, tool, country) are dictionaries of
    /// 32-bit keys; not every text of a dictionary needs to have a row.
    pub fn finish_coded(&mut self) -> RecordBatch {
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
            self.point.finish(rows, self.points.names()),
            Arc::new(self.src.finish()),
            self.dst.finish(rows),
            self.protocol.finish(rows),
            self.src_port.finish(rows),
            self.dst_port.finish(rows),
            self.icmp_type.finish(rows),
            self.icmp_code.finish(rows),
            self.kind.finish(rows, Kind::ALL.into_iter().map(Kind::as_str)),
            self.packets.finish(rows),
            self.syns.finish(rows),
            self.bytes.finish(rows),
            self.tcp_flags.finish(rows),
            self.ttl.finish(rows),
            self.syn_window.finish(rows),
            self.syn_options.finish(rows),
            self.tool.finish(rows, Tool::ALL.into_iter().map(Tool::as_str)),
            self.quoted_protocol.finish(rows),
            self.quoted_dst.finish(rows),
            self.quoted_src_port.finish(rows),
            self.quoted_dst_port.finish(rows),
            self.payload_length.finish(rows),
            self.payload_hash.finish(rows),
            self.country.finish(rows, self.countries.names()),
            self.asn.finish(rows),
            geo_date,
            Arc::new(Date32Array::from_value(self.day, rows)),
        ];
        self.points.clear();
        self.countries.clear();
        made(coded_schema(), columns)
    }
}

/// The schema of [`ACCESS`] with the texts of few values as dictionaries.
fn coded_schema() -> SchemaRef {
    let coded = |field: &Arc<Field>| match field.name().as_str() {
        "point" | "kind" | "tool" | "country" => {
            Arc::new(Field::clone(field).with_data_type(coded_type()))
        }
        _ => Arc::clone(field),
    };
    Arc::new(Schema::new(schema(ACCESS).fields().iter().map(coded).collect::<Vec<_>>()))
}

fn made(schema: SchemaRef, columns: Vec<ArrayRef>) -> RecordBatch {
    RecordBatch::try_new(schema, columns)
        .unwrap_or_else(|error| unreachable!("columns differ from their field list: {error}"))
}

//! Counts as rows of the table `daily`.

use std::sync::Arc;

use arrow_array::builder::{ArrayBuilder, Int32Builder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, Date32Array, RecordBatch};

use super::count::{Counts, ServiceOfPoint};
use super::rows::Names;
use crate::day::Day;
use crate::error::{Error, Result};
use crate::tables::DAILY;

/// Collects the rows of one civil day.
pub(super) struct DailyRows<'a> {
    day: Day,
    zone: &'a str,
    point: StringBuilder,
    service: [Int32Builder; 3],
    kind: StringBuilder,
    counts: [Int64Builder; 3],
}

impl<'a> DailyRows<'a> {
    pub(super) fn new(day: Day, zone: &'a str) -> Self {
        DailyRows {
            day,
            zone,
            point: StringBuilder::new(),
            service: Default::default(),
            kind: StringBuilder::new(),
            counts: Default::default(),
        }
    }

    /// The rows of one service of a point: one for each kind, and one for the sources over all
    /// kinds, which do not add up.
    pub(super) fn push(&mut self, point: &str, kinds: &Names, counts: &[Counts]) {
        let Some(service) = counts.first().map(|counts| counts.service) else { return };
        for of in counts {
            let kind = Some(kinds.name(of.kind.into()));
            self.row(point, service, kind, [Some(of.accesses), of.packets, Some(of.sources)]);
        }
        let sources = counts.iter().map(|of| of.first).sum();
        self.row(point, service, None, [None, None, Some(sources)]);
    }

    fn row(
        &mut self,
        point: &str,
        service: ServiceOfPoint,
        kind: Option<&str>,
        counts: [Option<u64>; 3],
    ) {
        let (_, protocol, port, icmp_type) = service.parts();
        self.point.append_value(point);
        for (column, value) in self.service.iter_mut().zip([protocol, port, icmp_type]) {
            column.append_option(value);
        }
        self.kind.append_option(kind);
        for (column, value) in self.counts.iter_mut().zip(counts) {
            column.append_option(value.map(|value| i64::try_from(value).unwrap_or(i64::MAX)));
        }
    }

    /// Rows so far.
    pub(super) fn len(&self) -> usize {
        ArrayBuilder::len(&self.point)
    }

    /// The rows, in the schema of the table; there are none afterwards.
    pub(super) fn finish(&mut self) -> Result<RecordBatch> {
        let point = self.point.finish();
        let rows = arrow_array::Array::len(&point);
        let mut zone = StringBuilder::new();
        zone.append_value_n(self.zone, rows);
        let [protocol, port, icmp_type] = &mut self.service;
        let [accesses, packets, sources] = &mut self.counts;
        let columns: Vec<ArrayRef> = vec![
            Arc::new(point),
            Arc::new(protocol.finish()),
            Arc::new(port.finish()),
            Arc::new(icmp_type.finish()),
            Arc::new(self.kind.finish()),
            Arc::new(accesses.finish()),
            Arc::new(packets.finish()),
            Arc::new(sources.finish()),
            Arc::new(zone.finish()),
            Arc::new(Date32Array::from_value(self.day.to_epoch(), rows)),
        ];
        RecordBatch::try_new(DAILY.schema(), columns)
            .map_err(|error| Error::Parquet(DAILY.name, error.to_string()))
    }
}

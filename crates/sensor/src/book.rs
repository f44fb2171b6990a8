//! The journal as delivery reads it.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow_array::{ArrayRef, RecordBatch};
use delivery::sender::Range;
use delivery::{Clock, Generation, Position, Seal, Spool, Status, Table};
use observation::{AccessBatch, Coverage, Micros, Origin, Point, coverage_batch};
use spool::{Folder, Journal, Most, ReadError, Record};
use wire::{ClientError, FileError, Identity};

use crate::record::{access, coverage, freshness_of, lane_of};
use crate::source::now;
use crate::status::{Report, Stopped};

/// Rows of one delivery: a point has little memory, and some deliveries are under way at once.
const ROWS: usize = 2_000;
/// Bytes of the records of one delivery.
const BYTES: usize = 512 << 10;
/// Seals that are remembered of each table: more than deliveries can be under way.
const SEALS: usize = 16;

/// The journal failed while it was read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BookError {
    /// Its disk, or a number that it does not know.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A record of a later version of this program.
    #[error("row {0} of the spool is not read here: run the program that wrote it")]
    Version(u64),
    /// Rows that make no batch: we are at fault.
    #[error("rows that make no batch: {0}")]
    Batch(#[from] arrow_schema::ArrowError),
    /// A renewed certificate cannot be kept.
    #[error(transparent)]
    File(#[from] FileError),
}

/// A journal that the keeping thread writes and the delivering one reads.
#[derive(Clone)]
pub(crate) struct Book {
    inner: Arc<Mutex<Inner>>,
}

pub(crate) struct Inner {
    pub(crate) journal: Journal<Folder>,
    pub(crate) point: Point,
    pub(crate) report: Report,
    /// When there was last nothing to deliver.
    pub(crate) idle: Micros,
    identity: PathBuf,
    seals: [VecDeque<(u64, Seal)>; 2],
}

impl Book {
    pub(crate) fn new(
        journal: Journal<Folder>,
        point: Point,
        report: Report,
        identity: PathBuf,
    ) -> Self {
        let inner =
            Inner { journal, point, report, idle: now(), identity, seals: Default::default() };
        Book { inner: Arc::new(Mutex::new(inner)) }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Durable rows that are not forgotten.
    pub(crate) fn depth(&self) -> u64 {
        let waiting = |table| {
            let lane = lane_of(table);
            self.journal.durable(lane).saturating_sub(self.journal.forgotten(lane))
        };
        Table::ALL.into_iter().map(waiting).sum()
    }

    fn remember(&mut self, table: Table, position: Position) {
        let seals = self.seals_of(table);
        if seals.len() >= SEALS {
            seals.pop_front();
        }
        seals.push_back((position.sequence, position.seal));
    }

    fn seals_of(&mut self, table: Table) -> &mut VecDeque<(u64, Seal)> {
        let [accesses, coverages] = &mut self.seals;
        match table {
            Table::Access => accesses,
            Table::Coverage => coverages,
        }
    }

    /// The next records of one freshness.
    fn records(&mut self, table: Table, mut after: u64) -> Result<Vec<Record>, BookError> {
        let most = Most { records: ROWS, bytes: BYTES };
        loop {
            let mut batch = self.journal.read(lane_of(table), after, most)?;
            if batch.lost.rows > 0 {
                tracing::error!(%table, rows = batch.lost.rows, after, "damage took rows of the spool");
            }
            if batch.to == after || !batch.records.is_empty() {
                let tag = batch.records.first().map(|record| record.tag);
                let same =
                    batch.records.iter().take_while(|record| Some(record.tag) == tag).count();
                batch.records.truncate(same);
                return Ok(batch.records);
            }
            after = batch.to;
        }
    }

    fn range(&mut self, table: Table, after: u64) -> Result<Option<Range<RecordBatch>>, BookError> {
        let records = self.records(table, after)?;
        let Some(last) = records.last() else { return Ok(None) };
        let upto = Position { sequence: last.number, seal: Seal::of(last.number, &last.payload) };
        let freshness = freshness_of(last.tag);
        let (rows, needs) = match table {
            Table::Access => (accesses(&self.point, &records)?, 0),
            Table::Coverage => coverages(&self.point, &records)?,
        };
        self.remember(table, upto);
        Ok(Some(Range { upto, needs, freshness, rows }))
    }

    fn seal(&mut self, table: Table, sequence: u64) -> Result<Option<Seal>, BookError> {
        let known = self.seals_of(table).iter().rev().find(|(number, _)| *number == sequence);
        if let Some((_, seal)) = known {
            return Ok(Some(*seal));
        }
        let record = self.journal.record(lane_of(table), sequence)?;
        Ok(record.map(|record| Seal::of(record.number, &record.payload)))
    }
}

fn accesses(point: &Point, records: &[Record]) -> Result<RecordBatch, BookError> {
    let mut rows = Vec::with_capacity(records.len());
    for record in records {
        let row = access::decode(point, &record.payload);
        rows.push(row.ok_or(BookError::Version(record.number))?);
    }
    let mut batch = AccessBatch::new(0, 0, None);
    batch.extend(&rows, rows.iter().map(|_| Origin::default()));
    delivered(Table::Access, &batch.finish())
}

fn coverages(point: &Point, records: &[Record]) -> Result<(RecordBatch, u64), BookError> {
    let mut rows: Vec<Coverage> = Vec::with_capacity(records.len());
    let mut needs = 0;
    for record in records {
        let row = coverage::decode(point, &record.payload);
        let (row, after) = row.ok_or(BookError::Version(record.number))?;
        rows.push(row);
        needs = needs.max(after);
    }
    Ok((delivered(Table::Coverage, &coverage_batch(&rows, 0))?, needs))
}

/// The columns that a point delivers.
fn delivered(table: Table, rows: &RecordBatch) -> Result<RecordBatch, BookError> {
    let column = |name| rows.column_by_name(name).cloned();
    let columns: Vec<ArrayRef> = table.fields().filter_map(|field| column(field.name)).collect();
    Ok(RecordBatch::try_new(table.schema(), columns)?)
}

impl Spool for Book {
    type Rows = RecordBatch;
    type Error = BookError;

    fn generation(&self) -> Generation {
        Generation(self.lock().journal.generation().to_be_bytes())
    }

    fn rows(&mut self, table: Table, after: u64) -> Result<Option<Range<RecordBatch>>, BookError> {
        self.lock().range(table, after)
    }

    fn seal(&mut self, table: Table, sequence: u64) -> Result<Option<Seal>, BookError> {
        self.lock().seal(table, sequence)
    }

    fn forget(&mut self, table: Table, upto: Position) -> Result<(), BookError> {
        Ok(self.lock().journal.forget(lane_of(table), upto.sequence)?)
    }

    fn forgotten(&self, table: Table) -> u64 {
        self.lock().journal.forgotten(lane_of(table))
    }
}

impl wire::Journal for Book {
    fn status(&mut self) -> Status {
        let book = self.lock();
        let usage = book.journal.usage();
        let depth = book.depth();
        Status {
            format: delivery::FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            generation: Generation(book.journal.generation().to_be_bytes()),
            last: book.journal.durable(lane_of(Table::Access)),
            depth,
            bytes: usage.rows.saturating_add(usage.state),
            oldest: (depth > 0).then_some(book.idle),
            dropped: book.report.dropped,
            since: book.report.since,
            sent: 0,
            clock: None,
            stopped: Default::default(),
        }
    }

    fn keep(&mut self, identity: &Identity) -> Result<(), BookError> {
        Ok(identity.store(&self.lock().identity)?)
    }

    fn now(&self) -> Micros {
        now()
    }

    fn heard(
        &mut self,
        clock: Option<Clock>,
        stopped: &mut dyn Iterator<Item = (Table, &delivery::Refusal)>,
        failure: Option<&ClientError>,
    ) {
        let stopped = stopped.map(|(table, refusal)| Stopped::of(table, refusal)).collect();
        let report = &mut self.lock().report;
        report.clock_offset = clock.map(|clock| clock.offset);
        report.stopped = stopped;
        report.failure = failure.map(ToString::to_string);
    }
}

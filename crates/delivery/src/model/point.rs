//! A point: its journal, and the real sender on it.

use std::convert::Infallible;

use super::Broken;
use crate::sender::Range;
use crate::{Freshness, Generation, Position, Seal, Spool, Table};

/// A record: its table, and what makes it differ from every other that ever was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) sequence: u64,
    pub(super) table: Table,
    pub(super) nonce: u64,
}

/// A journal whose records get their numbers as they are appended.
#[derive(Clone, Debug)]
pub(super) struct Journal {
    pub(super) records: Vec<Record>,
    /// So many of the records are durable.
    pub(super) durable: usize,
    forgotten: [u64; 2],
    durably_forgotten: [u64; 2],
    broken: Broken,
}

impl Journal {
    pub(super) fn new(broken: Broken) -> Self {
        Journal {
            records: Vec::new(),
            durable: 0,
            forgotten: [0; 2],
            durably_forgotten: [0; 2],
            broken,
        }
    }

    pub(super) fn append(&mut self, table: Table, nonce: u64) {
        let sequence = self.records.len() as u64 + 1;
        self.records.push(Record { sequence, table, nonce });
    }

    pub(super) fn sync(&mut self) {
        self.durable = self.records.len();
        self.durably_forgotten = self.forgotten;
    }

    pub(super) fn crash(&mut self) {
        self.records.truncate(self.durable);
        self.forgotten = self.durably_forgotten;
    }

    /// The durable records of a table.
    pub(super) fn rows(&self, table: Table) -> Vec<Record> {
        let durable = self.records.iter().take(self.durable);
        durable.filter(|record| record.table == table).copied().collect()
    }

    pub(super) fn position(&self, record: &Record) -> Position {
        let nonce = if self.broken == Broken::NoSeals { 0 } else { record.nonce };
        let number = if self.broken == Broken::NoSeals { 0 } else { record.sequence };
        let seal = Seal::of(number, &nonce.to_le_bytes());
        Position { sequence: record.sequence, seal }
    }

    fn shown(&self) -> impl DoubleEndedIterator<Item = &Record> {
        let volatile = self.broken == Broken::ShowsWhatIsVolatile;
        let count = if volatile { self.records.len() } else { self.durable };
        self.records.iter().take(count)
    }
}

fn index(table: Table) -> usize {
    usize::from(table == Table::Coverage)
}

impl Spool for Journal {
    type Rows = Vec<Record>;
    type Error = Infallible;

    fn generation(&self) -> Generation {
        Generation([1; 16])
    }

    fn rows(&mut self, table: Table, after: u64) -> Result<Option<Range<Vec<Record>>>, Infallible> {
        let next = self.shown().filter(|row| row.table == table && row.sequence > after);
        let rows: Vec<Record> = next.take(3).copied().collect();
        if self.broken == Broken::ForgetsWhatIsUnderWay {
            self.forgotten[index(table)] = after.max(self.forgotten[index(table)]);
        }
        let Some(last) = rows.last() else { return Ok(None) };
        let earlier = |row: &&Record| row.table == Table::Access && row.sequence < last.sequence;
        let needs = self.shown().rev().find(earlier).map_or(0, |row| row.sequence);
        let waits = table == Table::Coverage && self.broken != Broken::CoverageFirst;
        let needs = if waits { needs } else { 0 };
        let upto = self.position(last);
        Ok(Some(Range { upto, needs, freshness: Freshness::Live, rows }))
    }

    fn seal(&mut self, table: Table, sequence: u64) -> Result<Option<Seal>, Infallible> {
        let kept = sequence > self.forgotten[index(table)];
        let found = self.shown().find(|row| row.table == table && row.sequence == sequence);
        Ok(found.filter(|_| kept).map(|row| self.position(row).seal))
    }

    fn forget(&mut self, table: Table, upto: Position) -> Result<(), Infallible> {
        self.forgotten[index(table)] = upto.sequence;
        Ok(())
    }

    fn forgotten(&self, table: Table) -> u64 {
        self.forgotten[index(table)]
    }
}

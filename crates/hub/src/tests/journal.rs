//! A journal in memory.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use arrow_array::RecordBatch;
use delivery::sender::{Range, Spool};
use delivery::{Freshness, Generation, Position, Seal, Status, Table};
use observation::{
    Access, AccessBatch, Coverage, DAY, Fates, HOUR, Micros, Origin, Payload, Point, coverage_batch,
};
use tokio::sync::watch;
use wire::{Identity, Journal};

use super::now;

/// Accesses at odd numbers and hours at even ones, up to `last`, in ranges of so many numbers.
pub(super) struct Pages {
    pub(super) point: Point,
    pub(super) generation: Generation,
    pub(super) last: u64,
    pub(super) range: u64,
    pub(super) begin: Micros,
    forgotten: [u64; 2],
    pub(super) done: watch::Sender<bool>,
    pub(super) acknowledged: Arc<AtomicU64>,
}

pub(super) fn at(sequence: u64) -> Position {
    if sequence == 0 {
        return Position::START;
    }
    Position { sequence, seal: Seal::of(sequence, b"record") }
}

impl Pages {
    pub(super) fn new(point: &str, last: u64) -> (Self, watch::Receiver<bool>) {
        let (done, stop) = watch::channel(false);
        let pages = Pages {
            point: point.parse().unwrap(),
            generation: Generation([7; 16]),
            last,
            range: 14,
            // From noon to noon, so that rows are of two days, whatever the hour: the archive
            // parts them.
            begin: now().div_euclid(DAY) * DAY - DAY - DAY / 2,
            forgotten: [0; 2],
            done,
            acknowledged: Arc::default(),
        };
        (pages, stop)
    }

    fn numbers(&self, table: Table, after: u64) -> Vec<u64> {
        let parity = if table == Table::Access { 1 } else { 0 };
        let end = self.last.min(after + self.range);
        (after + 1..=end).filter(|number| number % 2 == parity).collect()
    }

    fn batch(&self, table: Table, numbers: &[u64]) -> RecordBatch {
        match table {
            Table::Access => accesses(&self.point, self.begin, self.last, numbers),
            Table::Coverage => coverage_batch(
                &numbers.iter().map(|&n| hour(&self.point, n)).collect::<Vec<_>>(),
                0,
            ),
        }
    }
}

fn hour(point: &Point, number: u64) -> Coverage {
    Coverage {
        point: Some(point.clone()),
        hour: now().div_euclid(HOUR) * HOUR,
        seconds_up: Some(1),
        assumed: false,
        fates: Fates::default(),
        dropped: Some(0),
        addresses: Some(number),
        unkept: None,
        clock_offset: None,
    }
}

/// Accesses whose payload's length is their number.
pub(super) fn accesses(point: &Point, begin: Micros, last: u64, numbers: &[u64]) -> RecordBatch {
    let mut batch = AccessBatch::new(0, 0, None);
    let step = DAY / i64::try_from(last.max(1)).unwrap();
    let src = "192.168.2.1".parse().unwrap();
    let access = |number: u64| Access {
        payload: Some(Payload { length: number as u32, hash: None }),
        ..testkit::syn(begin + step * i64::try_from(number).unwrap(), point, src)
    };
    let rows: Vec<Access> = numbers.iter().map(|&number| access(number)).collect();
    batch.extend(&rows, rows.iter().map(|_| Origin::default()));
    batch.finish()
}

impl Spool for Pages {
    type Rows = RecordBatch;
    type Error = Infallible;

    fn generation(&self) -> Generation {
        self.generation
    }

    fn rows(&mut self, table: Table, after: u64) -> Result<Option<Range<RecordBatch>>, Infallible> {
        let numbers = self.numbers(table, after);
        let Some(&last) = numbers.last() else { return Ok(None) };
        let rows = self.batch(table, &numbers);
        // An hour waits for the accesses that were journalled before it.
        let needs = if table == Table::Coverage { last - 1 } else { 0 };
        Ok(Some(Range { upto: at(last), needs, freshness: Freshness::Live, rows }))
    }

    fn seal(&mut self, table: Table, sequence: u64) -> Result<Option<Seal>, Infallible> {
        let kept = sequence > self.forgotten(table) && sequence <= self.last;
        Ok(kept.then(|| at(sequence).seal))
    }

    fn forget(&mut self, table: Table, upto: Position) -> Result<(), Infallible> {
        self.forgotten[usize::from(table == Table::Coverage)] = upto.sequence;
        self.acknowledged.store(self.forgotten.iter().sum(), Relaxed);
        if *self.forgotten.iter().max().unwrap() >= self.last
            && *self.forgotten.iter().min().unwrap() + 1 >= self.last
        {
            self.done.send_replace(true);
        }
        Ok(())
    }

    fn forgotten(&self, table: Table) -> u64 {
        self.forgotten[usize::from(table == Table::Coverage)]
    }
}

impl Journal for Pages {
    fn status(&mut self) -> Status {
        Status {
            format: delivery::FORMAT,
            version: "0.1.0".to_owned(),
            generation: self.generation,
            last: self.last,
            depth: self.last.saturating_sub(*self.forgotten.iter().min().unwrap()),
            bytes: 100,
            oldest: None,
            dropped: 0,
            since: 0,
            sent: 0,
            clock: None,
            stopped: Default::default(),
        }
    }

    fn keep(&mut self, _: &Identity) -> Result<(), Infallible> {
        Ok(())
    }

    fn now(&self) -> Micros {
        now()
    }
}

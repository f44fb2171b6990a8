//! Accesses into Parquet files that no table knows of yet.
//!
//! Rows are collected by day, and a day's rows go into that day's file as soon as enough have come
//! together. Memory is bounded by the rows that wait and the files that are open; how many files
//! there may be is bounded too, as a damaged clock can visit any number of days. Files that are
//! never committed are no part of the archive, and the clean-up takes them away.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use deltalake_core::Path;
use deltalake_core::kernel::Add;
use deltalake_core::logstore::ObjectStoreRef;
use futures::StreamExt as _;
use observation::{Access, AccessBatch, DAY, Logged, Micros, Origin};
use uuid::Uuid;

use crate::day::Day;
use crate::error::{Error, Result};
use crate::file::{Stats, add};
use crate::parquet::{Order, Writer};
use crate::tables::ACCESS;

/// Rows that wait in memory at most, over all days.
const WAITING: usize = 32_768;
/// Files that are written at the same time at most.
const OPEN: usize = 4;
/// Files that one import may write at most.
const FILES: usize = 20_000;

/// Accesses on their way into the archive.
pub struct Stage {
    store: ObjectStoreRef,
    received: Micros,
    geo_date: Option<i32>,
    /// The day of the row before.
    today: Waiting,
    /// Other days.
    waiting: BTreeMap<i32, Waiting>,
    rows_waiting: usize,
    open: Vec<OpenFile>,
    done: Vec<Add>,
}

struct Waiting {
    day: i32,
    batch: AccessBatch,
    span: (Micros, Micros),
}

struct OpenFile {
    day: i32,
    path: Path,
    writer: Writer,
    rows: u64,
    span: (Micros, Micros),
}

/// Files that wait for their commit.
pub struct Staged {
    pub(crate) files: Vec<Add>,
}

impl Stage {
    pub(crate) fn new(store: ObjectStoreRef, received: Micros, geo_date: Option<i32>) -> Self {
        Stage {
            store,
            received,
            geo_date,
            today: Waiting::new(0, received, geo_date),
            waiting: BTreeMap::new(),
            rows_waiting: 0,
            open: Vec::new(),
            done: Vec::new(),
        }
    }

    /// When the rows count as received.
    pub fn received(&self) -> Micros {
        self.received
    }

    /// Takes accesses, and where their sources were.
    pub fn extend<'a>(
        &mut self,
        accesses: &[Access],
        origins: impl Iterator<Item = Origin<'a>> + Clone,
    ) {
        let mut begin = 0;
        while let Some(rest @ [first, ..]) = accesses.get(begin..) {
            let day = day_of(first.first_seen);
            let times = moments_of(day);
            let of_day = rest.iter().map(|access| access.first_seen);
            let of_day = of_day.take_while(|time| times.contains(time));
            let nothing = (0, (Micros::MAX, Micros::MIN));
            let (rows, span) =
                of_day.fold(nothing, |(rows, span), time| (rows + 1, widen(span, (time, time))));
            let Some(of_day) = rest.get(..rows) else { break };
            let waiting = self.turn_to(day, rows);
            waiting.span = widen(waiting.span, span);
            waiting.batch.extend(of_day, origins.clone().skip(begin).take(rows));
            begin += rows;
        }
    }

    /// Takes an access that a log told of, and where its source was.
    pub fn push_logged(&mut self, logged: &Logged, origin: Origin<'_>) {
        let time = logged.first_seen;
        let waiting = self.turn_to(day_of(time), 1);
        waiting.span = widen(waiting.span, (time, time));
        waiting.batch.push_logged(logged, origin);
    }

    /// The rows of a day, to which so many are added. Most rows are of the same day as the one before.
    fn turn_to(&mut self, day: i32, rows: usize) -> &mut Waiting {
        if day != self.today.day {
            let fresh = || Waiting::new(day, self.received, self.geo_date);
            let other = self.waiting.remove(&day).unwrap_or_else(fresh);
            let before = std::mem::replace(&mut self.today, other);
            if !before.batch.is_empty() {
                self.waiting.insert(before.day, before);
            }
        }
        self.rows_waiting += rows;
        &mut self.today
    }

    /// Writes rows until fewer wait than may. Call it after every few thousand rows.
    ///
    /// # Errors
    /// The store failed, or the rows are spread over too many days.
    pub async fn relieve(&mut self) -> Result<()> {
        while self.rows_waiting >= WAITING {
            let days = std::iter::once(&self.today).chain(self.waiting.values());
            let Some(most) = days.max_by_key(|waiting| waiting.batch.len()) else { break };
            self.write(most.day).await?;
        }
        Ok(())
    }

    /// Writes all rows and finishes the files.
    ///
    /// # Errors
    /// As [`Stage::relieve`].
    pub async fn finish(mut self) -> Result<Staged> {
        self.write(self.today.day).await?;
        while let Some(&day) = self.waiting.keys().next() {
            self.write(day).await?;
        }
        while !self.open.is_empty() {
            self.close_first().await?;
        }
        self.done.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Ok(Staged { files: self.done })
    }

    async fn write(&mut self, day: i32) -> Result<()> {
        let waiting = if day == self.today.day {
            let fresh = Waiting::new(day, self.received, self.geo_date);
            Some(std::mem::replace(&mut self.today, fresh))
        } else {
            self.waiting.remove(&day)
        };
        let Some(mut waiting) = waiting.filter(|waiting| !waiting.batch.is_empty()) else {
            return Ok(());
        };
        self.rows_waiting -= waiting.batch.len();
        self.make_last(day).await?;
        let Some(file) = self.open.last_mut() else { return Ok(()) };
        file.rows += waiting.batch.len() as u64;
        file.span = widen(file.span, waiting.span);
        file.writer.write(&waiting.batch.finish_coded()).await
    }

    /// Makes the file of a day the one written last; opens it if need be.
    async fn make_last(&mut self, day: i32) -> Result<()> {
        if let Some(at) = self.open.iter().position(|file| file.day == day) {
            let file = self.open.remove(at);
            self.open.push(file);
            return Ok(());
        }
        if self.open.len() >= OPEN {
            self.close_first().await?;
        }
        if self.done.len() + self.open.len() >= FILES {
            return Err(Error::TooManyFiles(FILES));
        }
        let name = format!("day={}/part-{}.parquet", Day::from_epoch(day), Uuid::new_v4());
        let path = Path::from(name);
        let writer = Writer::new(&ACCESS, self.store.clone(), path.clone(), Order::Time)?;
        let span = (Micros::MAX, Micros::MIN);
        self.open.push(OpenFile { day, path, writer, rows: 0, span });
        Ok(())
    }

    async fn close_first(&mut self) -> Result<()> {
        let file = self.open.remove(0);
        let size = file.writer.finish().await?;
        let stats = Stats::new(file.rows, Some(file.span));
        let day = Some(Day::from_epoch(file.day));
        self.done.push(add(file.path.to_string(), size, day, &stats, true));
        Ok(())
    }
}

impl Waiting {
    fn new(day: i32, received: Micros, geo_date: Option<i32>) -> Self {
        let batch = AccessBatch::new(day, received, geo_date);
        Waiting { day, batch, span: (Micros::MAX, Micros::MIN) }
    }
}

impl Staged {
    /// Takes the files away again, as nobody wants them.
    pub(crate) async fn discard(self, store: &ObjectStoreRef) {
        let paths = self.files.into_iter().map(|add| Ok(Path::from(add.path)));
        // What cannot be deleted now is found by the clean-up.
        store.delete_stream(futures::stream::iter(paths).boxed()).for_each(|_| async {}).await;
    }
}

/// The UTC day of a moment, counted from 1970-01-01.
pub(crate) fn day_of(time: Micros) -> i32 {
    i32::try_from(time.div_euclid(DAY)).unwrap_or(i32::MAX)
}

/// The first and the last moment of a UTC day.
fn moments_of(day: i32) -> RangeInclusive<Micros> {
    let begin = |day: Micros| day.checked_mul(DAY);
    let day = Micros::from(day);
    begin(day).unwrap_or(Micros::MIN)..=begin(day + 1).map_or(Micros::MAX, |next| next - 1)
}

fn widen(span: (Micros, Micros), other: (Micros, Micros)) -> (Micros, Micros) {
    (span.0.min(other.0), span.1.max(other.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_moment_is_of_its_day() {
        for time in [Micros::MIN, -DAY - 1, -DAY, -1, 0, 1, DAY - 1, DAY, Micros::MAX] {
            let day = day_of(time);
            let moments = moments_of(day);
            assert!(moments.contains(&time));
            assert!([*moments.start(), *moments.end()].map(day_of) == [day; 2], "{time}");
        }
    }
}

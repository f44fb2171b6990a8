//! The daily rollup, kept equal to the rows that it counts.
//!
//! The file of a day bears in its name a digest of the access files that it was computed from, of
//! the zone and of this rule's version. So anybody can see from the log alone whether a day's
//! counts are those of its rows, and whoever finds that they are not computes them anew. Two who
//! do so at the same time make the same file.

mod count;
mod packed;
mod rollup;
mod rows;
mod sorted;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use deltalake_core::kernel::Add;
use deltalake_core::logstore::ObjectStoreRef;
use futures::TryStreamExt as _;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ArrowReaderOptions;
use parquet::arrow::async_reader::{ParquetRecordBatchStream, ParquetRecordBatchStreamBuilder};
use sha2::{Digest as _, Sha256};

use crate::Archive;
use crate::day::Day;
use crate::error::{Error, Result};
use crate::file::File;
use crate::reading::Reading;
use crate::records::records;
use crate::session::{self, Limits};
use crate::table::{Change, View};

use count::{Counted, Counter};
use rollup::DailyRows;
use rows::{Names, Row};

pub(crate) use rows::UNKNOWN;

/// The version of the rule by which a day is counted.
const VERSION: u32 = 2;
/// Tries against other writers before giving up.
const TRIES: usize = 20;
/// Days that are computed for one commit at most.
const AT_ONCE: usize = 64;
/// Rows that are read at a time.
const BATCH: usize = 8_192;
/// Rows that are written at a time: about so many, as those of a service stay together.
const WRITTEN_AT_ONCE: usize = 32_768;

impl Archive {
    /// Makes the daily counts equal to the rows.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn refresh_daily(&self) -> Result<()> {
        for _ in 0..TRIES {
            let (access, daily) = (self.access.view().await?, self.daily.view().await?);
            let Refresh { stale, foreign } = self.due(&access, &daily).await?;
            if stale.is_empty() && foreign.is_empty() {
                return Ok(());
            }
            let mut fresh = foreign.is_empty() || self.take_out(&daily, &foreign).await?;
            for some in stale.chunks(AT_ONCE) {
                let view = self.daily.view().await?;
                fresh &= self.replace(&access, &view, some).await?;
            }
            if fresh && access.version() == self.access.view().await?.version() {
                return Ok(());
            }
        }
        Err(Error::Busy(self.daily.spec.name))
    }

    /// What has to be done, so that the counts are those of the rows.
    async fn due(&self, access: &View, daily: &View) -> Result<Refresh> {
        let mut by_utc_day: BTreeMap<Day, Vec<File>> = BTreeMap::new();
        for file in access.files().await? {
            if let Some(day) = file.day() {
                by_utc_day.entry(day).or_default().push(file);
            }
        }
        let retired = self.retired_days().await?;
        if !retired.is_empty() {
            self.is_zone_of_counts(daily).await?;
        }
        let is_frozen = |day: Day| self.utc_days(day).iter().any(|day| retired.contains(day));
        let days = self.civil_days(by_utc_day.keys().copied());
        let known = daily.files().await?;
        let has = |path: &str| known.iter().any(|file| file.add.path == path);
        let mut stale = Vec::new();
        for &day in days.iter().filter(|day| !is_frozen(**day)) {
            let utc_days = self.utc_days(day);
            let files = utc_days.iter().filter_map(|day| by_utc_day.get(day)).flatten();
            let files: Vec<File> = files.cloned().collect();
            let name = format!("rollup-{}.parquet", self.digest(&files));
            if !has(&format!("day={day}/{name}")) {
                stale.push(StaleDay { day, name, files });
            }
        }
        let is_foreign = |day: Day| !days.contains(&day) && !is_frozen(day);
        let foreign = known.iter().filter(|file| file.day().is_some_and(is_foreign)).cloned();
        Ok(Refresh { stale, foreign: foreign.collect() })
    }

    /// Whether all counts are of days in the observatory's zone. Where rows were dropped it must be, since
    /// their counts cannot be made anew for days that begin at another hour.
    async fn is_zone_of_counts(&self, daily: &View) -> Result<()> {
        let session = session::new(Limits::default())?;
        session::register(&session, "daily", daily).await?;
        let others = format!(
            "select zone from daily where zone <> {} limit 1",
            session::quoted(&self.zone_name)
        );
        let rows = session::rows(&session, &others).await?;
        match records(&rows).find_map(|record| record.text("zone").map(str::to_owned)) {
            Some(zone) => Err(Error::OtherZone { counted: zone, now: self.zone_name.clone() }),
            None => Ok(()),
        }
    }

    /// Takes out the counts of days that no row is in: days of a zone that was set before. False: somebody else
    /// has committed.
    async fn take_out(&self, daily: &View, foreign: &[File]) -> Result<bool> {
        let remove = foreign.iter().map(|file| file.remove(true)).collect();
        daily.commit(Change { remove, ..Change::default() }).await
    }

    /// The civil days that some UTC days touch.
    pub(crate) fn civil_days(&self, utc_days: impl Iterator<Item = Day>) -> BTreeSet<Day> {
        let utc = jiff::tz::TimeZone::UTC;
        let touched = utc_days.flat_map(|day| {
            let last = day.plus(1).begins(&utc) - 1;
            [Day::of(day.begins(&utc), &self.zone), Day::of(last, &self.zone)]
        });
        touched.collect()
    }

    /// The UTC days that a civil day touches.
    pub(crate) fn utc_days(&self, day: Day) -> BTreeSet<Day> {
        let utc = jiff::tz::TimeZone::UTC;
        let last = day.plus(1).begins(&self.zone) - 1;
        [Day::of(day.begins(&self.zone), &utc), Day::of(last, &utc)].into()
    }

    fn digest(&self, files: &[File]) -> String {
        let mut hash = Sha256::new();
        hash.update(format!("{VERSION}\n{}\n", self.zone_name));
        for file in files {
            hash.update(&file.add.path);
            hash.update("\n");
        }
        hash.finalize().iter().take(16).fold(String::new(), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// Puts new counts of some days in the place of old ones. False: somebody else has committed.
    async fn replace(&self, access: &View, daily: &View, stale: &[StaleDay]) -> Result<bool> {
        let mut add = Vec::with_capacity(stale.len());
        for day in stale {
            add.push(self.count(access, day).await?);
        }
        let days: BTreeSet<Day> = stale.iter().map(|stale| stale.day).collect();
        let old = daily.files().await?;
        let gone = |file: &&File| {
            file.day().is_some_and(|day| days.contains(&day))
                && !add.iter().any(|add| add.path == file.add.path)
        };
        let remove = old.iter().filter(gone).map(|file| file.remove(true)).collect();
        daily.commit(Change { add, remove, ..Change::default() }).await
    }

    async fn count(&self, access: &View, stale: &StaleDay) -> Result<Add> {
        let span = (stale.day.begins(&self.zone), stale.day.plus(1).begins(&self.zone));
        let (mut points, mut kinds) = (Names::default(), Names::default());
        let mut counter = Counter::new();
        for file in &stale.files {
            let mut batches = read(access.store(), file).await?;
            while let Some(batch) = batches.try_next().await.map_err(unread)? {
                let mut room = Ok(());
                let count = |row: &Row<'_>| {
                    if room.is_ok() {
                        room = counter.add(row);
                    }
                };
                rows::each(&batch, span, &mut points, &mut kinds, count)
                    .ok_or_else(|| unread("its columns are not those of the table"))?;
                room.map_err(Error::Room)?;
            }
        }
        self.write_counts(stale, counter.finish().map_err(Error::Room)?, &points, &kinds).await
    }

    async fn write_counts(
        &self,
        StaleDay { day, name, .. }: &StaleDay,
        mut counted: Counted,
        points: &Names,
        kinds: &Names,
    ) -> Result<Add> {
        let mut file = self.begin_file(&self.daily, Some(*day), Some(name.clone())).await?;
        let mut rows = DailyRows::new(*day, &self.zone_name);
        let mut of_service = Vec::new();
        loop {
            counted.next(&mut of_service).map_err(Error::Room)?;
            let Some(first) = of_service.first() else { break };
            let (point, ..) = first.service.parts();
            rows.push(points.name(point.into()), kinds, &of_service);
            if rows.len() >= WRITTEN_AT_ONCE {
                file.write(&rows.finish()?).await?;
            }
        }
        file.write(&rows.finish()?).await?;
        file.finish().await
    }
}

/// The columns of an access file that are counted.
async fn read(store: ObjectStoreRef, file: &File) -> Result<ParquetRecordBatchStream<Reading>> {
    let reader = Reading::new(store, file);
    let options = ArrowReaderOptions::new().with_schema(rows::schema());
    let builder =
        ParquetRecordBatchStreamBuilder::new_with_options(reader, options).await.map_err(unread)?;
    let columns = ProjectionMask::columns(builder.parquet_schema(), rows::COLUMNS);
    builder.with_projection(columns).with_batch_size(BATCH).build().map_err(unread)
}

fn unread(error: impl ToString) -> Error {
    Error::Parquet("access", error.to_string())
}

/// What makes the counts those of the rows.
struct Refresh {
    /// Days to count, each with what its file is to be called and the files to count. Days of which rows were
    /// dropped keep what they have.
    stale: Vec<StaleDay>,
    /// Counts of days that no row is in.
    foreign: Vec<File>,
}

struct StaleDay {
    day: Day,
    name: String,
    files: Vec<File>,
}

/// A condition: a column of times lies in [from, to).
pub(crate) fn within(column: &str, from: i64, to: i64) -> String {
    format!("{column} >= {} and {column} < {}", moment(from), moment(to))
}

/// A condition: a column of times lies at a moment or before it.
pub(crate) fn until(column: &str, last: i64) -> String {
    format!("{column} <= {}", moment(last))
}

fn moment(time: i64) -> String {
    format!("arrow_cast({time}, 'Timestamp(Microsecond, Some(\"UTC\"))')")
}

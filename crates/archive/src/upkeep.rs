//! What keeps the archive small beside compaction: clean-up and retention.
//!
//! Files that are no part of a table any more, or never were, stay for [`KEEP`], so that nobody
//! loses a file that he is reading or about to commit.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use deltalake_core::Path;
use deltalake_core::logstore::object_store::ObjectMeta;
use futures::{StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use observation::Micros;

use crate::Archive;
use crate::day::Day;
use crate::error::{AtTable as _, Error, Result};
use crate::file::File;
use crate::records::{Record, records};
use crate::session::{self, Limits};
use crate::table::{Change, Table};

/// How long a file that no table needs is kept.
pub const KEEP: Duration = Duration::from_secs(24 * 3_600);

impl Archive {
    /// Deletes the files that no table has needed for `keep`. Says how many they were.
    ///
    /// # Errors
    /// The store failed.
    pub async fn clean_up(&self, keep: Duration) -> Result<usize> {
        let now = Timestamp::now().as_millisecond();
        let before = now.saturating_sub(i64::try_from(keep.as_millis()).unwrap_or(i64::MAX));
        let mut deleted = 0;
        for table in self.tables() {
            deleted += clean_table(table, before).await?;
        }
        Ok(deleted)
    }

    /// Drops the rows of all UTC days before `day`, and keeps their daily counts. Says which days.
    ///
    /// # Errors
    /// Points deliver still for a day that could take no more rows, or the store or the engine failed.
    pub async fn retire_before(&self, day: Day) -> Result<Vec<Day>> {
        let today = Day::of(Timestamp::now().as_microsecond(), &TimeZone::UTC);
        if self.sharing([day.plus(-1)].into()).last().is_some_and(|&last| last >= today) {
            return Err(Error::Usage(format!(
                "{day} is too near to the present: points deliver still for a civil day that it would \
                 close; choose an earlier day"
            )));
        }
        self.refresh_daily().await?;
        let mut retired = Vec::new();
        for (of, files) in partitions(&self.access).await? {
            let Some(of) = of.filter(|&of| of < day) else { continue };
            self.retire(of, &files).await?;
            retired.push(of);
        }
        Ok(retired)
    }

    async fn retire(&self, day: Day, files: &[File]) -> Result<()> {
        let rows: u64 = files.iter().map(|file| file.stats.num_records).sum();
        let received = Timestamp::now().as_microsecond();
        let latest = self.latest_of(day).await?;
        let batch = observation::retired_batch(day.to_epoch(), rows, received, latest);
        // The record comes first: a day that is named here is never counted anew.
        if !self.retired_days().await?.contains(&day) {
            let add = self.write_file(&self.retired, &batch).await?;
            let change = Change { add: vec![add], ..Change::default() };
            if !self.retired.view().await?.commit(change).await? {
                return Err(Error::Busy(self.retired.spec.name));
            }
        }
        let remove = files.iter().map(|file| file.remove(true)).collect();
        let change = Change { remove, ..Change::default() };
        if self.access.view().await?.commit(change).await? {
            return Ok(());
        }
        Err(Error::Busy(self.access.spec.name))
    }

    /// When the last access of a UTC day was received; none where there is none.
    async fn latest_of(&self, day: Day) -> Result<Option<Micros>> {
        let session = session::new(Limits::default())?;
        session::register(&session, "access", &self.access.view().await?).await?;
        let query =
            format!("select max(received) as latest from access where day = cast('{day}' as date)");
        let rows = session::rows(&session, &query).await?;
        Ok(records(&rows).find_map(|record| record.time("latest")))
    }

    /// The days whose rows were dropped.
    pub(crate) async fn retired_days(&self) -> Result<BTreeSet<Day>> {
        Ok(self.dropped().await?.into_keys().collect())
    }

    /// The days whose rows were dropped, and when the last of these rows had been received; none: a version of
    /// this program dropped them that did not write it down.
    pub(crate) async fn dropped(&self) -> Result<BTreeMap<Day, Option<Micros>>> {
        let view = self.retired.view().await?;
        if view.files().await?.is_empty() {
            return Ok(BTreeMap::new());
        }
        let session = session::new(Limits::default())?;
        session::register(&session, "retired", &view).await?;
        let days = session::rows(&session, "select day, latest_received from retired").await?;
        let of = |record: Record<'_>| Some((record.day("day")?, record.time("latest_received")));
        Ok(records(&days).filter_map(of).collect())
    }

    /// The UTC days that no row is taken of any more: those whose rows were dropped, and those that share a
    /// civil day with one, whose count is kept as it was.
    pub(crate) async fn closed_days(&self) -> Result<BTreeSet<Day>> {
        Ok(self.sharing(self.retired_days().await?))
    }

    /// Some UTC days, and those that share a civil day with one of them.
    fn sharing(&self, days: BTreeSet<Day>) -> BTreeSet<Day> {
        let civil = self.civil_days(days.into_iter());
        civil.into_iter().flat_map(|day| self.utc_days(day)).collect()
    }
}

/// The files of a table by the UTC day of their rows.
pub(crate) async fn partitions(table: &Table) -> Result<BTreeMap<Option<Day>, Vec<File>>> {
    let mut partitions: BTreeMap<Option<Day>, Vec<File>> = BTreeMap::new();
    for file in table.view().await?.files().await? {
        partitions.entry(file.day()).or_default().push(file);
    }
    Ok(partitions)
}

async fn clean_table(table: &Table, before: i64) -> Result<usize> {
    let name = table.spec.name;
    let view = table.view().await?;
    let needed: BTreeSet<String> =
        view.files().await?.into_iter().map(|file| file.add.path).collect();
    let removed = view.removed_since(before).await?;
    let old = |meta: &ObjectMeta| {
        let path = meta.location.to_string();
        path.ends_with(".parquet")
            && !path.starts_with("_delta_log")
            && !needed.contains(&path)
            && !removed.contains(&path)
            && meta.last_modified.timestamp_millis() < before
    };
    let store = view.store();
    let all: Vec<ObjectMeta> = store.list(None).try_collect().await.at(name)?;
    let gone: Vec<Path> = all.into_iter().filter(old).map(|meta| meta.location).collect();
    let count = gone.len();
    let deleted = store.delete_stream(futures::stream::iter(gone.into_iter().map(Ok)).boxed());
    deleted.try_collect::<Vec<Path>>().await.at(name)?;
    Ok(count)
}

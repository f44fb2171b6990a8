//! The daily rollup, kept equal to the rows that it counts.
//!
//! The file of a day bears in its name a digest of the access files that it was computed from, of
//! the zone and of this rule's version. So anybody can see from the log alone whether a day's
//! counts are those of its rows, and whoever finds that they are not computes them anew. Two who
//! do so at the same time make the same file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use arrow_array::RecordBatch;
use datafusion::arrow::compute::concat_batches;
use deltalake_core::kernel::Add;
use sha2::{Digest as _, Sha256};

use crate::Archive;
use crate::day::Day;
use crate::error::{Error, Result};
use crate::file::File;
use crate::session::{self, Limits};
use crate::table::{Change, View};

/// The version of the rule below.
const VERSION: u32 = 1;
/// Tries against other writers before giving up.
const TRIES: usize = 20;
/// Days that are computed for one commit at most.
const AT_ONCE: usize = 64;

impl Archive {
    /// Makes the daily counts equal to the rows.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn refresh_daily(&self) -> Result<()> {
        for _ in 0..TRIES {
            let (access, daily) = (self.access.view().await?, self.daily.view().await?);
            let stale = self.stale(&access, &daily).await?;
            if stale.is_empty() {
                return Ok(());
            }
            let mut fresh = true;
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

    /// The days whose counts are not those of their rows, each with what its file is to be called
    /// and the files to count. Days of which rows were dropped keep what they have.
    async fn stale(&self, access: &View, daily: &View) -> Result<Vec<StaleDay>> {
        let mut by_utc_day: BTreeMap<Day, Vec<File>> = BTreeMap::new();
        for file in access.files().await? {
            if let Some(day) = file.day() {
                by_utc_day.entry(day).or_default().push(file);
            }
        }
        let retired = self.retired_days().await?;
        let known: BTreeSet<String> =
            daily.files().await?.into_iter().map(|file| file.add.path).collect();
        let mut stale = Vec::new();
        for day in self.civil_days(by_utc_day.keys().copied()) {
            let utc_days = self.utc_days(day);
            if utc_days.iter().any(|day| retired.contains(day)) {
                continue;
            }
            let files = utc_days.iter().filter_map(|day| by_utc_day.get(day)).flatten();
            let files: Vec<File> = files.cloned().collect();
            let name = format!("rollup-{}.parquet", self.digest(&files));
            if !known.contains(&format!("day={day}/{name}")) {
                stale.push(StaleDay { day, name, files });
            }
        }
        Ok(stale)
    }

    /// The civil days that some UTC days touch.
    fn civil_days(&self, utc_days: impl Iterator<Item = Day>) -> BTreeSet<Day> {
        let utc = jiff::tz::TimeZone::UTC;
        let touched = utc_days.flat_map(|day| {
            let last = day.plus(1).begins(&utc) - 1;
            [Day::of(day.begins(&utc), &self.zone), Day::of(last, &self.zone)]
        });
        touched.collect()
    }

    /// The UTC days that a civil day touches.
    fn utc_days(&self, day: Day) -> BTreeSet<Day> {
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
        let session = session::new(Limits::default())?;
        session::register_files(&session, "access", access, stale.files.clone())?;
        let (from, to) = (stale.day.begins(&self.zone), stale.day.plus(1).begins(&self.zone));
        let counts =
            session::rows(&session, &counting(from, to, &self.zone_name, stale.day)).await?;
        let schema = self.daily.spec.schema();
        let rows = concat_batches(&schema, &as_table(&counts, &schema)?)
            .map_err(|error| Error::Parquet(self.daily.spec.name, error.to_string()))?;
        self.write_file(&self.daily, &rows, Some(stale.day), Some(stale.name.clone())).await
    }
}

struct StaleDay {
    day: Day,
    name: String,
    files: Vec<File>,
}

/// The rule. Sources over all kinds stand in rows of their own, as they do not add up over kinds.
fn counting(from: i64, to: i64, zone: &str, day: Day) -> String {
    let zone = session::quoted(zone);
    let rows = format!("access where {}", within("first_seen", from, to));
    // Grouped by source first: a count of distinct values keeps a set for every group, which costs
    // half a gigabyte for a busy day's ports.
    format!(
        "with by_source as (
           select point, protocol, dst_port as port, icmp_type, kind, src,
                  count(*) as accesses, sum(packets) as packets
           from {rows} group by point, protocol, dst_port, icmp_type, kind, src),
         counted as (
           select point, protocol, port, icmp_type, kind,
                  sum(accesses) as accesses, sum(packets) as packets, count(*) as sources
           from by_source group by point, protocol, port, icmp_type, kind
           union all
           select point, protocol, port, icmp_type, null as kind,
                  null as accesses, null as packets, count(*) as sources
           from (select distinct point, protocol, port, icmp_type, src from by_source)
           group by point, protocol, port, icmp_type)
         select point, protocol, port, icmp_type, kind, accesses, packets, sources,
                {zone} as zone, cast('{day}' as date) as day
         from counted order by point, protocol, port, icmp_type, kind"
    )
}

/// A condition: a column of times lies in [from, to).
pub(crate) fn within(column: &str, from: i64, to: i64) -> String {
    let moment = |time: i64| format!("arrow_cast({time}, 'Timestamp(Microsecond, Some(\"UTC\"))')");
    format!("{column} >= {} and {column} < {}", moment(from), moment(to))
}

/// The rows with the types of their table.
fn as_table(
    batches: &[RecordBatch],
    schema: &datafusion::arrow::datatypes::SchemaRef,
) -> Result<Vec<RecordBatch>> {
    let cast = |batch: &RecordBatch| {
        let columns = batch
            .columns()
            .iter()
            .zip(schema.fields())
            .map(|(column, field)| datafusion::arrow::compute::cast(column, field.data_type()));
        RecordBatch::try_new(schema.clone(), columns.collect::<Result<Vec<_>, _>>()?)
    };
    let cast: Result<Vec<_>, _> = batches.iter().map(cast).collect();
    cast.map_err(|error| Error::Parquet("daily", error.to_string()))
}

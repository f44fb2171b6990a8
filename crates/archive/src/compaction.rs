//! Compaction: a day's many files into one, sorted by source and time. No row changes.

use std::collections::BTreeSet;

use deltalake_core::Path;
use deltalake_core::kernel::Add;
use futures::TryStreamExt as _;
use observation::{HOUR, Micros};
use uuid::Uuid;

use crate::Archive;
use crate::day::Day;
use crate::error::Result;
use crate::file::{File, Stats, add};
use crate::parquet::{Order, Writer};
use crate::session::{self, Limits};
use crate::table::{Change, Table, View};
use crate::upkeep::partitions;

/// Files of one partition from which on it is compacted.
pub const MANY: usize = 8;
/// Parts that are put in place by one commit at most: every commit is read by whoever asks, until the next
/// checkpoint; and what a kill takes away is the work on so many.
const AT_ONCE: usize = 32;
/// Tries against other writers before a compaction is given up.
const TRIES: usize = 100;
/// How the names of files begin that compaction wrote.
const COMPACTED: &str = "compact-";
/// The files of one partition that become one.
type Part = (Option<Day>, Vec<File>);

impl Archive {
    /// Compacts every partition that has at least `many` files; a single file needs it only while
    /// it is not sorted. Says how many were compacted.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn compact(&self, many: usize) -> Result<usize> {
        let mut compacted = 0;
        for table in [&self.access, &self.coverage, &self.import] {
            let is_due = |files: &[File]| {
                let is_sorted = matches!(files, [file] if is_compacted(file));
                files.len() >= many && !is_sorted
            };
            let parts = partitions(table).await?.into_iter().filter(|(_, files)| is_due(files));
            compacted += self.compact_parts(table, &parts.collect::<Vec<Part>>()).await?;
        }
        if compacted > 0 {
            self.refresh_daily().await?;
        }
        Ok(compacted)
    }

    /// Compacts what was delivered in many small commits: of a UTC day that ended an hour ago all files
    /// into one, of an open day, and of what has no day, those that no compaction wrote yet, once there
    /// are `many`. So a row is written about twice more, however often rows come. Says how many parts
    /// were compacted.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn compact_delivered(&self, now: Micros, many: usize) -> Result<usize> {
        let open = Day::of(now.saturating_sub(HOUR), &jiff::tz::TimeZone::UTC);
        let mut compacted = 0;
        for table in [&self.access, &self.coverage] {
            let mut parts = Vec::new();
            for (day, files) in partitions(table).await? {
                let closed = day.is_some_and(|day| day < open);
                let (old, loose): (Vec<File>, Vec<File>) =
                    files.into_iter().partition(is_compacted);
                let files = if closed || old.len() >= many {
                    [old, loose].concat()
                } else if loose.len() >= many {
                    loose
                } else {
                    continue;
                };
                if files.len() > 1 {
                    parts.push((day, files));
                }
            }
            compacted += self.compact_parts(table, &parts).await?;
        }
        Ok(compacted)
    }

    /// Writes the files of each part into one, and puts these into their places. Says how many parts that
    /// were: one of which somebody else has taken a file away stays as it is.
    async fn compact_parts(&self, table: &Table, parts: &[Part]) -> Result<usize> {
        let mut compacted = 0;
        for parts in parts.chunks(AT_ONCE) {
            let mut written = Vec::with_capacity(parts.len());
            for (day, files) in parts {
                if holds(&table.view().await?, files).await? {
                    written.push((&**files, self.write_sorted(table, *day, files).await?));
                }
            }
            compacted += replace(table, written).await?;
        }
        Ok(compacted)
    }

    /// Writes some files of a partition into one.
    async fn write_sorted(&self, table: &Table, day: Option<Day>, files: &[File]) -> Result<Add> {
        let view = table.view().await?;
        let name = format!("{COMPACTED}{}.parquet", Uuid::new_v4());
        let path = day.map_or(name.clone(), |day| format!("day={day}/{name}"));
        let mut writer =
            Writer::new(table.spec, view.store(), Path::from(path.as_str()), Order::Sorted)?;
        let session = session::new(Limits::default())?;
        session::register_files(&session, "files", &view, files.to_vec())?;
        let order = match table.spec.name {
            "access" => "src, first_seen, point, dst, src_port, dst_port",
            "coverage" => "point, hour, received",
            _ => "received, file, point",
        };
        let frame =
            session::plan(&session, &format!("select * from files order by {order}")).await?;
        let mut rows = frame.execute_stream().await?;
        let mut count = 0;
        while let Some(batch) = rows.try_next().await? {
            count += batch.num_rows() as u64;
            writer.write(&batch).await?;
        }
        let size = writer.finish().await?;
        Ok(add(path, size, day, &Stats { num_records: count, ..merged(files) }, false))
    }
}

/// Whether a view has all of these files still.
async fn holds(view: &View, files: &[File]) -> Result<bool> {
    let there: BTreeSet<String> =
        view.files().await?.into_iter().map(|file| file.add.path).collect();
    Ok(files.iter().all(|file| there.contains(&file.add.path)))
}

/// Puts files with the same rows in the places of others. Whoever commits rows meanwhile does not matter, as
/// long as these files are still there: deliveries come every few seconds, and compaction takes longer.
/// Where one of them is not, the new file of their part is an orphan. Says how many parts were replaced.
async fn replace(table: &Table, mut parts: Vec<(&[File], Add)>) -> Result<usize> {
    for _ in 0..TRIES {
        let view = table.view().await?;
        let mut there = Vec::with_capacity(parts.len());
        for part in parts {
            if holds(&view, part.0).await? {
                there.push(part);
            }
        }
        parts = there;
        if parts.is_empty() {
            return Ok(0);
        }
        let remove =
            parts.iter().flat_map(|(files, _)| files.iter().map(|file| file.remove(false)));
        let add = parts.iter().map(|(_, add)| add.clone()).collect();
        let change =
            Change { add, remove: remove.collect(), rearranges: true, ..Change::default() };
        if view.commit(change).await? {
            return Ok(parts.len());
        }
    }
    Ok(0)
}

/// Whether compaction wrote a file.
fn is_compacted(file: &File) -> bool {
    file.add.path.rsplit('/').next().is_some_and(|name| name.starts_with(COMPACTED))
}

/// The bounds of all files together.
fn merged(files: &[File]) -> Stats {
    let mut all = Stats::default();
    let bounds = |upper: bool| {
        let of = |file: &File| {
            let bounds = if upper { &file.stats.max_values } else { &file.stats.min_values };
            bounds.first_seen.clone()
        };
        files.iter().map(of).collect::<Option<Vec<String>>>()
    };
    // RFC 3339 with a fixed number of digits sorts as text does.
    all.min_values.first_seen = bounds(false).and_then(|times| times.into_iter().min());
    all.max_values.first_seen = bounds(true).and_then(|times| times.into_iter().max());
    all
}

//! The ledger of files, and deliveries that are committed once.
//!
//! A file enters the ledger before its rows are committed: the ledger is where two imports of
//! overlapping files meet, and a killed import is found there again. Its accesses follow in one
//! commit, its coverage in another, each under an application id of its own; what is there already
//! is not committed again.

use std::collections::BTreeSet;

use deltalake_core::kernel::{Add, Transaction};
use observation::{Coverage, Import, Micros, Point, coverage_batch, import_batch};

use crate::Archive;
use crate::error::{Error, Result};
use crate::file::{File, Stats};
use crate::records::{Record, records};
use crate::session;
use crate::stage::Staged;
use crate::table::{Change, Table, View};

/// Tries against other writers before giving up.
const TRIES: usize = 100;

/// What one file delivers to one point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The point.
    pub point: Point,
    /// What tells this delivery from every other of the point.
    pub generation: String,
    /// The last sequence number: how many rows there are.
    pub rows: u64,
}

impl Delivery {
    fn id(&self, table: &str) -> String {
        format!("{}/{}/{table}", self.point, self.generation)
    }
}

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// Committed now.
    Now,
    /// It had been committed before; nothing was done.
    Before,
    /// Some of the deliveries had been committed before and some had not; nothing was done.
    Mixed,
}

impl Archive {
    /// The ledger.
    ///
    /// # Errors
    /// The store failed.
    pub async fn ledger(&self) -> Result<Vec<Import>> {
        let view = self.import.view().await?;
        self.ledger_of(&view).await
    }

    /// The ledger as a view holds it. What was read before is not read again: files are only added,
    /// but for compaction, after which everything is read anew.
    async fn ledger_of(&self, view: &View) -> Result<Vec<Import>> {
        let mut read = self.ledger_read.lock().await;
        let files = view.files().await?;
        let paths: BTreeSet<String> = files.iter().map(|file| file.add.path.clone()).collect();
        if !read.paths.is_subset(&paths) {
            *read = LedgerRead::default();
        }
        let fresh = files.into_iter().filter(|file| !read.paths.contains(&file.add.path)).collect();
        read.entries.extend(entries(view, fresh).await?);
        read.paths = paths;
        Ok(read.entries.clone())
    }

    /// Enters files into the ledger, if `check` does not object to what it holds at that very
    /// moment. Entries that are there already are not made twice.
    ///
    /// # Errors
    /// `check` objects, or the store failed.
    pub async fn enter<E: From<Error>>(
        &self,
        entries: &[Import],
        received: Micros,
        check: impl Fn(&[Import]) -> Result<(), E>,
    ) -> Result<(), E> {
        for _ in 0..TRIES {
            let view = self.import.view().await?;
            let ledger = self.ledger_of(&view).await?;
            check(&ledger)?;
            let known = |entry: &&Import| !ledger.iter().any(|other| other.is(entry));
            let fresh: Vec<Import> = entries.iter().filter(known).cloned().collect();
            if fresh.is_empty() {
                return Ok(());
            }
            let rows = import_batch(&fresh, received);
            let add = self.write_file(&self.import, &rows).await?;
            if view.commit(Change { add: vec![add], ..Change::default() }).await? {
                return Ok(());
            }
        }
        Err(Error::Busy(self.import.spec.name).into())
    }

    /// Which of these deliveries have all their rows in the archive, coverage too.
    ///
    /// # Errors
    /// The store failed.
    pub async fn completed(&self, deliveries: &[Delivery]) -> Result<Vec<bool>> {
        // Coverage is committed last.
        let view = self.coverage.view().await?;
        committed(&view, deliveries).await
    }

    /// Commits staged accesses, once.
    ///
    /// # Errors
    /// A day is retired, or the store failed.
    pub async fn deliver_accesses(
        &self,
        deliveries: &[Delivery],
        staged: Staged,
    ) -> Result<Delivered> {
        if let Err(refused) = self.admits(&staged).await {
            self.discard(staged).await;
            return Err(refused);
        }
        let delivered = deliver(&self.access, deliveries, staged.files.clone()).await?;
        if delivered != Delivered::Now {
            self.discard(staged).await;
        }
        Ok(delivered)
    }

    /// Commits the hours that go with accesses, once.
    ///
    /// # Errors
    /// The store failed.
    pub async fn deliver_coverage(
        &self,
        deliveries: &[Delivery],
        hours: &[Coverage],
        received: Micros,
    ) -> Result<Delivered> {
        let view = self.coverage.view().await?;
        if committed(&view, deliveries).await?.into_iter().all(|done| done) {
            return Ok(Delivered::Before);
        }
        let rows = coverage_batch(hours, received);
        let add = self.write_file(&self.coverage, &rows).await?;
        deliver(&self.coverage, deliveries, vec![add]).await
    }

    /// Whether every day of staged accesses may still change.
    ///
    /// # Errors
    /// The rows of a day were dropped on demand, or the store failed.
    pub async fn admits(&self, staged: &Staged) -> Result<()> {
        match self.retired_day(&staged.files).await? {
            Some(day) => Err(Error::Retired(day)),
            None => Ok(()),
        }
    }

    /// Takes staged files away again.
    pub async fn discard(&self, staged: Staged) {
        staged.discard(&self.access.store().await).await;
    }

    /// The first of these files' days that takes no more rows.
    async fn retired_day(&self, files: &[Add]) -> Result<Option<String>> {
        let retired = self.closed_days().await?;
        let days: BTreeSet<&String> =
            files.iter().filter_map(|add| add.partition_values.get("day")?.as_ref()).collect();
        let text = retired.iter().map(ToString::to_string);
        Ok(text.into_iter().find(|day| days.contains(day)))
    }
}

/// Commits files under the ids of their deliveries, on a view in which none was committed yet.
async fn deliver(table: &Table, deliveries: &[Delivery], files: Vec<Add>) -> Result<Delivered> {
    for _ in 0..TRIES {
        let view = table.view().await?;
        let done = committed(&view, deliveries).await?;
        if done.iter().all(|&done| done) {
            return Ok(Delivered::Before);
        }
        if done.iter().any(|&done| done) {
            return Ok(Delivered::Mixed);
        }
        let transactions = deliveries.iter().map(|delivery| {
            let rows = i64::try_from(delivery.rows).unwrap_or(i64::MAX);
            Transaction::new(delivery.id(table.spec.name), rows)
        });
        let change = Change {
            add: files.iter().filter(|add| has_rows(add)).cloned().collect(),
            transactions: transactions.collect(),
            ..Change::default()
        };
        if view.commit(change).await? {
            return Ok(Delivered::Now);
        }
    }
    Err(Error::Busy(table.spec.name))
}

fn has_rows(add: &Add) -> bool {
    let stats = add.stats.as_deref().and_then(|stats| serde_json::from_str::<Stats>(stats).ok());
    stats.is_none_or(|stats| stats.num_records > 0)
}

async fn committed(view: &View, deliveries: &[Delivery]) -> Result<Vec<bool>> {
    let mut done = Vec::with_capacity(deliveries.len());
    for delivery in deliveries {
        done.push(view.transaction(&delivery.id(view.spec().name)).await?.is_some());
    }
    Ok(done)
}

/// What has been read of the ledger, and from which files.
#[derive(Default)]
pub(crate) struct LedgerRead {
    paths: BTreeSet<String>,
    entries: Vec<Import>,
}

async fn entries(view: &View, files: Vec<File>) -> Result<Vec<Import>> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let session = session::new(session::Limits::default())?;
    session::register_files(&session, "import", view, files)?;
    let query = "select * from import order by received, file, point";
    let batches = session::rows(&session, query).await?;
    Ok(records(&batches).filter_map(|record| entry(&record)).collect())
}

fn entry(record: &Record<'_>) -> Option<Import> {
    Some(Import {
        point: record.text("point")?.parse().ok()?,
        sha256: record.text("sha256")?.to_owned(),
        settings: record.text("settings")?.to_owned(),
        file: record.text("file")?.to_owned(),
        bytes: record.count("bytes")?,
        span: record.time("first").zip(record.time("last")),
        packets: record.count("packets")?,
        accesses: record.count("accesses")?,
        whole: record.truth("whole")?,
    })
}

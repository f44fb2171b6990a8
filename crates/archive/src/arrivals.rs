//! What points deliver: rows of many points, and how far each has come, in one commit.
//!
//! Invariant: a commit of a [`Standing`] holds its rows and its ids, both or neither, and is made on
//! the very version whose ids it showed; if anybody has committed since, it is not made, and who wants it
//! looks again and decides again.
//!
//! This room knows no lanes: an id is a text and its version a number, and what they mean is decided
//! by who asks. Rows come as points deliver them, without the columns that are set here: `received`,
//! and of an access `country`, `asn`, `geo_date` and `day`.
//!
//! Files that were staged are never taken away here: after a failure nobody knows whether they are
//! committed, and the clean-up finds those that are not.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray as _;
use arrow_array::types::{Int64Type, TimestampMicrosecondType};
use arrow_array::{
    Array as _, ArrayRef, Date32Array, PrimitiveArray, RecordBatch, TimestampMicrosecondArray,
    UInt32Array, new_null_array,
};
use datafusion::arrow::compute::{concat_batches, take_record_batch};
use deltalake_core::kernel::Transaction;
use gazetteer::{Atlas, Country};
use observation::{Field, Micros, Type, schema};

use crate::Archive;
use crate::day::Day;
use crate::error::{Error, Result};
use crate::functions::address;
use crate::new_file::NewFile;
use crate::stage::{Staged, day_of};
use crate::table::{Change, Table, View};
use crate::transactions::Ids;

/// Rows that are written at a time: the rows of many small deliveries make one page.
const AT_ONCE: usize = 32_768;
/// Days that the rows of one commit may be of: each is a file.
pub const MOST_DAYS: usize = 4_096;

/// A table that points deliver to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Recipient {
    /// Accesses.
    Access,
    /// Hours of points.
    Coverage,
}

/// A table as it was at one version, to decide on and to commit on.
pub struct Standing {
    view: View,
    ids: Arc<Ids>,
}

impl Standing {
    /// The version of the last commit seen.
    pub fn version(&self) -> u64 {
        self.view.version()
    }

    /// The version last committed under an application id.
    pub fn committed(&self, id: &str) -> Option<i64> {
        self.ids.get(id).copied()
    }

    /// Commits staged rows and ids on this version. False: somebody else has committed since, and
    /// nothing of it is there; look again.
    ///
    /// # Errors
    /// The store failed: nobody knows whether it is committed.
    pub async fn commit(
        &self,
        staged: &Staged,
        ids: impl IntoIterator<Item = (String, i64)>,
    ) -> Result<bool> {
        let transactions = ids.into_iter().map(|(id, version)| Transaction::new(id, version));
        let change = Change {
            add: staged.files.clone(),
            transactions: transactions.collect(),
            ..Change::default()
        };
        self.view.commit(change).await
    }
}

impl Archive {
    fn recipient(&self, table: Recipient) -> &Table {
        match table {
            Recipient::Access => &self.access,
            Recipient::Coverage => &self.coverage,
        }
    }

    /// A table as it is now.
    ///
    /// # Errors
    /// The store failed, or the table's log was taken away.
    pub async fn standing(&self, table: Recipient) -> Result<Standing> {
        let table = self.recipient(table);
        let view = table.view().await?;
        if !view.is_there().await? {
            return Err(Error::Gone(table.spec.name));
        }
        let ids = table.transactions(&view).await?;
        Ok(Standing { view, ids })
    }

    /// The UTC days whose rows were dropped on demand, and those that share a civil day with one: no row of them
    /// is taken any more.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn retired(&self) -> Result<BTreeSet<Day>> {
        self.closed_days().await
    }

    /// Writes accesses that were received at a moment into files that no table knows of yet, a file
    /// for each day. Rows keep their order within a day.
    ///
    /// # Errors
    /// The rows are not those of the table, of more than [`MOST_DAYS`] days, or the store failed.
    pub async fn stage_accesses(
        &self,
        rows: &[RecordBatch],
        atlas: &Atlas,
        received: Micros,
    ) -> Result<Staged> {
        let mut days: BTreeMap<i32, Vec<RecordBatch>> = BTreeMap::new();
        for batch in rows {
            for (day, part) in by_day(batch)? {
                days.entry(day).or_default().push(part);
            }
            if days.len() > MOST_DAYS {
                return Err(Error::TooManyFiles(MOST_DAYS));
            }
        }
        let mut staged = Staged { files: Vec::new() };
        for (day, parts) in days {
            let set = |rows: &RecordBatch| accesses(rows, atlas, received, day);
            let (file, span) = self.write_pages(&self.access, Some(day), &parts, set).await?;
            staged.files.push(file.finish_spanning(span).await?);
        }
        Ok(staged)
    }

    /// Writes hours of points that were received at a moment into a file that no table knows of yet.
    ///
    /// # Errors
    /// The rows are not those of the table, or the store failed.
    pub async fn stage_hours(&self, rows: &[RecordBatch], received: Micros) -> Result<Staged> {
        if rows.is_empty() {
            return Ok(Staged { files: Vec::new() });
        }
        let set = |rows: &RecordBatch| hours(rows, received);
        let (file, _) = self.write_pages(&self.coverage, None, rows, set).await?;
        Ok(Staged { files: vec![file.finish().await?] })
    }

    async fn write_pages(
        &self,
        table: &Table,
        day: Option<i32>,
        rows: &[RecordBatch],
        set: impl Fn(&RecordBatch) -> Result<RecordBatch>,
    ) -> Result<(NewFile, Option<(Micros, Micros)>)> {
        let mut file = self.begin_file(table, day.map(Day::from_epoch), None).await?;
        let mut span: Option<(Micros, Micros)> = None;
        for some in pages(rows) {
            let Some(first) = some.first() else { continue };
            let page =
                concat_batches(first.schema_ref(), some).map_err(|error| wrong(table, error))?;
            if day.is_some() {
                for &time in times(&page)? {
                    let (first, last) = span.unwrap_or((time, time));
                    span = Some((first.min(time), last.max(time)));
                }
            }
            file.write(&set(&page)?).await?;
        }
        Ok((file, span))
    }
}

fn wrong(table: &Table, error: impl ToString) -> Error {
    Error::Parquet(table.spec.name, error.to_string())
}

/// Batches, so many together that they make a page.
fn pages(rows: &[RecordBatch]) -> Vec<&[RecordBatch]> {
    let mut pages = Vec::new();
    let (mut from, mut count) = (0, 0);
    for (at, batch) in rows.iter().enumerate() {
        if count > 0 && count + batch.num_rows() > AT_ONCE {
            pages.extend(rows.get(from..at));
            (from, count) = (at, 0);
        }
        count += batch.num_rows();
    }
    pages.extend(rows.get(from..).filter(|rest| !rest.is_empty()));
    pages
}

fn times(rows: &RecordBatch) -> Result<&[Micros]> {
    let column = rows.column_by_name("first_seen");
    let column = column.and_then(|column| column.as_primitive_opt::<TimestampMicrosecondType>());
    let missing = || Error::Parquet("access", "rows without first_seen".to_owned());
    column.map(|column| column.values().as_ref()).ok_or_else(missing)
}

/// The rows of each day, in their order.
fn by_day(rows: &RecordBatch) -> Result<Vec<(i32, RecordBatch)>> {
    let times = times(rows)?;
    let Some(&first) = times.first() else { return Ok(Vec::new()) };
    if times.iter().all(|&time| day_of(time) == day_of(first)) {
        return Ok(vec![(day_of(first), rows.clone())]);
    }
    let mut days: BTreeMap<i32, Vec<u32>> = BTreeMap::new();
    for (row, &time) in (0..).zip(times) {
        days.entry(day_of(time)).or_default().push(row);
    }
    let part = |(day, rows_of_day): (i32, Vec<u32>)| {
        let part = take_record_batch(rows, &UInt32Array::from(rows_of_day));
        part.map(|part| (day, part)).map_err(|error| Error::Parquet("access", error.to_string()))
    };
    days.into_iter().map(part).collect()
}

/// Rows with all columns of a table: those that are not in `rows` are given by `set`.
fn complete(
    table: &'static str,
    fields: &'static [Field],
    rows: &RecordBatch,
    mut set: impl FnMut(&'static str) -> Option<ArrayRef>,
) -> Result<RecordBatch> {
    let columns = fields.iter().map(|field| {
        let given = rows.column_by_name(field.name).cloned();
        let column = set(field.name).or(given);
        column.ok_or_else(|| Error::Parquet(table, format!("rows without {}", field.name)))
    });
    let columns: Vec<ArrayRef> = columns.collect::<Result<_>>()?;
    RecordBatch::try_new(schema(fields), columns)
        .map_err(|error| Error::Parquet(table, error.to_string()))
}

fn moment(time: Micros, rows: usize) -> ArrayRef {
    Arc::new(TimestampMicrosecondArray::from_value(time, rows).with_timezone("UTC"))
}

fn hours(rows: &RecordBatch, received: Micros) -> Result<RecordBatch> {
    complete("coverage", observation::COVERAGE, rows, |name| {
        (name == "received").then(|| moment(received, rows.num_rows()))
    })
}

fn accesses(rows: &RecordBatch, atlas: &Atlas, received: Micros, day: i32) -> Result<RecordBatch> {
    let count = rows.num_rows();
    let (countries, asns) = places(rows, atlas)?;
    complete("access", observation::ACCESS, rows, |name| match name {
        "received" => Some(moment(received, count)),
        "country" => Some(countries.clone()),
        "asn" => Some(asns.clone()),
        "geo_date" => Some(match atlas.date() {
            Some(date) => Arc::new(Date32Array::from_value(date, count)),
            None => new_null_array(&Type::Day.arrow(), count),
        }),
        "day" => Some(Arc::new(Date32Array::from_value(day, count))),
        _ => None,
    })
}

/// Where sources are.
fn places(rows: &RecordBatch, atlas: &Atlas) -> Result<(ArrayRef, ArrayRef)> {
    let sources = rows.column_by_name("src").and_then(|column| column.as_binary_opt::<i32>());
    let sources = sources.ok_or_else(|| Error::Parquet("access", "rows without src".to_owned()))?;
    let mut countries = StringBuilder::with_capacity(sources.len(), 2 * sources.len());
    let mut asns = Vec::with_capacity(sources.len());
    for source in sources {
        let place = source.and_then(address).map(|address| atlas.of(address)).unwrap_or_default();
        countries.append_option(place.country.as_ref().map(Country::as_str));
        asns.push(place.asn.map(i64::from));
    }
    let asns: PrimitiveArray<Int64Type> = asns.into_iter().collect();
    Ok((Arc::new(countries.finish()), Arc::new(asns)))
}

#[cfg(test)]
mod tests;

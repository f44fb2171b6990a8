//! What is committed under every application id of a table, at one version.
//!
//! The engine reads the whole log for each id that is asked of it; a hub asks for thousands with
//! every commit. Here the log is read once: the last checkpoint, and the entries after it; later only
//! what has been added. An id's version is the one in the newest entry that names it.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::Array as _;
use arrow_array::cast::AsArray as _;
use arrow_array::types::Int64Type;
use deltalake_core::Path;
use deltalake_core::logstore::object_store::ObjectStoreExt as _;
use deltalake_core::logstore::{LogStoreRef, ObjectStoreRef};
use futures::TryStreamExt as _;
use parquet::arrow::ProjectionMask;
use parquet::arrow::async_reader::ParquetRecordBatchStreamBuilder;
use serde::Deserialize;

use crate::error::{AtTable as _, Error, Result};
use crate::reading::Reading;

/// Versions by application id.
pub(crate) type Ids = HashMap<String, i64>;

/// What is committed under every id at a version of the table.
#[derive(Clone, Debug)]
pub(crate) struct Transactions {
    version: u64,
    ids: Arc<Ids>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Txn {
    app_id: String,
    version: i64,
}

#[derive(Deserialize)]
struct Line {
    txn: Option<Txn>,
}

impl Transactions {
    /// As of a version, given what was known before.
    pub(crate) async fn at(
        known: Option<&Transactions>,
        version: u64,
        log_store: &LogStoreRef,
        table: &'static str,
    ) -> Result<Self> {
        let mut transactions = match known.filter(|known| known.version <= version) {
            Some(known) => known.clone(),
            None => Self::checkpointed(version, log_store, table).await?,
        };
        while transactions.version < version {
            let next = transactions.version + 1;
            let Some(entry) = log_store.read_commit_entry(next).await.at(table)? else {
                // Somebody cleaned the log up, which only happens behind a checkpoint.
                let anew = Self::checkpointed(version, log_store, table).await?;
                if anew.version < next {
                    return Err(broken(table, next));
                }
                transactions = anew;
                continue;
            };
            transactions.apply(&entry);
            transactions.version = next;
        }
        Ok(transactions)
    }

    pub(crate) fn ids(self) -> Arc<Ids> {
        self.ids
    }

    /// What the last checkpoint at or before a version says; else the first entry.
    async fn checkpointed(
        version: u64,
        log_store: &LogStoreRef,
        table: &'static str,
    ) -> Result<Self> {
        let store = log_store.object_store(None);
        let listed = store.list(Some(&Path::from("_delta_log")));
        let listed: Vec<_> = listed.try_collect().await.at(table)?;
        let checkpoints = listed.iter().filter_map(|meta| {
            let (number, rest) = meta.location.filename()?.split_once('.')?;
            let number: u64 = number.parse().ok().filter(|&number| number <= version)?;
            (rest == "checkpoint.parquet").then_some((number, meta.location.clone()))
        });
        if let Some((number, path)) = checkpoints.max() {
            let ids = read_checkpoint(store, path, table).await?;
            return Ok(Transactions { version: number, ids: Arc::new(ids) });
        }
        let first = log_store.read_commit_entry(0).await.at(table)?;
        let first = first.ok_or_else(|| broken(table, 0))?;
        let mut transactions = Transactions { version: 0, ids: Arc::default() };
        transactions.apply(&first);
        Ok(transactions)
    }

    fn apply(&mut self, entry: &[u8]) {
        // Most lines are of files, and long.
        let lines = entry.split(|&byte| byte == b'\n').filter(|line| line.starts_with(b"{\"txn\""));
        let lines = lines.filter_map(|line| serde_json::from_slice::<Line>(line).ok()?.txn);
        let mut changed = lines.peekable();
        if changed.peek().is_some() {
            let ids = Arc::make_mut(&mut self.ids);
            ids.extend(changed.map(|txn| (txn.app_id, txn.version)));
        }
    }
}

fn broken(table: &'static str, version: u64) -> Error {
    let entry = format!("the entry {version} of its log is missing, and no checkpoint is after it");
    Error::Parquet(table, entry)
}

async fn read_checkpoint(store: ObjectStoreRef, path: Path, table: &'static str) -> Result<Ids> {
    let failed = |error: parquet::errors::ParquetError| Error::Parquet(table, error.to_string());
    let size = store.head(&path).await.at(table)?.size;
    let reader = Reading::at(store, path, size);
    let builder = ParquetRecordBatchStreamBuilder::new(reader).await.map_err(failed)?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), ["txn"]);
    let mut stream = builder.with_projection(mask).build().map_err(failed)?;
    let mut ids = Ids::new();
    while let Some(batch) = stream.try_next().await.map_err(failed)? {
        let Some(txn) = batch.column_by_name("txn").and_then(|txn| txn.as_struct_opt()) else {
            continue;
        };
        let column = |name| txn.column_by_name(name);
        let names = column("appId").and_then(|names| names.as_string_opt::<i32>());
        let versions = column("version").and_then(|all| all.as_primitive_opt::<Int64Type>());
        let Some((names, versions)) = names.zip(versions) else {
            return Err(Error::Parquet(table, "its checkpoint has other columns".to_owned()));
        };
        let rows = (0..txn.len()).filter(|&row| txn.is_valid(row) && names.is_valid(row));
        ids.extend(rows.map(|row| (names.value(row).to_owned(), versions.value(row))));
    }
    Ok(ids)
}

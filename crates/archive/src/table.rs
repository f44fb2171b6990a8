//! One Delta table: open or create, look at it, commit to it.
//!
//! A commit is decided on a view of the table and made on that very view: if anybody has committed
//! in between, it fails, and who wants it looks again and decides again. So a decision such as "this
//! delivery has not been committed yet" holds in the commit that it leads to (invariant 1).

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use deltalake_core::kernel::engine::arrow_conversion::TryIntoKernel as _;
use deltalake_core::kernel::transaction::{CommitBuilder, CommitProperties, TransactionError};
use deltalake_core::kernel::{Action, Add, Remove, StructType, Transaction};
use deltalake_core::logstore::object_store::{self, ObjectStoreExt as _};
use deltalake_core::logstore::{LogStore as _, LogStoreRef, ObjectStoreRef};
use deltalake_core::operations::create::CreateBuilder;
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use deltalake_core::table::state::DeltaTableState;
use deltalake_core::{DeltaTable, DeltaTableBuilder, DeltaTableError, Path, TableProperty};
use futures::{StreamExt as _, TryStreamExt as _};
use observation::{Field, schema};
use tokio::sync::Mutex;
use url::Url;

use crate::durable::Durable;
use crate::error::{AtTable as _, Error, Result};
use crate::file::File;
use crate::grown::grown;
use crate::transactions::{Ids, Transactions};

/// Commits between two checkpoints of the log.
const CHECKPOINT_INTERVAL: &str = "100";

/// What a table is: its name, its columns, and the column that it is partitioned by.
#[derive(Debug)]
pub(crate) struct Spec {
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [Field],
    pub(crate) partition: Option<&'static str>,
}

impl Spec {
    /// All columns, the partition's last.
    pub(crate) fn schema(&self) -> SchemaRef {
        schema(self.fields)
    }

    /// The columns that stand in the files.
    pub(crate) fn file_schema(&self) -> SchemaRef {
        let all = self.schema();
        let inside =
            all.fields().iter().filter(|field| Some(field.name().as_str()) != self.partition);
        Arc::new(Schema::new(inside.cloned().collect::<Vec<_>>()))
    }
}

/// A table of the archive.
pub(crate) struct Table {
    pub(crate) spec: &'static Spec,
    delta: Mutex<DeltaTable>,
    /// What was committed under every id, as it was read last.
    transactions: Mutex<Option<Transactions>>,
}

/// A table as it was at one version.
pub(crate) struct View {
    spec: &'static Spec,
    log_store: LogStoreRef,
    state: DeltaTableState,
}

/// What a commit changes.
#[derive(Default)]
pub(crate) struct Change {
    pub(crate) add: Vec<Add>,
    pub(crate) remove: Vec<Remove>,
    pub(crate) transactions: Vec<Transaction>,
    /// True: the rows stay the same, only their files change.
    pub(crate) rearranges: bool,
}

impl Table {
    /// Opens the table in the folder of its name under `location`, or creates it there.
    pub(crate) async fn open(location: &Url, spec: &'static Spec) -> Result<Self> {
        let url = location
            .join(&format!("{}/", spec.name))
            .map_err(|error| Error::Location(location.to_string(), error.to_string()))?;
        if let Ok(folder) = url.to_file_path() {
            std::fs::create_dir_all(&folder).map_err(|error| {
                Error::Location(folder.display().to_string(), error.to_string())
            })?;
        }
        let mut builder = DeltaTableBuilder::from_url(url.clone()).at(spec.name)?;
        if url.scheme() == "file" {
            builder = builder.with_storage_backend(Arc::new(Durable::new()), url);
        }
        let mut delta = builder.build().at(spec.name)?;
        if !delta.verify_deltatable_existence().await.at(spec.name)? {
            create(&delta, spec).await?;
        }
        delta.load().await.at(spec.name)?;
        let delta = grown(delta, spec).await?;
        Ok(Table { spec, delta: Mutex::new(delta), transactions: Mutex::default() })
    }

    /// The table as it is now.
    pub(crate) async fn view(&self) -> Result<View> {
        let mut delta = self.delta.lock().await;
        delta.update_state().await.at(self.spec.name)?;
        let state = delta.snapshot().at(self.spec.name)?.clone();
        Ok(View { spec: self.spec, log_store: delta.log_store(), state })
    }

    /// What is committed under every application id, in a view.
    pub(crate) async fn transactions(&self, view: &View) -> Result<Arc<Ids>> {
        let mut known = self.transactions.lock().await;
        let read =
            Transactions::at(known.as_ref(), view.version(), &view.log_store, self.spec.name)
                .await?;
        *known = Some(read.clone());
        Ok(read.ids())
    }

    /// Where the table's files are.
    pub(crate) async fn store(&self) -> ObjectStoreRef {
        self.delta.lock().await.object_store()
    }
}

async fn create(delta: &DeltaTable, spec: &Spec) -> Result<()> {
    let columns: StructType =
        spec.schema().as_ref().try_into_kernel().map_err(DeltaTableError::from).at(spec.name)?;
    let made = CreateBuilder::new()
        .with_log_store(delta.log_store())
        .with_table_name(spec.name)
        .with_columns(columns.fields().cloned())
        .with_partition_columns(spec.partition)
        .with_configuration_property(TableProperty::CheckpointInterval, Some(CHECKPOINT_INTERVAL))
        .with_save_mode(SaveMode::Ignore)
        .await;
    match made {
        Err(error) if !lost_a_race(&error) => Err(error).at(spec.name),
        _ => Ok(()),
    }
}

impl View {
    /// The version of the last commit seen.
    pub(crate) fn version(&self) -> u64 {
        self.state.version()
    }

    /// The names of its columns, as the log has them.
    #[cfg(test)]
    pub(crate) fn columns(&self) -> Vec<String> {
        self.state.schema().fields().map(|field| field.name().clone()).collect()
    }

    /// What the table is.
    pub(crate) fn spec(&self) -> &'static Spec {
        self.spec
    }

    /// Where the table's files are.
    pub(crate) fn store(&self) -> ObjectStoreRef {
        self.log_store.object_store(None)
    }

    /// Whether the log still has the newest entry that this view saw. The engine takes an empty folder
    /// for a log to which nothing was added, and would write on into it.
    pub(crate) async fn is_there(&self) -> Result<bool> {
        let entry = Path::from(format!("_delta_log/{:020}.json", self.version()));
        match self.store().head(&entry).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error).at(self.spec.name),
        }
    }

    /// The version last committed under an application id.
    pub(crate) async fn transaction(&self, id: &str) -> Result<Option<i64>> {
        self.state.transaction_version(&*self.log_store, id).await.at(self.spec.name)
    }

    /// The files that make up the table, in the order of their paths.
    pub(crate) async fn files(&self) -> Result<Vec<File>> {
        let views = self.state.snapshot().file_views(&*self.log_store, None);
        let files = views.map(|view| view.map(|view| File::new(&view)));
        let mut files: Vec<File> = files.try_collect().await.at(self.spec.name)?;
        files.sort_unstable_by(|a, b| a.add.path.cmp(&b.add.path));
        Ok(files)
    }

    /// The files that were taken out of the table since a moment, ms since the epoch: somebody may
    /// still be reading them.
    pub(crate) async fn removed_since(&self, moment: i64) -> Result<BTreeSet<String>> {
        let tombstones = self.state.all_tombstones(&*self.log_store);
        let tombstones: Vec<_> = tombstones.try_collect().await.at(self.spec.name)?;
        let recent = tombstones
            .into_iter()
            .filter(|gone| gone.deletion_timestamp().is_none_or(|at| at >= moment));
        Ok(recent.map(|gone| gone.path().into_owned()).collect())
    }

    /// Commits on this view. False: somebody else has committed since; look again.
    pub(crate) async fn commit(&self, change: Change) -> Result<bool> {
        let operation = if change.rearranges {
            DeltaOperation::Optimize { predicate: None, target_size: 0 }
        } else {
            let partition_by = self.spec.partition.map(|column| vec![column.to_owned()]);
            DeltaOperation::Write { mode: SaveMode::Append, partition_by, predicate: None }
        };
        let removes = change.remove.into_iter().map(Action::Remove);
        let actions = removes.chain(change.add.into_iter().map(Action::Add)).collect();
        let properties = CommitProperties::default()
            .with_max_retries(0)
            .with_application_transactions(change.transactions);
        let commit = CommitBuilder::from(properties).with_actions(actions).build(
            Some(&self.state),
            self.log_store.clone(),
            operation,
        );
        match commit.await {
            Ok(_) => Ok(true),
            Err(error) if lost_a_race(&error) => Ok(false),
            Err(error) => Err(error).at(self.spec.name),
        }
    }
}

/// Whether a commit failed only because somebody else was first.
pub(crate) fn lost_a_race(error: &DeltaTableError) -> bool {
    match error {
        DeltaTableError::VersionAlreadyExists(_) => true,
        DeltaTableError::Transaction { source } => matches!(
            source,
            TransactionError::VersionAlreadyExists(_)
                | TransactionError::MaxCommitAttempts(_)
                | TransactionError::CommitConflict(_)
        ),
        _ => false,
    }
}

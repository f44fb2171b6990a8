//! Sessions in which queries run: bounded in memory, with the tables and functions that users know.

use std::sync::Arc;

use arrow_array::RecordBatch;
use datafusion::dataframe::DataFrame;
use datafusion::execution::context::{SQLOptions, SessionConfig, SessionContext};
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{cast, col};

use crate::error::Result;
use crate::functions;
use crate::provider::FilesOfTable;
use crate::table::View;

/// What a query may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Memory for sorting, grouping and joining, bytes; beyond it the query spills to disk.
    pub memory: usize,
    /// Room for what spills, bytes; never more than half of what is free when the query begins.
    pub disk: u64,
    /// How long it may run, seconds.
    pub seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { memory: 512 << 20, disk: 8 << 30, seconds: 300 }
    }
}

/// A session without tables.
pub(crate) fn new(limits: Limits) -> Result<SessionContext> {
    let disk = DiskManagerBuilder::default()
        .with_mode(DiskManagerMode::OsTmpDirectory)
        .with_max_temp_directory_size(limits.disk.min(free() / 2));
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(FairSpillPool::new(limits.memory)))
        .with_disk_manager_builder(disk)
        .build_arc()?;
    let config = SessionConfig::new().with_information_schema(true);
    let session = SessionContext::new_with_config_rt(config, runtime);
    for function in functions::all() {
        session.register_udf(function);
    }
    Ok(session)
}

/// Bytes that are free where queries spill; where that is not known, as many as anybody wants.
fn free() -> u64 {
    let disk = rustix::fs::statvfs(std::env::temp_dir());
    disk.map_or(u64::MAX, |disk| disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Makes a view of a table known to a session under a name.
pub(crate) async fn register(session: &SessionContext, name: &str, view: &View) -> Result<()> {
    register_files(session, name, view, view.files().await?)
}

/// Makes some files of a table known to a session under a name.
pub(crate) fn register_files(
    session: &SessionContext,
    name: &str,
    view: &View,
    files: Vec<crate::file::File>,
) -> Result<()> {
    let at = ObjectStoreUrl::parse(format!("table://{}", view.spec().name))?;
    session.register_object_store(at.as_ref(), view.store());
    let table = Arc::new(FilesOfTable::new(view.spec(), files, at));
    session.register_table(name, table)?;
    Ok(())
}

/// Makes the accesses known as users know them: with `last_seen`, which is a view.
pub(crate) async fn register_access(session: &SessionContext, view: &View) -> Result<()> {
    let (name, rows) = (view.spec().name, format!("{}_rows", view.spec().name));
    register(session, &rows, view).await?;
    let last = cast(
        cast(col("first_seen"), arrow_schema::DataType::Int64) + col("duration"),
        observation::Type::Time.arrow(),
    );
    let mut columns: Vec<_> = view.spec().fields.iter().map(|field| col(field.name)).collect();
    columns.insert(1, last.alias("last_seen"));
    let table = session.table(rows.as_str()).await?.select(columns)?;
    session.deregister_table(rows.as_str())?;
    session.register_table(name, table.into_view())?;
    Ok(())
}

/// Plans a query of ours. It may only read, as users' may.
pub(crate) async fn plan(session: &SessionContext, query: &str) -> Result<DataFrame> {
    let options =
        SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    Ok(session.sql_with_options(query, options).await?)
}

/// Runs a query of ours.
pub(crate) async fn rows(session: &SessionContext, query: &str) -> Result<Vec<RecordBatch>> {
    Ok(plan(session, query).await?.collect().await?)
}

/// A text as it stands in a query.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

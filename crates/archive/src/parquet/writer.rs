//! One Parquet file on its way into a store.

use std::sync::Arc;

use arrow_array::RecordBatch;
use bytes::Bytes;
use deltalake_core::Path;
use deltalake_core::logstore::ObjectStoreRef;
use deltalake_core::logstore::object_store::ObjectStoreExt as _;
use deltalake_core::logstore::object_store::buffered::BufWriter;
use parquet::arrow::async_writer::AsyncFileWriter as _;

use super::contents::{Contents, Order};
use crate::error::{Error, Result};
use crate::table::Spec;

/// Bytes of a file that wait in memory before they are written.
const BUFFER: usize = 1 << 20;

/// Writes one file of a table.
pub(crate) struct Writer {
    table: &'static str,
    columns: Vec<usize>,
    contents: Contents,
    sink: BufWriter,
    path: Path,
    store: ObjectStoreRef,
}

impl Writer {
    pub(crate) fn new(
        spec: &'static Spec,
        store: ObjectStoreRef,
        path: Path,
        order: Order,
    ) -> Result<Self> {
        let sink = BufWriter::with_capacity(Arc::clone(&store), path.clone(), BUFFER);
        let contents = Contents::new(&spec.file_schema(), order)
            .map_err(|error| Error::Parquet(spec.name, error.to_string()))?;
        let partition = |name: &str| Some(name) == spec.partition;
        let columns = (0..spec.fields.len())
            .filter(|&at| spec.fields.get(at).is_some_and(|f| !partition(f.name)));
        Ok(Writer { table: spec.name, columns: columns.collect(), contents, sink, path, store })
    }

    /// Writes rows that have all columns of the table; the partition's is left out.
    pub(crate) async fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        let inside = rows.project(&self.columns).map_err(|error| self.failed(error))?;
        self.contents.write(&inside).map_err(|error| self.failed(error))?;
        self.send().await
    }

    /// Finishes the file. Gives its length in bytes.
    pub(crate) async fn finish(mut self) -> Result<u64> {
        self.contents.finish().map_err(|error| self.failed(error))?;
        self.send().await?;
        self.sink.complete().await.map_err(|error| self.failed(error))?;
        let meta = self.store.head(&self.path).await;
        Ok(meta.map_err(|error| self.failed(error))?.size)
    }

    async fn send(&mut self) -> Result<()> {
        let bytes = self.contents.take();
        if bytes.is_empty() {
            return Ok(());
        }
        let sent = self.sink.write(Bytes::from(bytes)).await;
        sent.map_err(|error| self.failed(error))
    }

    fn failed(&self, error: impl ToString) -> Error {
        Error::Parquet(self.table, error.to_string())
    }
}

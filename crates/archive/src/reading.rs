//! A Parquet file of a store, read in ranges.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use deltalake_core::Path;
use deltalake_core::logstore::ObjectStoreRef;
use deltalake_core::logstore::object_store::{self, ObjectStoreExt as _};
use futures::future::BoxFuture;
use futures::{FutureExt as _, TryFutureExt as _};
use parquet::arrow::arrow_reader::ArrowReaderOptions;
use parquet::arrow::async_reader::AsyncFileReader;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};

use crate::file::File;

/// Reads one file.
pub(crate) struct Reading {
    store: ObjectStoreRef,
    path: Path,
    size: u64,
}

impl Reading {
    pub(crate) fn new(store: ObjectStoreRef, file: &File) -> Self {
        let path = Path::from(file.add.path.as_str());
        Self::at(store, path, u64::try_from(file.add.size).unwrap_or_default())
    }

    /// A file of so many bytes.
    pub(crate) fn at(store: ObjectStoreRef, path: Path, size: u64) -> Self {
        Reading { store, path, size }
    }
}

impl AsyncFileReader for Reading {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, Result<Bytes>> {
        self.store.get_range(&self.path, range).map_err(failed).boxed()
    }

    fn get_byte_ranges(&mut self, ranges: Vec<Range<u64>>) -> BoxFuture<'_, Result<Vec<Bytes>>> {
        async move { self.store.get_ranges(&self.path, &ranges).await.map_err(failed) }.boxed()
    }

    fn get_metadata<'a>(
        &'a mut self,
        options: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, Result<Arc<ParquetMetaData>>> {
        let size = self.size;
        let reader = ParquetMetaDataReader::new().with_arrow_reader_options(options);
        async move { reader.load_and_finish(self, size).await.map(Arc::new) }.boxed()
    }
}

fn failed(error: object_store::Error) -> ParquetError {
    ParquetError::External(Box::new(error))
}

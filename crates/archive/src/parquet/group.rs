//! The rows of one row group, column by column.

use arrow_array::RecordBatch;
use bytes::Bytes;
use parquet::basic::Compression;
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::{ParquetError, Result};
use parquet::schema::types::SchemaDescPtr;

use super::chunk::{Chunk, Desk, Way};

/// How the columns of a file are written.
pub(super) struct Plan {
    /// The compression as the file names it, and its level.
    pub(super) compression: (Compression, i32),
    /// How the column with a name is written.
    pub(super) way: fn(&str) -> Way,
    /// Whether the bounds of the column with a name are kept.
    pub(super) bounded: fn(&str) -> bool,
}

/// Writes row groups, one after the other.
pub(super) struct Groups {
    schema: SchemaDescPtr,
    plan: Plan,
    desk: Desk,
    columns: Vec<Chunk>,
    rows: usize,
}

impl Groups {
    /// Groups of a file with these columns.
    pub(super) fn new(schema: SchemaDescPtr, plan: Plan) -> Result<Self> {
        let (compression, level) = plan.compression;
        let desk = Desk::new(level, compression);
        let desk = desk.map_err(|error| ParquetError::External(Box::new(error)))?;
        Ok(Groups { schema, plan, desk, columns: Vec::new(), rows: 0 })
    }

    /// Rows of the present group.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Writes rows, a page to each column.
    pub(super) fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        if rows.num_rows() == 0 {
            return Ok(());
        }
        if self.columns.is_empty() {
            self.begin();
        }
        for (chunk, column) in self.columns.iter_mut().zip(rows.columns()) {
            chunk.write(&**column, &mut self.desk)?;
        }
        self.rows += rows.num_rows();
        Ok(())
    }

    fn begin(&mut self) {
        let Plan { way, bounded, .. } = self.plan;
        let chunk = |column: &parquet::schema::types::ColumnDescPtr| {
            Chunk::new(column.clone(), way(column.name()), bounded(column.name()))
        };
        self.columns = self.schema.columns().iter().map(chunk).collect();
    }

    /// Ends the present group. Gives its columns.
    pub(super) fn close(&mut self) -> Result<Vec<(Bytes, ColumnCloseResult)>> {
        self.rows = 0;
        let columns = std::mem::take(&mut self.columns);
        columns.into_iter().map(|chunk| chunk.close(&mut self.desk)).collect()
    }
}

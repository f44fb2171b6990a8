//! What a file holds: row groups, and the end that says where they are.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::Schema;
use parquet::arrow::{ArrowSchemaConverter, add_encoded_arrow_schema_to_metadata};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;

use super::chunk::Way;
use super::group::{Groups, Plan};

/// Rows of a row group: enough for a good dictionary, little enough for a small machine.
const ROW_GROUP: usize = 131_072;
/// Rows of a page at most.
const PAGE: usize = 32_768;
/// How hard zstd tries on rows as they come: higher levels cost more time than their bytes are worth.
const LEVEL: i32 = 1;
/// And on rows that are written once more, for good.
const LEVEL_FOR_GOOD: i32 = 3;

/// The rows of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// As they came.
    Time,
    /// Sorted by compaction, accesses by their sources.
    Sorted,
}

/// The bytes of one file, as far as they are known.
pub(super) struct Contents {
    file: SerializedFileWriter<Vec<u8>>,
    groups: Groups,
}

impl Contents {
    /// A file of rows with these columns.
    pub(super) fn new(schema: &Schema, order: Order) -> Result<Self> {
        let mut properties = WriterProperties::builder().build();
        add_encoded_arrow_schema_to_metadata(schema, &mut properties);
        let columns = ArrowSchemaConverter::new().convert(schema)?;
        let root = columns.root_schema_ptr();
        let file = SerializedFileWriter::new(Vec::new(), root, Arc::new(properties))?;
        let (level, way): (i32, fn(&str) -> Way) = match order {
            Order::Time => (LEVEL, way),
            Order::Sorted => (LEVEL_FOR_GOOD, way_of_sorted),
        };
        let compression = Compression::ZSTD(ZstdLevel::try_new(level)?);
        let plan = Plan { compression: (compression, level), way, bounded };
        Ok(Contents { file, groups: Groups::new(Arc::new(columns), plan)? })
    }

    pub(super) fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        let mut at = 0;
        while at < rows.num_rows() {
            let length = (rows.num_rows() - at).min(PAGE).min(ROW_GROUP - self.groups.rows());
            self.groups.write(&rows.slice(at, length))?;
            at += length;
            if self.groups.rows() >= ROW_GROUP {
                self.close_group()?;
            }
        }
        Ok(())
    }

    fn close_group(&mut self) -> Result<()> {
        if self.groups.rows() == 0 {
            return Ok(());
        }
        let mut group = self.file.next_row_group()?;
        for (bytes, closed) in self.groups.close()? {
            group.append_column(&bytes, closed)?;
        }
        group.close().map(|_| ())
    }

    /// Writes what is left and the file's end.
    pub(super) fn finish(&mut self) -> Result<()> {
        self.close_group()?;
        self.file.finish().map(|_| ())
    }

    /// The bytes that have been finished since the last call.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(self.file.inner_mut())
    }
}

/// How a column is written, as measured on 4.7 million accesses in the order of their times: a
/// dictionary of columns whose values seldom come again costs time and bytes. The encodings are
/// those that every reader of Parquet has known for long.
fn way(column: &str) -> Way {
    match column {
        "first_seen" | "bytes" => Way::Differences,
        "src" => Way::Lengths,
        "src_port" => Way::Plain,
        _ => Way::Dictionary,
    }
}

/// The same of accesses that are sorted by their sources: each address stands beside itself, and what is
/// alike in all, their lengths, costs nothing in so long a run.
fn way_of_sorted(column: &str) -> Way {
    match column {
        "src" | "dst_port" => Way::Plain,
        other => way(other),
    }
}

/// Bounds are kept where a question passes over row groups by them.
fn bounded(column: &str) -> bool {
    matches!(column, "first_seen" | "src" | "hour")
}

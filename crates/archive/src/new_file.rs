//! A file on its way into a table, which does not know of it yet.

use arrow_array::RecordBatch;
use deltalake_core::Path;
use deltalake_core::kernel::Add;
use observation::Micros;
use uuid::Uuid;

use crate::Archive;
use crate::day::Day;
use crate::error::Result;
use crate::file::{Stats, add};
use crate::parquet::{Order, Writer};
use crate::table::Table;

impl Archive {
    /// Writes rows into one file, which no table knows of yet.
    pub(crate) async fn write_file(&self, table: &Table, rows: &RecordBatch) -> Result<Add> {
        let mut file = self.begin_file(table, None, None).await?;
        file.write(rows).await?;
        file.finish().await
    }

    /// Begins a file which no table knows of yet.
    pub(crate) async fn begin_file(
        &self,
        table: &Table,
        day: Option<Day>,
        name: Option<String>,
    ) -> Result<NewFile> {
        let name = name.unwrap_or_else(|| format!("part-{}.parquet", Uuid::new_v4()));
        let path = day.map_or(name.clone(), |day| format!("day={day}/{name}"));
        let at = Path::from(path.as_str());
        let writer = Writer::new(table.spec, table.store().await, at, Order::Time)?;
        Ok(NewFile { writer, path, day, rows: 0 })
    }
}

/// A file on its way into a table.
pub(crate) struct NewFile {
    writer: Writer,
    path: String,
    day: Option<Day>,
    rows: u64,
}

impl NewFile {
    /// Writes rows that have all columns of the table.
    pub(crate) async fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        self.rows += rows.num_rows() as u64;
        self.writer.write(rows).await
    }

    /// Finishes the file. Gives what puts it into its table.
    pub(crate) async fn finish(self) -> Result<Add> {
        self.finish_spanning(None).await
    }

    /// The same for rows that were first seen between two moments.
    pub(crate) async fn finish_spanning(self, span: Option<(Micros, Micros)>) -> Result<Add> {
        let size = self.writer.finish().await?;
        Ok(add(self.path, size, self.day, &Stats::new(self.rows, span), true))
    }
}

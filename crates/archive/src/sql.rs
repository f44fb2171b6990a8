//! Users' own queries: reading only, bounded in memory and time.

use std::io::Write;
use std::time::Duration;

use arrow_array::RecordBatch;
use datafusion::arrow::csv::WriterBuilder;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::json::writer::{JsonArray, WriterBuilder as JsonBuilder};
use datafusion::arrow::util::display::FormatOptions;
use datafusion::arrow::util::pretty::pretty_format_batches_with_options;
use datafusion::error::DataFusionError;
use futures::TryStreamExt as _;

use crate::Archive;
use crate::error::{Error, Result};
use crate::functions;
use crate::session::{self, Limits};

/// Rows that a table for eyes shows at most: all of them are held until their widths are known.
const MOST_ROWS: usize = 100_000;

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For eyes.
    Table,
    /// With a header; null is empty; times are RFC 3339 with Z.
    Csv,
    /// An array of objects.
    Json,
}

/// A user's query.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// One SELECT.
    pub text: &'a str,
    /// What it may use.
    pub limits: Limits,
    /// How its answer is written.
    pub format: Format,
}

impl Archive {
    /// Runs a query over the tables and writes its answer.
    ///
    /// # Errors
    /// The query is none that only reads, fails, or takes more than its limits; or `out` fails.
    pub async fn sql(&self, query: Query<'_>, out: &mut (dyn Write + Send)) -> Result<()> {
        let seconds = query.limits.seconds;
        tokio::time::timeout(Duration::from_secs(seconds), self.run(query, out))
            .await
            .unwrap_or(Err(Error::TimeLimit(seconds)))
    }

    async fn run(&self, query: Query<'_>, out: &mut (dyn Write + Send)) -> Result<()> {
        let session = session::new(query.limits)?;
        session.register_udf(functions::scanner(&self.scanners));
        if query.text.to_ascii_lowercase().contains("daily") {
            self.refresh_daily().await?;
        }
        session::register_access(&session, &self.access.view().await?).await?;
        for table in self.tables() {
            if table.spec.name != self.access.spec.name {
                session::register(&session, table.spec.name, &table.view().await?).await?;
            }
        }
        let frame = session::plan(&session, query.text).await.map_err(forbidden)?;
        let schema = std::sync::Arc::clone(frame.schema().inner());
        let stream = frame.execute_stream().await?;
        match query.format {
            Format::Table => table(stream, out).await,
            Format::Csv => csv(&schema, stream, out).await,
            Format::Json => json(stream, out).await,
        }
    }
}

/// Tells a query that is refused from one that fails.
fn forbidden(error: Error) -> Error {
    match error {
        Error::Query(error) => match *error {
            DataFusionError::Plan(why) if why.contains("not supported") => Error::Forbidden(why),
            error => Error::Query(Box::new(error)),
        },
        error => error,
    }
}

async fn table(
    mut stream: datafusion::execution::SendableRecordBatchStream,
    out: &mut (dyn Write + Send),
) -> Result<()> {
    let mut rows: Vec<RecordBatch> = Vec::new();
    while let Some(batch) = stream.try_next().await? {
        rows.push(batch);
        if rows.iter().map(RecordBatch::num_rows).sum::<usize>() > MOST_ROWS {
            return Err(Error::Usage(format!(
                "the answer has more than {MOST_ROWS} rows: add a limit, or write it as it comes \
                 with --format csv"
            )));
        }
    }
    let options = FormatOptions::default().with_null("");
    let text = pretty_format_batches_with_options(&rows, &options).map_err(failed)?;
    writeln!(out, "{text}").map_err(|error| failed(error.into()))
}

async fn csv(
    schema: &datafusion::arrow::datatypes::Schema,
    mut rows: datafusion::execution::SendableRecordBatchStream,
    out: &mut (dyn Write + Send),
) -> Result<()> {
    let mut header = true;
    let empty = RecordBatch::new_empty(std::sync::Arc::new(schema.clone()));
    let mut write = |batch: &RecordBatch| {
        let mut writer = WriterBuilder::new().with_header(header).build(&mut *out);
        header = false;
        writer.write(batch).map_err(failed)
    };
    write(&empty)?;
    while let Some(batch) = rows.try_next().await? {
        write(&batch)?;
    }
    Ok(())
}

async fn json(
    mut rows: datafusion::execution::SendableRecordBatchStream,
    out: &mut (dyn Write + Send),
) -> Result<()> {
    let mut writer = JsonBuilder::new().with_explicit_nulls(true).build::<_, JsonArray>(&mut *out);
    while let Some(batch) = rows.try_next().await? {
        writer.write(&batch).map_err(failed)?;
    }
    writer.finish().map_err(failed)?;
    drop(writer);
    writeln!(out).map_err(|error| failed(error.into()))
}

fn failed(error: ArrowError) -> Error {
    Error::Query(Box::new(error.into()))
}

//! What can go wrong in the archive, and who is at fault.

use datafusion::error::DataFusionError;
use deltalake_core::DeltaTableError;

/// What the archive answers when it cannot do as asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The location cannot hold an archive.
    #[error("the archive cannot be at {0}: {1}")]
    Location(String, String),
    /// The disk or object store under a table failed.
    #[error("table {table}: {source}")]
    Store {
        /// The table.
        table: &'static str,
        /// What the store said.
        source: Box<DeltaTableError>,
    },
    /// A log that was there is not there any more.
    #[error(
        "the log of table {0} is gone, or lost its newest entries: restore it, and start anew; \
         nothing is written before"
    )]
    Gone(&'static str),
    /// Others kept on writing the same table.
    #[error("table {0} is being written by others all the time: try again later")]
    Busy(&'static str),
    /// A question failed inside the engine.
    #[error("the query failed: {0}")]
    Query(Box<DataFusionError>),
    /// A query that reading alone does not need.
    #[error("only queries that read are allowed here: {0}")]
    Forbidden(String),
    /// A query that ran out of its time.
    #[error("the query took longer than {0} s: narrow it, or raise the limit in the settings")]
    TimeLimit(u64),
    /// A file of rows could not be written or read.
    #[error("a file of table {0} could not be written: {1}")]
    Parquet(&'static str, String),
    /// What is sorted or counted has no room on the disk.
    #[error(
        "a temporary file failed: {0}; make room in the folder for temporary files, or name another \
         by TMPDIR"
    )]
    Room(std::io::Error),
    /// Rows that are spread over more days than any capture could be.
    #[error(
        "the rows are spread over more than {0} files, one for each day that the capture's clock \
         visits: its times are damaged; sort it by time (reordercap) and import it again"
    )]
    TooManyFiles(usize),
    /// Rows of a day that was dropped by retention.
    #[error(
        "day {0} was dropped from the archive, or shares a civil day with one that was; daily counts \
         are kept and cannot change"
    )]
    Retired(String),
    /// Another zone than that of counts whose rows were dropped.
    #[error(
        "the daily counts are of days in {counted}, and rows of some of them were dropped, so that they \
         cannot be counted anew in {now}: set zone = \"{counted}\""
    )]
    OtherZone {
        /// The zone of the counts.
        counted: String,
        /// The zone that is set.
        now: String,
    },
    /// What was asked makes no sense.
    #[error("{0}")]
    Usage(String),
}

/// A result of the archive.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl From<DataFusionError> for Error {
    fn from(error: DataFusionError) -> Self {
        Error::Query(Box::new(error))
    }
}

/// Names the table in an error of its store.
pub(crate) trait AtTable<T> {
    fn at(self, table: &'static str) -> Result<T>;
}

impl<T, E: Into<DeltaTableError>> AtTable<T> for Result<T, E> {
    fn at(self, table: &'static str) -> Result<T> {
        self.map_err(|error| Error::Store { table, source: Box::new(error.into()) })
    }
}

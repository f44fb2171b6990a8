//! What can go wrong when a bulletin is made.

/// Why there is no bulletin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The archive could not answer a question.
    #[error(transparent)]
    Archive(#[from] archive::Error),
    /// A chart could not be drawn.
    #[error("the chart {0} could not be drawn: {1}")]
    Chart(&'static str, String),
    /// A table could not be put into CSV.
    #[error("the table {0} could not be written as CSV: {1}")]
    Table(&'static str, csv::Error),
    /// The archive's zone is not in the time zone database.
    #[error(
        "the archive's time zone {0:?} is not known on this machine: install its time zone data"
    )]
    Zone(String),
}

/// A result of this room.
pub type Result<T, E = Error> = std::result::Result<T, E>;

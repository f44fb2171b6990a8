//! What can go wrong when a bulletin is made.

/// Why there is no bulletin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The archive could not answer a question.
    #[error(transparent)]
    Archive(#[from] archive::Error),
    /// The archive's zone is not in the time zone database.
    #[error(
        "the archive's time zone {0:?} is not known on this machine: install its time zone data"
    )]
    Zone(String),
}

/// A result of this room.
pub type Result<T, E = Error> = std::result::Result<T, E>;

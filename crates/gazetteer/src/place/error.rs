//! Why a database cannot be used.

use std::path::PathBuf;

/// Why a database file is refused. Each message begins with the file's path.
#[derive(Debug, thiserror::Error)]
pub enum AtlasError {
    /// The system does not give the file's bytes.
    #[error("{}: cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is larger than any database of countries or autonomous systems.
    #[error(
        "{}: is larger than {limit} bytes, the most that is read; give a database of countries or \
         autonomous systems, not of cities",
        path.display()
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most bytes that are read.
        limit: u64,
    },
    /// The file is no MMDB file, or a damaged one.
    #[error("{}: no MMDB file, or a damaged one: {reason}; download it again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The file is a good one, of something else.
    #[error("{}: its records hold no {wanted}: is it the right database?", path.display())]
    Other {
        /// The file.
        path: PathBuf,
        /// What was looked for.
        wanted: &'static str,
    },
}

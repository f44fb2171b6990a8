//! A file's way into the archive: a capture's, or a log's.
//!
//! Each capture is a fold of its own, flushed at its end, so that its rows depend on the file and
//! the settings alone; each line of a log is an access or counted with its reason. Rows are staged
//! while the file is read; when it has been read, its identity and its span are known, and then it
//! goes in, in this order:
//!
//! 1. the ledger: refused here are the same bytes with other settings, and, unless allowed, a span
//!    that overlaps another file's of the same point;
//! 2. its accesses, in one commit;
//! 3. its coverage, in one commit.
//!
//! Killed at any moment, an import leaves all of a step or none, and the same import again does what
//! is left. Only when the coverage is there is a file imported, and importing it again does nothing.

mod captured;
mod error;
mod hours;
mod identity;
mod import;
mod logged;
mod orders;
mod points;
mod read;
mod summary;
#[cfg(test)]
mod tests;

pub use capture::file::FileError;
pub use capture::fold::{Expect, Mode, Overlap, Spans, Watch, WatchedPoint};
pub use error::ImportError;
pub use import::{Import, Progress};
pub use orders::{Format, Orders};
pub use points::{PointsError, points_from_toml};
pub use summary::{FileSummary, Summary};
pub use tables::{BadZone, Map, MapError, Report, Tally, Zone};

//! A capture file's way into the archive.
//!
//! Each file is a fold of its own, flushed at its end, so that its rows depend on the file and the
//! settings alone. Rows are staged while the file is read; when it has been read, its identity and
//! its span are known, and then it goes in, in this order:
//!
//! 1. the ledger: refused here are the same bytes with other settings, and, unless allowed, a span
//!    that overlaps another file's of the same point;
//! 2. its accesses, in one commit;
//! 3. its coverage, in one commit.
//!
//! Killed at any moment, an import leaves all of a step or none, and the same import again does what
//! is left. Only when the coverage is there is a file imported, and importing it again does nothing.

mod identity;
mod import;
mod points;
mod summary;
#[cfg(test)]
mod tests;

pub use capture::file::FileError;
pub use capture::fold::{Expect, Mode, Overlap, Spans, Watch, WatchedPoint};
pub use import::{Import, ImportError, Progress};
pub use points::{PointsError, points_from_toml};
pub use summary::{FileSummary, Summary};

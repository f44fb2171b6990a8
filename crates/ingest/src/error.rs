//! Why a file was not imported.

use capture::file::FileError;
use capture::fold::TooManyHours;
use observation::Point;

/// Why a file was not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file is no capture that we read.
    #[error("{0}")]
    File(#[from] FileError),
    /// The archive failed.
    #[error("{0}")]
    Archive(#[from] archive::Error),
    /// The file's clock is damaged.
    #[error("{file}: {why}")]
    Clock {
        /// The file.
        file: String,
        /// What is wrong.
        why: TooManyHours,
    },
    /// The log does not begin as it should.
    #[error("{file}: {why}")]
    Log {
        /// The file.
        file: String,
        /// What is wrong.
        why: tables::TableError,
    },
    /// The log cannot be read as the user asked.
    #[error("{file}: {why}")]
    Orders {
        /// The file.
        file: String,
        /// What is missing or too much.
        why: &'static str,
    },
    /// The same bytes under other settings.
    #[error(
        "{file} was imported for point {point} with other settings (format, mode, watch list, \
         points, map, year or zone): its accesses would be counted twice"
    )]
    OtherSettings {
        /// The file.
        file: String,
        /// The point.
        point: Point,
    },
    /// Another file of the same stretch of time.
    #[error(
        "{file} overlaps in time with {other}, which was imported for point {point}: \
         packets in both would be counted twice; if they hold different packets, add --overlap"
    )]
    Overlaps {
        /// The file.
        file: String,
        /// The file that was there.
        other: String,
        /// The point.
        point: Point,
    },
    /// Some points of a file had been imported and some had not.
    #[error("{0} was imported for some of these points only: remove those from the list")]
    Mixed(String),
}

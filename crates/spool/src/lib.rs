//! A durable journal of opaque records.

mod bytes;
mod disk;
mod error;
mod folder;
mod header;
mod journal;
mod limits;
mod marks;
mod open;
mod read;
mod record;
mod replay;
mod scan;
mod segment;
#[cfg(test)]
mod tests;

pub use disk::{Disk, DiskFile};
pub use error::{AppendError, DiskError, OpenError, ReadError};
pub use folder::Folder;
pub use journal::{Journal, Usage};
pub use limits::{Limits, Share};
pub use open::Repairs;
pub use read::{Batch, Lost, Most, Record};
pub use record::{LANES, Lane, MAXIMUM_PAYLOAD};
pub use replay::Replayed;

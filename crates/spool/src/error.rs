//! What can go wrong with a spool.

use std::fmt::Display;
use std::io;

use thiserror::Error;

/// The disk did not do what it was asked for.
#[derive(Debug, Error)]
#[error("the spool's disk fails: cannot {doing} {name}: {source}")]
pub struct DiskError {
    /// What was tried.
    pub doing: &'static str,
    /// The file.
    pub name: String,
    /// What the operating system says.
    pub source: io::Error,
}

impl DiskError {
    /// Whether there is no room left on the file system.
    pub fn is_full(&self) -> bool {
        matches!(self.source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
    }
}

/// Says what was tried when the operating system refused.
pub(crate) fn at(doing: &'static str, name: impl Display) -> impl FnOnce(io::Error) -> DiskError {
    move |source| DiskError { doing, name: name.to_string(), source }
}

/// Why a spool cannot be opened.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Somebody else has it open.
    #[error("the spool in {folder} is in use by another process: stop that one first")]
    InUse {
        /// The folder.
        folder: String,
    },
    /// The settings cannot work.
    #[error("the spool's limits cannot work: {0}")]
    Limits(&'static str),
    /// The disk fails.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A file of a later version of this program.
    #[error("{name} is of format {version}, which is not read: run the program that wrote it")]
    Version {
        /// The file.
        name: String,
        /// The version that it claims.
        version: u16,
    },
    /// A file of another spool lies among this one's.
    #[error("{name} belongs to another spool: move it out of the folder")]
    Foreign {
        /// The file.
        name: String,
    },
    /// What the newest segment begins with is damaged, so that its numbers are not certain.
    #[error("{name} is damaged where it begins: move the folder away, and a new spool is begun")]
    Damaged {
        /// The file.
        name: String,
    },
    /// Less is there than was once durable.
    #[error(
        "the spool ends at {found} where {known} were durable once, as after damage or a copy put back: \
         move the folder away, and a new spool is begun"
    )]
    RolledBack {
        /// The number that it ends with.
        found: u64,
        /// The number that was durable.
        known: u64,
    },
}

/// Why a record is not taken.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AppendError {
    /// The budget for such records is used up.
    #[error("the spool is full: {used} of {limit} bytes are used")]
    Full {
        /// Bytes used by records of its family.
        used: u64,
        /// Bytes that such a record may fill the family to.
        limit: u64,
    },
    /// The file system has no more than the free space that must be left.
    #[error("the spool's disk is full: {free} bytes are free, and {keep} must be left")]
    NoRoom {
        /// Bytes free.
        free: u64,
        /// Bytes that must be left.
        keep: u64,
    },
    /// The payload is longer than a record may be.
    #[error("a record of {length} bytes is longer than the {most} that the spool takes: split it")]
    TooLong {
        /// Bytes of the payload.
        length: usize,
        /// Bytes that it may have.
        most: usize,
    },
    /// A record without a row.
    #[error("a record to be delivered has no row: we wrote nothing")]
    NoRows,
    /// 2⁶⁴ rows or records.
    #[error("the spool has no more numbers: begin a new one")]
    NoNumbers,
    /// The write buffer is full, and the disk does not take it.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

/// Why records cannot be read, or forgotten.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// They are forgotten.
    #[error("rows after {after} were asked for, but those up to {forgotten} are forgotten")]
    Forgotten {
        /// The number asked for.
        after: u64,
        /// The last number that is forgotten.
        forgotten: u64,
    },
    /// They are not durable, and may never be.
    #[error("number {number} is not durable yet: {durable} is")]
    NotDurable {
        /// The number asked for.
        number: u64,
        /// The last durable number.
        durable: u64,
    },
    /// A number within a record.
    #[error("number {after} lies within a record: records are delivered whole")]
    Within {
        /// The number asked for.
        after: u64,
    },
    /// The disk fails, and may be tried again.
    #[error("{source}; rows up to {resume} cannot be read until it does not")]
    Disk {
        /// What failed.
        source: DiskError,
        /// The last number in the segment that cannot be read: after it, reading goes on.
        resume: u64,
    },
}

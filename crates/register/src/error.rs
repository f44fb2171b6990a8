//! What can go wrong.

use std::path::PathBuf;

use incident::case::CaseError;
use incident::log::Broken;
use incident::name::BadEntry;
use incident::rule::{BadRule, CountError, Incomparable};

/// The result of this room.
pub type Result<T> = std::result::Result<T, Error>;

/// Why something cannot be done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The database cannot be reached. The operator, or the disk, is at fault.
    #[error("the book of reports at {place} cannot be opened: {reason}")]
    Open {
        /// Where it should be, without a password.
        place: String,
        /// What the database says.
        reason: String,
    },
    /// The database refuses. The disk is at fault, or we are.
    #[error("the book of reports fails: {0}")]
    Database(String),
    /// A later version of this program wrote it.
    #[error(
        "the book of reports has version {found}, and this program knows {known}: use a newer one"
    )]
    Newer {
        /// Its version.
        found: i64,
        /// The newest that is known.
        known: i64,
    },
    /// Something in it cannot be. Somebody, or the disk, changed it.
    #[error("the book of reports is damaged: {0}")]
    Damaged(String),
    /// The log is not whole.
    #[error(transparent)]
    Log(#[from] Broken),
    /// An item is larger than is taken. Whoever sent it is at fault.
    #[error("an item of {0} bytes is larger than is taken: send it in parts")]
    TooLarge(usize),
    /// There is no such thing. Whoever asks is at fault.
    #[error("there is no {0}")]
    NotFound(String),
    /// A case cannot be changed so.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// The registry of names refuses.
    #[error(transparent)]
    Name(#[from] BadEntry),
    /// There is no such rule.
    #[error(transparent)]
    Rule(#[from] BadRule),
    /// A month cannot be counted.
    #[error(transparent)]
    Count(#[from] CountError),
    /// Two months do not compare.
    #[error(transparent)]
    Compare(#[from] Incomparable),
    /// The month is closed already.
    #[error("{0} is closed already")]
    Closed(incident::Month),
    /// The month goes on. Whoever closes it waits.
    #[error("{0} is not over, and cannot be closed")]
    NotOver(incident::Month),
    /// The bytes are gone, as a reporter's contact was erased.
    #[error("the bytes of item {0} were withdrawn")]
    Withdrawn(incident::record::ItemId),
    /// The name of an account is taken. Whoever chose it chooses another.
    #[error("the name {0:?} is taken: choose another")]
    Taken(String),
    /// Nobody would be left to look after accounts.
    #[error("the last administrator stays one: make another first")]
    LastAdministrator,
    /// More waits than can. Try again.
    #[error("the book of reports is busy: try again in a moment")]
    Busy,
    /// Nobody is named who exports. The operator is at fault.
    #[error(
        "the format names its sender: set organisation and contact, an address for mail, in [reports]"
    )]
    House,
    /// A file or folder fails.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Error {
        Error::Damaged(error.to_string())
    }
}

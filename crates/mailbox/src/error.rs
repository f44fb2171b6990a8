//! What can go wrong.

use std::path::PathBuf;

/// The result of this room.
pub type Result<T> = std::result::Result<T, Error>;

/// Why mails cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address is none. The operator is at fault.
    #[error(
        "the mailbox's address is none: write it like imaps://user@host/INBOX, and the password into its own file"
    )]
    Address,
    /// A host's name is none.
    #[error("{0:?} is no name of a host")]
    Host(String),
    /// The authority's certificate cannot be read.
    #[error("the certificate {} cannot be read: {reason}", path.display())]
    Authority {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The server cannot be reached, or shows a certificate that is not trusted.
    #[error("the mail server {host}:{port} cannot be reached: {source}")]
    Unreachable {
        /// Its name.
        host: String,
        /// Its port.
        port: u16,
        /// What the system or TLS says.
        source: std::io::Error,
    },
    /// The server does not know the account.
    #[error("the mail server refuses the account: {0}")]
    Refused(String),
    /// The server keeps no keywords.
    #[error(
        "the mail server keeps no keywords in this mailbox, by which mails are marked: choose another mailbox"
    )]
    Keywords,
    /// The server says nothing any more.
    #[error("the mail server does not answer")]
    Silent,
    /// The server says what cannot be.
    #[error("the mail server fails: {0}")]
    Server(#[from] async_imap::error::Error),
}

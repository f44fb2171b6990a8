//! Why a list of scanners cannot be used.

use std::path::PathBuf;

/// Why a list of scanners is refused. Each message begins with the file's path.
#[derive(Debug, thiserror::Error)]
pub enum ScannersError {
    /// The system does not give the file's bytes.
    #[error("{}: cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is larger than any such list.
    #[error("{}: is larger than {limit} bytes, the most that is read; split it", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most bytes that are read.
        limit: u64,
    },
    /// The file begins like a MISP warning list and is none.
    #[error("{}: no MISP warning list: {reason}", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// No entry of the file is a network with an operator.
    #[error(
        "{}: no line holds a network and its operator, parted by a tab or by \" # \": is it the \
         right file?",
        path.display()
    )]
    Nothing {
        /// The file.
        path: PathBuf,
    },
    /// A network so wide that it cannot be one operator's.
    #[error(
        "{}: entry {entry}: {network} is wider than /{widest}, which would call half the Internet \
         a scanner; correct the list",
        path.display()
    )]
    TooWide {
        /// The file.
        path: PathBuf,
        /// The entry: a line, or an element of the list, from 1.
        entry: usize,
        /// The network.
        network: ipnet::IpNet,
        /// The shortest prefix that is taken.
        widest: u8,
    },
}

//! Whether the hub can take rows in: the archive answers, commits succeed, disks have room.

use std::path::PathBuf;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use archive::Recipient;

use crate::Hub;

/// How long the archive may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a hub is not ready.
#[derive(Debug, thiserror::Error)]
pub enum Unready {
    /// The archive.
    #[error("the archive cannot be read: {0}")]
    Archive(#[from] archive::Error),
    /// It answers too slowly.
    #[error("the archive did not answer within {0} s")]
    Late(u64),
    /// The last commit that was tried.
    #[error("the last commit failed: the log says why")]
    Commit,
    /// A disk.
    #[error("{path} has {free} bytes left, and {least} are needed: free some")]
    Full {
        /// A folder on it.
        path: PathBuf,
        /// Bytes that are free.
        free: u64,
        /// Bytes that must be.
        least: u64,
    },
    /// A disk cannot be asked.
    #[error("{path}: {error}")]
    Disk {
        /// A folder on it.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
}

impl Hub {
    /// Whether the hub can take rows in.
    ///
    /// # Errors
    /// Why not.
    pub async fn ready(&self) -> Result<(), Unready> {
        let inner = &self.inner;
        for path in &inner.settings.disks {
            room(path, inner.settings.free)?;
        }
        let look = inner.archive.standing(Recipient::Access);
        let looked = tokio::time::timeout(PATIENCE, look).await;
        looked.map_err(|_| Unready::Late(PATIENCE.as_secs()))??;
        if inner.failing.load(Relaxed) { Err(Unready::Commit) } else { Ok(()) }
    }
}

fn room(path: &std::path::Path, least: u64) -> Result<(), Unready> {
    let disk = rustix::fs::statvfs(path);
    let disk =
        disk.map_err(|error| Unready::Disk { path: path.to_owned(), error: error.into() })?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    if free >= least {
        return Ok(());
    }
    Err(Unready::Full { path: path.to_owned(), free, least })
}

//! What each point told last, in small files that several hubs and `yagura point list` share.
//!
//! Every file is replaced whole and not synced: what a loss of power takes away, the point tells again
//! within a minute.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use delivery::Status;
use observation::{Micros, Point};
use serde::{Deserialize, Serialize};

/// The longest file that is read, bytes: a status is shorter by far.
const LONGEST: u64 = 64 << 10;

/// What a point told last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// When, by the hub's clock.
    pub at: Micros,
    /// What.
    pub status: Status,
}

/// The files cannot be read or written. The disk or the operator is at fault.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {error}")]
pub struct BookError {
    /// Which file or folder.
    pub path: PathBuf,
    /// Why.
    #[source]
    pub error: io::Error,
}

pub(crate) struct Book {
    folder: PathBuf,
}

fn below(folder: &Path) -> PathBuf {
    folder.join("heard")
}

impl Book {
    /// Opens the book in a hub's folder, or makes it there.
    pub(crate) fn open(folder: &Path) -> Result<Self, BookError> {
        let path = below(folder);
        fs::create_dir_all(&path).map_err(|error| BookError { path, error })?;
        Ok(Book { folder: folder.to_owned() })
    }

    /// The hub's folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Notes what a point told. That it cannot be kept stops nobody from delivering.
    pub(crate) async fn note(&self, point: &Point, status: Status, at: Micros) {
        let path = below(&self.folder).join(format!("{point}.json"));
        let work = move || write(&path, &Heard { at, status });
        if let Ok(Err(error)) = tokio::task::spawn_blocking(work).await {
            tracing::warn!(%point, %error, "what a point told cannot be kept");
        }
    }
}

fn write(path: &Path, heard: &Heard) -> io::Result<()> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Relaxed);
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}-{number}.draft", std::process::id()));
    fs::write(&draft, serde_json::to_vec(heard)?)?;
    fs::rename(&draft, path)
}

/// What a point told last; none where it told nothing, or nothing that can be read.
pub(crate) fn heard(folder: &Path, point: &Point) -> Result<Option<Heard>, BookError> {
    let path = below(folder).join(format!("{point}.json"));
    let file = match fs::File::open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(BookError { path, error }),
        Ok(file) => file,
    };
    let mut bytes = Vec::new();
    match io::Read::read_to_end(&mut io::Read::take(file, LONGEST), &mut bytes) {
        Err(error) => Err(BookError { path, error }),
        // A loss of power may leave half of a file: the point tells again.
        Ok(_) => Ok(serde_json::from_slice(&bytes).ok()),
    }
}

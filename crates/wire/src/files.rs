//! Small files that are whole or not there, and survive a crash.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// The longest file of ours, bytes: more is not read.
const LONGEST: u64 = 1 << 20;

/// A file could not be read or written. The disk or the operator is at fault.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {error}")]
pub struct FileError {
    /// Which file.
    pub path: PathBuf,
    /// Why.
    #[source]
    pub error: io::Error,
}

trait At<T> {
    fn at(self, path: &Path) -> Result<T, FileError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T, FileError> {
        self.map_err(|error| FileError { path: path.to_owned(), error })
    }
}

/// Makes a folder that only its owner may enter.
pub(crate) fn folder(path: &Path) -> Result<(), FileError> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path).at(path)
}

/// The bytes of a file; none where there is none.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>, FileError> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other.at(path)?,
    };
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut io::Read::take(file, LONGEST), &mut bytes).at(path)?;
    Ok(Some(bytes))
}

/// Puts a file in place, durably; whoever reads sees the old or the new one. Only its owner may read
/// it.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let draft = draft(path, bytes)?;
    fs::rename(&draft, path).at(path)?;
    sync_folder(path)
}

/// Puts a file in place, durably, if there is none. False: there is one.
pub(crate) fn create(path: &Path, bytes: &[u8]) -> Result<bool, FileError> {
    let draft = draft(path, bytes)?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft).at(&draft)?;
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        other => {
            other.at(path)?;
            sync_folder(path)?;
            Ok(true)
        }
    }
}

/// Waits until no other process or thread holds the lock, and holds it until it is dropped.
pub(crate) fn lock(path: &Path) -> Result<File, FileError> {
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).truncate(false).mode(0o600).open(path).at(path)?;
    file.lock().at(path)?;
    Ok(file)
}

/// Takes a file away, if it is there.
pub(crate) fn remove(path: &Path) -> Result<(), FileError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other.at(path),
    }
}

/// The names in a folder that end so, without the ending, in order.
pub(crate) fn names(folder: &Path, ending: &str) -> Result<Vec<String>, FileError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).at(folder)? {
        let name = entry.at(folder)?.file_name();
        names.extend(name.to_str().and_then(|name| name.strip_suffix(ending)).map(str::to_owned));
    }
    names.sort_unstable();
    Ok(names)
}

fn draft(path: &Path, bytes: &[u8]) -> Result<PathBuf, FileError> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}-{number}.draft", std::process::id()));
    let draft = PathBuf::from(draft);
    let mut options = OpenOptions::new();
    let mut file =
        options.write(true).create(true).truncate(true).mode(0o600).open(&draft).at(&draft)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).at(&draft)?;
    Ok(draft)
}

fn sync_folder(path: &Path) -> Result<(), FileError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).at(folder)
}

//! A folder of the real file system.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crate::disk::{Disk, DiskFile};
use crate::error::{DiskError, OpenError, at};

const LOCK: &str = "lock";

/// A folder, locked for this process.
///
/// The lock is the file `lock`; the operating system lets it go when the process ends, however.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    handle: File,
    _lock: File,
}

impl Folder {
    /// Opens a folder, or makes it, and locks it.
    ///
    /// # Errors
    /// [`OpenError::InUse`] if another process (or another part of this one) holds it; what the
    /// operating system says.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, OpenError> {
        let path = path.into();
        made(&path).map_err(at("make the folder", path.display()))?;
        let handle = File::open(&path).map_err(at("open the folder", path.display()))?;
        let file = path.join(LOCK);
        let mut options = OpenOptions::new();
        let lock = options.write(true).create(true).truncate(false).open(&file);
        let lock = lock.map_err(at("open", file.display()))?;
        match lock.try_lock() {
            Ok(()) => Ok(Folder { path, handle, _lock: lock }),
            Err(TryLockError::WouldBlock) => {
                Err(OpenError::InUse { folder: path.display().to_string() })
            }
            Err(TryLockError::Error(source)) => {
                let name = file.display().to_string();
                Err(DiskError { doing: "lock", name, source }.into())
            }
        }
    }
}

/// Makes the folder, and its name durable.
fn made(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(path)?;
    match path.canonicalize()?.parent() {
        Some(parent) => File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}

impl Disk for Folder {
    type File = File;

    fn names(&self) -> io::Result<Vec<String>> {
        let entries = fs::read_dir(&self.path)?;
        let names = entries.map(|entry| Ok(entry?.file_name().into_string().ok()));
        names.filter_map(Result::transpose).collect()
    }

    fn open(&self, name: &str) -> io::Result<File> {
        OpenOptions::new().read(true).write(true).open(self.path.join(name))
    }

    fn create(&self, name: &str) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(true).open(self.path.join(name))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.path.join(name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }

    fn sync(&self) -> io::Result<()> {
        self.handle.sync_all()
    }

    fn free(&self) -> io::Result<u64> {
        let said = rustix::fs::fstatvfs(&self.handle)?;
        Ok(said.f_bavail.saturating_mul(said.f_frsize))
    }
}

impl DiskFile for File {
    fn length(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        loop {
            match FileExt::read_at(self, buffer, offset) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => return other,
            }
        }
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.write_all_at(bytes, offset)
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }

    fn sync(&self) -> io::Result<()> {
        self.sync_data()
    }
}

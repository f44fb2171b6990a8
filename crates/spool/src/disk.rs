//! What the journal needs of a disk, so that tests can put one in its place that loses power.

use std::io;

/// One folder of a file system, held by this process alone.
///
/// What was written is durable once the file was synced, and the file's name (or its being gone)
/// once the folder was synced: the journal counts on nothing more.
pub trait Disk {
    /// An open file.
    type File: DiskFile;

    /// The names of all files.
    ///
    /// # Errors
    /// What the operating system says.
    fn names(&self) -> io::Result<Vec<String>>;

    /// Opens a file that is there, for reading and writing.
    ///
    /// # Errors
    /// What the operating system says.
    fn open(&self, name: &str) -> io::Result<Self::File>;

    /// Makes a file, or empties the one that is there.
    ///
    /// # Errors
    /// What the operating system says.
    fn create(&self, name: &str) -> io::Result<Self::File>;

    /// Removes a file. One that is not there is no error.
    ///
    /// # Errors
    /// What the operating system says.
    fn remove(&self, name: &str) -> io::Result<()>;

    /// Makes durable which names there are.
    ///
    /// # Errors
    /// What the operating system says.
    fn sync(&self) -> io::Result<()>;

    /// Bytes that an ordinary user may still write on the file system.
    ///
    /// # Errors
    /// What the operating system says.
    fn free(&self) -> io::Result<u64>;
}

/// A file of a [`Disk`].
pub trait DiskFile {
    /// Its length in bytes.
    ///
    /// # Errors
    /// What the operating system says.
    fn length(&self) -> io::Result<u64>;

    /// Reads at an offset: at least one byte, unless the file ends there.
    ///
    /// # Errors
    /// What the operating system says.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Writes all bytes at an offset. After an error any part of them may have been written.
    ///
    /// # Errors
    /// What the operating system says.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;

    /// Cuts the file to a length.
    ///
    /// # Errors
    /// What the operating system says.
    fn truncate(&self, length: u64) -> io::Result<()>;

    /// Makes durable what was written.
    ///
    /// # Errors
    /// What the operating system says. What was written since the last success may then be lost, even
    /// where a later call succeeds.
    fn sync(&self) -> io::Result<()>;
}

impl<F: DiskFile> DiskFile for &F {
    fn length(&self) -> io::Result<u64> {
        (**self).length()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        (**self).read_at(buffer, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        (**self).write_at(bytes, offset)
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        (**self).truncate(length)
    }

    fn sync(&self) -> io::Result<()> {
        (**self).sync()
    }
}

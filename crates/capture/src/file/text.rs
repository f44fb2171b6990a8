//! A file that is no capture: its bytes as they come.

use std::io::{self, BufRead, Read};

use super::error::{FileError, Stop};
use super::identity::{Digest, Identity};
use super::input::Input;
use super::opened::Opened;
use super::source::Progress;

/// The decompressed bytes of one file, read once from its beginning to its end.
///
/// Everything before a break is given, then one error, then the end. The error is a [`FileError`]
/// within an [`io::Error`]: [`FileError::within`] takes it out.
pub struct TextFile {
    name: String,
    input: Input,
    progress: Progress,
}

impl TextFile {
    pub(super) fn new(opened: Opened) -> TextFile {
        let Opened { name, input, progress } = opened;
        TextFile { name, input, progress }
    }

    /// Reads what is left of the input and says what the file was.
    ///
    /// # Errors
    /// [`FileError::Read`] where reading the rest fails. A failure that reading has already given is
    /// not given again.
    pub fn finish(mut self) -> Result<Identity, FileError> {
        match self.input.drain() {
            Ok(()) | Err(Stop::Damage(_)) => {}
            Err(stop) => return Err(stop.at(&self.name, self.input.offset())),
        }
        let Digest { sha256, bytes } = self.input.digest();
        Ok(Identity { sha256, bytes, dropped: None, unreadable: Vec::new() })
    }

    /// Bytes read from the source so far, as they are stored (compressed).
    pub fn bytes_read(&self) -> u64 {
        self.progress.bytes_read()
    }

    /// Bytes that the source holds, as they are stored; none where it is not a regular file.
    pub fn input_length(&self) -> Option<u64> {
        self.progress.length()
    }
}

impl BufRead for TextFile {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self.input.ensure(1) {
            Ok(_) => Ok(self.input.ahead()),
            Err(stop) => Err(io::Error::other(stop.at(&self.name, self.input.offset()))),
        }
    }

    fn consume(&mut self, amount: usize) {
        self.input.take(amount);
    }
}

impl Read for TextFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut ahead = self.fill_buf()?;
        let read = ahead.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

//! A file that is open, before anybody has decided what it is.

use std::io::Read;
use std::path::Path;

use super::error::FileError;
use super::input::Input;
use super::source::Progress;
use super::text::TextFile;
use super::{CaptureFile, decompress, pcap, pcapng, source};

/// A file that has been opened and unpacked, and of which nothing has been read.
///
/// Looking at its first bytes uses nothing up, so that standard input too can be looked at first.
pub struct Opened {
    pub(super) name: String,
    pub(super) input: Input,
    pub(super) progress: Progress,
}

impl Opened {
    /// How many first bytes can be looked at.
    pub const FIRST: usize = 64 * 1024;

    /// Opens the file at `path`; `-` is standard input.
    ///
    /// # Errors
    /// Those of [`Opened::new`], and [`FileError::Open`].
    pub fn open(path: &Path) -> Result<Opened, FileError> {
        let name = source::name(path);
        match source::open(path) {
            Ok((source, length)) => Opened::begin(name, source, length),
            Err(source) => Err(FileError::Open { name, source }),
        }
    }

    /// Begins to read any source; `name` is what errors call it.
    ///
    /// # Errors
    /// [`FileError::Format`] where it is compressed more than twice, [`FileError::Broken`] and
    /// [`FileError::Read`] where not even the beginning can be read.
    pub fn new(name: &str, source: Box<dyn Read + Send>) -> Result<Opened, FileError> {
        Opened::begin(name.to_owned(), source, None)
    }

    fn begin(
        name: String,
        source: Box<dyn Read + Send>,
        length: Option<u64>,
    ) -> Result<Opened, FileError> {
        let (progress, reader) = Progress::new(source, length);
        match decompress::unpack(reader) {
            Ok(reader) => Ok(Opened { name, input: Input::new(reader), progress }),
            Err(stop) => Err(stop.at(&name, 0)),
        }
    }

    /// The first bytes, decompressed: [`Opened::FIRST`], or all that can be read where the file is
    /// shorter. A failure among them is told to who reads the file.
    pub fn first_bytes(&mut self) -> &[u8] {
        self.input.peek(Opened::FIRST)
    }

    /// Whether it begins as a pcap or a pcapng file.
    pub fn is_capture(&mut self) -> bool {
        let first = self.first_bytes();
        pcapng::recognise(first) || pcap::recognise(first).is_some()
    }

    /// Reads it as a capture.
    ///
    /// # Errors
    /// Those of [`CaptureFile::new`].
    pub fn into_capture(self) -> Result<CaptureFile, FileError> {
        CaptureFile::begin(self)
    }

    /// Reads it as text, or as whatever the caller takes its bytes for.
    pub fn into_text(self) -> TextFile {
        TextFile::new(self)
    }
}

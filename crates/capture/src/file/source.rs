//! Where the bytes come from.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The path that is standard input.
const STANDARD_INPUT: &str = "-";

/// What errors call the file at `path`.
pub(super) fn name(path: &Path) -> String {
    if path == Path::new(STANDARD_INPUT) {
        return "standard input".to_owned();
    }
    path.display().to_string()
}

/// Opens a path, and says its length where it is a regular file.
pub(super) fn open(path: &Path) -> io::Result<(Box<dyn Read + Send>, Option<u64>)> {
    if path == Path::new(STANDARD_INPUT) {
        return Ok((Box::new(io::stdin()), None));
    }
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let length = metadata.is_file().then_some(metadata.len());
    Ok((Box::new(file), length))
}

/// What is known of a source while it is being read.
pub(super) struct Progress {
    bytes_read: Arc<AtomicU64>,
    length: Option<u64>,
}

impl Progress {
    pub(super) fn new(
        source: Box<dyn Read + Send>,
        length: Option<u64>,
    ) -> (Progress, Box<dyn Read + Send>) {
        let bytes_read = Arc::new(AtomicU64::new(0));
        let source = Source { inner: source, bytes_read: Arc::clone(&bytes_read), failure: None };
        (Progress { bytes_read, length }, Box::new(source))
    }

    pub(super) fn bytes_read(&self) -> u64 {
        self.bytes_read.load(Ordering::Relaxed)
    }

    pub(super) fn length(&self) -> Option<u64> {
        self.length
    }
}

/// A source that counts, and that gives fewer bytes than asked for only at its end.
///
/// Everything above then sees the same sequence of reads however the source chunks its bytes, which
/// matters where damaged compressed data decide how much can still be unpacked.
struct Source {
    inner: Box<dyn Read + Send>,
    bytes_read: Arc<AtomicU64>,
    /// A failure that came after some bytes: it is given once these have been.
    failure: Option<io::Error>,
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        let (filled, result) = fill(&mut self.inner, buffer);
        self.bytes_read.fetch_add(filled as u64, Ordering::Relaxed);
        match result {
            Err(failure) if filled == 0 => return Err(failure),
            Err(failure) => self.failure = Some(failure),
            Ok(()) => {}
        }
        Ok(filled)
    }
}

/// Reads until `buffer` is full, the source ends or fails; says how many bytes were read.
pub(super) fn fill(source: &mut impl Read, buffer: &mut [u8]) -> (usize, io::Result<()>) {
    let mut filled: usize = 0;
    while let Some(room) = buffer.get_mut(filled..).filter(|room| !room.is_empty()) {
        match source.read(room) {
            Ok(0) => break,
            Ok(read) => filled = filled.saturating_add(read),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (filled, Err(error)),
        }
    }
    (filled, Ok(()))
}

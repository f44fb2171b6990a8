//! Packets from capture files, and the bytes of any other file.
//!
//! [`CaptureFile`] reads pcap and pcapng, bare or within gzip, zstd, bzip2 or xz (at most two of
//! these within one another), from a path, from standard input or from any [`Read`]. It streams:
//! what it holds at one time is bounded, whatever the file says or however far it unpacks. A
//! [`Frame`] borrows the one buffer that the file was read into.
//!
//! The file is hostile. Nothing panics, nothing is allocated by a length that was read, and a file
//! that breaks off gives every packet before the break and then one error that names the file and
//! the offset. How many bytes the source gives at a time changes nothing.
//!
//! Whoever does not know yet what a file is opens it as [`Opened`], looks at its first bytes, and
//! goes on with it as a [`CaptureFile`] or, for a log, as a [`TextFile`].
//!
//! ```text
//! source ─ Source (counts, fills) ─ Decompressor × 0..=2 ─ Input (buffer, SHA-256) ─┬─ Pcap | Pcapng
//!                                                                                   └─ TextFile
//! ```

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod bytes;
mod decompress;
mod error;
mod foreign;
mod identity;
mod input;
mod opened;
mod pcap;
mod pcapng;
mod source;
#[cfg(test)]
mod tests;
mod text;

use std::io::Read;
use std::ops::Range;
use std::path::Path;

use dissect::LinkType;
use observation::Micros;

pub use error::{Damage, FileError};
pub use identity::{Digest, Identity, Unreadable, sha256_of};
pub use opened::Opened;
pub use text::TextFile;

use error::Stop;
use input::Input;
use pcap::Pcap;
use pcapng::Pcapng;
use source::Progress;

/// The longest packet that is read, in bytes: libpcap's `MAXIMUM_SNAPLEN`. A longer one is damage,
/// for no link type that we read carries such packets.
pub const MAXIMUM_PACKET: u32 = 262_144;

/// One captured packet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame<'a> {
    /// When it was captured, truncated to the microsecond. None: the file does not say (pcapng's
    /// simple packet block), or says a time outside of the years 1 to 9999.
    pub time: Option<Micros>,
    /// How the first bytes are to be read.
    pub link: LinkType,
    /// What was captured: at most [`MAXIMUM_PACKET`] bytes.
    pub bytes: &'a [u8],
    /// Length on the wire in bytes, by the file's word.
    pub wire_length: u32,
}

/// A packet as a format's reader finds it: its bytes are still in the input's buffer.
struct Record {
    time: Option<Micros>,
    link: LinkType,
    bytes: Range<usize>,
    wire_length: u32,
}

/// One capture, read once from its beginning to its end.
pub struct CaptureFile {
    name: String,
    input: Input,
    format: Format,
    progress: Progress,
    /// False after the end or an error.
    open: bool,
}

enum Format {
    Pcap(Pcap),
    Pcapng(Pcapng),
}

impl CaptureFile {
    /// Opens the capture at `path`; `-` is standard input.
    ///
    /// # Errors
    /// Those of [`CaptureFile::new`], and [`FileError::Open`].
    pub fn open(path: &Path) -> Result<CaptureFile, FileError> {
        Opened::open(path)?.into_capture()
    }

    /// Reads a capture from any source; `name` is what errors call it.
    ///
    /// # Errors
    /// [`FileError::Empty`], [`FileError::NotACapture`] and [`FileError::Format`] where this is no
    /// capture or none that we read, [`FileError::LinkType`] where a pcap file's packets are of a
    /// link type that we do not read, [`FileError::Broken`] and [`FileError::Read`] where not even
    /// the file's header can be read.
    pub fn new(name: &str, source: Box<dyn Read + Send>) -> Result<CaptureFile, FileError> {
        Opened::new(name, source)?.into_capture()
    }

    fn begin(opened: Opened) -> Result<CaptureFile, FileError> {
        let Opened { name, mut input, progress } = opened;
        match Format::recognise(&mut input) {
            Ok(format) => Ok(CaptureFile { name, input, format, progress, open: true }),
            Err(stop) => Err(stop.at(&name, 0)),
        }
    }

    /// The next packet; none at the end.
    ///
    /// pcapng gives every interface a link type of its own. A packet on an interface whose link
    /// type we do not read is no frame: it is counted in [`Identity::unreadable`]. Only where a file
    /// ends and had such packets and no other is it refused.
    ///
    /// # Errors
    /// [`FileError::Broken`] and [`FileError::Read`] where the file cannot be read any further: all
    /// packets before have been given. [`FileError::LinkType`] at the end of a pcapng file in which
    /// no packet could be read. After an error the capture is at its end.
    pub fn next_frame(&mut self) -> Result<Option<Frame<'_>>, FileError> {
        if !self.open {
            return Ok(None);
        }
        match self.format.next(&mut self.input) {
            Ok(Some(record)) => Ok(Some(Frame {
                time: record.time,
                link: record.link,
                bytes: self.input.bytes(record.bytes),
                wire_length: record.wire_length,
            })),
            Ok(None) => {
                self.open = false;
                Ok(None)
            }
            Err(stop) => {
                self.open = false;
                Err(stop.at(&self.name, self.input.mark()))
            }
        }
    }

    /// Reads what is left of the input and says what the file was.
    ///
    /// Of a file whose compressed data are damaged it is what could be unpacked, the same each
    /// time. Call it after the end or an error: packets that were not asked for are not looked at.
    ///
    /// # Errors
    /// [`FileError::Read`] where reading the rest fails. A failure that
    /// [`next_frame`](CaptureFile::next_frame) has already given is not given again.
    pub fn finish(mut self) -> Result<Identity, FileError> {
        match self.input.drain() {
            Ok(()) | Err(Stop::Damage(_)) => {}
            Err(stop) => return Err(stop.at(&self.name, self.input.offset())),
        }
        let (dropped, unreadable) = match self.format {
            Format::Pcap(_) => (None, Vec::new()),
            Format::Pcapng(pcapng) => (pcapng.dropped(), pcapng.unreadable()),
        };
        let Digest { sha256, bytes } = self.input.digest();
        Ok(Identity { sha256, bytes, dropped, unreadable })
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

impl Format {
    fn recognise(input: &mut Input) -> Result<Format, Stop> {
        input.ensure(4)?;
        if pcapng::recognise(input.ahead()) {
            Pcapng::open(input).map(Format::Pcapng)
        } else if let Some(variant) = pcap::recognise(input.ahead()) {
            Pcap::open(variant, input).map(Format::Pcap)
        } else {
            Err(foreign::refuse(input)?)
        }
    }

    fn next(&mut self, input: &mut Input) -> Result<Option<Record>, Stop> {
        match self {
            Format::Pcap(pcap) => pcap.next(input),
            Format::Pcapng(pcapng) => pcapng.next(input),
        }
    }
}

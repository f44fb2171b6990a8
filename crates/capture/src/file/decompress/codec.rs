//! The four decompressors behind one face.
//!
//! Each says how many bytes it wrote even where it then finds damage, so that a packet before the
//! damage is never lost. That is why the crates' own readers are not used: they forget what they
//! wrote in the call that fails.

use std::io;

use bzip2::Decompress as Bunzip;
use flate2::{Decompress as Inflate, FlushDecompress};
use liblzma::stream::{Action, Stream as Unxz};
use zstd::stream::raw::{DParameter, Decoder as Unzstd, InBuffer, Operation, OutBuffer};

use super::Compression;
use crate::file::error::Damage;

/// Bytes in a MiB.
const MEBIBYTE: u64 = 1024 * 1024;

/// Unpacks one member.
pub(super) trait Codec: Send {
    /// Unpacks what it can. An empty `input` means that there is no more.
    fn unpack(&mut self, input: &[u8], output: &mut [u8]) -> Step;
}

/// What one call did.
pub(super) struct Step {
    /// Bytes taken from the input.
    pub(super) read: usize,
    /// Bytes put into the output.
    pub(super) written: usize,
    pub(super) state: State,
}

/// How a member is after a call.
pub(super) enum State {
    Going,
    /// It is complete, and its checksum is right.
    Ended,
    Damaged(Damage),
}

/// A decompressor for one member that takes at most `memory` MiB.
pub(super) fn new(compression: Compression, memory: u64) -> io::Result<Box<dyn Codec>> {
    Ok(match compression {
        Compression::Gzip => Box::new(Gzip(Inflate::new_gzip(DEFLATE_WINDOW))),
        Compression::Zstd => Box::new(Zstd::new(memory)?),
        Compression::Bzip2 => Box::new(Bzip2(Bunzip::new(false))),
        Compression::Xz => Box::new(Xz::new(memory)?),
    })
}

/// Base-2 logarithm of deflate's window, RFC 1951: 32 KiB.
const DEFLATE_WINDOW: u8 = 15;

struct Gzip(Inflate);

impl Codec for Gzip {
    fn unpack(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let before = (self.0.total_in(), self.0.total_out());
        let result = self.0.decompress(input, output, FlushDecompress::None);
        let state = match result {
            Ok(flate2::Status::StreamEnd) => State::Ended,
            Ok(flate2::Status::Ok | flate2::Status::BufError) => State::Going,
            Err(_) => State::Damaged(Damage::Corrupt("gzip")),
        };
        Step {
            read: difference(self.0.total_in(), before.0),
            written: difference(self.0.total_out(), before.1),
            state,
        }
    }
}

struct Bzip2(Bunzip);

impl Codec for Bzip2 {
    fn unpack(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let before = (self.0.total_in(), self.0.total_out());
        let result = self.0.decompress(input, output);
        let state = match result {
            Ok(bzip2::Status::StreamEnd) => State::Ended,
            Ok(bzip2::Status::MemNeeded) | Err(_) => State::Damaged(Damage::Corrupt("bzip2")),
            Ok(_) => State::Going,
        };
        Step {
            read: difference(self.0.total_in(), before.0),
            written: difference(self.0.total_out(), before.1),
            state,
        }
    }
}

struct Xz {
    stream: Unxz,
    mebibytes: u64,
}

impl Xz {
    fn new(mebibytes: u64) -> io::Result<Xz> {
        let stream = Unxz::new_stream_decoder(mebibytes.saturating_mul(MEBIBYTE), 0)?;
        Ok(Xz { stream, mebibytes })
    }

    fn damage(&self, error: liblzma::stream::Error) -> Damage {
        match error {
            liblzma::stream::Error::MemLimit | liblzma::stream::Error::Mem => {
                Damage::Memory { format: "xz", mebibytes: self.mebibytes }
            }
            _ => Damage::Corrupt("xz"),
        }
    }
}

impl Codec for Xz {
    fn unpack(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let before = (self.stream.total_in(), self.stream.total_out());
        let result = self.stream.process(input, output, Action::Run);
        let state = match result {
            Ok(liblzma::stream::Status::StreamEnd) => State::Ended,
            Ok(_) => State::Going,
            Err(error) => State::Damaged(self.damage(error)),
        };
        Step {
            read: difference(self.stream.total_in(), before.0),
            written: difference(self.stream.total_out(), before.1),
            state,
        }
    }
}

struct Zstd {
    decoder: Unzstd<'static>,
    /// How many bytes the decoder would like to see next.
    wanted: usize,
    mebibytes: u64,
}

/// Length of a block's header in bytes, RFC 8878 section 3.1.1.2.
const ZSTD_BLOCK_HEADER: usize = 3;

/// What the decoder's error says, if the frame's window is larger than we allow.
const ZSTD_WINDOW: &str = "Frame requires too much memory";

impl Zstd {
    fn new(mebibytes: u64) -> io::Result<Zstd> {
        let mut decoder = Unzstd::new()?;
        let window = mebibytes.saturating_mul(MEBIBYTE).checked_ilog2().unwrap_or_default();
        decoder.set_parameter(DParameter::WindowLogMax(window))?;
        Ok(Zstd { decoder, wanted: ZSTD_BLOCK_HEADER, mebibytes })
    }

    /// The decoder forgets what it wrote in a call that fails. So it is never shown the header of
    /// the block after the one that it is to unpack: a call either writes or reads what may be wrong.
    fn portion<'a>(&self, input: &'a [u8]) -> &'a [u8] {
        let portion = match self.wanted.saturating_sub(ZSTD_BLOCK_HEADER) {
            0 => self.wanted.max(1),
            block => block,
        };
        input.get(..portion).unwrap_or(input)
    }

    fn damage(&self, error: &io::Error) -> Damage {
        if error.to_string().contains(ZSTD_WINDOW) {
            return Damage::Memory { format: "zstd", mebibytes: self.mebibytes };
        }
        Damage::Corrupt("zstd")
    }
}

impl Codec for Zstd {
    fn unpack(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let mut input = InBuffer::around(self.portion(input));
        let mut output = OutBuffer::around(output);
        let state = match self.decoder.run(&mut input, &mut output) {
            Ok(0) => State::Ended,
            Ok(wanted) => {
                self.wanted = wanted;
                State::Going
            }
            Err(error) => State::Damaged(self.damage(&error)),
        };
        Step { read: input.pos(), written: output.pos(), state }
    }
}

fn difference(after: u64, before: u64) -> usize {
    usize::try_from(after.saturating_sub(before)).unwrap_or(usize::MAX)
}

//! Compression around a capture, recognised by its first bytes.

mod codec;

use std::io::{self, Cursor, Read};

use super::error::{Damage, Stop};
use super::source::fill;
use codec::{Codec, State, Step};

/// Memory that each layer may take to unpack, in MiB, the outermost first: as many layers may lie
/// around one another. 128 MiB is zstd's own limit, which `zstd --long` uses up; `xz -9` needs 65.
const LAYERS: [u64; 2] = [128, 96];

/// How many compressed bytes are held at a time.
const CHUNK: usize = 64 * 1024;

/// As many bytes as tell all compressions apart.
const MAGIC: usize = 6;

/// A compression that we unpack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compression {
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

impl Compression {
    /// Recognises gzip (RFC 1952, with deflate, the only method), zstd (RFC 8878, a skippable frame
    /// may come first), bzip2 and xz (the .xz file format 1.2).
    fn recognise(magic: &[u8]) -> Option<Compression> {
        match magic {
            [0x1f, 0x8b, 8, ..] => Some(Compression::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Compression::Zstd),
            [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Compression::Zstd),
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Some(Compression::Bzip2),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Compression::Xz),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
            Compression::Bzip2 => "bzip2",
            Compression::Xz => "xz",
        }
    }
}

/// Takes every compression off `source`.
pub(super) fn unpack(mut source: Box<dyn Read + Send>) -> Result<Box<dyn Read + Send>, Stop> {
    for memory in LAYERS {
        let (compression, whole) = sniff(source)?;
        let Some(compression) = compression else { return Ok(whole) };
        source = Box::new(Decompressor::new(compression, memory, whole));
    }
    match sniff(source)? {
        (None, whole) => Ok(whole),
        (Some(_), _) => {
            Err(Stop::Foreign { format: "compressed more than twice", advice: "unpack it first" })
        }
    }
}

type Sniffed = (Option<Compression>, Box<dyn Read + Send>);

/// Looks at the first bytes, and gives the source back whole.
fn sniff(mut source: Box<dyn Read + Send>) -> Result<Sniffed, Stop> {
    let mut magic = vec![0; MAGIC];
    let (filled, result) = fill(&mut source, &mut magic);
    result?;
    magic.truncate(filled);
    let compression = Compression::recognise(&magic);
    Ok((compression, Box::new(Cursor::new(magic).chain(source))))
}

/// Unpacks one layer, member after member: gzip's members, zstd's frames, bzip2's and xz's streams.
///
/// Zeros after a member are padding, as gzip(1) and xz(1) have it; anything else is damage.
struct Decompressor {
    compression: Compression,
    memory: u64,
    source: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
    /// Why the source ended, if not in peace: given when all that came before has been.
    failure: Option<io::Error>,
    /// The member that is being unpacked; none between two members.
    member: Option<Box<dyn Codec>>,
}

impl Read for Decompressor {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        while !output.is_empty() && (self.member.is_some() || self.begin()?) {
            let written = self.step(output)?;
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}

impl Decompressor {
    fn new(compression: Compression, memory: u64, source: Box<dyn Read + Send>) -> Decompressor {
        Decompressor {
            compression,
            memory,
            source,
            buffer: vec![0; CHUNK],
            start: 0,
            end: 0,
            ended: false,
            failure: None,
            member: None,
        }
    }

    fn ahead(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    fn pass(&mut self, length: usize) {
        self.start = self.start.saturating_add(length).min(self.end);
    }

    /// Sees to it that `length` bytes are ahead, or all there are.
    fn ensure(&mut self, length: usize) {
        if self.ended || self.ahead().len() >= length {
            return;
        }
        self.buffer.copy_within(self.start..self.end, 0);
        self.end = self.end.saturating_sub(self.start);
        self.start = 0;
        let room = self.buffer.get_mut(self.end..).unwrap_or_default();
        let wanted = room.len();
        let (filled, result) = fill(&mut self.source, room);
        self.end = self.end.saturating_add(filled);
        self.ended = filled < wanted;
        self.failure = result.err();
    }

    /// Goes to the next member; false: there is none.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            self.ensure(MAGIC);
            match self.ahead() {
                [] => return self.failure.take().map_or(Ok(false), Err),
                [0, ..] => self.pass(1),
                magic if Compression::recognise(magic) == Some(self.compression) => break,
                _ => return Err(Damage::Trailing(self.compression.name()).into()),
            }
        }
        self.member = Some(codec::new(self.compression, self.memory)?);
        Ok(true)
    }

    /// Unpacks once; says how many bytes came out.
    fn step(&mut self, output: &mut [u8]) -> io::Result<usize> {
        self.ensure(1);
        let input = self.buffer.get(self.start..self.end).unwrap_or_default();
        let Some(member) = &mut self.member else { return Ok(0) };
        let Step { read, written, state } = member.unpack(input, output);
        self.pass(read);
        match state {
            State::Ended => self.member = None,
            State::Damaged(damage) => self.fail(damage),
            State::Going if read == 0 && written == 0 => return Err(self.stuck()),
            State::Going => {}
        }
        Ok(written)
    }

    /// Makes this the end of the source: what was unpacked before the damage comes first.
    fn fail(&mut self, damage: Damage) {
        self.member = None;
        self.start = self.end;
        self.ended = true;
        self.failure = Some(damage.into());
    }

    /// Why a member cannot go on: the source failed or broke off, or the member is corrupt.
    fn stuck(&mut self) -> io::Error {
        let name = self.compression.name();
        if !self.ahead().is_empty() {
            return Damage::Corrupt(name).into();
        }
        self.failure.take().unwrap_or_else(|| Damage::CompressedCut(name).into())
    }
}

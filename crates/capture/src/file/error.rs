//! What can be wrong with a capture file.

use std::io;

use thiserror::Error;

/// Why a capture file is refused, or why it cannot be read any further.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FileError {
    /// The file is not there, or may not be read.
    #[error("cannot open {name}: {source}")]
    Open {
        /// The file.
        name: String,
        /// What the operating system says.
        source: io::Error,
    },
    /// There is not a byte in the file.
    #[error("{name} is empty: a capture has at least a header")]
    Empty {
        /// The file.
        name: String,
    },
    /// The file begins like no format that we know.
    #[error(
        "{name} is not a capture that can be read: it begins with the bytes {magic}; give a pcap or pcapng file, \
         or say what log it is: --format iptables or cowrie, or --map FILE.toml for columns"
    )]
    NotACapture {
        /// The file.
        name: String,
        /// Its first bytes in hexadecimal, at most eight.
        magic: String,
    },
    /// The file is of a format that we know and do not read.
    #[error("{name} is {format}, which is not read: {advice}")]
    Format {
        /// The file.
        name: String,
        /// The format with its article, as in "a snoop capture".
        format: &'static str,
        /// What to do about it.
        advice: &'static str,
    },
    /// Its packets begin with a header that we do not read.
    #[error(
        "{name} holds packets of link type {link} ({number}), which is not read: capture on an interface of another type"
    )]
    LinkType {
        /// The file.
        name: String,
        /// The number in the tcpdump group's registry of link types.
        number: u16,
        /// The registry's name of it.
        link: &'static str,
    },
    /// The file is damaged. Everything before the offset was read.
    #[error("{name} is broken at byte {offset}: {why}; everything before was read")]
    Broken {
        /// The file.
        name: String,
        /// Where the record or block begins that could not be read, in bytes from the start of the
        /// decompressed data.
        offset: u64,
        /// What is wrong there.
        why: Damage,
    },
    /// Reading failed. Everything before the offset was read.
    #[error("cannot read {name} beyond byte {offset}: {source}; everything before was read")]
    Read {
        /// The file.
        name: String,
        /// As in [`FileError::Broken`].
        offset: u64,
        /// What the operating system says.
        source: io::Error,
    },
}

impl FileError {
    /// The error that a [`TextFile`](super::TextFile) gave where it can only give an [`io::Error`].
    ///
    /// # Errors
    /// The very same error, where no file gave it.
    pub fn within(error: io::Error) -> Result<FileError, io::Error> {
        error.downcast()
    }

    /// Whether what was read before the error counts: the file is read in part, not refused.
    pub fn is_partial(&self) -> bool {
        matches!(self, FileError::Broken { .. } | FileError::Read { .. })
    }
}

/// What is wrong with a damaged file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Damage {
    /// The file ends within something.
    #[error("the file ends within {0}")]
    CutShort(&'static str),
    /// A packet longer than [`MAXIMUM_PACKET`](super::MAXIMUM_PACKET).
    #[error("a packet claims {0} captured bytes, more than any packet has")]
    PacketLength(u32),
    /// A packet longer than the block that holds it.
    #[error("a packet claims {packet} captured bytes in a block that has room for {room}")]
    PacketOutsideBlock {
        /// Bytes that the packet claims.
        packet: u32,
        /// Bytes that the block has.
        room: usize,
    },
    /// A block shorter than its type needs, longer than we read, or not a multiple of four.
    #[error("a {kind} claims a length of {length} bytes, which it cannot have")]
    BlockLength {
        /// The kind of block.
        kind: &'static str,
        /// The length that it claims, in bytes.
        length: u32,
    },
    /// The two lengths of a block differ.
    #[error("a block is {head} bytes long by its first word and {trailer} by its last")]
    BlockTrailer {
        /// The length at its beginning.
        head: u32,
        /// The length at its end.
        trailer: u32,
    },
    /// A pcapng section whose byte order cannot be told.
    #[error("a section's byte-order mark is {0:#010x}, not 0x1a2b3c4d either way round")]
    ByteOrder(u32),
    /// A pcapng section of a version that nobody has defined.
    #[error("a section is of pcapng version {0}, and only version 1 is known")]
    Version(u16),
    /// A packet of an interface that the section has not described.
    #[error("a packet came from interface {0}, which the file does not describe")]
    Interface(u32),
    /// More interfaces in one section than we keep.
    #[error("a section describes more than {0} interfaces")]
    Interfaces(usize),
    /// An option that decides the time of packets is not as long as it must be.
    #[error("an interface's option {option} is {length} bytes long, which it cannot be")]
    OptionLength {
        /// The option's number.
        option: u16,
        /// Its length in bytes.
        length: usize,
    },
    /// The compressed data end before their end mark.
    #[error("the {0} data around it break off")]
    CompressedCut(&'static str),
    /// The compressed data contradict themselves.
    #[error("the {0} data around it are corrupt")]
    Corrupt(&'static str),
    /// The compressed data ask for more memory than we give.
    #[error("the {format} data around it need more than {mebibytes} MiB of memory to unpack")]
    Memory {
        /// The compression.
        format: &'static str,
        /// What we give, in MiB.
        mebibytes: u64,
    },
    /// Something else follows the compressed data.
    #[error("the {0} data around it are followed by something else")]
    Trailing(&'static str),
}

/// Why reading stops, before the file's name and the offset are added.
#[derive(Debug)]
pub(super) enum Stop {
    Damage(Damage),
    Read(io::Error),
    LinkType(u16),
    Foreign { format: &'static str, advice: &'static str },
    NotACapture(Vec<u8>),
}

impl Stop {
    pub(super) fn at(self, name: &str, offset: u64) -> FileError {
        let name = name.to_owned();
        match self {
            Stop::Damage(why) => FileError::Broken { name, offset, why },
            Stop::Read(source) => FileError::Read { name, offset, source },
            Stop::LinkType(number) => {
                let link = dissect::link_type_name(number.into());
                FileError::LinkType { name, number, link }
            }
            Stop::Foreign { format, advice } => FileError::Format { name, format, advice },
            Stop::NotACapture(magic) if magic.is_empty() => FileError::Empty { name },
            Stop::NotACapture(magic) => FileError::NotACapture { name, magic: hexadecimal(&magic) },
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let words: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    words.join(" ")
}

impl From<Damage> for Stop {
    fn from(damage: Damage) -> Stop {
        Stop::Damage(damage)
    }
}

/// A decompressor is a [`Read`](io::Read), so its [`Damage`] travels within an [`io::Error`].
impl From<Damage> for io::Error {
    fn from(damage: Damage) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, damage)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        match error.downcast::<Damage>() {
            Ok(damage) => Stop::Damage(damage),
            Err(error) => Stop::Read(error),
        }
    }
}

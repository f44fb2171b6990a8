//! What a file is: the hash that an import is known by, and what the file says of itself.

use std::path::Path;

use super::error::{FileError, Stop};
use super::opened::Opened;

/// What a file was, known when all of it has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// SHA-256 of the decompressed bytes.
    pub sha256: [u8; 32],
    /// Number of the decompressed bytes.
    pub bytes: u64,
    /// Packets that the capturing machine says it dropped: in pcapng, `isb_ifdrop` and `isb_osdrop`
    /// of each interface's last statistics block, summed. None where the file does not say.
    pub dropped: Option<u64>,
    /// Packets of interfaces whose link type we do not read, by ascending link type number.
    pub unreadable: Vec<Unreadable>,
}

impl Identity {
    /// Packets of interfaces whose link type we do not read.
    pub fn unreadable_packets(&self) -> u64 {
        self.unreadable.iter().map(|unreadable| unreadable.packets).fold(0, u64::saturating_add)
    }
}

/// Packets that were passed over for their link type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The number in the tcpdump group's registry of link types.
    pub number: u16,
    /// The registry's name of it.
    pub link: &'static str,
    /// How many packets.
    pub packets: u64,
}

/// A hash and what it was taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest {
    /// SHA-256 of the decompressed bytes.
    pub sha256: [u8; 32],
    /// Number of the decompressed bytes.
    pub bytes: u64,
}

/// The hash of a file without reading its packets: the same that [`Identity`] gives.
///
/// Standard input (`-`) can be read only once: to hash it is to use it up.
///
/// # Errors
/// [`FileError::Open`], [`FileError::Read`], [`FileError::Format`] where it is compressed more than
/// twice, [`FileError::Broken`] where not even the beginning can be unpacked. Damage further on is
/// no error: the hash is that of what could be unpacked.
pub fn sha256_of(path: &Path) -> Result<Digest, FileError> {
    let Opened { name, mut input, .. } = Opened::open(path)?;
    match input.drain() {
        Ok(()) | Err(Stop::Damage(_)) => Ok(input.digest()),
        Err(stop) => Err(stop.at(&name, input.offset())),
    }
}

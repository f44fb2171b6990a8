//! What a file of records begins with.

use std::io;

use crate::bytes::{Seal, take, take_numbers};
use crate::disk::{Disk, DiskFile};
use crate::error::{DiskError, OpenError, at};
use crate::record::LANES;

/// Bytes of a header.
pub(crate) const HEADER: usize = 112;

const MAGIC: [u8; 8] = *b"YGSPOOL\n";
pub(crate) const VERSION: u16 = 1;

/// The two files of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Rows,
    State,
}

impl Family {
    pub(crate) const BOTH: [Family; 2] = [Family::Rows, Family::State];

    fn suffix(self) -> &'static str {
        match self {
            Family::Rows => ".rows",
            Family::State => ".state",
        }
    }

    /// The name of the file whose first record is at a place.
    pub(crate) fn name(self, place: u64) -> String {
        format!("{place:020}{}", self.suffix())
    }

    /// Which file a name is of; none: of no segment.
    pub(crate) fn of(name: &str) -> Option<(Family, u64)> {
        let family = Family::BOTH.into_iter().find(|family| name.ends_with(family.suffix()))?;
        let place = name.strip_suffix(family.suffix())?.parse().ok()?;
        (family.name(place) == name).then_some((family, place))
    }
}

/// What a file begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) family: Family,
    pub(crate) generation: u128,
    /// The place of the segment's first record.
    pub(crate) place: u64,
    /// The last number of each lane before the segment.
    pub(crate) bases: [u64; LANES],
}

/// What there is where a header should be.
pub(crate) enum Beginning {
    Header(Header),
    /// A later version's.
    Version(u16),
    Broken,
}

impl Header {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER);
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend([u8::from(self.family == Family::State), LANES as u8, 0, 0, 0, 0]);
        bytes.extend(self.generation.to_le_bytes());
        bytes.extend(self.place.to_le_bytes());
        self.bases.iter().for_each(|base| bytes.extend(base.to_le_bytes()));
        bytes.extend(Seal::PLAIN.over(&bytes).to_le_bytes());
        bytes
    }

    fn parse(bytes: &[u8; HEADER]) -> Option<Beginning> {
        let (fields, check) = bytes.split_last_chunk()?;
        let mut rest = fields;
        let magic: [u8; 8] = take(&mut rest)?;
        let version = u16::from_le_bytes(take(&mut rest)?);
        if magic == MAGIC && version > VERSION {
            return Some(Beginning::Version(version));
        }
        let [family, lanes, _, _, _, _] = take(&mut rest)?;
        let right = magic == MAGIC
            && version == VERSION
            && usize::from(lanes) == LANES
            && Seal::PLAIN.over(fields) == u64::from_le_bytes(*check);
        let family = *Family::BOTH.get(usize::from(family))?;
        let generation = u128::from_le_bytes(take(&mut rest)?);
        let place = u64::from_le_bytes(take(&mut rest)?);
        let bases = take_numbers(&mut rest)?;
        right.then_some(Beginning::Header(Header { family, generation, place, bases }))
    }

    /// Makes the file and writes its header: durable but for the file's name.
    pub(crate) fn create<D: Disk>(&self, disk: &D) -> Result<D::File, DiskError> {
        let name = self.family.name(self.place);
        let file = disk.create(&name).map_err(at("make", &name))?;
        file.write_at(&self.bytes(), 0).map_err(at("write", &name))?;
        file.sync().map_err(at("sync", &name))?;
        Ok(file)
    }

    /// Reads the header of a file.
    pub(crate) fn read(file: &impl DiskFile, family: Family, place: u64) -> io::Result<Beginning> {
        let mut bytes = [0; HEADER];
        if !fill(file, &mut bytes, 0)? {
            return Ok(Beginning::Broken);
        }
        Ok(match Header::parse(&bytes) {
            Some(Beginning::Header(header)) if (header.family, header.place) != (family, place) => {
                Beginning::Broken
            }
            Some(beginning) => beginning,
            None => Beginning::Broken,
        })
    }
}

/// Fills a buffer; false: the file ends before.
pub(crate) fn fill(file: &impl DiskFile, mut buffer: &mut [u8], mut at: u64) -> io::Result<bool> {
    while !buffer.is_empty() {
        let read = file.read_at(buffer, at)?;
        if read == 0 {
            return Ok(false);
        }
        at = at.saturating_add(read as u64);
        buffer = buffer.get_mut(read..).unwrap_or_default();
    }
    Ok(true)
}

/// The header of a file as the journal needs it; none: it cannot be read.
pub(crate) fn header_of(
    file: &impl DiskFile,
    family: Family,
    place: u64,
) -> Result<Option<Header>, OpenError> {
    let name = family.name(place);
    match Header::read(file, family, place).map_err(at("read", &name))? {
        Beginning::Header(header) => Ok(Some(header)),
        Beginning::Version(version) => Err(OpenError::Version { name, version }),
        Beginning::Broken => Ok(None),
    }
}

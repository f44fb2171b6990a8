//! What is forgotten: the file `marks`.
//!
//! It has two places for the same thing, and the older one is written over: a crash damages only what
//! was not yet durable, and the file, once made, never needs more room, so that a full disk can always
//! be told to forget.

use std::io;

use crate::bytes::{Seal, take, take_numbers};
use crate::disk::{Disk, DiskFile};
use crate::error::{DiskError, at};
use crate::header::fill;
use crate::record::LANES;

pub(crate) const NAME: &str = "marks";

/// Where the second of the two stands: in a block of its own.
const SECOND: u64 = 4_096;
const SIZE: usize = 112;

/// Bytes of the file.
pub(crate) const MARKS: u64 = SECOND + SIZE as u64;

const MAGIC: [u8; 8] = *b"YGMARKS\n";

/// What is forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Marks {
    pub(crate) generation: u128,
    /// How often it was written.
    pub(crate) count: u64,
    /// The place that replay begins at.
    pub(crate) replay: u64,
    /// The last number of each lane that is forgotten.
    pub(crate) forgotten: [u64; LANES],
}

impl Marks {
    pub(crate) fn new(generation: u128) -> Self {
        Marks { generation, count: 0, replay: 0, forgotten: [0; LANES] }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(SIZE);
        bytes.extend(MAGIC);
        bytes.extend(self.generation.to_le_bytes());
        bytes.extend(self.count.to_le_bytes());
        bytes.extend(self.replay.to_le_bytes());
        self.forgotten.iter().for_each(|number| bytes.extend(number.to_le_bytes()));
        bytes.extend(Seal::PLAIN.over(&bytes).to_le_bytes());
        bytes
    }

    fn parse(bytes: &[u8; SIZE]) -> Option<Self> {
        let (fields, check) = bytes.split_last_chunk()?;
        let mut rest = fields;
        let magic: [u8; 8] = take(&mut rest)?;
        let right = magic == MAGIC && Seal::PLAIN.over(fields) == u64::from_le_bytes(*check);
        let generation = u128::from_le_bytes(take(&mut rest)?);
        let [count, replay] = take_numbers(&mut rest)?;
        let forgotten = take_numbers(&mut rest)?;
        right.then_some(Marks { generation, count, replay, forgotten })
    }

    /// Makes the file, both places written; durable but for its name.
    pub(crate) fn create<D: Disk>(&self, disk: &D) -> Result<D::File, DiskError> {
        let file = disk.create(NAME).map_err(at("make", NAME))?;
        file.write_at(&self.bytes(), SECOND).map_err(at("write", NAME))?;
        self.write(&file)?;
        Ok(file)
    }

    /// Writes over the older of the two, and syncs.
    pub(crate) fn write(&self, file: &impl DiskFile) -> Result<(), DiskError> {
        let offset = if self.count.is_multiple_of(2) { 0 } else { SECOND };
        file.write_at(&self.bytes(), offset).map_err(at("write", NAME))?;
        file.sync().map_err(at("sync", NAME))
    }

    /// The newer of the two; none: neither can be read.
    pub(crate) fn read(file: &impl DiskFile) -> io::Result<Option<Self>> {
        let mut newest: Option<Marks> = None;
        for offset in [0, SECOND] {
            let mut bytes = [0; SIZE];
            let whole = fill(file, &mut bytes, offset)?;
            let found = if whole { Marks::parse(&bytes) } else { None };
            if found.is_some_and(|found| newest.is_none_or(|newest| newest.count < found.count)) {
                newest = found;
            }
        }
        Ok(newest)
    }
}

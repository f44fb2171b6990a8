//! Where a lane stands: sequence numbers with seals.

use std::fmt;
use std::str::FromStr;

use observation::Point;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::Table;

/// What a record of the journal looks like, in 63 bits: Delta's versions are signed.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Seal(u64);

impl Seal {
    /// The seal of the record at `sequence`, whose bytes are as the journal holds them.
    pub fn of(sequence: u64, record: &[u8]) -> Self {
        let digest = Sha256::new().chain_update(sequence.to_le_bytes()).chain_update(record);
        let digest: [u8; 32] = digest.finalize().into();
        let number = digest.iter().take(8).fold(0, |number, &byte| number << 8 | u64::from(byte));
        Seal(number >> 1)
    }

    /// A seal as it was stored; none beyond 63 bits.
    pub fn new(number: u64) -> Option<Self> {
        i64::try_from(number).is_ok().then_some(Seal(number))
    }

    /// The number to store.
    pub fn number(self) -> u64 {
        self.0
    }
}

/// A point in a lane: the number of a record of its table, and that record's seal.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Position {
    /// The record's number; 0 before the first.
    pub sequence: u64,
    /// Its seal; 0 before the first.
    pub seal: Seal,
}

impl Position {
    /// Before the first record.
    pub const START: Position = Position { sequence: 0, seal: Seal(0) };

    /// The position as it stands in the versions of [`Lane::id`] and [`Lane::seal_id`], where both
    /// were committed; a lane that the archive does not know stands at the start.
    pub fn committed(sequence: Option<i64>, seal: Option<i64>) -> Self {
        let number = |version: Option<i64>| version.and_then(|version| u64::try_from(version).ok());
        match (number(sequence), number(seal)) {
            (Some(sequence), Some(seal)) => Position { sequence, seal: Seal(seal) },
            _ => Position::START,
        }
    }
}

/// Which journal a sequence number is of: random, new with every new spool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Generation(pub [u8; 16]);

/// A text that is no generation: it has to be 32 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a generation is 32 hexadecimal digits in lower case")]
pub struct BadGeneration;

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Generation {
    type Err = BadGeneration;

    fn from_str(text: &str) -> Result<Self, BadGeneration> {
        let plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f');
        if text.len() != 32 || !text.bytes().all(plain) {
            return Err(BadGeneration);
        }
        let number = u128::from_str_radix(text, 16).map_err(|_| BadGeneration)?;
        Ok(Generation(number.to_be_bytes()))
    }
}

impl TryFrom<String> for Generation {
    type Error = BadGeneration;

    fn try_from(text: String) -> Result<Self, BadGeneration> {
        text.parse()
    }
}

impl From<Generation> for String {
    fn from(generation: Generation) -> String {
        generation.to_string()
    }
}

/// What is delivered in order: one table of one journal of one point.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lane {
    /// The point.
    pub point: Point,
    /// Its journal.
    pub generation: Generation,
    /// The table.
    pub table: Table,
}

impl Lane {
    /// The application id whose version is the last committed sequence number.
    pub fn id(&self) -> String {
        format!("{}/{}/{}", self.point, self.generation, self.table)
    }

    /// The application id whose version is the seal of that record.
    pub fn seal_id(&self) -> String {
        format!("{}/{}/{}/seal", self.point, self.generation, self.table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generations_are_text_and_back() {
        let generation = Generation(std::array::from_fn(|i| (i * 16) as u8));
        assert_eq!(generation.to_string(), "00102030405060708090a0b0c0d0e0f0");
        assert_eq!(generation.to_string().parse(), Ok(generation));
        for bad in ["", "+0102030405060708090a0b0c0d0e0f0", &"A".repeat(32), &"0".repeat(33)] {
            assert_eq!(bad.parse::<Generation>(), Err(BadGeneration), "{bad}");
        }
    }

    #[test]
    fn seals_differ_by_number_and_content() {
        assert_ne!(Seal::of(1, b"a"), Seal::of(2, b"a"));
        assert_ne!(Seal::of(1, b"a"), Seal::of(1, b"b"));
        assert!(i64::try_from(Seal::of(7, b"x").number()).is_ok());
        assert_eq!(Seal::new(u64::MAX), None);
    }

    #[test]
    fn a_lane_has_two_ids() {
        let lane = Lane {
            point: "tokyo-1".parse().unwrap(),
            generation: Generation([0xab; 16]),
            table: Table::Coverage,
        };
        assert_eq!(lane.id(), "tokyo-1/abababababababababababababababab/coverage");
        assert_eq!(lane.seal_id(), format!("{}/seal", lane.id()));
        assert_eq!(Position::committed(Some(5), None), Position::START);
        assert_eq!(Position::committed(Some(5), Some(9)).sequence, 5);
    }
}

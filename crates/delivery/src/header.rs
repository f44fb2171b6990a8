//! What stands before the rows of a delivery: see the crate's documentation for the layout.

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use observation::Point;

use crate::{FORMAT, Generation, Lane, Position, ROWS_LIMIT, Reason, Refusal, Seal, Table};

const MAGIC: &[u8; 4] = b"YGD1";

/// Whether the rows are of now, or of a file that somebody replays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Seen by the point as it watched.
    Live,
    /// Read from a file: times may lie as far back as they like.
    Replayed,
}

/// What a delivery says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Whose rows, of which journal and table.
    pub lane: Lane,
    /// Whether they are of now.
    pub freshness: Freshness,
    /// The rows come after this.
    pub after: Position,
    /// The last of them.
    pub upto: Position,
    /// How many they are: at least one, at most one for each number, and [`ROWS_LIMIT`].
    pub rows: u32,
    /// The length of the Arrow stream, bytes.
    pub plain: u32,
}

impl Header {
    /// The bytes of the header.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let name = self.lane.point.as_str().as_bytes();
        let mut bytes = Vec::with_capacity(128);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&FORMAT.to_le_bytes());
        bytes.push(self.lane.table.number());
        bytes.push(u8::from(self.freshness == Freshness::Replayed));
        bytes.extend_from_slice(&self.lane.generation.0);
        for position in [self.after, self.upto] {
            bytes.extend_from_slice(&position.sequence.to_le_bytes());
            bytes.extend_from_slice(&position.seal.number().to_le_bytes());
        }
        bytes.extend_from_slice(&self.rows.to_le_bytes());
        bytes.extend_from_slice(&self.plain.to_le_bytes());
        // A point's name is at most 63 bytes long.
        bytes.push(u8::try_from(name.len()).unwrap_or(u8::MAX));
        bytes.extend_from_slice(name);
        bytes
    }

    /// Reads the header and gives what comes after it.
    ///
    /// # Errors
    /// The bytes end within the header, or say what no header says: the peer is at fault.
    pub fn decode(bytes: &[u8]) -> Result<(Self, &[u8]), Refusal> {
        let mut bytes = Bytes(bytes);
        if &bytes.take::<4>()? != MAGIC {
            return Err(malformed("this is no delivery"));
        }
        let format = u16::from_le_bytes(bytes.take()?);
        if format != FORMAT {
            let detail = format!("rows of format {format}, and this hub reads format {FORMAT}");
            return Err(Refusal::new(Reason::Format, detail));
        }
        let [table, freshness] = bytes.take()?;
        let table = Table::of(table).ok_or_else(|| malformed("no such table"))?;
        let freshness = match freshness {
            0 => Freshness::Live,
            1 => Freshness::Replayed,
            _ => return Err(malformed("neither live nor replayed")),
        };
        let generation = Generation(bytes.take()?);
        let (after, upto) = (bytes.position()?, bytes.position()?);
        let (rows, plain) = (bytes.number()?, bytes.number()?);
        let point = bytes.point()?;
        let lane = Lane { point, generation, table };
        let header = Header { lane, freshness, after, upto, rows, plain };
        header.check()?;
        Ok((header, bytes.0))
    }

    /// What holds between the numbers.
    fn check(&self) -> Result<(), Refusal> {
        let span = self.upto.sequence.saturating_sub(self.after.sequence);
        let start = self.after.sequence == 0;
        if span == 0 || i64::try_from(self.upto.sequence).is_err() {
            return Err(malformed("the range holds no number"));
        }
        if start && self.after != Position::START {
            return Err(malformed("the beginning has no seal"));
        }
        if self.rows == 0 || u64::from(self.rows) > span {
            return Err(malformed("more rows than numbers, or none"));
        }
        if self.rows > ROWS_LIMIT {
            let detail = format!("{} rows, of at most {ROWS_LIMIT}", self.rows);
            return Err(Refusal::new(Reason::TooLarge, detail));
        }
        Ok(())
    }
}

fn malformed(detail: &str) -> Refusal {
    Refusal::new(Reason::Malformed, detail)
}

/// Bytes that are still to be read.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Refusal> {
        let cut = || Refusal::new(Reason::Truncated, "the body ends within its header");
        let (taken, rest) = self.0.split_first_chunk().ok_or_else(cut)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn number(&mut self) -> Result<u32, Refusal> {
        Ok(u32::from_le_bytes(self.take()?))
    }

    fn position(&mut self) -> Result<Position, Refusal> {
        let sequence = u64::from_le_bytes(self.take()?);
        let seal = Seal::new(u64::from_le_bytes(self.take()?));
        Ok(Position { sequence, seal: seal.ok_or_else(|| malformed("a seal has 63 bits"))? })
    }

    fn point(&mut self) -> Result<Point, Refusal> {
        let [length] = self.take()?;
        let cut = || Refusal::new(Reason::Truncated, "the body ends within the point's name");
        let (name, rest) = self.0.split_at_checked(usize::from(length)).ok_or_else(cut)?;
        self.0 = rest;
        let name =
            std::str::from_utf8(name).map_err(|_| malformed("the point's name is no text"))?;
        name.parse().map_err(|bad: observation::BadPointName| malformed(&bad.to_string()))
    }
}

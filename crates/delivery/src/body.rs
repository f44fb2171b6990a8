//! A delivery as bytes, and the check of bytes that arrive.

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

#[cfg(test)]
mod tests;

use std::io::Read as _;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use observation::{DAY, Micros, Point, SECOND};

use crate::{Freshness, Header, Lane, Position, Reason, Refusal, Table, ipc, rows};

/// The longest body, bytes.
pub const BODY_LIMIT: usize = 4 << 20;
/// The longest Arrow stream, bytes.
pub const PLAIN_LIMIT: u32 = 16 << 20;
/// The most rows of a delivery.
pub const ROWS_LIMIT: u32 = 32_768;
/// The longest message other than a delivery (status, joining), bytes.
pub const MESSAGE_LIMIT: usize = 16 << 10;

/// The largest window of a zstd frame, as a power of two: 16 MiB, as long as a whole stream.
const WINDOW_LOG: u32 = 24;
/// zstd's default level: rows shrink to about a quarter, at 200 MB/s and more.
const LEVEL: i32 = 3;

/// How far from the hub's clock the times of rows may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// After it, µs.
    pub ahead: Micros,
    /// Before it, µs, unless the rows are marked as replayed.
    pub behind: Micros,
}

impl Default for Bounds {
    /// Ten minutes ahead, for clocks that are off; 92 days behind, for spools that were cut off.
    fn default() -> Self {
        Bounds { ahead: 600 * SECOND, behind: 92 * DAY }
    }
}

/// A delivery whose every row was checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// What it says of itself.
    pub header: Header,
    /// Its rows, in the schema of [`Table::schema`].
    pub rows: RecordBatch,
}

/// Why a delivery cannot be made of rows. Whoever made the rows is at fault.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The rows are not of the table.
    #[error("the rows are not those of the table: {0}")]
    Rows(#[from] ArrowError),
    /// Too many rows or bytes for one delivery.
    #[error("{rows} rows in {bytes} bytes are too many for one delivery: take fewer")]
    TooLarge {
        /// Rows.
        rows: usize,
        /// Bytes of the Arrow stream or of the body.
        bytes: usize,
    },
    /// The range has no number, or fewer than there are rows.
    #[error("a range of {span} numbers cannot hold {rows} rows")]
    Range {
        /// Rows.
        rows: usize,
        /// Numbers in the range.
        span: u64,
    },
    /// zstd failed.
    #[error("compressing failed: {0}")]
    Compress(#[from] std::io::Error),
}

/// The body of a delivery. `rows` may have all columns of the table: those that the hub sets are
/// left out.
///
/// # Errors
/// The rows are not of the table, or too many.
pub fn pack(
    lane: &Lane,
    freshness: Freshness,
    (after, upto): (Position, Position),
    rows: &RecordBatch,
) -> Result<Vec<u8>, PackError> {
    let rows = project(lane.table, rows)?;
    let span = upto.sequence.saturating_sub(after.sequence);
    let count = rows.num_rows();
    if count == 0 || span < count as u64 {
        return Err(PackError::Range { rows: count, span });
    }
    let stream = ipc::encode(&rows)?;
    let large = |bytes| PackError::TooLarge { rows: count, bytes };
    let plain = u32::try_from(stream.len()).ok().filter(|&plain| plain <= PLAIN_LIMIT);
    let plain = plain.ok_or(large(stream.len()))?;
    let number = u32::try_from(count).ok().filter(|&number| number <= crate::ROWS_LIMIT);
    let rows = number.ok_or(large(stream.len()))?;
    let mut body = Header { lane: lane.clone(), freshness, after, upto, rows, plain }.encode();
    body.extend_from_slice(&zstd::bulk::compress(&stream, LEVEL)?);
    if body.len() > BODY_LIMIT { Err(large(body.len())) } else { Ok(body) }
}

/// The columns that a point delivers.
fn project(table: Table, rows: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns: Result<Vec<usize>, ArrowError> =
        table.fields().map(|field| rows.schema_ref().index_of(field.name)).collect();
    let projected = rows.project(&columns?)?;
    RecordBatch::try_new(table.schema(), projected.columns().to_vec())
}

/// Checks a body that `peer` sent at `now`.
///
/// # Errors
/// Why not: nothing of it may be written.
pub fn unpack(body: &[u8], peer: &Point, now: Micros, bounds: &Bounds) -> Result<Checked, Refusal> {
    if body.len() > BODY_LIMIT {
        let detail = format!("{} bytes, of at most {BODY_LIMIT}", body.len());
        return Err(Refusal::new(Reason::TooLarge, detail));
    }
    let (header, frame) = Header::decode(body)?;
    if header.lane.point != *peer {
        let detail = format!("{peer} may not write as {}", header.lane.point);
        return Err(Refusal::new(Reason::OtherPoint, detail));
    }
    let stream = inflate(frame, header.plain)?;
    let batch = ipc::decode(header.lane.table, header.rows, stream)?;
    rows::check(&header, &batch, now, bounds)?;
    Ok(Checked { header, rows: batch })
}

/// The stream in one zstd frame, of exactly the length that was said. Memory grows with what comes
/// out, up to that length and the window.
fn inflate(frame: &[u8], plain: u32) -> Result<Vec<u8>, Refusal> {
    if plain > PLAIN_LIMIT {
        let detail = format!("a stream of {plain} bytes, of at most {PLAIN_LIMIT}");
        return Err(Refusal::new(Reason::TooLarge, detail));
    }
    let ours = |error: std::io::Error| Refusal::new(Reason::Unavailable, error.to_string());
    let mut decoder = zstd::stream::read::Decoder::with_buffer(frame).map_err(ours)?.single_frame();
    decoder.window_log_max(WINDOW_LOG).map_err(ours)?;
    let mut stream = Vec::new();
    let bound = u64::from(plain) + 1;
    let read = (&mut decoder).take(bound).read_to_end(&mut stream);
    match read {
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Err(Refusal::new(Reason::Truncated, "the body ends within its zstd frame"))
        }
        Err(error) => Err(Refusal::new(Reason::Malformed, format!("the zstd frame: {error}"))),
        Ok(length) if length as u64 != u64::from(plain) || !decoder.finish().is_empty() => {
            let detail =
                "the zstd frame is not as long as the header says, or something follows it";
            Err(Refusal::new(Reason::Malformed, detail))
        }
        Ok(_) => Ok(stream),
    }
}

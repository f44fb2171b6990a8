//! A record's head.

use crate::bytes::{Seal, take};

/// Bytes before a record's payload.
pub(crate) const HEAD: usize = 40;

/// The longest payload of a record, in bytes. No length that is read makes more be allocated.
pub const MAXIMUM_PAYLOAD: usize = 1 << 20;

/// How many lanes there are.
pub const LANES: usize = 8;

/// The lane that stands in a record of state.
const STATE: u8 = 0xff;

/// One of the sequences of rows that are delivered: one table's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lane(u8);

impl Lane {
    /// The lane of a number below [`LANES`]; none: there is no such lane.
    pub const fn new(number: u8) -> Option<Self> {
        if (number as usize) < LANES { Some(Lane(number)) } else { None }
    }

    /// Its number.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// All lanes.
    pub fn all() -> impl Iterator<Item = Lane> {
        (0..LANES as u8).map(Lane)
    }

    /// The lane's own among what there is one of for each.
    pub(crate) fn of(self, numbers: &[u64; LANES]) -> u64 {
        numbers.get(usize::from(self.0)).copied().unwrap_or_default()
    }

    pub(crate) fn set(self, numbers: &mut [u64; LANES], number: u64) {
        if let Some(own) = numbers.get_mut(usize::from(self.0)) {
            *own = number;
        }
    }
}

/// What is said of a record before its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// Bytes of the payload.
    pub(crate) length: usize,
    /// None: state.
    pub(crate) lane: Option<Lane>,
    pub(crate) tag: u8,
    /// Rows in the record; of state, 0.
    pub(crate) rows: u32,
    /// Records before it in the journal, of whatever family.
    pub(crate) place: u64,
    /// Rows of its lane up to its last; of state, 0.
    pub(crate) number: u64,
}

impl Head {
    /// Bytes of the whole record.
    pub(crate) fn size(&self) -> u64 {
        (HEAD + self.length) as u64
    }

    /// The number before its first row's; none: it claims more rows than its lane has.
    pub(crate) fn before(&self) -> Option<u64> {
        self.number.checked_sub(u64::from(self.rows))
    }

    /// Writes the record at the end of a buffer.
    pub(crate) fn write(&self, payload: &[u8], seal: Seal, buffer: &mut Vec<u8>) {
        let mut head = [0; HEAD];
        let lane = self.lane.map_or(STATE, Lane::number);
        let fields: [&[u8]; 6] = [
            &(self.length as u32).to_le_bytes(),
            &self.rows.to_le_bytes(),
            &self.place.to_le_bytes(),
            &self.number.to_le_bytes(),
            &[lane, self.tag, 0, 0],
            &seal.over(payload).to_le_bytes(),
        ];
        let bytes = fields.iter().copied().flatten();
        head.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
        if let Some((fields, check)) = head.split_last_chunk_mut::<4>() {
            *check = (seal.over(fields) as u32).to_le_bytes();
        }
        buffer.extend_from_slice(&head);
        buffer.extend_from_slice(payload);
    }

    /// Reads a head, and the checksum of the payload that follows it; none: it is no head of this
    /// spool.
    pub(crate) fn read(bytes: &[u8; HEAD], seal: Seal) -> Option<(Self, u64)> {
        let (fields, check) = bytes.split_last_chunk::<4>()?;
        if seal.over(fields) as u32 != u32::from_le_bytes(*check) {
            return None;
        }
        let mut rest = fields;
        let length = u32::from_le_bytes(take(&mut rest)?) as usize;
        let rows = u32::from_le_bytes(take(&mut rest)?);
        let place = u64::from_le_bytes(take(&mut rest)?);
        let number = u64::from_le_bytes(take(&mut rest)?);
        let [lane, tag, _, _] = take(&mut rest)?;
        let body = u64::from_le_bytes(take(&mut rest)?);
        let lane = if lane == STATE { None } else { Some(Lane::new(lane)?) };
        let fits = length <= MAXIMUM_PAYLOAD && (lane.is_none() || rows > 0);
        fits.then_some((Head { length, lane, tag, rows, place, number }, body))
    }
}

//! What the journal's records hold. The journal checks every byte with a checksum of its own, and
//! numbers and dates nothing; this is our part of the format.
//!
//! Integers are LEB128 (7 bits a byte, the lowest first, at most 10 bytes) where nothing else is said;
//! times are little-endian `i64`, µs.
//!
//! | record | tag | payload |
//! |---|---|---|
//! | row of [`ACCESSES`] | its freshness, 0 live, 1 replayed | an access ([`access`]) |
//! | row of [`COVERAGES`] | its freshness | a row of coverage ([`coverage`]) |
//! | state | 1 | images: length (u16, little-endian) and access, again and again |
//! | state | 2 | the end of a turn ([`account`]) |
//! | state | 3 | an access that closed and was not kept: its row was counted in place of being kept |
//! | state | 4 | conversations: length (u16, little-endian) and conversation ([`conversation`]), again and again |
//!
//! Every payload of a row and of tags 2 and 3 begins with its version, 1.

pub(crate) mod access;
pub(crate) mod account;
mod bytes;
pub(crate) mod conversation;
pub(crate) mod coverage;

use delivery::{Freshness, Table};
use spool::Lane;

/// Accesses, to be delivered.
pub(crate) const ACCESSES: Lane = lane(1);
/// Coverage, to be delivered.
pub(crate) const COVERAGES: Lane = lane(2);

/// State: images of open accesses.
pub(crate) const IMAGES: u8 = 1;
/// State: the end of a turn.
pub(crate) const TURN: u8 = 2;
/// State: an access that was not kept.
pub(crate) const UNKEPT: u8 = 3;
/// State: conversations that a live host began.
pub(crate) const CONVERSATIONS: u8 = 4;

/// The version of payloads.
const VERSION: u8 = 1;

const fn lane(number: u8) -> Lane {
    match Lane::new(number) {
        Some(lane) => lane,
        None => unreachable!(),
    }
}

/// The lane of a table.
pub(crate) fn lane_of(table: Table) -> Lane {
    match table {
        Table::Access => ACCESSES,
        Table::Coverage => COVERAGES,
    }
}

/// The tag of rows of this freshness.
pub(crate) fn tag_of(freshness: Freshness) -> u8 {
    match freshness {
        Freshness::Live => 0,
        Freshness::Replayed => 1,
    }
}

/// The freshness of rows with this tag.
pub(crate) fn freshness_of(tag: u8) -> Freshness {
    if tag == 0 { Freshness::Live } else { Freshness::Replayed }
}

/// Appends a payload after its length.
pub(crate) fn put_framed(payload: &[u8], out: &mut Vec<u8>) {
    // No access is as long.
    let length = u16::try_from(payload.len()).unwrap_or(u16::MAX);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(payload);
}

/// The payloads that were framed.
pub(crate) fn framed(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (length, rest) = bytes.split_first_chunk()?;
        let (payload, rest) = rest.split_at_checked(u16::from_le_bytes(*length).into())?;
        bytes = rest;
        Some(payload)
    })
}

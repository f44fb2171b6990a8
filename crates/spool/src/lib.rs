//! A durable journal of opaque records, in one folder of a file system.
//!
//! Rows are appended to a *lane* (one for each table), numbered without a gap, read for delivery in
//! ranges `(from, to]`, and forgotten when they are delivered. *State* is appended between them: what
//! a point needs to go on after it was killed, such as the images of accesses that are still open.
//! [`replay`](Journal::replay) gives rows and state back in the one order in which they were appended.
//!
//! ```text
//! open ── replay ──┬─ append, append_state, forget, supersede ── sync (each second) ──┐
//!                  └───────────────────────── read ───────────────────────────────────┘
//! ```
//!
//! What the payloads and tags mean is the caller's; this room knows no other of ours, no clock, and
//! begins no thread.
//!
//! # What holds
//!
//! 1. **Durable.** What was appended before a [`sync`](Journal::sync) that succeeded is there after
//!    any crash, once, in order. What comes back beyond it is a prefix of what was appended since, over
//!    all lanes and state together.
//! 2. **Numbers.** A lane's rows are numbered from 1 on. A record holds one row or more, and
//!    the number of its last row is the record's; so the last number of a delivery counts rows, and
//!    `(from, to]` holds `to − from` of them. Only durable rows can be read, so a number that somebody
//!    has seen never stands for another row, within one generation.
//! 3. **Generation.** A spool is told from the one that was in the folder before by the random number
//!    that it was given when it was begun.
//! 4. **Forgotten.** What is durably forgotten is not read again.
//! 5. **Bounded.** All files together never exceed [`Limits::budget`], and what waits in memory
//!    never [`Limits::buffer`]; beside that, the longest record and a window of 64 KiB while reading, and
//!    some hundred bytes for each segment.
//! 6. **Damage** is told, never passed over: see below.
//!
//! # Replay
//!
//! Invariant 2 of the house: each second a point journals the images of the open accesses that changed,
//! in one order with the rows of closed ones, and after a kill takes up those that replay leaves open.
//!
//! An image is garbage when a later image of its access, or the row that closed it, follows. So that
//! garbage may go, the caller notes [`place`](Journal::place), appends what is open once more (as state,
//! in as many records and as slowly as it likes, other records between them), and then says
//! [`supersede`](Journal::supersede) with the place that it noted. Replay begins there from then on.
//!
//! *Why this is right.* Let P be that place and A an access. If A was open at P, its image was appended
//! again after P, or it was closed after P by a row; if it was closed before P, nothing of it need be
//! known. So by the records from P on alone, A ends as it did: with its last image if no row of it
//! follows, else closed. The place becomes durable only after every record before the call is, and a
//! crash takes away a suffix of the order and nothing else: an image never survives while an earlier
//! closing row is lost, and a row that was read, so that it may be committed at the hub, was durable
//! together with all before it. Rows after P stay on the disk when they are forgotten, for replay must
//! see that they closed their accesses; therefore no delivered access is ever taken up as open.
//!
//! What must happen as one, such as a counted summary that takes the place of a closed access's row,
//! is one record: a record survives whole or not at all.
//!
//! # Full
//!
//! Rows and state have budgets of their own, in files of their own, so that images cannot push out
//! rows nor rows images. [`append`](Journal::append) answers [`AppendError::Full`] when the
//! [`Share`]'s budget is used up, and [`AppendError::NoRoom`] when the file system would be left with
//! less free space than it must have. Nothing that is there is ever dropped to make room: the caller
//! keeps what is oldest, folds what is new into summaries, journals their changes as state, and
//! appends the summaries as [`Share::Reserved`] rows. State needs room for two checkpoints and what is
//! appended while the second is made. Where it is full in spite of that, the caller can always close
//! what is open, and supersede all.
//!
//! Forgetting needs no room: what is forgotten stands in a file of fixed size.
//!
//! # Errors of the disk
//!
//! What is appended waits in memory until both files are written *and* synced. If either fails, nothing
//! of it counts as durable, and the next sync writes all of it again at the same offsets: a partial
//! record is written over, and pages that a failed fsync left clean but unwritten become dirty again
//! (Rebello et al.: Can Applications Recover from fsync Failures?, USENIX ATC 2020). When a spool is
//! opened, the last segment is written over with itself for the same reason.
//!
//! # The format (version 1)
//!
//! A spool is a folder with these files. Integers are little-endian. `xxh3` is XXH3-64 with seed 0,
//! `seal` XXH3-64 seeded with the generation's low 64 bits exclusive-or its high 64 bits rotated left
//! by 32: no block that an older spool left behind, and no payload of a stranger, passes for a record.
//!
//! ```text
//! lock              locked (flock) while the spool is open
//! marks             what is forgotten
//! PLACE.rows        a segment's rows     PLACE: of the segment's first record, in 20 digits
//! PLACE.state       a segment's state
//! ```
//!
//! A record's *place* counts the records before it, of whatever file. A segment is the records from its
//! place to the next segment's. Both its files begin with a header of 112 bytes:
//!
//! ```text
//!  0  8  magic "YGSPOOL\n"           32  8  the segment's place
//!  8  2  version, 1                  40 64  of each lane, 8 bytes: the last number
//! 10  1  0 rows, 1 state                    before the segment
//! 11  1  lanes, 8                   104  8  xxh3 of all before
//! 12  4  0
//! 16 16  generation
//! ```
//!
//! and goes on with records:
//!
//! ```text
//!  0  4  bytes of the payload, ≤ 1 MiB      24  1  lane, of state 0xff
//!  4  4  rows, of state 0                   25  1  tag, the caller's
//!  8  8  place                              26  2  0
//! 16  8  the last row's number, of state 0  28  8  seal of the payload
//!                                           36  4  the low half of seal of the 36 bytes before
//! 40  …  the payload
//! ```
//!
//! `marks` holds the same thing twice, at 0 and at 4,096, and is written over in turn; the one
//! with the greater count holds:
//!
//! ```text
//!  0  8  magic "YGMARKS\n"           32  8  the place that replay begins at
//!  8 16  generation                  40 64  of each lane, 8 bytes: the last number forgotten
//! 24  8  count of writes            104  8  xxh3 of all before
//! ```
//!
//! **Order of writes.** Records; both files synced; marks, synced; a new segment, if one is due, each
//! file with its header synced, then the folder; files that may go removed, then the folder
//! synced. A segment is begun only when everything is durable, so what is missing from any but the last
//! is damage. State may go when replay begins after it, rows when they are forgotten too.
//!
//! **Opening.** Of the last segment the records are taken in the order of their places, from both
//! files, until one is missing or bad; the rest is cut off. (A last segment without a record goes if
//! the one before it is whole: its making may have been cut short.)
//!
//! # Damage
//!
//! A bad record in a sealed segment is passed over when it is read. [`Batch::lost`] counts the rows by
//! their numbers, exactly, and the range is delivered with so many rows fewer; [`Replayed::Lost`] stands
//! where records are missing. A journal that ends before what it once durably forgot is refused
//! ([`OpenError::RolledBack`]): it would give the same numbers to other rows. Damage to durable records
//! of the last segment that nothing was forgotten after cannot be told from a torn end; the hub
//! refuses the numbers that come again with other rows.

#![deny(clippy::indexing_slicing)]

mod bytes;
mod disk;
mod error;
mod folder;
mod header;
mod journal;
mod limits;
mod marks;
mod open;
mod reach;
mod read;
mod record;
mod replay;
mod scan;
mod segment;
mod sync;
#[cfg(test)]
mod tests;

pub use disk::{Disk, DiskFile};
pub use error::{AppendError, DiskError, OpenError, ReadError};
pub use folder::Folder;
pub use journal::{Journal, Usage};
pub use limits::{Limits, Share};
pub use open::Repairs;
pub use read::{Batch, Lost, Most, Record};
pub use record::{LANES, Lane, MAXIMUM_PAYLOAD};
pub use replay::Replayed;

//! What people report, and how it is counted.
//!
//! Half of what an observatory publishes comes not from sensors but from people. This room holds their
//! reports as plain records ([`record`]), the names of viruses ([`name`]), the rules by which a month's
//! figure comes about ([`rule`]), the cases that a team works on ([`case`]), and the chained log in which
//! every change stands ([`log`]).
//!
//! Invariants:
//! - A figure depends on the records, the rule and the version of the names, and on nothing else: not on
//!   the order of arrival, not on cases, not on who the reporters are.
//! - A name that could mean two families is never guessed: it waits for a person, and is told apart.
//! - A reporter is a random number here. Who that is ([`record::Contact`]) is kept apart and can be
//!   erased; the number stays, and so does every count.
//!
//! There is no I/O, no clock and no randomness in this room: times, numbers and bytes are passed in.

#![deny(clippy::indexing_slicing)]

#[macro_use]
mod word;
pub mod case;
mod hash;
pub mod log;
mod month;
pub mod name;
pub mod record;
pub mod rule;
mod share;
pub mod staff;

pub use hash::Hash;
pub use month::{BadMonth, Month, ZoneError};
pub use share::Share;
pub use word::UnknownWord;

/// Microseconds since 1970-01-01T00:00:00Z.
pub type Micros = i64;

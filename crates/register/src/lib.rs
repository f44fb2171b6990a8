//! The book of reports.
//!
//! What arrives is stored first, as it is, then read, then recorded ([`Register::take_in`]); what was not
//! yet read when the power went is read when the book is opened again. Counts are answered by SQL over
//! indexed columns and equal those of `incident::rule::count` (a test says so). SQLite is compiled in;
//! PostgreSQL is used by its URL. No other room knows either.
//!
//! Invariants:
//! - Every item has one disposition, and their totals add up to what was received.
//! - An item's bytes never change. They can be withdrawn, when a reporter's contact is erased; the
//!   item's digest stays.
//! - Every change is an entry of one chained log, written in the transaction of the change. Nothing in
//!   the log says who a reporter is.
//! - `line.leads` is 1 for the first received line of each reporter, day of discovery and family, and 0
//!   for the others: the count under such a rule is a count of rows.
//! - Names are resolved when a line is stored, and again when the registry gets an entry for their stem.
//!
//! All of this waits for a disk: an asynchronous caller puts it on a thread of its own.

#![deny(clippy::indexing_slicing)]

mod answer;
mod error;
mod export;
pub mod face;
mod link;
mod maildir;
mod queue;
mod schema;
mod store;
#[cfg(test)]
mod tests;
mod word;

pub use answer::{
    Audit, Counted, Erased, Fates, Listed, Page, Published, RowFate, Search, Shown, ShownLine,
    Standings, Taken, Totals, Waiting,
};
pub use error::{Error, Result};
pub use export::{Export, House, Lost};
pub use incident::Month;
pub use incident::record::Kind;
pub use link::public_place;
pub use maildir::Collected;
pub use queue::{Item, Queue};
pub use store::{Account, Invitation, Raw, Register};

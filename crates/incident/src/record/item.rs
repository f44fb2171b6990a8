//! What arrived, before anybody has read it.

use serde::{Deserialize, Serialize};

use crate::{Hash, Micros};

/// An item's number, in the order in which items were stored; from 1.
pub type ItemId = i64;

words! {
    /// How an item came.
    Channel, "channel" {
        /// The public web form.
        Form = "form",
        /// A mailbox.
        Mail = "mail",
        /// A file that somebody handed over.
        File = "file",
        /// The programming interface.
        Api = "api",
        /// The log of a scanner or gateway.
        Log = "log",
    }
}

words! {
    /// What became of an item. Every item has exactly one; their totals add up to what was received.
    Disposition, "disposition" {
        /// Stored, not yet read: it is so only between two commits, or after a kill.
        Waiting = "waiting",
        /// All of it was read.
        Parsed = "parsed",
        /// Some of it was read; the faults say what was not.
        InPart = "in part",
        /// It is of a kind that nobody here reads.
        Unsupported = "unsupported",
        /// It is of a kind that we read, and nothing of it could be.
        Corrupt = "corrupt",
        /// The same came before: the same bytes, or the same report under the same reference.
        Duplicate = "duplicate",
        /// It is no report: an automatic answer, a bounce, nothing at all.
        NotAReport = "not a report",
    }
}

/// An item: immutable but for its disposition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its number.
    pub id: ItemId,
    /// SHA-256 of its bytes.
    pub sha256: Hash,
    /// How many bytes.
    pub size: u64,
    /// How it came.
    pub channel: Channel,
    /// When it came.
    pub received: Micros,
    /// What became of it.
    pub disposition: Disposition,
    /// The format that it was read as, where one was known.
    pub format: Option<String>,
    /// The item whose bytes or report it repeats.
    pub same_as: Option<ItemId>,
    /// What could not be read, one sentence each.
    pub faults: Vec<String>,
}

//! Answers, plain enough for JSON and for a page.

use std::collections::BTreeMap;

use incident::log::Head;
use incident::name::Resolution;
use incident::record::{Disposition, Filing, FilingId, Item, ItemId, Kind, Receipt, Reporter, Tlp};
use incident::rule::{Count, Standing, Vintage};
use incident::{Micros, Month, Share};
use intake::Sealed;
use serde::Serialize;

/// What became of an item that was taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// Its number.
    pub item: ItemId,
    /// What became of it.
    pub disposition: Disposition,
    /// What it was read as.
    pub format: Option<String>,
    /// Filings that it added, with their receipts.
    pub filings: Vec<(FilingId, Receipt)>,
    /// Filings in it that had come before.
    pub again: Vec<FilingId>,
    /// Pieces that scanners tell of in it; those of virus reports stand in their lines.
    pub pieces: u64,
    /// The item that it repeats.
    pub same_as: Option<ItemId>,
    /// What could not be read.
    pub faults: Vec<String>,
}

/// What would become of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowFate {
    /// Its number.
    pub row: u64,
    /// `report`, `duplicate`, `refused` or `other`.
    pub fate: &'static str,
    /// Why, where there is something to say.
    pub why: Option<String>,
}

/// What would become of an item, had it been taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fates {
    /// What would become of the item.
    pub disposition: Disposition,
    /// Every row.
    pub rows: Vec<RowFate>,
    /// How many rows have each fate.
    pub totals: BTreeMap<&'static str, u64>,
    /// Sentences about what could not be read.
    pub faults: Vec<String>,
}

/// Items by what became of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// All that were received.
    pub received: u64,
    /// The same, by disposition; they add up.
    pub by_disposition: BTreeMap<Disposition, u64>,
    /// Filings.
    pub filings: u64,
}

/// What is looked for in a list.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Filings of one kind alone.
    pub kind: Option<Kind>,
    /// Words that all stand in it, or a receipt number.
    pub words: Option<String>,
    /// Filings before this number: the last one of the page before.
    pub before: Option<FilingId>,
    /// How many, at most 200.
    pub most: usize,
}

/// A filing in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its number.
    pub id: FilingId,
    /// Its receipt number.
    pub receipt: Receipt,
    /// Its kind.
    pub kind: Kind,
    /// How far it may go.
    pub tlp: Tlp,
    /// When it first came.
    pub received: Micros,
    /// Names, category or subject.
    pub what: String,
}

/// A page of a list, latest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page {
    /// The filings.
    pub filings: Vec<Listed>,
    /// Where the next page begins; none at the end.
    pub next: Option<FilingId>,
}

/// A line of a virus report, and what its name means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownLine {
    /// The name as reported.
    pub name: String,
    /// What it means today.
    pub means: Resolution,
    /// Whether it is the first of its reporter, day and family.
    pub leads: bool,
}

/// Everything about a filing, but who filed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// The filing.
    pub filing: Filing,
    /// The reporter, without a name.
    pub reporter: Option<Reporter>,
    /// The item that it came in.
    pub item: Item,
    /// What was attached to that.
    pub sealed: Vec<Sealed>,
    /// The lines of a virus report.
    pub lines: Vec<ShownLine>,
    /// Items that answered to it.
    pub answers: Vec<ItemId>,
}

/// A name that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// The stem.
    pub stem: String,
    /// How many lines and detections have it.
    pub times: u64,
    /// One of them, as it was reported.
    pub example: String,
    /// What it could mean.
    pub means: Resolution,
}

/// What an erasure did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Erased {
    /// Whether there was a contact.
    pub contact: bool,
    /// Items whose bytes were withdrawn, as they held this reporter alone.
    pub withdrawn: Vec<ItemId>,
    /// Items that hold other reporters' filings too, such as tables: their bytes still name this one.
    pub kept: Vec<ItemId>,
}

/// What an audit found: nothing is wrong, or it would be an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// The end of the log: note it somewhere else, and a log that was cut off is found out.
    pub head: Head,
    /// Items whose bytes still have their digest.
    pub whole: u64,
    /// Items whose bytes were withdrawn.
    pub withdrawn: u64,
    /// Filings that are as the log says.
    pub filings: u64,
    /// Totals, which add up.
    pub totals: Totals,
}

/// A month's vintages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Standings {
    /// The month.
    pub month: Month,
    /// When it was closed.
    pub closed: Option<Micros>,
    /// Every figure that was published of it, in order.
    pub vintages: Vec<Vintage>,
}

/// A month's count, and how it stands beside what was published of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// The count, as it is now.
    #[serde(flatten)]
    pub count: Count,
    /// When the month was closed; none while it is preliminary.
    pub closed: Option<Micros>,
    /// The last figure that was published; none where none was.
    pub published: Option<Published>,
}

/// A figure that was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Published {
    /// The number of its vintage, from 1.
    pub vintage: u32,
    /// How firm it is.
    pub standing: Standing,
    /// The figure.
    pub total: Share,
    /// When it was counted.
    pub counted: Micros,
}

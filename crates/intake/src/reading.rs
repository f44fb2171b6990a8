//! What an item gave.

use incident::Hash;
use incident::record::{Detection, Disposition, Draft, Receipt};
use serde::Serialize;

use crate::fault::Fault;
use crate::format::Format;

/// The most faults of one item that are kept in words; the others are counted.
pub const MOST_FAULTS: usize = 200;

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is", content = "why")]
pub enum Fate {
    /// It gave a filing or a detection.
    Read,
    /// It could not be read.
    Refused(String),
    /// It is something else by right: a header, an empty row, something that is no report.
    Other(String),
}

/// A row and its fate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its number: the line of a log, the record of a table with its header as 1; a form's and a mail's
    /// is 1.
    pub row: u64,
    /// What became of it.
    pub fate: Fate,
}

/// A draft, and the row that it stands in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Placed {
    /// The row.
    pub row: u64,
    /// The draft.
    pub draft: Draft,
}

/// Something attached: described, never opened. Its bytes stand in the item and nowhere else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sealed {
    /// Its name, as the sender wrote it: never a path to write to.
    pub name: Option<String>,
    /// Its media type, as the sender wrote it.
    pub media: Option<String>,
    /// How many bytes it has, decoded.
    pub size: u64,
    /// SHA-256 of these bytes.
    pub sha256: Hash,
}

/// What an item gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// What it was read as; none where it looks like nothing that we know.
    pub format: Option<Format>,
    /// The filings in it.
    pub drafts: Vec<Placed>,
    /// The detections in it.
    pub detections: Vec<Detection>,
    /// What was attached.
    pub sealed: Vec<Sealed>,
    /// The report that it answers to.
    pub answers: Option<Receipt>,
    /// Every row and its fate, but for rows of logs that tell nothing.
    pub rows: Vec<Row>,
    /// How many rows were read.
    pub read: u64,
    /// How many were refused.
    pub refused: u64,
    /// How many are something else by right.
    pub other: u64,
    /// Set where the item as a whole is of no use, with the reason.
    verdict: Option<(Disposition, String)>,
}

impl Reading {
    pub(crate) fn of(format: Option<Format>) -> Reading {
        Reading {
            format,
            drafts: Vec::new(),
            detections: Vec::new(),
            sealed: Vec::new(),
            answers: None,
            rows: Vec::new(),
            read: 0,
            refused: 0,
            other: 0,
            verdict: None,
        }
    }

    pub(crate) fn draft(&mut self, row: u64, draft: Draft) {
        match Fault::of(&draft.body) {
            Ok(()) => {
                self.drafts.push(Placed { row, draft });
                self.row(row, Fate::Read);
            }
            Err(fault) => self.refuse(row, fault.to_string()),
        }
    }

    pub(crate) fn row(&mut self, row: u64, fate: Fate) {
        match fate {
            Fate::Read => self.read += 1,
            Fate::Refused(_) => self.refused += 1,
            Fate::Other(_) => self.other += 1,
        }
        self.rows.push(Row { row, fate });
    }

    pub(crate) fn refuse(&mut self, row: u64, why: impl Into<String>) {
        self.row(row, Fate::Refused(why.into()));
    }

    pub(crate) fn unsupported(&mut self, why: impl Into<String>) {
        self.verdict = Some((Disposition::Unsupported, why.into()));
    }

    pub(crate) fn not_a_report(&mut self, why: impl Into<String>) {
        self.verdict = Some((Disposition::NotAReport, why.into()));
    }

    pub(crate) fn corrupt(&mut self, why: impl Into<String>) {
        self.verdict = Some((Disposition::Corrupt, why.into()));
    }

    pub(crate) fn nothing_known(&mut self, bytes: &[u8]) {
        if bytes.trim_ascii().is_empty() {
            self.not_a_report("there is nothing in it");
        } else {
            self.unsupported("it looks like no format that is read here");
        }
    }

    /// What becomes of the item. Duplicates are known only to whoever has the other items.
    pub fn disposition(&self) -> Disposition {
        if let Some((disposition, _)) = &self.verdict {
            return *disposition;
        }
        let gave = self.read > 0 || self.answers.is_some();
        match (gave, self.refused > 0) {
            (true, false) => Disposition::Parsed,
            (true, true) => Disposition::InPart,
            (false, true) => Disposition::Corrupt,
            (false, false) => Disposition::NotAReport,
        }
    }

    /// What could not be read, a sentence each, at most [`MOST_FAULTS`] and one that counts the others.
    pub fn faults(&self) -> Vec<String> {
        let mut faults: Vec<String> = self.verdict.iter().map(|(_, why)| why.clone()).collect();
        let refused = self.rows.iter().filter_map(|row| match &row.fate {
            Fate::Refused(why) => Some(format!("row {}: {why}", row.row)),
            _ => None,
        });
        faults.extend(refused.take(MOST_FAULTS));
        let rest = self.refused.saturating_sub(MOST_FAULTS as u64);
        if rest > 0 {
            faults.push(format!("and {rest} rows more"));
        }
        faults
    }
}

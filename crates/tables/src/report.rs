//! What became of every line.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::reason::Reason;
use crate::table::Line;

/// What became of the lines of one log: `lines = accesses + unread + other`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Lines.
    pub lines: u64,
    /// Lines that are accesses.
    pub accesses: u64,
    /// Lines that could not be read, by reason.
    pub unread: Vec<Tally>,
    /// Lines that are something else by right, the header of columns too, by reason.
    pub other: Vec<Tally>,
    /// The first lines, at most [`Tally::FIRST`], at which a stamp without a year began a new one.
    pub new_years: Vec<u64>,
}

/// The lines of one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Why they are no accesses.
    #[serde(serialize_with = "text")]
    pub reason: Reason,
    /// How many.
    pub lines: u64,
    /// The numbers of the first of them, from 1.
    pub first: Vec<u64>,
}

impl Tally {
    /// How many line numbers are kept.
    pub const FIRST: usize = 5;
}

impl Report {
    /// Lines that could not be read.
    pub fn unread_lines(&self) -> u64 {
        sum(&self.unread)
    }

    /// Lines that are something else by right.
    pub fn other_lines(&self) -> u64 {
        sum(&self.other)
    }
}

fn sum(tallies: &[Tally]) -> u64 {
    tallies.iter().map(|tally| tally.lines).fold(0, u64::saturating_add)
}

fn text<S: serde::Serializer>(reason: &Reason, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(reason)
}

/// Counts lines while they are read.
#[derive(Debug, Default)]
pub(crate) struct Count {
    lines: u64,
    accesses: u64,
    reasons: BTreeMap<Reason, (u64, Vec<u64>)>,
    new_years: Vec<u64>,
}

impl Count {
    pub(crate) fn line(&mut self, line: &Line) {
        self.lines = self.lines.saturating_add(1);
        match line {
            Line::Access(_) => self.accesses = self.accesses.saturating_add(1),
            Line::Unread(reason) | Line::Other(reason) => {
                let (lines, first) = self.reasons.entry(*reason).or_default();
                *lines = lines.saturating_add(1);
                keep(first, self.lines);
            }
        }
    }

    /// Says that the line counted last began a new year.
    pub(crate) fn new_year(&mut self) {
        keep(&mut self.new_years, self.lines);
    }

    pub(crate) fn report(&self) -> Report {
        let tallies = self.reasons.iter().map(|(&reason, (lines, first))| Tally {
            reason,
            lines: *lines,
            first: first.clone(),
        });
        let (other, unread) = tallies.partition(|tally| tally.reason.is_other());
        let Count { lines, accesses, ref new_years, .. } = *self;
        Report { lines, accesses, unread, other, new_years: new_years.clone() }
    }
}

fn keep(first: &mut Vec<u64>, line: u64) {
    if first.len() < Tally::FIRST {
        first.push(line);
    }
}

//! Many lines, as they come in pieces of any size.

use crate::claim::Claim;
use crate::refusal::Refusal;
use crate::verdict::{Checked, Outcome};

/// The longest line that is read, in bytes without its break. The family rankings of two years,
/// fifty names a month, are some 40 KiB. The costliest line of this length, a sum of 131,000 figures,
/// takes 46 MB while it is checked.
pub const MAXIMUM_LINE: usize = 256 * 1024;

/// A byte-order mark in UTF-8, which some programs put before the first line.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Checks one line, without its break.
pub fn check(line: &[u8]) -> Checked {
    if line.len() > MAXIMUM_LINE {
        return Checked::refused(None, Refusal::LongLine);
    }
    let Ok(text) = std::str::from_utf8(line) else {
        return Checked::refused(None, Refusal::NotText);
    };
    match Claim::read(text) {
        Ok(claim) => Checked { verdict: claim.check(), id: claim.id },
        Err((id, refusal)) => Checked::refused(id, refusal),
    }
}

/// How many claims came out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Claims that are consistent.
    pub consistent: u64,
    /// Claims that are refuted.
    pub refuted: u64,
    /// Claims and lines that are refused.
    pub refused: u64,
}

impl Tally {
    /// All of them.
    pub fn claims(&self) -> u64 {
        self.consistent.saturating_add(self.refuted).saturating_add(self.refused)
    }

    /// Whether there is a claim, and all are consistent. Of nothing, nothing was proven.
    pub fn is_consistent(&self) -> bool {
        self.consistent > 0 && self.refuted == 0 && self.refused == 0
    }

    fn count(&mut self, outcome: &Outcome) {
        let counter = match outcome {
            Outcome::Consistent => &mut self.consistent,
            Outcome::Refuted => &mut self.refuted,
            Outcome::Refused(_) => &mut self.refused,
        };
        *counter = counter.saturating_add(1);
    }
}

/// Checks the lines of an input that comes in pieces. Lines of white space alone are no claims.
///
/// Invariant: the verdicts depend on the bytes and not on where they are cut; no more than
/// [`MAXIMUM_LINE`] bytes and one are kept.
#[derive(Debug, Default)]
pub struct Checker {
    line: Vec<u8>,
    /// Lines that have ended.
    ended: u64,
    tally: Tally,
}

impl Checker {
    /// The verdicts of the lines that end in this piece.
    pub fn feed(&mut self, piece: &[u8]) -> Vec<Checked> {
        let mut verdicts = Vec::new();
        for part in piece.split_inclusive(|&byte| byte == b'\n') {
            let text = part.strip_suffix(b"\n");
            let bytes = text.unwrap_or(part);
            // One byte more than a line may have is kept, to know that it has more.
            let room = (MAXIMUM_LINE + 1).saturating_sub(self.line.len());
            self.line.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
            if text.is_some() {
                verdicts.extend(self.end());
            }
        }
        verdicts
    }

    /// The verdict of the last line, if it had no break, and how many claims came out how.
    pub fn finish(mut self) -> (Option<Checked>, Tally) {
        let last = self.end();
        (last, self.tally)
    }

    fn end(&mut self) -> Option<Checked> {
        self.ended = self.ended.saturating_add(1);
        let line = self.line.as_slice();
        let line = line.strip_prefix(MARK).filter(|_| self.ended == 1).unwrap_or(line);
        let mut checked = (!line.trim_ascii().is_empty()).then(|| check(line));
        if let Some(Checked { id: None, verdict }) = &mut checked {
            // Nothing else says which claim it is.
            verdict.why = format!("line {}: {}", self.ended, verdict.why);
        }
        self.line.clear();
        if let Some(checked) = &checked {
            self.tally.count(&checked.verdict.outcome);
        }
        checked
    }
}

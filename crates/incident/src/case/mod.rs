//! Cases: what a team works on.
//!
//! A case is the sum of its events; nothing of it is ever overwritten. Links go from filings to cases,
//! many to many, and within a case to its incidents. Merging and splitting are events that can be undone.
//! No count looks at cases, so no work on them changes a figure.
//!
//! Merging moves no link: it lets one case stand for another, and undoing it lets it stand for itself
//! again. Splitting moves the named links to a new case, and undoing it moves back those that are still
//! there; the case that was split off then stands within the one that it came from.

mod board;
mod event;
#[cfg(test)]
mod tests;

pub use board::{Board, Case, CaseError, Link};
pub use event::{BadStates, CaseId, Change, Event, State, StateKind, States};

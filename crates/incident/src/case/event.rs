//! What happens to a case.

use serde::{Deserialize, Serialize};

use crate::Micros;
use crate::record::FilingId;

/// A case's number, from 1.
pub type CaseId = i64;

words! {
    /// What a state means to those who count open work.
    StateKind, "kind of state" {
        /// Somebody has to do something.
        Open = "open",
        /// Somebody else has to.
        Waiting = "waiting",
        /// Nobody has to.
        Closed = "closed",
    }
}

/// A state, as the team calls it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// The team's word.
    pub name: String,
    /// What it means.
    pub kind: StateKind,
}

/// The states there are; the first is that of a new case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct States(pub Vec<State>);

/// Why states cannot be used. Whoever named them is at fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadStates {
    /// A new case would be in none.
    #[error("the first state is that of a new case, and has kind = \"open\"")]
    First,
    /// Nothing could be closed.
    #[error("a state with kind = \"closed\" is missing")]
    Closed,
    /// A name that is none, or too long.
    #[error("a state has a name, of 60 bytes at most")]
    Name,
    /// It stands twice.
    #[error("the state {0:?} stands twice")]
    Twice(String),
}

impl States {
    /// Whether a team can work with them.
    ///
    /// # Errors
    /// [`BadStates`] says what is wrong.
    pub fn check(&self) -> Result<(), BadStates> {
        if self.0.first().is_none_or(|state| state.kind != StateKind::Open) {
            return Err(BadStates::First);
        }
        if !self.0.iter().any(|state| state.kind == StateKind::Closed) {
            return Err(BadStates::Closed);
        }
        let mut seen = std::collections::BTreeSet::new();
        for State { name, .. } in &self.0 {
            if name.trim().is_empty() || name.len() > 60 {
                return Err(BadStates::Name);
            }
            if !seen.insert(name) {
                return Err(BadStates::Twice(name.clone()));
            }
        }
        Ok(())
    }
}

impl Default for States {
    /// new, working, waiting, closed.
    fn default() -> States {
        let state = |name: &str, kind| State { name: name.to_owned(), kind };
        States(vec![
            state("new", StateKind::Open),
            state("working", StateKind::Open),
            state("waiting", StateKind::Waiting),
            state("closed", StateKind::Closed),
        ])
    }
}

/// One change of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum Change {
    /// The case begins.
    Opened {
        /// What it is about.
        title: String,
    },
    /// Somebody takes it, or nobody does.
    Assigned {
        /// An account's name.
        to: Option<String>,
    },
    /// Somebody says something.
    Commented {
        /// What.
        text: String,
    },
    /// It is in another state.
    Moved {
        /// The state's name.
        state: String,
    },
    /// It is due, or no longer.
    Due {
        /// When.
        by: Option<Micros>,
    },
    /// Something that happened is told apart within the case.
    Incident {
        /// What.
        title: String,
    },
    /// A filing belongs to it.
    Linked {
        /// The filing.
        filing: FilingId,
        /// The incident within the case, from 1.
        incident: Option<u32>,
    },
    /// A filing does not belong to it after all.
    Unlinked {
        /// The filing.
        filing: FilingId,
    },
    /// It goes on as part of another case.
    Merged {
        /// The other.
        into: CaseId,
    },
    /// A part of it goes on as a case of its own.
    Split {
        /// The new case's number.
        off: CaseId,
        /// What that is about.
        title: String,
        /// The filings that go with it.
        filings: Vec<FilingId>,
    },
    /// A merge or a split did not happen after all.
    Undone {
        /// That event's number.
        event: i64,
    },
}

/// A change, and when and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its number: that of its entry in the log.
    pub seq: i64,
    /// When.
    pub at: Micros,
    /// An account's name.
    pub who: String,
    /// The case.
    pub case: CaseId,
    /// What.
    pub change: Change,
}

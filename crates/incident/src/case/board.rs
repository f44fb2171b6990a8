//! All cases, as their events left them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::event::{CaseId, Change, Event, StateKind, States};
use crate::Micros;
use crate::record::FilingId;

/// A filing's link to a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Link {
    /// The filing.
    pub filing: FilingId,
    /// The incident within the case.
    pub incident: Option<u32>,
}

/// A case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Case {
    /// Its number.
    pub id: CaseId,
    /// What it is about.
    pub title: String,
    /// The team's word for its state.
    pub state: String,
    /// Who works on it.
    pub assigned: Option<String>,
    /// When it is due.
    pub due: Option<Micros>,
    /// The case that stands for it, where it was merged.
    pub within: Option<CaseId>,
    /// Its incidents.
    pub incidents: Vec<String>,
    /// Its own links.
    pub links: BTreeSet<Link>,
    /// The numbers of the events that are comments.
    pub comments: Vec<i64>,
}

/// Why a change is refused. Whoever asked for it is at fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CaseError {
    /// There is no such case.
    #[error("there is no case {0}")]
    NoCase(CaseId),
    /// The number is taken.
    #[error("case {0} is there already")]
    Taken(CaseId),
    /// It goes on elsewhere.
    #[error("case {0} was merged into {1}: work on that one, or undo the merge")]
    Within(CaseId, CaseId),
    /// It would stand within itself.
    #[error("case {0} cannot be merged into itself")]
    Circle(CaseId),
    /// The team has no such state.
    #[error("{0:?} is no state: use one of {1}")]
    NoState(String, String),
    /// The filing is not there.
    #[error("filing {0} does not belong to case {1}")]
    NoLink(FilingId, CaseId),
    /// The incident is not there.
    #[error("case {1} has no incident {0}")]
    NoIncident(u32, CaseId),
    /// What should be undone was no merge and no split, or was undone before.
    #[error("event {0} is no merge and no split that still holds")]
    NotUndoable(i64),
}

/// What a merge or split needs to be undone.
#[derive(Clone, Debug)]
enum Reversible {
    Merge { case: CaseId },
    Split { from: CaseId, off: CaseId, moved: BTreeSet<Link> },
}

/// All cases.
#[derive(Clone, Debug, Default)]
pub struct Board {
    states: States,
    cases: BTreeMap<CaseId, Case>,
    reversible: BTreeMap<i64, Reversible>,
}

impl Board {
    /// A board without cases.
    pub fn new(states: States) -> Board {
        Board { states, ..Board::default() }
    }

    /// The board after some events.
    ///
    /// # Errors
    /// [`CaseError`] at the first event that could not have happened.
    pub fn replay(states: States, events: &[Event]) -> Result<Board, CaseError> {
        let mut board = Board::new(states);
        events.iter().try_for_each(|event| board.apply(event))?;
        Ok(board)
    }

    /// Every case.
    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        self.cases.values()
    }

    /// A case.
    ///
    /// # Errors
    /// [`CaseError::NoCase`] where there is none.
    pub fn case(&self, id: CaseId) -> Result<&Case, CaseError> {
        self.cases.get(&id).ok_or(CaseError::NoCase(id))
    }

    /// The filings of a case and of those that stand within it.
    ///
    /// # Errors
    /// [`CaseError::NoCase`] where there is none.
    pub fn filings(&self, id: CaseId) -> Result<BTreeSet<FilingId>, CaseError> {
        self.case(id)?;
        let within =
            self.cases.values().filter(|case| self.stands_for(case.id) == self.stands_for(id));
        Ok(within.flat_map(|case| case.links.iter().map(|link| link.filing)).collect())
    }

    /// How many filings each case has that stands for itself, those within it included.
    pub fn sizes(&self) -> BTreeMap<CaseId, usize> {
        let mut filings: BTreeMap<CaseId, BTreeSet<FilingId>> = BTreeMap::new();
        for case in self.cases.values() {
            let its = case.links.iter().map(|link| link.filing);
            filings.entry(self.stands_for(case.id)).or_default().extend(its);
        }
        filings.into_iter().map(|(id, filings)| (id, filings.len())).collect()
    }

    /// The case that a case goes on as: itself, unless it was merged.
    pub fn stands_for(&self, id: CaseId) -> CaseId {
        let mut at = id;
        // No circle can be made; the number of cases bounds the walk all the same.
        for _ in 0..self.cases.len() {
            match self.cases.get(&at).and_then(|case| case.within) {
                Some(within) => at = within,
                None => break,
            }
        }
        at
    }

    /// Cases that are due before a moment and not closed.
    pub fn overdue(&self, now: Micros) -> impl Iterator<Item = &Case> {
        self.cases.values().filter(move |case| {
            case.within.is_none()
                && case.due.is_some_and(|due| due < now)
                && self.kind(&case.state) != Some(StateKind::Closed)
        })
    }

    /// What a case's state means; none where there is no such case.
    pub fn kind_of(&self, id: CaseId) -> Option<StateKind> {
        self.kind(&self.cases.get(&id)?.state)
    }

    /// The states there are, as the team calls them.
    pub fn states(&self) -> &States {
        &self.states
    }

    fn kind(&self, state: &str) -> Option<StateKind> {
        self.states.0.iter().find(|known| known.name == state).map(|state| state.kind)
    }

    /// Applies an event, all of it or nothing.
    ///
    /// # Errors
    /// [`CaseError`] says why it cannot be.
    pub fn apply(&mut self, event: &Event) -> Result<(), CaseError> {
        match &event.change {
            Change::Opened { title } => return self.open(event.case, title),
            Change::Undone { event: undone } => return self.undo(*undone),
            Change::Merged { into } => return self.merge(event, *into),
            Change::Split { off, title, filings } => {
                return self.split(event, *off, title, filings);
            }
            Change::Moved { state } if self.kind(state).is_none() => {
                let names: Vec<&str> = self.states.0.iter().map(|s| s.name.as_str()).collect();
                return Err(CaseError::NoState(state.clone(), names.join(", ")));
            }
            _ => {}
        }
        let case = self.working(event.case)?;
        match &event.change {
            Change::Assigned { to } => case.assigned.clone_from(to),
            Change::Commented { .. } => case.comments.push(event.seq),
            Change::Moved { state } => case.state.clone_from(state),
            Change::Due { by } => case.due = *by,
            Change::Incident { title } => case.incidents.push(title.clone()),
            Change::Linked { filing, incident } => {
                if let Some(number) = *incident
                    && (number == 0 || number as usize > case.incidents.len())
                {
                    return Err(CaseError::NoIncident(number, case.id));
                }
                case.links.insert(Link { filing: *filing, incident: *incident });
            }
            Change::Unlinked { filing } => {
                let before = case.links.len();
                case.links.retain(|link| link.filing != *filing);
                if case.links.len() == before {
                    return Err(CaseError::NoLink(*filing, case.id));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// A case that may be worked on.
    fn working(&mut self, id: CaseId) -> Result<&mut Case, CaseError> {
        let case = self.cases.get_mut(&id).ok_or(CaseError::NoCase(id))?;
        match case.within {
            Some(within) => Err(CaseError::Within(id, within)),
            None => Ok(case),
        }
    }

    fn open(&mut self, id: CaseId, title: &str) -> Result<(), CaseError> {
        if self.cases.contains_key(&id) {
            return Err(CaseError::Taken(id));
        }
        let state = self.states.0.first().map(|state| state.name.clone()).unwrap_or_default();
        let case = Case {
            id,
            title: title.to_owned(),
            state,
            assigned: None,
            due: None,
            within: None,
            incidents: Vec::new(),
            links: BTreeSet::new(),
            comments: Vec::new(),
        };
        self.cases.insert(id, case);
        Ok(())
    }

    fn merge(&mut self, event: &Event, into: CaseId) -> Result<(), CaseError> {
        self.case(into)?;
        if self.stands_for(into) == event.case {
            return Err(CaseError::Circle(event.case));
        }
        let into = self.working(into)?.id;
        self.working(event.case)?.within = Some(into);
        self.reversible.insert(event.seq, Reversible::Merge { case: event.case });
        Ok(())
    }

    fn split(
        &mut self,
        event: &Event,
        off: CaseId,
        title: &str,
        filings: &[FilingId],
    ) -> Result<(), CaseError> {
        let from = self.working(event.case)?;
        let has = |filing: &&FilingId| !from.links.iter().any(|link| link.filing == **filing);
        if let Some(filing) = filings.iter().find(has) {
            return Err(CaseError::NoLink(*filing, from.id));
        }
        self.open(off, title)?;
        let from = self.working(event.case)?;
        let goes = |link: &&Link| filings.contains(&link.filing);
        let moved: BTreeSet<Link> = from.links.iter().filter(goes).copied().collect();
        from.links.retain(|link| !moved.contains(link));
        // The new case has no incidents yet that a link could name.
        let links = moved.iter().map(|link| Link { incident: None, ..*link }).collect();
        self.working(off)?.links = links;
        let (from, seq) = (event.case, event.seq);
        self.reversible.insert(seq, Reversible::Split { from, off, moved });
        Ok(())
    }

    fn undo(&mut self, event: i64) -> Result<(), CaseError> {
        let done = self.reversible.get(&event).cloned().ok_or(CaseError::NotUndoable(event))?;
        match done {
            Reversible::Merge { case } => {
                self.cases.get_mut(&case).ok_or(CaseError::NoCase(case))?.within = None;
            }
            Reversible::Split { from, off, moved } => {
                if self.stands_for(from) == off {
                    return Err(CaseError::Circle(off));
                }
                let case = self.working(off)?;
                let back = |link: &&Link| case.links.iter().any(|left| left.filing == link.filing);
                let returning: BTreeSet<Link> = moved.iter().filter(back).copied().collect();
                case.links.retain(|link| !returning.iter().any(|back| back.filing == link.filing));
                case.within = Some(from);
                let from = self.cases.get_mut(&from).ok_or(CaseError::NoCase(from))?;
                from.links.extend(returning);
            }
        }
        self.reversible.remove(&event);
        Ok(())
    }
}

//! `new_entry`: in a ranking, and not in the one before.

use super::Operator;
use super::rank::Places;
use crate::entries::{Row, is_rest};
use crate::finding::Finding;
use crate::frame::Frame;
use crate::keys::{Keys, Written};
use crate::refusal::Refusal;

/// A name that is in a ranking, and was not in the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEntry {
    /// The ranking.
    pub now: Row,
    /// The one before.
    pub then: Row,
    /// Who is new.
    pub name: String,
    /// Places of the ranking that count; none: all.
    pub top: Option<u32>,
}

/// Whether a name is among the places that count.
enum In {
    Yes,
    No,
    /// With some true values and not with others.
    Maybe,
}

impl NewEntry {
    fn place(&self, row: &Row) -> Result<In, Refusal> {
        let settled = row.settled()?;
        if settled.is_empty() {
            return Err(Refusal::Nothing("the ranking"));
        }
        if settled.get(&self.name).is_none_or(|figure| figure.value.is_zero()) {
            return Ok(In::No);
        }
        let Some(top) = self.top.and_then(|top| usize::try_from(top).ok()) else {
            return Ok(In::Yes);
        };
        let (best, worst) = Places::of(row, &self.name)?.ends();
        Ok(match (best <= top, worst <= top) {
            (_, true) => In::Yes,
            (true, false) => In::Maybe,
            (false, _) => In::No,
        })
    }
}

impl Operator for NewEntry {
    fn name(&self) -> &'static str {
        "new_entry"
    }

    fn read(_: &str, keys: &mut Keys) -> Result<NewEntry, Refusal> {
        let (now, then) = (keys.need("now")?, keys.need("then")?);
        Ok(NewEntry { now, then, name: keys.need("name")?, top: keys.maybe("top")? })
    }

    fn write(&self, keys: &mut Written) {
        keys.put("now", &self.now)
            .put("then", &self.then)
            .put("name", &self.name)
            .maybe("top", self.top.as_ref());
    }

    fn check(&self, frame: &Frame) -> Result<Finding, Refusal> {
        if is_rest(&self.name) {
            return Err(Refusal::Rest(self.name.clone()));
        }
        frame.across(self.now.figures().chain(self.then.figures()))?;
        let top = self.top.map(|top| format!(" among the first {top}")).unwrap_or_default();
        let (holds, told) = match (self.place(&self.now)?, self.place(&self.then)?) {
            (In::No, _) => (false, "is not in the ranking"),
            (_, In::Yes) => (false, "was in the ranking before"),
            (In::Yes, In::No) => (true, "is new in the ranking"),
            (In::Maybe, _) | (_, In::Maybe) => {
                (true, "can be new in the ranking, as its figures are rounded:")
            }
        };
        Ok(Finding::said(None, holds, format!("{} {told}{top}", self.name)))
    }
}

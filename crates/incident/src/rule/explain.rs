//! What every filing weighs under a rule, and why.

use std::collections::BTreeMap;

use serde::Serialize;

use super::count::{CountError, leading};
use super::data::Rule;
use super::units::{Book, Units};
use crate::Share;
use crate::month::Month;
use crate::record::FilingId;

/// Why a filing weighs what it weighs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// It counts, all of it.
    Counts,
    /// Another filing came first for the same reporter, day and family: some or all of it.
    SameAs(Vec<FilingId>),
    /// Some of its names wait for a person.
    Awaiting(Vec<String>),
    /// It belongs to another month, or to another subject.
    Elsewhere,
}

/// What a filing weighs in a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contribution {
    /// How much.
    pub weight: Share,
    /// Why.
    pub why: Why,
}

/// Where two rules part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The filing.
    pub filing: FilingId,
    /// Under the one rule.
    pub one: Contribution,
    /// Under the other.
    pub other: Contribution,
}

/// What every filing weighs in a month under a rule. The weights add up to the count, but for what
/// scanners counted.
///
/// # Errors
/// [`CountError`] where the rule's zone or the month are none.
pub fn explain(
    rule: &Rule,
    month: Month,
    book: Book<'_>,
) -> Result<BTreeMap<FilingId, Contribution>, CountError> {
    let (from, to) = rule.span(month)?;
    let all = Units::of(rule, book);
    let leading = leading(&all.units);
    let elsewhere = Contribution { weight: Share::ZERO, why: Why::Elsewhere };
    let mut told: BTreeMap<FilingId, Contribution> =
        book.filings.iter().map(|filing| (filing.id, elsewhere.clone())).collect();
    for waiting in all.waiting.iter().filter(|waiting| (from..to).contains(&waiting.received)) {
        let Some(told) = waiting.filing.and_then(|filing| told.get_mut(&filing)) else { continue };
        match &mut told.why {
            Why::Awaiting(stems) => stems.push(waiting.stem.clone()),
            why => *why = Why::Awaiting(vec![waiting.stem.clone()]),
        }
    }
    for unit in &all.units {
        let Some(told) = unit.filing.and_then(|filing| told.get_mut(&filing)) else { continue };
        let first = leading.get(&unit.key).copied().unwrap_or(unit);
        if first.filing != unit.filing && (from..to).contains(&unit.received) {
            told.follows(first.filing);
        } else if std::ptr::eq(first, unit) && (from..to).contains(&unit.received) {
            told.weight += unit.weight;
            if told.why == Why::Elsewhere {
                told.why = Why::Counts;
            }
        }
    }
    Ok(told)
}

impl Contribution {
    fn follows(&mut self, first: Option<FilingId>) {
        match &mut self.why {
            Why::SameAs(filings) => filings.extend(first),
            why => *why = Why::SameAs(first.into_iter().collect()),
        }
    }
}

/// Where two rules give a filing different weights in a month: the difference of the two counts, record
/// by record.
///
/// # Errors
/// [`CountError`] where a rule's zone or the month are none.
pub fn differences(
    one: &Rule,
    other: &Rule,
    month: Month,
    book: Book<'_>,
) -> Result<Vec<Difference>, CountError> {
    let mut others = explain(other, month, book)?;
    let both = explain(one, month, book)?.into_iter().filter_map(|(filing, one)| {
        let other = others.remove(&filing)?;
        (one.weight != other.weight).then_some(Difference { filing, one, other })
    });
    Ok(both.collect())
}

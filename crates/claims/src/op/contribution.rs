//! `contribution`: how much of a change one part makes, in percent, and a warning where a single
//! part makes it.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;

use super::change::hundred;
use super::plain::total;
use super::{Operator, Pair, Stated};
use crate::entries::Entries;
use crate::figure::Figure;
use crate::finding::Finding;
use crate::frame::Frame;
use crate::interval::Interval;
use crate::keys::{Keys, Written};
use crate::ratio;
use crate::refusal::Refusal;

/// From so many percent of a change on, one part is said to make it: the rest makes no more than
/// that part alone.
pub const MAKES_IT: u32 = 50;

/// How much of a change one part makes, in percent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// The parts, by name: families, ports, points or reporters.
    pub parts: Entries<String, Pair>,
    /// The whole, where the parts are not all of it; else their sum is.
    pub whole: Option<Pair>,
    /// The part that is spoken of.
    pub name: String,
    /// Its percent of the change. Below zero: it went the other way.
    pub stated: Stated,
}

/// The parts by name, none of them twice.
type Parts<'a> = BTreeMap<&'a String, &'a Pair>;

impl Contribution {
    fn figures(&self) -> impl Iterator<Item = &Figure> + Clone {
        let parts = self.parts.0.iter().map(|(_, part)| part);
        parts.chain(&self.whole).flat_map(Pair::figures)
    }

    /// The whole change, by the figures as they stand.
    fn whole(&self, parts: &Parts<'_>) -> BigRational {
        let sum = || parts.values().map(|part| part.difference()).sum();
        self.whole.as_ref().map_or_else(sum, Pair::difference)
    }

    /// Whether the parts have room in the whole, where no figure is below zero.
    fn room(&self, parts: &Parts<'_>) -> Result<(), Refusal> {
        let Some(whole) = &self.whole else { return Ok(()) };
        if self.figures().any(|figure| figure.value.is_negative()) {
            return Ok(());
        }
        let (now, now_all) = total(parts.values().map(|part| &part.now));
        let (then, then_all) = total(parts.values().map(|part| &part.then));
        for (sum, all, whole) in [(now, now_all, &whole.now), (then, then_all, &whole.then)] {
            if all.is_above(&whole.interval()) {
                let whole = whole.value.to_string();
                return Err(Refusal::NoPart { part: ratio::about(&sum, 4), whole });
            }
        }
        Ok(())
    }
}

/// The changes of all parts but the named one.
fn rest(parts: &Parts<'_>, name: &str) -> Interval {
    let others = parts.iter().filter(|(other, _)| other.as_str() != name);
    others
        .fold(Interval::point(BigRational::zero()), |rest, (_, part)| rest.sum(&part.differences()))
}

/// A warning of the part that makes a change alone, if one does.
fn alone(parts: &Parts<'_>, whole: &BigRational) -> Option<String> {
    let shares = parts.iter().map(|(name, part)| (name, part.difference() * hundred() / whole));
    let (name, share) = shares.max_by(|(_, a), (_, b)| a.cmp(b))?;
    let makes_it = share >= BigRational::from_integer(BigInt::from(MAKES_IT));
    makes_it.then(|| format!("{name} alone makes {} % of the change", ratio::about(&share, 1)))
}

impl Operator for Contribution {
    fn name(&self) -> &'static str {
        "contribution"
    }

    fn read(_: &str, keys: &mut Keys) -> Result<Contribution, Refusal> {
        let (parts, whole) = (keys.need("parts")?, keys.maybe("whole")?);
        Ok(Contribution { parts, whole, name: keys.need("name")?, stated: Stated::take(keys)? })
    }

    fn write(&self, keys: &mut Written) {
        keys.put("parts", &self.parts).maybe("whole", self.whole.as_ref()).put("name", &self.name);
        self.stated.put(keys);
    }

    fn check(&self, frame: &Frame) -> Result<Finding, Refusal> {
        frame.across(self.figures())?;
        let parts = self.parts.settled()?;
        self.room(&parts)?;
        let part = parts.get(&self.name).ok_or_else(|| Refusal::MissingName(self.name.clone()))?;
        let (part_change, rest) = (part.differences(), rest(&parts, &self.name));
        let whole_change = match &self.whole {
            Some(whole) => whole.differences(),
            None => part_change.sum(&rest),
        };
        frame.carries(&whole_change, self.figures().all(Figure::is_count))?;
        let shares = match &self.whole {
            Some(_) => part_change.quotient(&whole_change),
            None => part_change.share_beside(&rest),
        };
        let shares = shares.ok_or_else(|| Refusal::ZeroBase(whole_change.to_string()))?;
        let whole = self.whole(&parts);
        let percent = shares.stretched(&hundred(), &BigRational::zero());
        let found = self.stated.percent(part.difference() * hundred() / &whole, percent);
        let warning = alone(&parts, &whole);
        let more = warning.as_ref().map(|warning| format!("; warning: {warning}"));
        Ok(Finding { warning, ..found.adding(&more.unwrap_or_default()) })
    }
}

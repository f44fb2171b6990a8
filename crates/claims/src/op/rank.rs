//! `rank1`, `rank`, `rank_change`: places in a ranking.
//!
//! A row is a ranking from its top: a name that it does not have is not first. Two names of one
//! figure share a place, and then neither has a rank of its own: refused. What stands for a rest
//! (`other`, `その他`) has no place and takes none.

use std::ops::RangeInclusive;

use num_bigint::BigInt;
use num_rational::BigRational;

use super::Operator;
use crate::entries::Row;
use crate::finding::Finding;
use crate::frame::Frame;
use crate::interval::{End, Interval};
use crate::keys::{Keys, Written};
use crate::refusal::Refusal;
use crate::standing::{Lead, Ranked};

/// The first of a ranking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rank1 {
    /// The ranking.
    pub row: Row,
    /// Who is first.
    pub stated: String,
}

/// A place in a ranking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rank {
    /// The ranking.
    pub row: Row,
    /// Whose place.
    pub name: String,
    /// The place, from 1.
    pub stated: u32,
}

/// Places won (above zero) or lost (below) since another ranking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankChange {
    /// The ranking.
    pub now: Row,
    /// The earlier one.
    pub then: Row,
    /// Whose place.
    pub name: String,
    /// How many places were won.
    pub stated: i32,
}

/// The ranks that a name can have, and its rank by the figures as they stand.
pub(super) struct Places {
    pub(super) exact: usize,
    pub(super) ranges: Vec<RangeInclusive<usize>>,
}

impl Places {
    pub(super) fn of(row: &Row, name: &str) -> Result<Places, Refusal> {
        let ranked = Ranked::of(row, name)?;
        let missing = || Refusal::MissingName(name.to_owned());
        let mine = ranked.mine.ok_or_else(missing)?;
        let ranges = ranked.ranks(&mine.interval())?;
        Ok(Places { exact: ranked.rank().ok_or_else(missing)?, ranges })
    }

    /// The least and the greatest.
    pub(super) fn ends(&self) -> (usize, usize) {
        let first = self.ranges.first().map_or(self.exact, |range| *range.start());
        (first, self.ranges.last().map_or(self.exact, |range| *range.end()))
    }
}

fn whole(number: i64) -> BigRational {
    BigRational::from_integer(BigInt::from(number))
}

pub(super) fn signed(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A finding of places, with the least and the greatest that are possible.
fn of_places(exact: i64, (low, high): (i64, i64), holds: bool, why: String) -> Finding {
    let end = |value: i64| End { value: whole(value), reached: true };
    let interval = Interval::between(end(low), end(high));
    Finding { exact: Some(whole(exact)), interval, ..Finding::said(None, holds, why) }
}

impl Operator for Rank1 {
    fn name(&self) -> &'static str {
        "rank1"
    }

    fn read(_: &str, keys: &mut Keys) -> Result<Rank1, Refusal> {
        Ok(Rank1 { row: keys.need("row")?, stated: keys.need("stated")? })
    }

    fn write(&self, keys: &mut Written) {
        keys.put("row", &self.row).put("stated", &self.stated);
    }

    fn check(&self, frame: &Frame) -> Result<Finding, Refusal> {
        frame.comparable(self.row.figures())?;
        let (ranked, name) = (Ranked::of(&self.row, &self.stated)?, &self.stated);
        let rank = ranked.rank().and_then(|rank| u32::try_from(rank).ok());
        let (holds, why) = match ranked.lead() {
            Lead::Proven => (true, format!("{name} is first")),
            Lead::Possible => (true, format!("{name} can be first, as its figures are rounded")),
            Lead::Behind(at) => (false, format!("{} is before {name}", ranked.other(at))),
            Lead::Shared(at) => {
                let other = ranked.other(at);
                return Err(Refusal::Tied(format!("{other} and {name} are first together")));
            }
        };
        Ok(Finding::said(rank, holds, why))
    }
}

impl Operator for Rank {
    fn name(&self) -> &'static str {
        "rank"
    }

    fn read(_: &str, keys: &mut Keys) -> Result<Rank, Refusal> {
        let (row, name) = (keys.need("row")?, keys.need("name")?);
        Ok(Rank { row, name, stated: keys.need("stated")? })
    }

    fn write(&self, keys: &mut Written) {
        keys.put("row", &self.row).put("name", &self.name).put("stated", &self.stated);
    }

    fn check(&self, frame: &Frame) -> Result<Finding, Refusal> {
        frame.comparable(self.row.figures())?;
        let places = Places::of(&self.row, &self.name)?;
        let stated = usize::try_from(self.stated).unwrap_or(usize::MAX);
        let holds = places.ranges.iter().any(|range| range.contains(&stated));
        let (low, high) = places.ends();
        let range = if low == high { String::new() } else { format!(", from {low} to {high}") };
        let verb = if holds { "as stated" } else { "and never" };
        let why = format!("{} has place {}{range}, {verb} {stated}", self.name, places.exact);
        Ok(of_places(signed(places.exact), (signed(low), signed(high)), holds, why))
    }
}

impl Operator for RankChange {
    fn name(&self) -> &'static str {
        "rank_change"
    }

    fn read(_: &str, keys: &mut Keys) -> Result<RankChange, Refusal> {
        let (now, then) = (keys.need("now")?, keys.need("then")?);
        Ok(RankChange { now, then, name: keys.need("name")?, stated: keys.need("stated")? })
    }

    fn write(&self, keys: &mut Written) {
        keys.put("now", &self.now)
            .put("then", &self.then)
            .put("name", &self.name)
            .put("stated", &self.stated);
    }

    fn check(&self, frame: &Frame) -> Result<Finding, Refusal> {
        frame.across(self.now.figures().chain(self.then.figures()))?;
        let (now, then) = (Places::of(&self.now, &self.name)?, Places::of(&self.then, &self.name)?);
        let stated = i64::from(self.stated);
        // The ranges of each are apart and rising: of `then` the first that can reach is enough.
        let holds = now.ranges.iter().any(|range| {
            let (low, high) = (signed(*range.start()) + stated, signed(*range.end()) + stated);
            let at = then.ranges.partition_point(|other| signed(*other.end()) < low);
            then.ranges.get(at).is_some_and(|other| signed(*other.start()) <= high)
        });
        let exact = signed(then.exact) - signed(now.exact);
        let ((best, worst), (first, last)) = (now.ends(), then.ends());
        let ends = (signed(first) - signed(worst), signed(last) - signed(best));
        let verb = if holds { "as stated" } else { "and never" };
        let why = format!(
            "{} went from place {} to {}: {exact:+} places, {verb} {stated:+}",
            self.name, then.exact, now.exact
        );
        Ok(of_places(exact, ends, holds, why))
    }
}

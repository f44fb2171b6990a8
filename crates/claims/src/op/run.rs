//! `run`: first of the ranking for so many months running.

use std::collections::BTreeMap;

use super::Operator;
use crate::entries::{Months, Row};
use crate::finding::Finding;
use crate::frame::Frame;
use crate::json::Json;
use crate::keys::{Grammar, Keys, Written};
use crate::month::Month;
use crate::refusal::Refusal;
use crate::standing::{Lead, Ranked};

/// First of the ranking for so many months running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The rankings.
    pub months: Months,
    /// The last month of the run.
    pub month: Month,
    /// Who is first.
    pub name: String,
    /// For so many months: at least, and exactly where the ranking of the month before them is
    /// given.
    pub stated: u32,
    /// What somebody else said of the run's beginning, where the rankings do not reach so far.
    pub quoted: Option<Quoted>,
}

/// A run as somebody said that it was, up to a month: taken on trust, and named in the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// The last month that it speaks of.
    pub month: Month,
    /// Months running.
    pub run: u32,
    /// Who said so.
    pub source: Option<String>,
}

/// The rankings of the run, month by month from the last.
struct Walk<'a> {
    name: &'a str,
    months: BTreeMap<&'a Month, &'a Row>,
}

/// How a name stands in the ranking of a month.
enum Standing {
    First { proven: bool },
    NotFirst(String),
    Shared(String),
    Missing,
}

impl Walk<'_> {
    fn at(&self, month: Month) -> Result<Standing, Refusal> {
        let Some(row) = self.months.get(&month) else { return Ok(Standing::Missing) };
        let ranked = Ranked::of(row, self.name).map_err(|why| match why {
            Refusal::Conflict(name) => Refusal::Conflict(format!("{name} in {month}")),
            other => other,
        })?;
        let other = |at| ranked.other(at).to_owned();
        Ok(match ranked.lead() {
            Lead::Proven => Standing::First { proven: true },
            Lead::Possible => Standing::First { proven: false },
            Lead::Behind(at) => Standing::NotFirst(other(at)),
            Lead::Shared(at) => Standing::Shared(other(at)),
        })
    }

    fn tied(&self, other: &str, month: Month) -> Refusal {
        Refusal::Tied(format!("{other} and {} are first together in {month}", self.name))
    }

    /// The months from `last` backwards, at most so many, in which the name is first, and whether
    /// that is proven; or the first month in which another is.
    fn run(&self, last: Month, most: u32) -> Result<Result<bool, (Month, String)>, Refusal> {
        let mut proven = true;
        let mut refusal = None;
        for (&&month, _) in self.months.range::<Month, _>(..=&last).rev() {
            if month.until(last).is_none_or(|back| back >= most) {
                break;
            }
            match self.at(month)? {
                Standing::First { proven: here } => proven &= here,
                Standing::NotFirst(other) => return Ok(Err((month, other))),
                Standing::Shared(other) => {
                    refusal.get_or_insert_with(|| self.tied(&other, month));
                }
                Standing::Missing => {}
            }
        }
        match refusal.or_else(|| self.gap(last, most)) {
            Some(refusal) => Err(refusal),
            None => Ok(Ok(proven)),
        }
    }

    /// The first month, backwards, that has no ranking.
    fn gap(&self, last: Month, most: u32) -> Option<Refusal> {
        (0..most).find_map(|back| match last.back(back) {
            Some(month) if self.months.contains_key(&month) => None,
            Some(month) => Some(Refusal::MissingMonth(month)),
            None => Some(Refusal::Nothing("a time before the year 0")),
        })
    }
}

impl Run {
    /// The months of the run that rankings have to prove, and those that somebody else said.
    fn parts(&self) -> Result<(u32, Option<&Quoted>), Refusal> {
        let Some(quoted) = &self.quoted else { return Ok((self.stated, None)) };
        let proven = quoted.month.until(self.month).unwrap_or(0);
        if proven == 0 || proven >= self.stated {
            return Err(Refusal::Shape {
                key: "quoted".to_owned(),
                wanted: "a run up to a month within the run that is stated",
            });
        }
        Ok((proven, Some(quoted)))
    }

    /// Whether the month before the run is the name's too.
    fn before(&self, walk: &Walk<'_>, frame: &Frame) -> Result<Option<Month>, Refusal> {
        let Some(before) = self.month.back(self.stated) else { return Ok(None) };
        if frame.unbroken(before, self.month).is_err() {
            return Ok(None);
        }
        match walk.at(before)? {
            Standing::First { proven: true } => Ok(Some(before)),
            Standing::Shared(other) => Err(walk.tied(&other, before)),
            _ => Ok(None),
        }
    }

    fn told(&self, holds: bool, why: String) -> Finding {
        Finding::said(holds.then_some(self.stated), holds, why)
    }
}

impl Operator for Run {
    fn name(&self) -> &'static str {
        "run"
    }

    fn read(_: &str, keys: &mut Keys) -> Result<Run, Refusal> {
        Ok(Run {
            months: keys.need("months")?,
            month: keys.need("month")?,
            name: keys.need("name")?,
            stated: keys.need("stated")?,
            quoted: keys.maybe("quoted")?,
        })
    }

    fn write(&self, keys: &mut Written) {
        keys.put("months", &self.months)
            .put("month", &self.month)
            .put("name", &self.name)
            .put("stated", &self.stated)
            .maybe("quoted", self.quoted.as_ref());
    }

    /// A month in which another is first refutes, whatever else is missing; only then is a month
    /// that is missing, or shared, a refusal.
    fn check(&self, frame: &Frame) -> Result<Finding, Refusal> {
        frame.comparable(self.months.0.iter().flat_map(|(_, row)| row.figures()))?;
        let (most, quoted) = self.parts()?;
        if let Some(first) = self.month.back(self.stated.saturating_sub(1)) {
            frame.unbroken(first, self.month)?;
        }
        let (name, month) = (&self.name, self.month);
        let walk = Walk { name, months: self.months.settled()? };
        let proven = match walk.run(month, most)? {
            Ok(proven) => proven,
            Err((other, first)) => {
                return Ok(self.told(false, format!("{first} is before {name} in {other}")));
            }
        };
        let can = if proven { "is" } else { "can be, as its figures are rounded," };
        let told = format!("{name} {can} first in each of {most} months up to {month}");
        if let Some(Quoted { month, run, source }) = quoted {
            let source = source.as_deref().unwrap_or("another source");
            let told = format!("{told}; the {run} months up to {month} are as {source} said");
            return Ok(self.told(run.checked_add(most) == Some(self.stated), told));
        }
        Ok(match self.before(&walk, frame)? {
            Some(before) => self.told(false, format!("{told}, and in {before} too")),
            None => self.told(true, told),
        })
    }
}

impl Grammar for Quoted {
    fn read(json: Json, key: &str) -> Result<Quoted, Refusal> {
        let mut keys = Keys::of(json, key)?;
        let (month, run) = (keys.need("month")?, keys.need("run")?);
        Ok(Quoted { month, run, source: keys.maybe("source")? })
    }

    fn write(&self) -> Json {
        let mut keys = Written::default();
        keys.put("month", &self.month).put("run", &self.run).maybe("source", self.source.as_ref());
        Json::Object(keys.0)
    }
}

//! `high`, `low`: the highest or lowest of so many months, this one counted.

use super::Operator;
use super::threshold::gap;
use crate::entries::Series;
use crate::finding::Finding;
use crate::frame::Frame;
use crate::interval::Interval;
use crate::keys::{Keys, Written};
use crate::month::Month;
use crate::refusal::Refusal;
use crate::standing::{Lead, lead};

/// The highest or lowest of so many months.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extreme {
    /// Which.
    pub peak: Peak,
    /// The figures.
    pub series: Series,
    /// The month that is spoken of.
    pub month: Month,
    /// The months among which it is, itself counted.
    pub stated_months: u32,
}

/// An extreme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is what its name says")]
pub enum Peak {
    High,
    Low,
}

impl Operator for Extreme {
    fn name(&self) -> &'static str {
        match self.peak {
            Peak::High => "high",
            Peak::Low => "low",
        }
    }

    fn read(name: &str, keys: &mut Keys) -> Result<Extreme, Refusal> {
        Ok(Extreme {
            peak: if name == "high" { Peak::High } else { Peak::Low },
            series: keys.need("series")?,
            month: keys.need("month")?,
            stated_months: keys.need("stated_months")?,
        })
    }

    fn write(&self, keys: &mut Written) {
        keys.put("series", &self.series)
            .put("month", &self.month)
            .put("stated_months", &self.stated_months);
    }

    /// A known month that is beyond it refutes, whatever else is missing.
    fn check(&self, frame: &Frame) -> Result<Finding, Refusal> {
        frame.comparable(self.series.figures())?;
        let settled = self.series.settled()?;
        let (month, before) = (self.month, self.stated_months.saturating_sub(1));
        let from = month.back(before).ok_or(Refusal::Nothing("a time before the year 0"))?;
        frame.unbroken(from, month)?;
        let turned = |interval: Interval| match self.peak {
            Peak::High => interval,
            Peak::Low => interval.negated(),
        };
        let mine = settled.get(&month).ok_or(Refusal::MissingMonth(month))?;
        let others: Vec<(Month, Interval)> = settled
            .range::<Month, _>(&from..&month)
            .map(|(&&month, figure)| (month, turned(figure.interval())))
            .collect();
        let standing = lead(&turned(mine.interval()), others.iter().map(|(_, other)| other));
        let other = |at: usize| others.get(at).map_or(month, |(other, _)| *other);
        let word = if self.peak == Peak::High { "highest" } else { "lowest" };
        if let Lead::Behind(at) = standing {
            let why = format!("{} is beyond {month}: it is not the {word}", other(at));
            return Ok(Finding::said(None, false, why));
        }
        gap(&settled, month, before)?;
        let can = match standing {
            Lead::Shared(at) => {
                let other = other(at);
                return Err(Refusal::Tied(format!("{other} and {month} are the {word} together")));
            }
            Lead::Possible => "can be, as figures are rounded,",
            _ => "is",
        };
        let months = self.stated_months;
        Ok(Finding::said(
            Some(months),
            true,
            format!("{month} {can} the {word} of {months} months"),
        ))
    }
}

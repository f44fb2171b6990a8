//! `first_above`, `first_below`: on that side of a threshold for the first time in so many months.

use std::collections::BTreeMap;

use super::Operator;
use crate::decimal::Decimal;
use crate::entries::Series;
use crate::figure::Figure;
use crate::finding::Finding;
use crate::frame::Frame;
use crate::interval::Interval;
use crate::keys::{Keys, Written};
use crate::month::Month;
use crate::refusal::Refusal;

/// On one side of a threshold, and on the other in all months since the last that was there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct First {
    /// Which side.
    pub side: Side,
    /// The figures.
    pub series: Series,
    /// The month that is spoken of.
    pub month: Month,
    /// The threshold, which is on neither side.
    pub threshold: Decimal,
    /// Months back to the last that was on that side: 6 from 2005-05 to 2004-11.
    pub stated_months: u32,
}

/// A side of a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is what its name says")]
pub enum Side {
    Above,
    Below,
}

/// Whether a month is on the side.
#[derive(Clone, Copy, PartialEq, Eq)]
enum On {
    Yes,
    No,
    /// With some true values and not with others.
    Maybe,
}

impl First {
    /// A figure, and the threshold, turned so that the side is above.
    fn on(&self, figure: &Figure) -> On {
        let (figure, threshold) = (figure.interval(), Interval::point(self.threshold.ratio()));
        let (figure, threshold) = match self.side {
            Side::Above => (figure, threshold),
            Side::Below => (figure.negated(), threshold.negated()),
        };
        match (figure.is_above(&threshold), figure.can_be_above(&threshold)) {
            (true, _) => On::Yes,
            (false, true) => On::Maybe,
            (false, false) => On::No,
        }
    }

    fn word(&self) -> &'static str {
        match self.side {
            Side::Above => "above",
            Side::Below => "below",
        }
    }

    /// What a known month says against the statement, and whether some month leaves a doubt.
    fn against(&self, settled: &BTreeMap<&Month, &Figure>) -> Result<bool, String> {
        let mut doubt = false;
        for (&&month, figure) in settled.range::<Month, _>(..=&self.month).rev() {
            let Some(back) = month.until(self.month) else { continue };
            if back > self.stated_months {
                break;
            }
            let should = if back == 0 || back == self.stated_months { On::Yes } else { On::No };
            let (value, word, threshold) = (&figure.value, self.word(), &self.threshold);
            match self.on(figure) {
                On::Maybe => doubt = true,
                is if is == should => {}
                On::Yes => return Err(format!("{month} is {word} {threshold} with {value}")),
                On::No => return Err(format!("{month} is not {word} {threshold} with {value}")),
            }
        }
        Ok(doubt)
    }

    /// The months back to the last, before the month, that is on the side; none where one is missing.
    fn found(&self, settled: &BTreeMap<&Month, &Figure>) -> Option<u32> {
        for back in 1.. {
            let figure = settled.get(&self.month.back(back)?)?;
            if self.on(figure) != On::No {
                return Some(back);
            }
        }
        None
    }
}

/// The first month, backwards up to so many, that has no figure.
pub(super) fn gap(
    settled: &BTreeMap<&Month, &Figure>,
    month: Month,
    back: u32,
) -> Result<(), Refusal> {
    for back in 0..=back {
        match month.back(back) {
            Some(month) if settled.contains_key(&month) => {}
            Some(month) => return Err(Refusal::MissingMonth(month)),
            None => return Err(Refusal::Nothing("a time before the year 0")),
        }
    }
    Ok(())
}

impl Operator for First {
    fn name(&self) -> &'static str {
        match self.side {
            Side::Above => "first_above",
            Side::Below => "first_below",
        }
    }

    fn read(name: &str, keys: &mut Keys) -> Result<First, Refusal> {
        Ok(First {
            side: if name == "first_above" { Side::Above } else { Side::Below },
            series: keys.need("series")?,
            month: keys.need("month")?,
            threshold: keys.need("threshold")?,
            stated_months: keys.need("stated_months")?,
        })
    }

    fn write(&self, keys: &mut Written) {
        keys.put("series", &self.series)
            .put("month", &self.month)
            .put("threshold", &self.threshold)
            .put("stated_months", &self.stated_months);
    }

    /// What a known month says against it refutes, whatever else is missing.
    fn check(&self, frame: &Frame) -> Result<Finding, Refusal> {
        frame.comparable(self.series.figures())?;
        let settled = self.series.settled()?;
        let (month, months) = (self.month, self.stated_months);
        if let Some(first) = month.back(months) {
            frame.unbroken(first, month)?;
        }
        let doubt = match self.against(&settled) {
            Ok(doubt) => doubt,
            Err(why) => return Ok(Finding::said(self.found(&settled), false, why)),
        };
        gap(&settled, month, months)?;
        let (word, threshold) = (self.word(), &self.threshold);
        let last = month.back(months).unwrap_or(month);
        let can = if doubt { "can be, as figures are rounded," } else { "is" };
        let why = format!("{month} {can} {word} {threshold}, and {last} was the last before it");
        Ok(Finding::said(self.found(&settled).filter(|_| !doubt).or(Some(months)), true, why))
    }
}

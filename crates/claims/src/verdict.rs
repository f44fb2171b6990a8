//! A verdict: consistent, refuted or refused, and the proof.

use std::fmt;

use num_rational::BigRational;

use crate::claim::Id;
use crate::finding::Finding;
use crate::interval::Interval;
use crate::json::Json;
use crate::keys::Grammar;
use crate::ratio;
use crate::refusal::Refusal;

/// How a claim stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Some true operands inside their intervals give what is stated.
    Consistent,
    /// None do.
    Refuted,
    /// The figures prove neither, or the line is no claim.
    Refused(Refusal),
}

/// What was found of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How it stands.
    pub outcome: Outcome,
    /// The value that the operands give as they stand, before any rounding; none where there is
    /// none.
    pub exact: Option<BigRational>,
    /// What true operands inside their intervals give; none where there is none.
    pub interval: Option<Interval>,
    /// What a reader should hear although the claim is consistent.
    pub warning: Option<String>,
    /// The reason, a sentence.
    pub why: String,
}

/// A line's verdict, with the name of its claim as far as that could be read.
///
/// As a line of JSON: `{"id":…,"verdict":…,"exact":…,"interval":…,"why":…}`. `exact` is a text, a
/// decimal where it ends and `a/b` where not; `interval` is two numbers, an end that does not end
/// within 40 places being rounded outward at the 12th. What is none is null.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The claim's name.
    pub id: Option<Id>,
    /// What was found.
    pub verdict: Verdict,
}

impl Verdict {
    /// Whether the claim is consistent.
    pub fn is_consistent(&self) -> bool {
        self.outcome == Outcome::Consistent
    }
}

impl Outcome {
    /// The word for it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Outcome::Consistent => "consistent",
            Outcome::Refuted => "refuted",
            Outcome::Refused(_) => "refused",
        }
    }
}

impl From<Result<Finding, Refusal>> for Verdict {
    fn from(found: Result<Finding, Refusal>) -> Verdict {
        match found {
            Ok(Finding { exact, interval, holds, warning, why }) => {
                let outcome = if holds { Outcome::Consistent } else { Outcome::Refuted };
                Verdict { outcome, exact, interval, warning, why }
            }
            Err(refusal) => Verdict {
                why: refusal.to_string(),
                outcome: Outcome::Refused(refusal),
                exact: None,
                interval: None,
                warning: None,
            },
        }
    }
}

impl Checked {
    pub(crate) fn refused(id: Option<Id>, refusal: Refusal) -> Checked {
        Checked { id, verdict: Err(refusal).into() }
    }

    /// The verdict as JSON.
    pub fn json(&self) -> Json {
        let Verdict { outcome, exact, interval, why, .. } = &self.verdict;
        let text = |text: &str| Json::Text(text.to_owned());
        let interval = interval.as_ref().map(|interval| {
            let (low, high) = (&interval.low().value, &interval.high().value);
            Json::List(vec![Json::Number(ratio::low(low)), Json::Number(ratio::high(high))])
        });
        let entries = [
            ("id", self.id.as_ref().map(Id::write)),
            ("verdict", Some(text(outcome.as_str()))),
            ("exact", exact.as_ref().map(|exact| Json::Text(ratio::exactly(exact)))),
            ("interval", interval),
            ("why", Some(text(why))),
        ];
        let entries = entries.map(|(key, value)| (key.to_owned(), value.unwrap_or(Json::Null)));
        Json::Object(entries.into())
    }
}

impl fmt::Display for Checked {
    /// The verdict as a line of JSON, without its break.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.json().fmt(f)
    }
}

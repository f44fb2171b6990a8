//! `almost`, `more_than`: doubled, halved and the like, each with the band that the word stands for.

use num_bigint::BigInt;
use num_rational::BigRational;

use super::{Operator, Pair};
use crate::finding::Finding;
use crate::frame::Frame;
use crate::interval::{End, Interval};
use crate::json::Json;
use crate::keys::{Grammar, Keys, Written, shape};
use crate::ratio;
use crate::refusal::Refusal;

/// How much of a multiple is almost it, in tenths: 1.8 times is almost doubled, 1.79 times is not.
const ALMOST: i32 = 9;

/// A change said in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worded {
    /// Almost, or more than.
    pub kind: Kind,
    /// The figures.
    pub change: Pair,
    /// The word.
    pub stated: Word,
}

/// How a word is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Not quite: from nine tenths of the multiple up to it, without it.
    Almost,
    /// The multiple is exceeded.
    MoreThan,
}

/// A multiple by its word. Halved is doubled looked at from the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is what its name says")]
pub enum Word {
    Doubled,
    Tripled,
    Quadrupled,
    Quintupled,
    Halved,
}

impl Word {
    const ALL: [Word; 5] =
        [Word::Doubled, Word::Tripled, Word::Quadrupled, Word::Quintupled, Word::Halved];

    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Word::Doubled => "doubled",
            Word::Tripled => "tripled",
            Word::Quadrupled => "quadrupled",
            Word::Quintupled => "quintupled",
            Word::Halved => "halved",
        }
    }

    fn multiple(self) -> i32 {
        match self {
            Word::Doubled | Word::Halved => 2,
            Word::Tripled => 3,
            Word::Quadrupled => 4,
            Word::Quintupled => 5,
        }
    }
}

impl Worded {
    /// Where the quotient of `now` and `then` lies if the words are true; no end: no bound.
    ///
    /// Almost doubled: `[1.8, 2)`. More than doubled: `(2, …)`. Almost halved: `(1/2, 5/9]`, and by
    /// more than half: `[…, 1/2)`; these are the same bands for `then` by `now`.
    fn band(&self) -> (Option<End>, Option<End>) {
        let of = |above: i32, below: i32| BigRational::new(BigInt::from(above), below.into());
        let times = self.stated.multiple();
        let is_halved = self.stated == Word::Halved;
        let full = if is_halved { of(1, times) } else { of(times, 1) };
        let near = if is_halved { of(10, times * ALMOST) } else { of(times * ALMOST, 10) };
        let (full, near) =
            (End { value: full, reached: false }, End { value: near, reached: true });
        match (self.kind, is_halved) {
            (Kind::Almost, false) => (Some(near), Some(full)),
            (Kind::Almost, true) => (Some(full), Some(near)),
            (Kind::MoreThan, false) => (Some(full), None),
            (Kind::MoreThan, true) => (None, Some(full)),
        }
    }
}

impl Grammar for Word {
    fn read(json: Json, key: &str) -> Result<Word, Refusal> {
        let text = String::read(json, key)?;
        Word::ALL.into_iter().find(|word| word.as_str() == text).ok_or_else(|| {
            shape(key, "\"doubled\", \"tripled\", \"quadrupled\", \"quintupled\" or \"halved\"")
        })
    }

    fn write(&self) -> Json {
        Json::Text(self.as_str().to_owned())
    }
}

impl Operator for Worded {
    fn name(&self) -> &'static str {
        match self.kind {
            Kind::Almost => "almost",
            Kind::MoreThan => "more_than",
        }
    }

    fn read(name: &str, keys: &mut Keys) -> Result<Worded, Refusal> {
        let kind = if name == "almost" { Kind::Almost } else { Kind::MoreThan };
        Ok(Worded { kind, change: Pair::take(keys)?, stated: keys.need("stated")? })
    }

    fn write(&self, keys: &mut Written) {
        self.change.put(keys);
        keys.put("stated", &self.stated);
    }

    fn check(&self, frame: &Frame) -> Result<Finding, Refusal> {
        let (exact, interval) = self.change.quotients(frame)?;
        let (low, high) = self.band();
        // A side without a bound reaches further than the quotient does.
        let beyond = |end: &End, by: i32| {
            let value = &end.value + BigInt::from(by);
            End { value, reached: true }
        };
        let low = low.unwrap_or_else(|| beyond(interval.low(), -1));
        let high = high.unwrap_or_else(|| beyond(interval.high(), 1));
        let kind = if self.kind == Kind::Almost { "almost" } else { "more than" };
        let said = format!("{kind} {}", self.stated.as_str());
        let Some(band) = Interval::between(low, high) else {
            let why = format!("{} times: never {said}", ratio::about(&exact, 4));
            let finding = Finding::said(None, false, why);
            return Ok(Finding { exact: Some(exact), interval: Some(interval), ..finding });
        };
        Ok(Finding::of(exact, interval, &band, " times", &said))
    }
}

//! `change_percent`, `multiple`: how one figure stands to an earlier one.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::One;

use super::Operator;
use crate::decimal::Decimal;
use crate::figure::Figure;
use crate::finding::Finding;
use crate::frame::Frame;
use crate::interval::Interval;
use crate::json::Json;
use crate::keys::{Grammar, Keys, Written, shape};
use crate::ratio;
use crate::refusal::Refusal;

/// A figure and an earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The figure.
    pub now: Figure,
    /// The earlier one.
    pub then: Figure,
}

/// A number that was rounded, half away from zero, to so many decimals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// The number as stated.
    pub value: Decimal,
    /// Its decimals; below zero: tens, hundreds.
    pub decimals: i32,
}

/// A change in percent of the earlier figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangePercent {
    /// The figures.
    pub change: Pair,
    /// The percent.
    pub stated: Stated,
}

/// `now` is so many times `then`, within a band that is stated with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Multiple {
    /// The figures.
    pub change: Pair,
    /// How many times.
    pub stated: Decimal,
    /// Half of the band around it; 0.5 where a line does not say.
    pub half_unit: Decimal,
}

impl Pair {
    pub(super) fn take(keys: &mut Keys) -> Result<Pair, Refusal> {
        Ok(Pair { now: keys.need("now")?, then: keys.need("then")? })
    }

    pub(super) fn put(&self, keys: &mut Written) {
        keys.put("now", &self.now).put("then", &self.then);
    }

    pub(super) fn figures(&self) -> [&Figure; 2] {
        [&self.now, &self.then]
    }

    pub(super) fn difference(&self) -> BigRational {
        self.now.value.ratio() - self.then.value.ratio()
    }

    pub(super) fn differences(&self) -> Interval {
        self.now.interval().difference(&self.then.interval())
    }

    /// The quotient, and every quotient of true values, where the figures may be compared and the
    /// base carries it.
    pub(super) fn quotients(&self, frame: &Frame) -> Result<(BigRational, Interval), Refusal> {
        frame.across(self.figures())?;
        quotient(frame, &self.now, &self.then)
    }
}

/// The quotient of two figures, and every quotient of their true values.
pub(super) fn quotient(
    frame: &Frame,
    above: &Figure,
    below: &Figure,
) -> Result<(BigRational, Interval), Refusal> {
    let base = below.interval();
    frame.carries(&base, above.is_count() && below.is_count())?;
    let quotients = above.interval().quotient(&base);
    let quotients = quotients.ok_or_else(|| Refusal::ZeroBase(base.to_string()))?;
    Ok((above.value.ratio() / below.value.ratio(), quotients))
}

/// A hundred.
pub(super) fn hundred() -> BigRational {
    BigRational::from_integer(BigInt::from(100))
}

impl Grammar for Pair {
    fn read(json: Json, key: &str) -> Result<Pair, Refusal> {
        Pair::take(&mut Keys::of(json, key)?)
    }

    fn write(&self) -> Json {
        let mut keys = Written::default();
        self.put(&mut keys);
        Json::Object(keys.0)
    }
}

impl Stated {
    pub(super) fn take(keys: &mut Keys) -> Result<Stated, Refusal> {
        let decimals: i32 = keys.need("decimals")?;
        if !(-18..=18).contains(&decimals) {
            return Err(shape("decimals", "a whole number from -18 to 18"));
        }
        Ok(Stated { value: keys.need("stated")?, decimals })
    }

    pub(super) fn put(&self, keys: &mut Written) {
        keys.put("stated", &self.value).put("decimals", &self.decimals);
    }

    /// Compares a percent with what is stated.
    pub(super) fn percent(&self, exact: BigRational, interval: Interval) -> Finding {
        let value = self.value.ratio();
        let rounded = Interval::rounded(&value, &ratio::half_unit(self.decimals));
        let fits = ratio::round(&value, self.decimals) == value;
        let decimals = self.decimals.max(0);
        let text = if fits { ratio::fixed(&value, decimals) } else { self.value.to_string() };
        let said = format!("{text} %");
        let finding = Finding::of(exact, interval, &rounded, " %", &said);
        if fits {
            return finding;
        }
        let why = format!("nothing that is rounded at decimal {} is {said}", self.decimals);
        Finding { holds: false, why, ..finding }
    }
}

impl Operator for ChangePercent {
    fn name(&self) -> &'static str {
        "change_percent"
    }

    fn read(_: &str, keys: &mut Keys) -> Result<ChangePercent, Refusal> {
        Ok(ChangePercent { change: Pair::take(keys)?, stated: Stated::take(keys)? })
    }

    fn write(&self, keys: &mut Written) {
        self.change.put(keys);
        self.stated.put(keys);
    }

    fn check(&self, frame: &Frame) -> Result<Finding, Refusal> {
        let (exact, interval) = self.change.quotients(frame)?;
        let percent = interval.stretched(&hundred(), &-hundred());
        Ok(self.stated.percent((exact - BigRational::one()) * hundred(), percent))
    }
}

impl Operator for Multiple {
    fn name(&self) -> &'static str {
        "multiple"
    }

    /// `decimals` is read for the sake of lines made like those of `change_percent`; the band says it
    /// all.
    fn read(_: &str, keys: &mut Keys) -> Result<Multiple, Refusal> {
        let _: Option<i32> = keys.maybe("decimals")?;
        let half_unit = match keys.maybe("stated_half_unit")? {
            None => Decimal::scaled(5, 1).unwrap_or_default(),
            Some(half_unit) => half_unit,
        };
        if half_unit.is_negative() {
            return Err(shape("stated_half_unit", "zero or more"));
        }
        Ok(Multiple { change: Pair::take(keys)?, stated: keys.need("stated")?, half_unit })
    }

    fn write(&self, keys: &mut Written) {
        self.change.put(keys);
        keys.put("stated", &self.stated).put("stated_half_unit", &self.half_unit);
    }

    fn check(&self, frame: &Frame) -> Result<Finding, Refusal> {
        let (exact, interval) = self.change.quotients(frame)?;
        let band = Interval::rounded(&self.stated.ratio(), &self.half_unit.ratio());
        let said = format!("{} times, the band being {band}", self.stated);
        Ok(Finding::of(exact, interval, &band, " times", &said))
    }
}

//! `value`, `sum`, `difference`: what is stated is a figure, exact or rounded.

use num_rational::BigRational;
use num_traits::Zero;

use super::{Operator, Pair};
use crate::figure::Figure;
use crate::finding::Finding;
use crate::frame::Frame;
use crate::interval::Interval;
use crate::keys::{Keys, Written};
use crate::refusal::Refusal;

/// A figure, and how it is quoted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// The figure.
    pub of: Figure,
    /// As it is quoted.
    pub stated: Figure,
}

/// What figures add up to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// The figures.
    pub parts: Vec<Figure>,
    /// Their sum.
    pub stated: Figure,
}

/// `now` less `then`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The figures.
    pub change: Pair,
    /// What lies between them.
    pub stated: Figure,
}

/// A figure as it is said.
pub(super) fn said(stated: &Figure) -> String {
    if stated.half_unit.is_zero() {
        stated.value.to_string()
    } else {
        format!("{} to within {}", stated.value, stated.half_unit)
    }
}

fn compare(exact: BigRational, interval: Interval, stated: &Figure) -> Finding {
    Finding::of(exact, interval, &stated.interval(), "", &said(stated))
}

impl Operator for Value {
    fn name(&self) -> &'static str {
        "value"
    }

    fn read(_: &str, keys: &mut Keys) -> Result<Value, Refusal> {
        Ok(Value { of: keys.need("of")?, stated: keys.need("stated")? })
    }

    fn write(&self, keys: &mut Written) {
        keys.put("of", &self.of).put("stated", &self.stated);
    }

    fn check(&self, frame: &Frame) -> Result<Finding, Refusal> {
        frame.alike([&self.of, &self.stated])?;
        Ok(compare(self.of.value.ratio(), self.of.interval(), &self.stated))
    }
}

impl Operator for Sum {
    fn name(&self) -> &'static str {
        "sum"
    }

    fn read(_: &str, keys: &mut Keys) -> Result<Sum, Refusal> {
        Ok(Sum { parts: keys.need("parts")?, stated: keys.need("stated")? })
    }

    fn write(&self, keys: &mut Written) {
        keys.put("parts", &self.parts).put("stated", &self.stated);
    }

    fn check(&self, frame: &Frame) -> Result<Finding, Refusal> {
        if self.parts.is_empty() {
            return Err(Refusal::Nothing("the sum"));
        }
        frame.alike(self.parts.iter().chain([&self.stated]))?;
        let (exact, interval) = total(&self.parts);
        Ok(compare(exact, interval, &self.stated))
    }
}

/// The sum of figures, and every sum of their true values.
pub(super) fn total<'a>(figures: impl IntoIterator<Item = &'a Figure>) -> (BigRational, Interval) {
    let nothing = (BigRational::zero(), Interval::point(BigRational::zero()));
    figures.into_iter().fold(nothing, |(exact, interval), figure| {
        (exact + figure.value.ratio(), interval.sum(&figure.interval()))
    })
}

impl Operator for Difference {
    fn name(&self) -> &'static str {
        "difference"
    }

    fn read(_: &str, keys: &mut Keys) -> Result<Difference, Refusal> {
        Ok(Difference { change: Pair::take(keys)?, stated: keys.need("stated")? })
    }

    fn write(&self, keys: &mut Written) {
        self.change.put(keys);
        keys.put("stated", &self.stated);
    }

    fn check(&self, frame: &Frame) -> Result<Finding, Refusal> {
        frame.across(self.change.figures())?;
        frame.alike(self.change.figures().into_iter().chain([&self.stated]))?;
        Ok(compare(self.change.difference(), self.change.differences(), &self.stated))
    }
}

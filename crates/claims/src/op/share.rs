//! `share`: a part of a whole, in percent.

use num_rational::BigRational;
use num_traits::{One, Zero};

use super::change::{hundred, quotient};
use super::{Operator, Stated};
use crate::figure::Figure;
use crate::finding::Finding;
use crate::frame::Frame;
use crate::interval::{End, Interval};
use crate::keys::{Keys, Written};
use crate::refusal::Refusal;

/// A part of a whole, in percent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The part.
    pub part: Figure,
    /// The whole.
    pub whole: Figure,
    /// The percent.
    pub stated: Stated,
}

impl Operator for Share {
    fn name(&self) -> &'static str {
        "share"
    }

    fn read(_: &str, keys: &mut Keys) -> Result<Share, Refusal> {
        let (part, whole) = (keys.need("part")?, keys.need("whole")?);
        Ok(Share { part, whole, stated: Stated::take(keys)? })
    }

    fn write(&self, keys: &mut Written) {
        keys.put("part", &self.part).put("whole", &self.whole);
        self.stated.put(keys);
    }

    /// A part is never below zero or greater than its whole: of the quotients of rounded figures
    /// only those from 0 to 1 are shares.
    fn check(&self, frame: &Frame) -> Result<Finding, Refusal> {
        frame.comparable([&self.part, &self.whole])?;
        let (exact, quotients) = quotient(frame, &self.part, &self.whole)?;
        let end = |value: BigRational| End { value, reached: true };
        let all = Interval::between(end(BigRational::zero()), end(BigRational::one()));
        let shares =
            all.and_then(|all| quotients.overlap(&all)).ok_or_else(|| Refusal::NoPart {
                part: self.part.value.to_string(),
                whole: self.whole.value.to_string(),
            })?;
        let percent = shares.stretched(&hundred(), &BigRational::zero());
        Ok(self.stated.percent(exact * hundred(), percent))
    }
}

//! Intervals of true values, each end with the word whether it belongs.
//!
//! Invariant: an interval is never empty, and what an operation gives is exactly the set of values
//! that some operands inside their intervals give: no wider, and an end belongs only if it is reached.

use std::cmp::Ordering;
use std::fmt;

use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

use crate::ratio;

/// One end of an interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// Where it is.
    pub value: BigRational,
    /// Whether the value itself belongs to the interval.
    pub reached: bool,
}

/// The values between two ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interval {
    low: End,
    high: End,
}

impl Interval {
    /// One value.
    pub fn point(value: BigRational) -> Interval {
        let end = End { value, reached: true };
        Interval { low: end.clone(), high: end }
    }

    /// The values between two ends; none where there are none.
    pub fn between(low: End, high: End) -> Option<Interval> {
        let some = match low.value.cmp(&high.value) {
            Ordering::Less => true,
            Ordering::Equal => low.reached && high.reached,
            Ordering::Greater => false,
        };
        some.then_some(Interval { low, high })
    }

    /// The true values that `value` stands for when it was rounded to a unit of twice `half_unit`,
    /// half away from zero: `[v - h, v + h)`, mirrored below zero, without either end around zero.
    pub fn rounded(value: &BigRational, half_unit: &BigRational) -> Interval {
        if !half_unit.is_positive() {
            return Interval::point(value.clone());
        }
        Interval {
            low: End { value: value - half_unit, reached: value.is_positive() },
            high: End { value: value + half_unit, reached: value.is_negative() },
        }
    }

    /// The lower end.
    pub fn low(&self) -> &End {
        &self.low
    }

    /// The upper end.
    pub fn high(&self) -> &End {
        &self.high
    }

    /// Whether it is one value.
    pub fn is_point(&self) -> bool {
        self.low.value == self.high.value
    }

    /// Whether a value belongs to it.
    pub fn contains(&self, value: &BigRational) -> bool {
        self.overlap(&Interval::point(value.clone())).is_some()
    }

    /// What belongs to both.
    pub fn overlap(&self, other: &Interval) -> Option<Interval> {
        let low = tighter(&self.low, &other.low, Ordering::Greater);
        let high = tighter(&self.high, &other.high, Ordering::Less);
        Interval::between(low, high)
    }

    /// Every sum of a value of each.
    pub fn sum(&self, other: &Interval) -> Interval {
        Interval { low: both(&self.low, &other.low), high: both(&self.high, &other.high) }
    }

    /// Every value with its sign changed.
    pub fn negated(&self) -> Interval {
        let turned = |end: &End| End { value: -&end.value, reached: end.reached };
        Interval { low: turned(&self.high), high: turned(&self.low) }
    }

    /// Every difference of a value here and one of `other`.
    pub fn difference(&self, other: &Interval) -> Interval {
        self.sum(&other.negated())
    }

    /// Every value times a factor above zero, and more by so much.
    pub(crate) fn stretched(&self, factor: &BigRational, more: &BigRational) -> Interval {
        let moved = |end: &End| End { value: &end.value * factor + more, reached: end.reached };
        Interval { low: moved(&self.low), high: moved(&self.high) }
    }

    /// Every quotient of a value here and one of `by`; none where `by` comes as near to zero as one
    /// likes.
    ///
    /// Lines of equal quotient go through the origin. So an end is reached in a corner, or, where it
    /// is zero, along the edge on which the dividend is zero.
    pub fn quotient(&self, by: &Interval) -> Option<Interval> {
        if by.is_near_zero() {
            return None;
        }
        let zero = self.contains(&BigRational::zero()).then(BigRational::zero);
        of_corners(self, by, |above, below| above / below, zero)
    }

    /// Every share that a value here has in its sum with one of `rest`; none where that sum comes as
    /// near to zero as one likes.
    ///
    /// As for [`quotient`](Interval::quotient): the edges that a line through the origin can follow
    /// are those where the part is zero (share 0) or the rest is (share 1).
    pub fn share_beside(&self, rest: &Interval) -> Option<Interval> {
        if self.sum(rest).is_near_zero() {
            return None;
        }
        let zero = self.contains(&BigRational::zero()).then(BigRational::zero);
        let one = rest.contains(&BigRational::zero()).then(BigRational::one);
        of_corners(self, rest, |part, rest| part / (part + rest), zero.into_iter().chain(one))
    }

    /// Whether zero belongs to it or is one of its ends.
    pub(crate) fn is_near_zero(&self) -> bool {
        !self.low.value.is_positive() && !self.high.value.is_negative()
    }

    /// Whether each value here is greater than each of `other`.
    pub(crate) fn is_above(&self, other: &Interval) -> bool {
        match self.low.value.cmp(&other.high.value) {
            Ordering::Greater => true,
            Ordering::Equal => !(self.low.reached && other.high.reached),
            Ordering::Less => false,
        }
    }

    /// Whether some value here is greater than some value of `other`.
    pub(crate) fn can_be_above(&self, other: &Interval) -> bool {
        self.high.value > other.low.value
    }
}

/// Of two ends the one that lies on the given side; where they are one, it is reached if both are.
fn tighter(a: &End, b: &End, side: Ordering) -> End {
    match a.value.cmp(&b.value) {
        Ordering::Equal => End { value: a.value.clone(), reached: a.reached && b.reached },
        order if order == side => a.clone(),
        _ => b.clone(),
    }
}

/// The sum of two ends of a side.
fn both(a: &End, b: &End) -> End {
    End { value: &a.value + &b.value, reached: a.reached && b.reached }
}

/// The interval from the least to the greatest of what four corners give, and of values that are
/// reached elsewhere.
fn of_corners(
    a: &Interval,
    b: &Interval,
    give: impl Fn(&BigRational, &BigRational) -> BigRational,
    reached: impl IntoIterator<Item = BigRational>,
) -> Option<Interval> {
    let mut found: Vec<End> =
        reached.into_iter().map(|value| End { value, reached: true }).collect();
    for x in [&a.low, &a.high] {
        for y in [&b.low, &b.high] {
            let reached = x.reached && y.reached;
            found.push(End { value: give(&x.value, &y.value), reached });
        }
    }
    let outer = |a: End, b: End, side: Ordering| match a.value.cmp(&b.value) {
        Ordering::Equal => End { value: a.value, reached: a.reached || b.reached },
        order if order == side => a,
        _ => b,
    };
    let low = found.iter().cloned().reduce(|a, b| outer(a, b, Ordering::Less))?;
    let high = found.into_iter().reduce(|a, b| outer(a, b, Ordering::Greater))?;
    Some(Interval { low, high })
}

impl fmt::Display for Interval {
    /// For eyes: `(4.7267, 5.3333)`, a round bracket where the end does not belong.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (open, close) = match (self.low.reached, self.high.reached) {
            (true, true) => ("[", "]"),
            (true, false) => ("[", ")"),
            (false, true) => ("(", "]"),
            (false, false) => ("(", ")"),
        };
        let (low, high) = (ratio::about(&self.low.value, 4), ratio::about(&self.high.value, 4));
        write!(f, "{open}{low}, {high}{close}")
    }
}

//! Fractions: rounding and writing.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

use crate::decimal::Decimal;

/// Places behind the point up to which a fraction that ends is written as a decimal.
const PLACES: i32 = 40;

/// Places behind the point at which one end of an interval is written, where it does not end.
const OUTWARD: i32 = 12;

/// Ten to a power. Further than a hundred places no figure reaches, whatever a caller asks for.
pub(crate) fn ten_to(power: i32) -> BigRational {
    let ten = BigRational::from_integer(BigInt::from(10));
    num_traits::Pow::pow(&ten, power.clamp(-100, 100))
}

/// Half a unit of the last of so many decimals.
pub(crate) fn half_unit(decimals: i32) -> BigRational {
    ten_to(decimals.saturating_neg()) / BigInt::from(2)
}

/// The one rounding that there is: half away from zero.
pub fn round(number: &BigRational, decimals: i32) -> BigRational {
    let scale = ten_to(decimals);
    (number * &scale).round() / scale
}

/// A fraction exactly: a decimal where it ends within 40 places, else `a/b`.
pub fn exactly(number: &BigRational) -> String {
    match places(number) {
        Some(places) => fixed(number, places),
        None => number.to_string(),
    }
}

/// A fraction for eyes: rounded to so many decimals, without zeros at the end.
pub(crate) fn about(number: &BigRational, decimals: i32) -> String {
    let text = fixed(&round(number, decimals), decimals);
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// A lower end as a decimal: exactly where it ends within 40 places, else rounded down at the 12th.
pub(crate) fn low(number: &BigRational) -> Decimal {
    outward(number, BigRational::floor)
}

/// An upper end likewise, rounded up.
pub(crate) fn high(number: &BigRational) -> Decimal {
    outward(number, BigRational::ceil)
}

fn outward(number: &BigRational, to: fn(&BigRational) -> BigRational) -> Decimal {
    let places = places(number).unwrap_or(OUTWARD);
    let digits = to(&(number * ten_to(places))).to_integer();
    Decimal::of_parts(digits, usize::try_from(places).unwrap_or(0))
}

/// The decimals that a fraction needs; none where it does not end within [`PLACES`].
fn places(number: &BigRational) -> Option<i32> {
    let mut left = number.denom().clone();
    let mut count = |factor: u32| {
        let mut times = 0;
        while times <= PLACES && (&left % factor).is_zero() {
            left /= factor;
            times += 1;
        }
        times
    };
    let places = count(2).max(count(5));
    (left.is_one() && places <= PLACES).then_some(places)
}

/// A fraction that ends within so many decimals, with all of them.
pub(crate) fn fixed(number: &BigRational, decimals: i32) -> String {
    let digits = (number * ten_to(decimals)).to_integer();
    let sign = if digits.is_negative() { "-" } else { "" };
    let behind = usize::try_from(decimals).unwrap_or(0);
    let padded = format!("{:0>width$}", digits.magnitude().to_string(), width = behind + 1);
    let (whole, part) = padded.split_at(padded.len() - behind);
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(above: i64, below: i64) -> BigRational {
        BigRational::new(above.into(), below.into())
    }

    #[test]
    fn half_away_from_zero() {
        for (number, decimals, rounded) in [
            (of(525, 100), 1, of(53, 10)),
            (of(-525, 100), 1, of(-53, 10)),
            (of(5249, 1000), 1, of(52, 10)),
            (of(-5, 100), 1, of(-1, 10)),
            (of(1850, 1), -2, of(1900, 1)),
            (of(1, 3), 0, of(0, 1)),
        ] {
            assert_eq!(round(&number, decimals), rounded, "{number} at {decimals}");
        }
    }

    #[test]
    fn exactly_and_for_eyes() {
        assert_eq!(exactly(&of(850, 169)), "850/169");
        assert_eq!(exactly(&of(-1, 8)), "-0.125");
        assert_eq!(exactly(&of(5, 1)), "5");
        assert_eq!(about(&of(850, 169), 4), "5.0296");
        assert_eq!(about(&of(-1, 1_000_000), 4), "0");
        assert_eq!(about(&of(100, 1), 4), "100");
        assert_eq!(exactly(&(of(1, 1) / ten_to(41))), format!("1/1{}", "0".repeat(41)));
    }

    #[test]
    fn ends_are_rounded_outward() {
        assert_eq!(low(&of(1, 3)).to_string(), "0.333333333333");
        assert_eq!(high(&of(1, 3)).to_string(), "0.333333333334");
        assert_eq!(low(&of(-1, 3)).to_string(), "-0.333333333334");
        assert_eq!(high(&of(5, 4)).to_string(), "1.25");
    }
}

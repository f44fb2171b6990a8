//! Exact decimals: what a number in JSON says, digit for digit.

use std::fmt;
use std::str::FromStr;

use num_bigint::{BigInt, Sign};
use num_rational::BigRational;
use num_traits::{Signed, Zero};

/// Digits that a number may have before the point, and as many behind it. More would be nobody's
/// count, and an exponent could make any number of them from a few bytes.
pub const MAXIMUM_DIGITS: usize = 60;

/// An exact decimal: `digits / 10^scale`, in lowest terms, so that equal numbers are equal values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Decimal {
    digits: BigInt,
    scale: usize,
}

/// A text that is no decimal. Whoever wrote it is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadDecimal {
    /// It is not a number as JSON writes them (RFC 8259, section 6).
    #[error("not a number: write it like 12, -0.5 or 3.55e6")]
    Form,
    /// It has more than [`MAXIMUM_DIGITS`] digits before or behind the point.
    #[error("a number of more than 60 digits before or behind the point: write a shorter one")]
    TooLong,
}

impl Decimal {
    /// `digits / 10^scale`; none where that has more than [`MAXIMUM_DIGITS`] behind the point.
    pub fn scaled(digits: i64, scale: u8) -> Option<Decimal> {
        let (sign, digits) = (digits < 0, digits.unsigned_abs().to_string());
        make(sign, &digits, i64::from(scale)).ok()
    }

    /// `digits / 10^scale`, however many digits that has.
    pub(crate) fn of_parts(mut digits: BigInt, mut scale: usize) -> Decimal {
        while scale > 0 && (&digits % 10_u32).is_zero() {
            digits /= 10_u32;
            scale -= 1;
        }
        Decimal { digits, scale }
    }

    /// The number as a fraction.
    pub fn ratio(&self) -> BigRational {
        let mut below = BigInt::from(1);
        for _ in 0..self.scale {
            below *= 10;
        }
        BigRational::new(self.digits.clone(), below)
    }

    /// Whether nothing stands behind its point.
    pub fn is_whole(&self) -> bool {
        self.scale == 0
    }

    /// Whether it is less than zero.
    pub fn is_negative(&self) -> bool {
        self.digits.is_negative()
    }

    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        self.digits.is_zero()
    }

    /// The number as a machine's, where it is whole and fits.
    pub fn whole<N: TryFrom<BigInt>>(&self) -> Option<N> {
        if self.is_whole() { N::try_from(self.digits.clone()).ok() } else { None }
    }
}

impl From<i64> for Decimal {
    fn from(number: i64) -> Decimal {
        Decimal { digits: number.into(), scale: 0 }
    }
}

impl From<u64> for Decimal {
    fn from(number: u64) -> Decimal {
        Decimal { digits: number.into(), scale: 0 }
    }
}

impl From<u32> for Decimal {
    fn from(number: u32) -> Decimal {
        Decimal { digits: number.into(), scale: 0 }
    }
}

impl From<i32> for Decimal {
    fn from(number: i32) -> Decimal {
        Decimal { digits: number.into(), scale: 0 }
    }
}

impl FromStr for Decimal {
    type Err = BadDecimal;

    /// Reads a number as JSON writes them. Neither time nor memory grows with the exponent.
    fn from_str(text: &str) -> Result<Decimal, BadDecimal> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, power(exponent)?),
            None => (rest, 0),
        };
        let (whole, part) = match mantissa.split_once('.') {
            Some((whole, part)) if digits(part) => (whole, part),
            Some(_) => return Err(BadDecimal::Form),
            None => (mantissa, ""),
        };
        if !digits(whole) || (whole.len() > 1 && whole.starts_with('0')) {
            return Err(BadDecimal::Form);
        }
        let behind = i64::try_from(part.len()).map_err(|_| BadDecimal::TooLong)?;
        make(negative, &format!("{whole}{part}"), behind.saturating_sub(exponent))
    }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// An exponent; one that no number of ours can have is as good as any other of its sign.
fn power(text: &str) -> Result<i64, BadDecimal> {
    let (negative, number) = match text.strip_prefix(['-', '+']) {
        Some(number) => (text.starts_with('-'), number),
        None => (false, text),
    };
    if !digits(number) {
        return Err(BadDecimal::Form);
    }
    let size = number.parse::<i64>().unwrap_or(i64::MAX).min(i64::from(u32::MAX));
    Ok(if negative { -size } else { size })
}

/// The decimal of a sign, digits, and the place of the point counted from their end.
fn make(negative: bool, digits: &str, scale: i64) -> Result<Decimal, BadDecimal> {
    let short = digits.trim_end_matches('0');
    let zeros = i64::try_from(digits.len() - short.len()).map_err(|_| BadDecimal::TooLong)?;
    let short = short.trim_start_matches('0');
    if short.is_empty() {
        return Ok(Decimal::default());
    }
    let scale = scale.saturating_sub(zeros);
    let length = i64::try_from(short.len()).map_err(|_| BadDecimal::TooLong)?;
    let most = i64::try_from(MAXIMUM_DIGITS).map_err(|_| BadDecimal::TooLong)?;
    if scale > most || length.saturating_sub(scale) > most {
        return Err(BadDecimal::TooLong);
    }
    let missing = usize::try_from(scale.saturating_neg()).unwrap_or(0);
    let text = format!("{short}{}", "0".repeat(missing));
    let size = text.parse::<BigInt>().map_err(|_| BadDecimal::Form)?;
    let digits = if negative { -size } else { size };
    Ok(Decimal { digits, scale: usize::try_from(scale).unwrap_or(0) })
}

impl fmt::Display for Decimal {
    /// Plainly, without an exponent: read again, it is the same number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.digits.sign() == Sign::Minus { "-" } else { "" };
        let digits = self.digits.magnitude().to_string();
        let padded = format!("{digits:0>width$}", width = self.scale + 1);
        let (whole, part) = padded.split_at(padded.len() - self.scale);
        if part.is_empty() { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{part}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, BadDecimal> {
        text.parse::<Decimal>().map(|number| number.to_string())
    }

    #[test]
    fn numbers_are_read_exactly() {
        for (text, plain) in [
            ("0", "0"),
            ("-0.00", "0"),
            ("0.10", "0.1"),
            ("3.55e6", "3550000"),
            ("-12.50E-1", "-1.25"),
            ("1e+2", "100"),
            ("0e999999999999999999999", "0"),
            ("900", "900"),
            ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(plain), "{text}");
        }
    }

    #[test]
    fn what_is_no_number() {
        for text in
            ["", "-", "+1", "01", ".5", "5.", "1e", "1e+", "1.e2", "NaN", "0x1", "1 ", "١", "--1"]
        {
            assert_eq!(read(text), Err(BadDecimal::Form), "{text}");
        }
    }

    #[test]
    fn length_is_bounded() {
        let most = "9".repeat(MAXIMUM_DIGITS);
        assert_eq!(read(&format!("{most}.{most}")), Ok(format!("{most}.{most}")));
        assert_eq!(read("1e59").map(|text| text.len()), Ok(60));
        for text in [&format!("9{most}"), &format!("0.{most}9"), "1e60", "1e-61", "1e99999999999"] {
            assert_eq!(read(text), Err(BadDecimal::TooLong), "{text}");
        }
    }

    #[test]
    fn made_of_whole_numbers() {
        assert_eq!(Decimal::scaled(-53, 1).map(|n| n.to_string()).as_deref(), Some("-5.3"));
        assert_eq!(Decimal::scaled(290, 1), Some(Decimal::from(29_i64)));
        assert_eq!(Decimal::from(10_i64).whole::<u32>(), Some(10));
        assert_eq!(Decimal::scaled(15, 1).and_then(|n| n.whole::<u32>()), None);
    }
}

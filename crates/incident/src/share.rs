//! Exact counts of which a report may be a share.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A count in 720,720ths, which every number of labels from 1 to 16 divides: a report under up to
/// sixteen labels counts exactly once, in equal shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Share(u64);

/// The least common multiple of 1 to 16.
const WHOLE: u64 = 720_720;

impl Share {
    /// Nothing.
    pub const ZERO: Share = Share(0);

    /// So many whole ones; saturates at 25 billion times a billion.
    pub const fn whole(count: u64) -> Share {
        Share(count.saturating_mul(WHOLE))
    }

    /// One of `of` equal shares of one; none where that is not exact (0, or more than 16).
    pub const fn one_of(of: u64) -> Option<Share> {
        if of == 0 || of > 16 { None } else { Some(Share(WHOLE / of)) }
    }

    /// So many times this.
    pub const fn times(self, count: u64) -> Share {
        Share(self.0.saturating_mul(count))
    }

    /// The whole number that it is; none where it is none.
    pub const fn as_whole(self) -> Option<u64> {
        if self.0.is_multiple_of(WHOLE) { Some(self.0 / WHOLE) } else { None }
    }

    /// In 720,720ths.
    pub const fn parts(self) -> u64 {
        self.0
    }

    /// From 720,720ths.
    pub const fn from_parts(parts: u64) -> Share {
        Share(parts)
    }
}

impl Add for Share {
    type Output = Share;

    fn add(self, other: Share) -> Share {
        Share(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Share {
    fn add_assign(&mut self, other: Share) {
        *self = *self + other;
    }
}

impl Sum for Share {
    fn sum<I: Iterator<Item = Share>>(shares: I) -> Share {
        shares.fold(Share::ZERO, Add::add)
    }
}

impl fmt::Display for Share {
    /// As `7`, or as a fraction, `7/2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let divisor = common(self.0, WHOLE);
        match (self.0 / divisor, WHOLE / divisor) {
            (count, 1) => f.pad(&count.to_string()),
            (count, of) => f.pad(&format!("{count}/{of}")),
        }
    }
}

impl Serialize for Share {
    /// A number where it is whole, else text, `"7/2"`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.as_whole() {
            Some(count) => serializer.serialize_u64(count),
            None => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Share, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Whole(u64),
            Fraction(String),
        }
        match Written::deserialize(deserializer)? {
            Written::Whole(count) => Ok(Share::whole(count)),
            Written::Fraction(text) => {
                fraction(&text).ok_or_else(|| serde::de::Error::custom("no share: write 7/2"))
            }
        }
    }
}

/// A fraction as it is written: one that 720,720ths hold exactly.
fn fraction(text: &str) -> Option<Share> {
    let (count, of) = text.split_once('/')?;
    let (count, of): (u64, u64) = (count.parse().ok()?, of.parse().ok()?);
    let exact = of != 0 && WHOLE.is_multiple_of(of);
    if exact { count.checked_mul(WHOLE / of).map(Share) } else { None }
}

/// The greatest common divisor (Euclid); `b` is not 0.
const fn common(mut a: u64, mut b: u64) -> u64 {
    while a != 0 {
        (a, b) = (b % a, a);
    }
    b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up() {
        for of in 1..=16 {
            assert_eq!(Share::one_of(of).map(|share| share.times(of)), Some(Share::whole(1)));
        }
        assert_eq!((Share::one_of(0), Share::one_of(17)), (None, None));
        let half = Share::one_of(2).unwrap();
        let sum: Share = [Share::whole(3), half].into_iter().sum();
        assert_eq!((sum.to_string().as_str(), sum.as_whole()), ("7/2", None));
        assert_eq!(Share::ZERO.to_string(), "0");
        for share in [Share::ZERO, half, sum, Share::from_parts(1), Share::from_parts(720_719)] {
            let text = serde_json::to_string(&share).unwrap();
            assert_eq!(serde_json::from_str::<Share>(&text).unwrap(), share);
        }
        assert!(serde_json::from_str::<Share>("\"1/17\"").is_err());
        assert_eq!(
            serde_json::to_string(&(sum, Share::whole(3_550_000))).unwrap(),
            "[\"7/2\",3550000]"
        );
    }
}

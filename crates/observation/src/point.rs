//! The name of a monitoring point.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// The name of a monitoring point: 1 to 63 of `a-z 0-9 - _ .`, the first a letter or a digit.
///
/// Names reach file names, URLs and pages, so that nothing else is let in. Cloning is cheap.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Point(Arc<str>);

/// A point's name that breaks the rule of [`Point`]. The user who typed it is at fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} cannot name a point: use 1 to 63 of a-z, 0-9, '-', '_' and '.', \
     beginning with a letter or a digit"
)]
pub struct BadPointName(pub String);

impl Point {
    /// The longest name, in bytes.
    pub const MAX_LEN: usize = 63;

    /// Whether it is a clone of the other, or the other of it.
    pub fn is_same(&self, other: &Point) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Point {
    type Err = BadPointName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let bytes = name.as_bytes();
        let good = bytes.len() <= Self::MAX_LEN
            && bytes.first().is_some_and(|&first| plain(first))
            && bytes.iter().all(|&byte| plain(byte) || matches!(byte, b'-' | b'_' | b'.'));
        if good { Ok(Point(name.into())) } else { Err(BadPointName(name.into())) }
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for good in ["p0", "tokyo-1", "a.b_c", "0", &"x".repeat(63)] {
            assert_eq!(good.parse::<Point>().map(|p| p.to_string()), Ok(good.to_owned()));
        }
        for bad in ["", "-a", ".", "Tokyo", "a b", "a/b", "é", "a\0", &"x".repeat(64)] {
            assert!(bad.parse::<Point>().is_err(), "{bad:?}");
        }
    }
}

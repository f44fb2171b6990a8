//! Countries by their two letters.

use std::fmt;

/// A country or territory: two capital letters of ISO 3166-1 alpha-2.
///
/// The address registries also write `EU` and `AP` for addresses of a whole region; these are
/// kept. Whether a code is assigned today is not checked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// The country of two capital letters; none for anything else and for `ZZ`, by which the
    /// registries mean that they do not know.
    pub fn new(letters: [u8; 2]) -> Option<Country> {
        let named = letters.iter().all(u8::is_ascii_uppercase) && &letters != b"ZZ";
        named.then_some(Country(letters))
    }

    /// The country of a text of two letters, in either case.
    pub fn parse(text: &str) -> Option<Country> {
        let letters: [u8; 2] = text.as_bytes().try_into().ok()?;
        Country::new(letters.map(|letter| letter.to_ascii_uppercase()))
    }

    /// Its two letters.
    pub fn letters(self) -> [u8; 2] {
        self.0
    }

    /// Its two letters as text.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Country {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_capital_letters() {
        assert_eq!(Country::new(*b"JP").unwrap().as_str(), "JP");
        assert_eq!(Country::parse("jp"), Country::new(*b"JP"));
        assert_eq!(format!("{:>4}", Country::new(*b"DE").unwrap()), "  DE");
        for bad in [*b"jp", *b"J1", *b"--", *b"ZZ", [0, 0], [0xC3, 0xA9]] {
            assert_eq!(Country::new(bad), None);
        }
        for bad in ["", "J", "JPN", "é", "A1", "zz"] {
            assert_eq!(Country::parse(bad), None, "{bad}");
        }
    }
}

//! Countries by their two letters.

use std::fmt;
use std::sync::LazyLock;

use crate::lines::cells;

/// By code; see data/README.md for the source.
static NAMES: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    cells(include_str!("../data/countries.tsv")).map(|[code, name]| (code, name)).collect()
});

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

    /// Its usual name in English; none where the code is not assigned. A name takes no side in
    /// what a country is or where its borders are.
    pub fn name(self) -> Option<&'static str> {
        let at = NAMES.binary_search_by_key(&self.as_str(), |(code, _)| *code).ok()?;
        NAMES.get(at).map(|(_, name)| *name)
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

    #[test]
    fn names_of_countries() {
        let name = |code| Country::parse(code).unwrap().name();
        assert_eq!((name("jp"), name("CI")), (Some("Japan"), Some("C\u{f4}te d'Ivoire")));
        assert_eq!((name("EU"), name("XX")), (Some("Europe (region)"), None));
        assert!(NAMES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        // ISO 3166-1 assigns 249 codes; EU and AP are the address registries'.
        assert_eq!(NAMES.len(), 249 + 2);
        assert_eq!(NAMES.len(), include_str!("../data/countries.tsv").lines().count() - 1);
        assert!(NAMES.iter().all(|(code, _)| Country::parse(code).is_some()));
    }

    #[test]
    fn every_country_that_the_shipped_table_tells_has_a_name() {
        let atlas = crate::Atlas::shipped();
        let told = (0..=u16::MAX).filter_map(|top| {
            let address = std::net::Ipv4Addr::from_bits(u32::from(top) << 16);
            atlas.of(address.into()).country
        });
        let told: std::collections::BTreeSet<Country> = told.collect();
        assert!(told.len() > 150, "{}", told.len());
        let unnamed: Vec<_> = told.iter().filter(|country| country.name().is_none()).collect();
        assert!(unnamed.is_empty(), "{unnamed:?}");
    }
}

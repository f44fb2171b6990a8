//! Figures by name or by month, as they were given: also what was given twice.

use std::collections::BTreeMap;
use std::fmt::Display;

use crate::figure::Figure;
use crate::month::Month;
use crate::refusal::Refusal;

/// Entries in the order in which they were given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entries<K, V>(pub Vec<(K, V)>);

/// The figures of a ranking by name.
pub type Row = Entries<String, Figure>;

/// The figures of a series by month.
pub type Series = Entries<Month, Figure>;

/// A ranking for each month.
pub type Months = Entries<Month, Row>;

impl<K: Ord + Display, V: PartialEq> Entries<K, V> {
    /// The entries by key. A key that was given twice with the same value is no harm; with two
    /// values it is a conflict, and nothing can be said.
    pub(crate) fn settled(&self) -> Result<BTreeMap<&K, &V>, Refusal> {
        let mut settled = BTreeMap::new();
        for (key, value) in &self.0 {
            if settled.insert(key, value).is_some_and(|other| other != value) {
                return Err(Refusal::Conflict(key.to_string()));
            }
        }
        Ok(settled)
    }
}

impl<K, V> FromIterator<(K, V)> for Entries<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Entries<K, V> {
        Entries(entries.into_iter().collect())
    }
}

/// Whether a name stands for all that has no name of its own. It is never ranked.
pub(crate) fn is_rest(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name).trim();
    last == "その他" || last.eq_ignore_ascii_case("other") || last.eq_ignore_ascii_case("others")
}

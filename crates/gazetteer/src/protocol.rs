//! Names of protocols above IP.

use std::sync::LazyLock;

use crate::lines::cells;

static NAMES: LazyLock<Vec<(u8, &'static str)>> = LazyLock::new(|| {
    let rows = cells(include_str!("../data/protocols.tsv"));
    rows.filter_map(|[number, name]| Some((number.parse().ok()?, name))).collect()
});

/// The keyword that IANA's "Assigned Internet Protocol Numbers" has for a number; none where it
/// has none.
pub fn name(number: u8) -> Option<&'static str> {
    let at = NAMES.binary_search_by_key(&number, |(number, _)| *number).ok()?;
    NAMES.get(at).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_protocols() {
        for (number, expected) in
            [(0, "HOPOPT"), (6, "TCP"), (47, "GRE"), (50, "ESP"), (132, "SCTP")]
        {
            assert_eq!(name(number), Some(expected));
        }
        assert_eq!((name(61), name(146), name(255)), (None, None, None));
        assert!(NAMES.is_sorted());
        assert_eq!(NAMES.len(), include_str!("../data/protocols.tsv").lines().count() - 1);
    }
}

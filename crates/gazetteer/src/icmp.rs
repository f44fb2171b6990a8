//! Names of types of ICMP messages.

use std::sync::LazyLock;

use crate::lines::cells;

static NAMES: LazyLock<Vec<(u8, u8, &'static str)>> = LazyLock::new(|| {
    let row = |[protocol, kind, name]: [&'static str; 3]| {
        Some((protocol.parse().ok()?, kind.parse().ok()?, name))
    };
    cells(include_str!("../data/icmp.tsv")).filter_map(row).collect()
});

/// The name of a type of ICMP (protocol 1) or of ICMP for IPv6 (58), after IANA's registries of
/// ICMP and ICMPv6 parameters; none for other types.
pub fn name(protocol: u8, kind: u8) -> Option<&'static str> {
    let at =
        NAMES.binary_search_by_key(&(protocol, kind), |(protocol, kind, _)| (*protocol, *kind));
    NAMES.get(at.ok()?).map(|(_, _, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_types() {
        assert_eq!(name(1, 8), Some("echo request"));
        assert_eq!(name(58, 128), Some("echo request"));
        assert_eq!((name(1, 128), name(6, 8)), (None, None));
        assert!(NAMES.is_sorted());
        assert_eq!(NAMES.len(), include_str!("../data/icmp.tsv").lines().count() - 1);
    }
}

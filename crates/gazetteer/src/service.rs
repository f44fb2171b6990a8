//! Names of services: what is registered, and what is commonly found.
//!
//! A name says what a port is meant for, not what a packet asked for.

use std::sync::LazyLock;

use crate::lines::cells;

/// SCTP, RFC 9260, and DCCP, RFC 4340: they have ports too.
const TRANSPORTS: [(&str, u8); 4] = [("tcp", 6), ("udp", 17), ("sctp", 132), ("dccp", 33)];

type Names = Vec<(u8, u16, &'static str)>;

static REGISTERED: LazyLock<Names> = LazyLock::new(|| names(include_str!("../data/services.tsv")));
static COMMON: LazyLock<Names> = LazyLock::new(|| names(include_str!("../data/commonly.tsv")));

/// The service that IANA's "Service Name and Transport Protocol Port Number Registry" has for a
/// port of TCP (6), UDP (17), SCTP (132) or DCCP (33); none where it has none.
pub fn name(protocol: u8, port: u16) -> Option<&'static str> {
    find(&REGISTERED, protocol, port)
}

/// What is commonly found at a port, where the registry has no name or another one: what scans
/// look for there. This is our own list, not IANA's.
pub fn commonly(protocol: u8, port: u16) -> Option<&'static str> {
    find(&COMMON, protocol, port)
}

fn find(names: &Names, protocol: u8, port: u16) -> Option<&'static str> {
    let at =
        names.binary_search_by_key(&(protocol, port), |(protocol, port, _)| (*protocol, *port));
    names.get(at.ok()?).map(|(_, _, name)| *name)
}

fn names(table: &'static str) -> Names {
    let mut names: Names = cells(table).filter_map(row).flatten().collect();
    names.sort_unstable();
    names
}

/// The names of a row `80-81 <tab> tcp,udp <tab> http`.
fn row(cells: [&'static str; 3]) -> Option<impl Iterator<Item = (u8, u16, &'static str)>> {
    let [ports, transports, name] = cells;
    let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
    let (first, last): (u16, u16) = (first.parse().ok()?, last.parse().ok()?);
    let protocols = TRANSPORTS
        .into_iter()
        .filter(|(transport, _)| transports.split(',').any(|given| given == *transport));
    Some(
        protocols
            .flat_map(move |(_, protocol)| (first..=last).map(move |port| (protocol, port, name))),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_scans_try_has_names() {
        for (protocol, port, expected) in [
            (6, 445, "microsoft-ds"),
            (6, 1433, "ms-sql-s"),
            (17, 1434, "ms-sql-m"),
            (17, 5060, "sip"),
            (6, 6063, "x11"),
            (132, 80, "http"),
            (33, 9, "discard"),
        ] {
            assert_eq!(name(protocol, port), Some(expected), "{port}/{protocol}");
        }
        for (protocol, port) in [(6, 37_215), (6, 0), (1, 8), (47, 80), (255, 65_535)] {
            assert_eq!(name(protocol, port), None, "{port}/{protocol}");
        }
        assert_eq!(commonly(6, 37_215), Some("huawei hg532 upnp"));
        assert_eq!(commonly(6, 445), None);
    }

    #[test]
    fn every_row_is_read_and_no_port_twice() {
        for (table, names) in [
            (include_str!("../data/services.tsv"), &*REGISTERED),
            (include_str!("../data/commonly.tsv"), &*COMMON),
        ] {
            assert!(
                cells::<3>(table)
                    .all(|cells| row(cells).is_some_and(|mut row| row.next().is_some()))
            );
            assert_eq!(cells::<3>(table).count(), table.lines().count() - 1);
            assert!(names.windows(2).all(|pair| (pair[0].0, pair[0].1) < (pair[1].0, pair[1].1)));
        }
    }

    #[test]
    fn as_many_as_the_registry_has() {
        let of = |protocol| REGISTERED.iter().filter(|(of, _, _)| *of == protocol).count();
        assert_eq!([6, 17, 132, 33].map(of), EXPECTED);
    }

    /// Counted with awk in the list that the rows were taken from, ranges of ports spread out.
    const EXPECTED: [usize; 4] = [5_948, 5_556, 87, 9];
}

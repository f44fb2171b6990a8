//! The logs of scans that come with psad, against the counts of the data's index.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{contents, iptables, read};
use crate::protocol;

/// What the index says of each log.
fn truths() -> Vec<(String, Value)> {
    let Some(index) = contents("INDEX.tsv") else { return Vec::new() };
    let index = String::from_utf8(index).unwrap();
    let rows = index.lines().filter(|row| row.starts_with("tables/psad-iptables/"));
    rows.map(|row| {
        let columns: Vec<&str> = row.split('\t').collect();
        (columns[0].to_owned(), serde_json::from_str(columns[columns.len() - 1]).unwrap())
    })
    .collect()
}

#[test]
fn nothing_is_uncounted() {
    let truths = truths();
    let mut lines = 0;
    for (file, truth) in &truths {
        let Some(log) = contents(file) else { return };
        let (accesses, report) = read(iptables(2010), &log);
        lines += report.lines;
        let number = |key: &str| truth[key].as_u64().unwrap();
        assert_eq!(report.accesses, number("log_lines"), "{file}: {report:?}");
        assert_eq!(report.lines, report.accesses, "{file}: {report:?}");

        let mut protocols: BTreeMap<u8, u64> = BTreeMap::new();
        for row in &accesses {
            *protocols.entry(row.protocol.unwrap()).or_default() += 1;
            assert!(row.packets == Some(1) && row.bytes.is_some() && row.ttl.is_some(), "{row:?}");
            assert!(row.kind.is_some() && row.syns.is_some(), "{row:?}");
        }
        let named = truth["proto"].as_object().unwrap().iter();
        let named: BTreeMap<u8, u64> = named
            .map(|(name, lines)| {
                (protocol::read(name.as_bytes()).unwrap(), lines.as_u64().unwrap())
            })
            .collect();
        assert_eq!(protocols, named, "{file}");

        let sources: BTreeSet<_> = accesses.iter().map(|row| row.src).collect();
        let targets: BTreeSet<_> = accesses.iter().map(|row| row.dst).collect();
        // The index takes a line without a port for one of a port of its own.
        let ports: BTreeSet<_> = accesses.iter().map(|row| row.dst_port).collect();
        let distinct = [sources.len(), targets.len(), ports.len()].map(|count| count as u64);
        let wanted = ["distinct_src", "distinct_dst", "distinct_dport"].map(number);
        assert_eq!(distinct, wanted, "{file}");
    }
    assert_eq!((truths.len(), lines), (24, 12_199));
}

//! Whole logs: real ones, some by hand, and damaged ones.

// An overflow in a test fails the test.
#![allow(clippy::arithmetic_side_effects)]

mod columns;
mod cowrie;
mod detection;
mod mutations;
mod netfilter;
mod psad;

use std::io::{BufReader, Read};
use std::path::PathBuf;

use flate2::read::MultiGzDecoder;
use observation::Logged;

use crate::{Line, Report, Rules, Table, Zone};

/// A file of the shared data; none, and a word about it, where it is absent.
fn shared(path: &str) -> Option<PathBuf> {
    let file =
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(path);
    if !file.exists() {
        eprintln!("skipped: {} is absent", file.display());
        return None;
    }
    Some(file)
}

/// The bytes of a shared file, unpacked.
fn contents(path: &str) -> Option<Vec<u8>> {
    let stored = std::fs::read(shared(path)?).unwrap();
    if !path.ends_with(".gz") {
        return Some(stored);
    }
    let mut bytes = Vec::new();
    MultiGzDecoder::new(&stored[..]).read_to_end(&mut bytes).unwrap();
    Some(bytes)
}

/// Every access of a log at the point `p`, and the report, which must add up.
fn read(rules: Rules, log: &[u8]) -> (Vec<Logged>, Report) {
    // A small buffer, so that lines straddle its ends.
    let input = BufReader::with_capacity(1_000, log);
    let mut table = Table::new(rules, Some("p".parse().unwrap()), input).unwrap();
    let mut accesses = Vec::new();
    while let Some(line) = table.next_line().unwrap() {
        if let Line::Access(row) = line {
            accesses.push(row);
        }
    }
    let report = table.report();
    assert_eq!(report.lines, report.accesses + report.unread_lines() + report.other_lines());
    assert_eq!(report.accesses, accesses.len() as u64);
    let breaks = log.iter().filter(|&&byte| byte == b'\n').count();
    let open = log.last().is_some_and(|&last| last != b'\n');
    assert_eq!(report.lines, (breaks + usize::from(open)) as u64);
    (accesses, report)
}

fn iptables(year: i16) -> Rules {
    Rules::Iptables { zone: Zone::utc(), year: Some(year) }
}

/// A sum over what the accesses say.
fn sum<T: Into<u64>>(accesses: &[Logged], value: impl Fn(&Logged) -> Option<T>) -> u64 {
    accesses.iter().filter_map(value).map(Into::into).sum()
}

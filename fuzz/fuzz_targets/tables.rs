//! Any bytes as a log of the format that the first byte chooses, or as a map of columns.

#![no_main]

use std::io::BufReader;

use libfuzzer_sys::fuzz_target;
use tables::{Line, Map, Report, Rules, Table, Zone, detect};

const MAP: &str = "
time = { column = 1, format = '%Y-%m-%d %H:%M:%S%.f' }
src = { column = 2 }
dst = { column = 3, form = 'integer' }
protocol = { column = 4, names = { T = 6 } }
src_port.column = 5
icmp_type.column = 6
bytes.column = 7
";

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, log)) = bytes.split_first() else { return };
    detect(log);
    let zone = || "Europe/Berlin".parse().unwrap_or_else(|_| Zone::utc());
    let csv = |header: bool| {
        let map = Map::from_toml(&format!("header = {header}\n{MAP}"));
        Rules::Csv(Box::new(map.expect("a good map")))
    };
    let rules = match choice % 6 {
        0 => Rules::Iptables { zone: zone(), year: Some(2011) },
        1 => Rules::Iptables { zone: zone(), year: None },
        2 => Rules::Cowrie { zone: zone() },
        3 => csv(false),
        4 => csv(true),
        _ => return map(log),
    };
    assert_eq!(read(rules.clone(), log, 65_536), read(rules, log, 13));
});

/// Every line, the error's sentence, and a report that adds up.
fn read(rules: Rules, log: &[u8], buffer: usize) -> (Vec<Line>, Option<String>, Report) {
    let input = BufReader::with_capacity(buffer, log);
    let point = "p".parse().expect("a good name");
    let mut table = Table::new(rules, Some(point), input).expect("one point");
    let mut lines = Vec::new();
    let error = loop {
        match table.next_line() {
            Ok(Some(line)) => lines.push(line),
            Ok(None) => break None,
            Err(error) => break Some(error.to_string()),
        }
    };
    let report = table.report();
    assert_eq!(report.lines, lines.len() as u64);
    assert_eq!(report.lines, report.accesses + report.unread_lines() + report.other_lines());
    (lines, error, report)
}

/// A map that is read says the same of itself each time.
fn map(text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else { return };
    let canonical = || Map::from_toml(text).map(|map| Rules::Csv(Box::new(map)).canonical()).ok();
    assert_eq!(canonical(), canonical());
}

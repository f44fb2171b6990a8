//! The archive is open: what other people's programs read in it is what Yagura says.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;
use testkit::Scenario;

use crate::common::{Observatory, Said};

/// What open_archive.py counts, in our own words.
const QUERIES: [(&str, &str); 3] = [
    (
        "access",
        "select count(*) as rows, sum(packets) as packets, sum(syns) as syns,
                count(distinct src) as sources, max(dst_port) as highest,
                sum(case when dst_port > 32767 then 1 else 0 end) as high,
                sum(case when ip_text(src) like '%.%' then 1 else 0 end) as four,
                sum(case when ip_text(src) like '%:%' then 1 else 0 end) as six,
                min(cast(first_seen as bigint)) as first, max(cast(first_seen as bigint)) as last,
                count(*) as days
           from access",
    ),
    (
        "coverage",
        "select count(*) as rows, sum(packets) as packets, sum(inbound) as inbound,
                sum(seconds_up) as seconds, min(cast(hour as bigint)) as first from coverage",
    ),
    (
        "daily",
        "select count(*) as rows, sum(accesses) as accesses, sum(packets) as packets,
                sum(sources) as sources from daily",
    ),
];

/// Nobody who keeps years of data in Yagura depends on Yagura to read them.
#[test]
fn deltalake_and_duckdb_read_the_same() {
    let Some(python) = std::env::var_os("YAGURA_TEST_PYTHON") else {
        println!("skipped: YAGURA_TEST_PYTHON names no Python with xtask/requirements.txt");
        return;
    };
    let observatory = Observatory::new();
    let path = observatory.file("a.pcap", "");
    let mut scenario = Scenario::new(9);
    scenario.everything(30).write_pcap(&path).unwrap();
    let points = observatory.file("points.toml", scenario.points_toml());
    observatory.import(&["--points", points.to_str().unwrap()], &[path], 0);

    let ours: BTreeMap<&str, BTreeMap<String, String>> =
        QUERIES.iter().map(|(table, query)| (*table, texts(&observatory.sql(query)[0]))).collect();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/open_archive.py");
    let mut reader = Command::new(python);
    let said: Said =
        reader.arg(script).arg(observatory.data().join("archive")).output().unwrap().into();
    let theirs = said.ended(0).json();
    for (table, ours) in &ours {
        assert_eq!(&texts(&theirs[table]), ours, "{table}");
    }
    let access = &ours["access"];
    assert!(access["highest"].parse::<u16>().unwrap() >= 65_000, "{access:?}");
    assert!(access["six"] != "0" && access["high"] != "0", "{access:?}");
    let types = &theirs["types"];
    for (column, is) in [
        ("first_seen", "timestamp"),
        ("src", "binary"),
        ("dst_port", "integer"),
        ("packets", "long"),
    ] {
        assert_eq!(types[column], is, "{column}");
    }
}

/// A row's values as text.
fn texts(row: &Value) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    row.as_object().unwrap().iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

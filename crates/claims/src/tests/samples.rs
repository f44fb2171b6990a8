//! The claims that newspapers and IPA made, recomputed: samples/claims/ipa.jsonl holds them in our
//! form, and the shared data say of each what it must come to.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::verdict;
use crate::{Checker, Id, Json, Tally, round};

const LINES: &str = include_str!("../../../../samples/claims/ipa.jsonl");
const VERDICTS: &str = include_str!("../../../../samples/claims/ipa.verdicts");

#[test]
fn the_verdicts_are_as_beside() {
    let found: Vec<&str> = LINES.lines().map(super::outcome).collect();
    assert_eq!(found, VERDICTS.lines().collect::<Vec<_>>());
    let mut checker = Checker::default();
    checker.feed(LINES.as_bytes());
    assert_eq!(checker.finish().1, Tally { consistent: 30, refuted: 2, refused: 0 });
}

/// The rows of a shared table, by column; none, and a word about it, where the data are absent.
fn shared(path: &str) -> Option<Vec<BTreeMap<String, String>>> {
    let file =
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(path);
    if !file.exists() {
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "{} lacks", file.display());
        eprintln!("skipped: {} is absent", file.display());
        return None;
    }
    let mut reader = csv::Reader::from_path(file).unwrap();
    Some(reader.deserialize().map(Result::unwrap).collect())
}

fn key<'a>(line: &'a Json, name: &str) -> Option<&'a Json> {
    let Json::Object(entries) = line else { return None };
    entries.iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

fn value(figure: &Json) -> String {
    key(figure, "value").unwrap_or(figure).to_string()
}

/// Every row of the shared table is a line here, with its operands, what was claimed, the verdict,
/// and the interval as somebody else computed it.
#[test]
fn every_row_of_the_shared_table() {
    let Some(rows) = shared("ipa/claims_check.csv") else { return };
    assert_eq!((rows.len(), LINES.lines().count()), (32, 32));
    for (row, line) in rows.iter().zip(LINES.lines()) {
        let json: Json = line.parse().unwrap();
        assert_eq!(key(&json, "claim"), Some(&Json::Text(row["claim"].clone())));
        let found = verdict(line);
        assert!(matches!(&found.id, Some(Id::Text(id)) if id.ends_with(&row["source"])));
        let expected = row["verdict"].split(' ').next().unwrap().to_lowercase();
        assert_eq!(found.verdict.outcome.as_str(), expected, "{line}: {}", found.verdict.why);
        if key(&json, "op") == Some(&Json::Text("change_percent".to_owned())) {
            percent(row, &json, &found.verdict);
        }
    }
}

fn percent(row: &BTreeMap<String, String>, json: &Json, found: &crate::Verdict) {
    let operands = ["now", "then"].map(|name| value(key(json, name).unwrap()));
    assert_eq!(operands.join(" vs "), row["operands"]);
    let claimed = row["claimed"].parse::<crate::Decimal>().unwrap();
    assert_eq!(value(key(json, "stated").unwrap()), claimed.to_string());
    let at = |number: &crate::Rational| crate::ratio::about(&round(number, 2), 2);
    let plain = |text: &str| text.parse::<crate::Decimal>().unwrap().to_string();
    let exact = found.exact.as_ref().unwrap();
    assert_eq!(at(exact), plain(row["recomputed"].trim_end_matches('%')));
    let (low, high) = row["interval"].trim_matches(['[', ']']).split_once(',').unwrap();
    let interval = found.interval.as_ref().unwrap();
    assert_eq!(at(&interval.low().value), plain(low));
    assert_eq!(at(&interval.high().value), plain(high));
}

/// The parts of sums are the figures of the monthly tables.
#[test]
fn sums_are_of_the_monthly_figures() {
    let Some(rows) = shared("ipa/virus_monthly.csv") else { return };
    let reports: BTreeMap<_, _> =
        rows.iter().map(|row| (row["month"].clone(), row["reports"].clone())).collect();
    for line in LINES.lines().filter(|line| line.contains("\"period\"")) {
        let json: Json = line.parse().unwrap();
        let Some(Json::List(parts)) = key(&json, "parts") else { panic!("{line}") };
        for part in parts {
            let Some(Json::Text(month)) = key(part, "period") else { panic!("{line}") };
            assert_eq!(Some(&value(part)), reports.get(month), "{month}");
        }
    }
}

/// The rankings as printed, a conflict and gaps with them, as a claim of a run.
fn run(rows: &[BTreeMap<String, String>], month: &str, stated: u32) -> String {
    let mut months: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row["measure"] == "reports") {
        let entry = format!("\"{}\":{}", row["family_as_printed"], row["value"]);
        months.entry(&row["month"]).or_default().push(entry);
    }
    let months: Vec<String> =
        months.iter().map(|(m, row)| format!("\"{m}\":{{{}}}", row.join(","))).collect();
    format!(
        "{{\"op\":\"run\",\"months\":{{{}}},\"month\":\"{month}\",\"name\":\"W32/Netsky\",\"stated\":{stated}}}",
        months.join(",")
    )
}

/// What the family series itself proves of Netsky: six months up to May 2005. Before them one is
/// missing, and March 2004 has two figures.
#[test]
fn as_far_as_the_series_proves() {
    let Some(rows) = shared("ipa/virus_family_monthly.csv") else { return };
    assert_eq!(super::outcome(&run(&rows, "2005-05", 6)), "consistent");
    let missing = ("refused", "2004-11 is missing".to_owned());
    assert_eq!(super::why(&run(&rows, "2005-05", 7)), missing);
    assert_eq!(super::outcome(&run(&rows, "2005-05", 15)), "refused");
    let (found, reason) = super::why(&run(&rows, "2004-03", 1));
    assert_eq!(
        (found, reason.as_str()),
        ("refused", "W32/Netsky in 2004-03 has two figures that differ")
    );
    let (found, reason) = super::why(&run(&rows, "2004-08", 3));
    assert_eq!(found, "refuted", "{reason}");
    assert_eq!(super::outcome(&run(&rows, "2004-08", 4)), "consistent");
}

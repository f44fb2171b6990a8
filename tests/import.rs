//! `yagura import`: its words, its JSON and its exit statuses are a promise.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use testkit::{Maker, Scenario};

use crate::common::{Observatory, SUMS, count, text};

/// What the line has beside its sums.
const OTHERS: [&str; 4] = ["first", "last", "already_imported", "files"];

/// A small capture: 100 packets of a scan of the dark point.
fn scan(observatory: &Observatory, name: &str, seed: u64) -> std::path::PathBuf {
    let path = observatory.file(name, "");
    Scenario::new(seed).scan(0, Maker::Zmap, 23, 100).write_pcap(&path).unwrap();
    path
}

/// Scripts read this line.
#[test]
fn the_json_has_the_promised_keys() {
    let observatory = Observatory::new();
    let path = observatory.file("a.pcap", "");
    let mut scenario = Scenario::new(3);
    scenario.everything(1).write_pcap(&path).unwrap();
    let said = observatory.run(&["import", "--point", "p", "--json", path.to_str().unwrap()]);
    assert_eq!(said.clone().ended(0).out.lines().count(), 1, "one line: {}", said.out);
    let summary = said.json();
    let keys: BTreeSet<&str> = summary.as_object().unwrap().keys().map(String::as_str).collect();
    let promised = || SUMS.into_iter().chain(OTHERS);
    assert_eq!(keys, promised().collect());
    let file = &summary["files"][0];
    for key in promised().filter(|&key| key != "files") {
        assert_eq!(file[key], summary[key], "{key}");
    }
    assert_eq!(text(file, "file"), path.to_str().unwrap());
    assert_eq!(file["error"], Value::Null);
    assert_eq!(text(&summary, "first"), "2025-10-01T00:00:00Z");
    assert!(text(&summary, "last").ends_with('Z'), "{summary}");
    assert_eq!(count(&summary, "packets"), scenario.truth().fates.packets);
    assert_eq!(
        count(&summary, "inbound"),
        count(&summary, "packets") - count(&summary, "malformed") - count(&summary, "not_ip"),
        "no watch list: all is inbound"
    );
}

/// Done again, an import does nothing and says so: a script that is run twice harms nothing.
#[test]
fn the_same_again_is_a_no_op_with_a_word() {
    let observatory = Observatory::new();
    let path = scan(&observatory, "a.pcap", 1);
    let arguments = ["import", "--point", "p", path.to_str().unwrap()];
    let said = observatory.run(&arguments).ended(0).out;
    assert!(said.contains("100 packets, 100 accesses"), "{said}");
    let said = observatory.run(&arguments).ended(0).out;
    assert!(said.contains("already imported"), "{said}");
    let summary = observatory.import(&["--point", "p"], &[&path], 0);
    assert_eq!((&summary["already_imported"], count(&summary, "packets")), (&true.into(), 0));
    let copy = observatory.file("copy.pcap", fs::read(&path).unwrap());
    let summary = observatory.import(&["--point", "p"], &[&copy], 0);
    assert_eq!(summary["already_imported"], true, "the bytes count, not the name");
    let rows = observatory.sql("select count(*) as n from access");
    assert_eq!(count(&rows[0], "n"), 100);
}

/// What would be counted twice is refused, and the refusal says what to do.
#[test]
fn other_settings_and_overlaps_are_refused() {
    let observatory = Observatory::new();
    let (first, second) = (scan(&observatory, "a.pcap", 1), scan(&observatory, "b.pcap", 2));
    observatory.import(&["--point", "p"], &[&first], 0);
    let check = |options: &[&str], file: &std::path::Path, words: [&str; 2]| {
        let said = observatory.run(&Observatory::import_of(options, &[file])).ended(1).err;
        assert!(words.iter().all(|word| said.contains(word)), "{said}");
    };
    check(&["--point", "p", "--watch", "198.18.0.0/27"], &first, ["a.pcap", "other settings"]);
    check(&["--point", "p"], &second, ["overlaps in time with a.pcap", "--overlap"]);
    let both = observatory.import(&["--point", "p"], &[&first, &second], 3);
    assert_eq!(both["files"][1]["partial"], false, "one done before, one refused: in part");
    observatory.import(&["--point", "p", "--overlap"], &[&second], 0);
    observatory.import(&["--point", "q"], &[&second], 0);
}

/// A file that breaks off gives what there is, and says where it broke.
#[test]
fn a_file_that_breaks_off_is_read_in_part() {
    let observatory = Observatory::new();
    let whole = fs::read(scan(&observatory, "whole.pcap", 1)).unwrap();
    let path = observatory.file("cut.pcap", &whole[..whole.len() - 7]);
    let import = Observatory::import_of(&["--point", "p"], &[&path]);
    let said = observatory.run(&import).ended(3);
    assert_eq!(said.err.lines().count(), 1, "one clear error: {}", said.err);
    let record = whole.len() - (whole.len() - 24) / 100;
    let offsets = [record.to_string(), (whole.len() - 7).to_string()];
    assert!(said.err.contains("cut.pcap"), "{}", said.err);
    assert!(offsets.iter().any(|offset| said.err.contains(offset)), "{offsets:?}: {}", said.err);
    let summary = said.json();
    assert_eq!((count(&summary, "packets"), count(&summary, "accesses")), (99, 99));
    let file = &summary["files"][0];
    assert!(said.err.contains(text(file, "error")) && file["partial"] == true, "{file}");
    observatory.import(&["--point", "p"], &[&path], 0);
}

/// One bad file keeps no other out; only bad files, and nothing is done.
#[test]
fn exit_statuses() {
    let observatory = Observatory::new();
    let good = scan(&observatory, "good.pcap", 1);
    let text_file = observatory.file("notes.txt", "no capture at all, but some words of text\n");
    let missing = text_file.with_file_name("missing.pcap");
    let bad = [text_file.as_path(), missing.as_path()];
    let said = observatory.run(&Observatory::import_of(&["--point", "p"], &bad)).ended(1);
    assert!(said.err.contains("notes.txt") && said.err.contains("missing.pcap"), "{}", said.err);
    let three = [bad[0], bad[1], good.as_path()];
    let summary = observatory.import(&["--point", "p"], &three, 3);
    assert_eq!(count(&summary, "packets"), 100);
    for wrong in [
        &["import", "--point", "p"][..],
        &["import", "good.pcap"],
        &["import", "--point", "UPPER", "good.pcap"],
        &["import", "--point", "p", "--mode", "grey", "good.pcap"],
        &["import", "--point", "p", "--watch", "300.1.2.3", "good.pcap"],
        &["import", "--point", "p", "--points", "p.toml", "good.pcap"],
        &["import", "--point", "p", "--mode", "live", "good.pcap"],
        &["import", "--colour", "good.pcap"],
        &["nonsense"],
        &[],
    ] {
        let said = observatory.run(wrong).ended(2);
        assert!(said.out.is_empty() && !said.err.is_empty(), "{wrong:?}: {said:?}");
    }
    observatory.run(&["--help"]).ended(0);
    observatory.run(&["--version"]).ended(0);
}

/// A capture of several points: each gets its own, and what none watches is elsewhere.
#[test]
fn several_points_and_elsewhere() {
    let observatory = Observatory::new();
    let path = observatory.file("a.pcap", "");
    let mut scenario = Scenario::new(3);
    scenario.scan(0, Maker::Mirai, 23, 10).elsewhere(1_000_000).visit(2_000_000).arp(5);
    scenario.write_pcap(&path).unwrap();
    let points = observatory.file("points.toml", scenario.points_toml());
    let summary = observatory.import(&["--points", points.to_str().unwrap()], &[&path], 0);
    let keys = ["inbound", "outbound", "elsewhere", "not_ip", "accesses", "expected"];
    assert_eq!(keys.map(|key| count(&summary, key)), [12, 1, 2, 1, 10, 2], "{summary}");
    let rows =
        observatory.sql("select point, sum(packets) as n from coverage group by 1 order by 1");
    let of = |point: Option<&str>| {
        let row = rows.iter().find(|row| row["point"].as_str() == point);
        row.map(|row| count(row, "n"))
    };
    assert_eq!([of(Some("dark")), of(Some("live")), of(None)], [Some(10), Some(3), Some(3)]);
    let wrong = observatory.file("wrong.toml", "[[point]]\nname = 'p'\nwacht = []\n");
    let import = Observatory::import_of(&["--points", wrong.to_str().unwrap()], &[&path]);
    let said = observatory.run(&import).ended(2).err;
    assert!(said.contains("wrong.toml") && said.contains("wacht"), "{said}");
}

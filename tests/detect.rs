//! `yagura detect replay`: findings out of the archive.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::Value;
use testkit::file::{pcap_header, pcap_record};
use testkit::telescope::{Extras, Telescope};

use crate::common::{Observatory, text};

const PACKETS: usize = 150_000;
const VICTIMS: usize = 60;

/// What every finding's line has, whatever it is.
const PROMISED: [&str; 13] = [
    "id",
    "kind",
    "rule",
    "protocol",
    "dst_port",
    "target",
    "points",
    "sources",
    "first_seen",
    "last_seen",
    "detected_at",
    "times_usual",
    "confidence",
];

/// A month at ten points, imported; and the addresses of its victims.
fn month() -> (Observatory, BTreeSet<String>) {
    let observatory = Observatory::new();
    let mut made = Telescope::new(21, Extras::default());
    let mut capture = Vec::new();
    pcap_header(&mut capture).unwrap();
    for frame in made.frames(PACKETS, VICTIMS) {
        pcap_record(&mut capture, &frame).unwrap();
    }
    let capture: PathBuf = observatory.file("month.pcap", capture);
    let mut points = String::new();
    for k in 0..10 {
        writeln!(points, "[[point]]\nname = \"p{k}\"\nwatch = [\"198.18.{k}.0/27\"]").unwrap();
    }
    let points = observatory.file("points.toml", points);
    observatory.import(&["--points", points.to_str().unwrap()], &[&capture], 0);
    (observatory, made.victims.iter().map(ToString::to_string).collect())
}

fn replay(observatory: &Observatory, options: &[&str]) -> Vec<Value> {
    let said = observatory.run(&[&["detect", "replay", "--json"], options].concat()).ended(0);
    said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn of<'a>(found: &'a [Value], kind: &str) -> Vec<&'a Value> {
    found.iter().filter(|finding| finding["kind"] == kind).collect()
}

#[test]
fn the_surge_and_the_victims_are_found_in_the_archive() {
    let (observatory, victims) = month();
    let found = replay(&observatory, &[]);
    for finding in &found {
        assert!(PROMISED.iter().all(|key| finding.get(key).is_some()), "{finding}");
    }
    let surges = of(&found, "surge");
    let [surge] = surges.as_slice() else { panic!("{surges:?}") };
    assert_eq!((&surge["protocol"], &surge["dst_port"]), (&6.into(), &1433.into()));
    assert_eq!(surge["points"].as_array().map(Vec::len), Some(10));
    assert_eq!(surge["evidence"]["service_name"], "ms-sql-s");
    let countries = surge["evidence"]["countries"].as_array().unwrap();
    assert!((1..=5).contains(&countries.len()), "{surge}");
    let [of_most, of_least] =
        [countries.first(), countries.last()].map(|row| row.unwrap()[1].as_u64());
    assert!(of_most >= of_least && of_least > Some(0), "{surge}");
    let found_victims: BTreeSet<String> = of(&found, "backscatter")
        .iter()
        .map(|finding| text(finding, "target").to_owned())
        .collect();
    let right = found_victims.intersection(&victims).count();
    assert!(right * 100 >= victims.len() * 95 && right * 100 >= found_victims.len() * 95);

    assert_eq!(replay(&observatory, &[]), found, "the same rows, the same findings");
    // Who asks for one day gets what became known on it, as it was known with all days before.
    let day = &text(surge, "detected_at")[..10];
    let of_day = replay(&observatory, &["--from", day, "--to", day]);
    assert!(of_day.iter().any(|finding| finding["id"] == surge["id"]), "{day}");
    assert!(of_day.len() < found.len());
}

#[test]
fn an_empty_archive_has_nothing_to_find() {
    let observatory = Observatory::new();
    assert!(replay(&observatory, &[]).is_empty());
}

fn lines(said: &str) -> Vec<Value> {
    said.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn listed(observatory: &Observatory, options: &[&str]) -> Vec<Value> {
    lines(&observatory.run(&[&["findings", "list", "--json"], options].concat()).ended(0).out)
}

/// Without what `findings` adds.
fn bare(found: &[Value]) -> Vec<Value> {
    let mut found = found.to_vec();
    for finding in &mut found {
        assert!(finding.as_object_mut().unwrap().remove("acknowledged").is_some());
    }
    found
}

#[test]
fn findings_are_those_of_the_replay_and_can_be_acknowledged() {
    let (observatory, _) = month();
    let found = listed(&observatory, &[]);
    assert_eq!(bare(&found), replay(&observatory, &[]));
    assert!(found.iter().all(|finding| finding["acknowledged"].is_null()));

    let surges = listed(&observatory, &["--kind", "surge"]);
    let [surge] = surges.as_slice() else { panic!("{surges:?}") };
    let (id, day) = (text(surge, "id"), &text(surge, "detected_at")[..10]);
    let of_day = bare(&listed(&observatory, &["--from", day, "--to", day]));
    let known: Vec<Value> = of_day.iter().map(|finding| finding["id"].clone()).collect();
    let replayed = replay(&observatory, &["--from", day, "--to", day]);
    assert_eq!(known, replayed.iter().map(|f| f["id"].clone()).collect::<Vec<_>>());

    let show = observatory.run(&["findings", "show", &id[..8]]).ended(0);
    assert!(
        show.out.contains("1433") && show.out.contains("yagura detect replay --from"),
        "{}",
        show.out
    );
    let nobody = observatory.run(&["findings", "show", "ffffffffffffffff"]).ended(1);
    assert!(nobody.err.contains("there is no finding ffffffffffffffff"), "{}", nobody.err);
    observatory.run(&["findings", "ack", "", "--note", "all?"]).ended(2);

    observatory.run(&["findings", "ack", id, "--note", "told the ISP"]).ended(0);
    let shown = lines(&observatory.run(&["findings", "show", id, "--json"]).ended(0).out);
    assert_eq!(shown[0]["acknowledged"]["note"], "told the ISP");
    assert!(listed(&observatory, &["--kind", "surge", "--unacknowledged"]).is_empty());
    assert_eq!(listed(&observatory, &["--unacknowledged"]).len(), found.len() - 1);
}

#[test]
fn rows_that_come_late_change_the_findings_and_compaction_does_not() {
    let observatory = Observatory::new();
    let all: Vec<_> = Telescope::new(21, Extras::default()).frames(40_000, 20).collect();
    let (early, late) = all.split_at(all.len() / 2);
    let capture = |name: &str, frames: &[testkit::file::Frame]| {
        let mut capture = Vec::new();
        pcap_header(&mut capture).unwrap();
        frames.iter().for_each(|frame| pcap_record(&mut capture, frame).unwrap());
        observatory.file(name, capture)
    };
    let (early, late) = (capture("early.pcap", early), capture("late.pcap", late));
    let options = ["--point", "p0", "--watch", "198.18.0.0/16"];
    // The later half first.
    observatory.import(&options, &[&late], 0);
    assert_eq!(bare(&listed(&observatory, &[])), replay(&observatory, &[]));
    observatory.import(&options, &[&early], 0);
    let found = listed(&observatory, &[]);
    assert_eq!(bare(&found), replay(&observatory, &[]));
    observatory.run(&["archive", "compact"]).ended(0);
    assert_eq!(listed(&observatory, &[]), found);
}

/// A board without a clock sends its first packet in 1970.
#[test]
fn fifty_years_of_nothing_are_not_looked_at() {
    let frames: Vec<_> = Telescope::new(21, Extras::default()).frames(40_000, 20).collect();
    let found = |with_1970: bool| {
        let observatory = Observatory::new();
        let mut capture = Vec::new();
        pcap_header(&mut capture).unwrap();
        let early = testkit::file::Frame { time: 0, ..frames[0].clone() };
        let early = with_1970.then_some(&early);
        early
            .into_iter()
            .chain(&frames)
            .for_each(|frame| pcap_record(&mut capture, frame).unwrap());
        let capture = observatory.file("capture.pcap", capture);
        observatory.import(&["--point", "p0", "--watch", "198.18.0.0/16"], &[&capture], 0);
        let found = listed(&observatory, &[]);
        assert_eq!(bare(&found), replay(&observatory, &[]));
        let told: Vec<[String; 3]> = found
            .iter()
            .map(|finding| ["id", "kind", "first_seen"].map(|key| text(finding, key).to_owned()))
            .collect();
        let days = observatory.data().join("archive/finding");
        (told, std::fs::read_dir(days).unwrap().count())
    };
    let (plain, days) = found(false);
    let (with_1970, more_days) = found(true);
    assert_eq!(with_1970, plain);
    assert!(more_days < days + 40, "{more_days} days, without the early packet {days}");
}

#[test]
fn the_detectors_are_tried_on_the_archives_own_accesses() {
    let (observatory, _) = month();
    let said = observatory.run(&["detect", "evaluate", "--trials", "2", "--json"]).ended(0);
    let lines = lines(&said.out);
    let of = |detector: &str, size: f64| {
        let of = |line: &&Value| line["detector"] == detector && line["size"] == size;
        lines.iter().find(of).unwrap_or_else(|| panic!("{detector} {size}: {}", said.out))
    };
    assert!(of("backscatter", 200.0)["recall"].as_f64() >= Some(0.95), "{}", said.out);
    assert_eq!(of("backscatter", 5.0)["found"], 0);
    assert!(of("password-cracking", 200.0)["recall"].as_f64() >= Some(0.95), "{}", said.out);
    assert!(lines.iter().any(|line| line["detector"] == "surge" && line["method"] == "ewma"));
    observatory.run(&["detect", "evaluate", "--from", "2031-01-01"]).ended(3);
}

//! Questions and bulletins.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::common::{Observatory, count, files_below, has, text};
use crate::inputs::sample;

const NORTH: &str = "23-tcp-scan.pcap.xz";
const SOUTH: &str = "test-for-accurate-scan-summary.pcap.xz";

fn two_points() -> Observatory {
    let observatory = Observatory::new();
    for (point, file) in [("north", NORTH), ("south", SOUTH)] {
        observatory.import(&["--point", point], &[sample(file)], 0);
    }
    observatory
}

/// The questions that the list names.
fn questions(observatory: &Observatory) -> Vec<String> {
    let list = observatory.run(&["ask"]).ended(0).out;
    let names = list.lines().filter(|line| line.starts_with("  "));
    names.map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
}

/// Whoever knows no question finds them all, and each answers, with its rule, for eyes and programs.
#[test]
fn every_listed_question_answers() {
    let observatory = two_points();
    let names = questions(&observatory);
    assert!(names.len() >= 10, "{names:?}");
    for name in &names {
        let mut words = vec![name.as_str()];
        if name == "seen" {
            words.extend(["--src", "200.125.200.2"]);
        }
        let answer = observatory.ask(&words);
        assert_eq!(text(&answer, "question"), name);
        assert!(!text(&answer, "rule").is_empty() && text(&answer, "zone") == "UTC", "{answer}");
        assert!(!answer["rows"].as_array().unwrap().is_empty(), "{answer}");
        let told = observatory.run(&[&["ask"], &words[..]].concat()).ended(0).out;
        assert!(told.contains(text(&answer, "rule")), "{told}");
    }
    let said = observatory.run(&["ask", "weather"]).ended(2).err;
    assert!(said.contains("weather") && names.iter().all(|name| said.contains(name)), "{said}");
    observatory.run(&["ask", "seen"]).ended(2);
    observatory.run(&["ask", "days", "--from", "yesterday"]).ended(2);
}

/// The figures of the questions are those of the captures.
#[test]
fn answers_equal_the_truth() {
    let observatory = two_points();
    let totals = observatory.ask(&["totals"]);
    let row = &totals["rows"][0];
    assert_eq!(["packets", "plain_sources", "points"].map(|key| count(row, key)), [32_533, 92, 2]);
    let ports = observatory.ask(&["ports", "--point", "south"]);
    let row = &ports["rows"][0];
    assert_eq!(
        (text(row, "service"), count(row, "packets"), count(row, "rank")),
        ("1433/tcp", 500, 1)
    );
    let days = observatory.ask(&[
        "days",
        "--from",
        "2018-03-27",
        "--to",
        "2018-03-27",
        "--point",
        "north",
    ]);
    assert_eq!(days["rows"].as_array().unwrap().len(), 1, "{days}");
    let sources = observatory.ask(&["sources", "--top", "1"]);
    assert_eq!(text(&sources["rows"][0], "src"), "200.125.200.2", "{sources}");
    let tools = observatory.ask(&["tools"]);
    let mirai = tools["rows"].as_array().unwrap().iter().find(|row| row["tool"] == "mirai");
    assert_eq!(count(mirai.unwrap(), "packets"), 44);
}

/// Every access is in one country, one autonomous system and of one scanner, the unknown ones too;
/// and what a database of years later says of 2018 is told as out of date.
#[test]
fn places_and_scanners_add_up() {
    let observatory = two_points();
    let sums = observatory.sql(
        "select count(*) as accesses, sum(packets) as packets, count(country) as placed,
                sum(case when scanner(src) is not null then 1 else 0 end) as scans
           from access",
    );
    let sum = |rows: &[Value], key| rows.iter().map(|row| count(row, key)).sum::<u64>();
    for question in ["countries", "asns", "scanners"] {
        let answer = observatory.ask(&[question, "--top", "1000"]);
        let rows = answer["rows"].as_array().unwrap();
        for key in ["accesses", "packets"] {
            assert_eq!(sum(rows, key), count(&sums[0], key), "{question}");
        }
        assert_eq!(sum(rows, "sources"), 92, "{question}");
    }
    let countries = observatory.ask(&["countries", "--top", "1000"]);
    let known: Vec<Value> = countries["rows"].as_array().unwrap().clone();
    let known: Vec<Value> = known.into_iter().filter(|row| !row["country"].is_null()).collect();
    assert_eq!(sum(&known, "accesses"), count(&sums[0], "placed"));
    assert_eq!(sum(&known, "out_of_date"), count(&sums[0], "placed"));
    assert!(known.len() > 5 && known.iter().all(|row| row["database_from"].is_string()));
    let scanners = observatory.ask(&["scanners"]);
    let known =
        scanners["rows"].as_array().unwrap().iter().filter(|row| !row["operator"].is_null());
    assert_eq!(known.map(|row| count(row, "accesses")).sum::<u64>(), count(&sums[0], "scans"));
}

/// An empty archive is no error.
#[test]
fn questions_to_an_empty_archive() {
    let observatory = Observatory::new();
    for question in
        ["totals", "days", "ports", "sources", "countries", "asns", "scanners", "kinds", "tools"]
    {
        let answer = observatory.ask(&[question]);
        assert_eq!(answer["rows"].as_array().map(Vec::len), Some(0), "{answer}");
    }
    assert_eq!(observatory.sql("select * from access"), Vec::<Value>::new());
}

/// The bulletin is written whole: a page in each language, every table as CSV, the claims; and it
/// keeps the telescope's addresses to itself.
/// What a file of a bulletin tells; none of a PDF, and a word about it, where nobody can read it.
fn written(path: &Path) -> Option<String> {
    if path.extension().is_none_or(|extension| extension != "pdf") {
        return Some(fs::read_to_string(path).unwrap());
    }
    if !has("pdftotext", &["-v"]) {
        return None;
    }
    let text = Command::new("pdftotext").arg(path).arg("-").output().unwrap();
    Some(String::from_utf8(text.stdout).unwrap())
}

#[test]
fn a_bulletin_is_made() {
    let observatory = two_points();
    let out = observatory.data().with_file_name("bulletin");
    let make = ["bulletin", "make", "--month", "2018-03", "--out", out.to_str().unwrap()];
    let said = observatory.run(&make).ended(0).out;
    let files = files_below(&out).unwrap();
    let page = fs::read_to_string(said.trim()).expect("the command says where the page is");
    for word in ["1433/tcp", "March 2018", "There is no data of virus reports in this month."] {
        assert!(page.contains(word), "{word}");
    }
    let of = |extension: &str| {
        files.iter().filter(|path| path.extension().is_some_and(|e| e == extension)).count()
    };
    assert!(of("csv") >= 1 && of("json") == 2 && of("html") == 2, "{files:?}");
    observatory.run(&["bulletin", "verify", out.to_str().unwrap()]).ended(0);
    let watched = observatory.sql("select distinct ip_text(dst) as dst from access limit 200");
    for path in &files {
        let Some(written) = written(path) else { continue };
        for row in &watched {
            assert!(!written.contains(text(row, "dst")), "{} is told in {path:?}", row["dst"]);
        }
    }
    let again = || files.iter().map(|path| fs::read(path).unwrap()).collect::<Vec<_>>();
    let before = again();
    observatory.run(&make).ended(0);
    assert_eq!(again(), before, "the same archive gives the same bulletin");
    observatory.run(&["bulletin", "make", "--month", "2018-13", "--out", "x"]).ended(2);
    observatory.run(&["bulletin", "make", "--month", "2018-03"]).ended(2);
}

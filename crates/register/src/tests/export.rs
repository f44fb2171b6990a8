//! Exports: what they say, and what they say that they cannot.

use incident::record::Channel;

use super::*;
use crate::{Export, House};

#[test]
fn formats() {
    let shelf = Shelf::folder();
    let mut book = shelf.book();
    let virus =
        virus_form("secret@example.jp", "2005-05-12", &["=cmd|'/c calc'!A1", "W32/Netsky \"P\""]);
    take(&mut book, &virus, Channel::Form, MAY);
    let access = access_form("mail relay", true, "Note: a note\nNarrative: what happened\n");
    take(&mut book, &access, Channel::Form, MAY);
    take(&mut book, "Question: is it safe?\n", Channel::Form, MAY);
    let filings = book.every_filing().unwrap();
    let csv = Export::csv(&filings).unwrap();
    assert!(csv.text.contains(",\"'=cmd|'/c calc'!A1; W32/Netsky \"\"P\"\"\","), "{}", csv.text);
    assert_eq!(csv.text.lines().count(), 4);
    let rsit = Export::rsit(&filings).unwrap();
    assert!(rsit.text.contains("rsit:abusive-content=\"spam\""));
    let misp = Export::misp(&filings).unwrap();
    let events: serde_json::Value = serde_json::from_str(&misp.text).unwrap();
    assert_eq!(events["response"].as_array().unwrap().len(), 2);
    assert_eq!(events["response"][0]["Event"]["Attribute"][0]["value"], "=cmd|'/c calc'!A1");
    assert_eq!(Export::misp(&filings).unwrap(), misp);
    for export in [&csv, &rsit, &misp] {
        assert!(!export.text.contains("secret"));
        let lost: Vec<i64> = export.lost.iter().map(|lost| lost.filing).collect();
        assert!(lost.contains(&2) && lost.contains(&3), "{:?}", export.lost);
    }
    assert!(rsit.lost.iter().any(|lost| lost.what == "that it was a mail relay"));
}

/// RSIT's infected-system is a system that is infected: a virus that was only found is none.
#[test]
fn what_was_found_has_infected_nothing() {
    let shelf = Shelf::folder();
    let mut book = shelf.book();
    let found = virus_form("", "2005-05-12", &["W32/Netsky.P"]);
    take(&mut book, &found, Channel::Form, MAY);
    take(&mut book, &found.replace("[x] found [ ]", "[ ] found [x]"), Channel::Form, MAY);
    let filings = book.every_filing().unwrap();
    let infected = "rsit:malicious-code=\"infected-system\"";
    let rsit = Export::rsit(&filings).unwrap();
    let tags: Vec<&str> = rsit.text.lines().map(|line| line.split_once(' ').unwrap().1).collect();
    assert_eq!(tags, ["rsit:other=\"other\"", infected]);
    let told = rsit.lost.iter().filter(|lost| lost.what.contains("infected nothing"));
    assert_eq!(told.map(|lost| lost.filing).collect::<Vec<_>>(), [1]);
    let misp = Export::misp(&filings).unwrap().text;
    let xml = Export::iodef_xml(&filings, &house()).unwrap().text;
    let json = Export::iodef_json(&filings, &house()).unwrap().text;
    for text in [misp, xml, json] {
        assert_eq!(text.matches("infected-system").count(), 1, "{text}");
    }
}

fn house() -> House {
    House::new("Example CSIRT & friends", "csirt@example.org").unwrap()
}

#[test]
fn a_house_has_a_name_and_an_address() {
    for (name, contact) in [
        ("", "a@example.org"),
        ("x", ""),
        ("x", "a@example"),
        ("x", "a b@example.org"),
        ("x", "a@ex_ample.org"),
        ("x", "a@.org"),
        ("x", "\u{e9}@example.org"),
    ] {
        assert!(House::new(name, contact).is_err(), "{name:?} {contact:?}");
    }
}

/// A book with every kind of filing, awkward letters, and what came as XARF.
fn mixed(shelf: &Shelf) -> Register {
    let mut book = shelf.book();
    let mail = "secret@example.jp";
    for text in [
        virus_form(mail, "2005-05-12", &["<W32/\u{1}Netsky & \"P\">", "W32/Bagle.A\u{10ffff}"]),
        virus_form(mail, "2005-05-12", &["W32/Netsky.P"]).replace("[x] found [ ]", "[ ] found [x]"),
        access_form(
            "intrusion",
            true,
            "Cause: unpatched\nOccurred: 2005-05-03\nTLP: amber+strict\n",
        ),
        access_form("mail relay", true, "Narrative: secret words\n"),
        access_form("dos", true, "Facets: availability:ddos\nTLP: clear\n"),
        access_form("worm trace", false, "How found: logs\nTLP: green\n"),
        access_form("other", true, "Note: a note\nTLP: red\nFacets: fraud:phishing\n"),
        "Question: is it safe?\n".to_owned(),
    ] {
        take(&mut book, &text, Channel::Form, MAY);
    }
    let four = r#"{"xarf_version":"4.2.0","report_id":"5e3f0f6e-3a1c-4c43-9d5f-0d6b9a4a1b11",
        "timestamp":"2026-05-12T10:00:00Z","source_identifier":"192.0.2.7","source_port":4711,
        "reporter":{"org":"secret","contact":"secret@example.jp","domain":"example.jp"},
        "sender":{"org":"secret","contact":"secret@example.jp","domain":"example.jp"},
        "category":"connection","type":"login_attack","protocol":"tcp","destination_port":22,
        "first_seen":"2026-05-12T09:00:00Z","description":"secret words","smtp_to":"secret",
        "evidence":[{"content_type":"text/plain","payload":"c2VjcmV0"}]}"#;
    take(&mut book, four, Channel::Api, MAY);
    book
}

/// What each format needs is in it, and nothing that says who reported.
#[test]
fn peers_read_what_is_exported() {
    let shelf = Shelf::folder();
    let mut book = mixed(&shelf);
    let filings = book.every_filing().unwrap();
    let exports = [
        ("report.xarf", crate::face::export_xarf(&mut book, &house()).unwrap()),
        ("report.misp", Export::misp(&filings).unwrap()),
        ("report.xml", Export::iodef_xml(&filings, &house()).unwrap()),
        ("report.json", Export::iodef_json(&filings, &house()).unwrap()),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (name, export) in &exports {
        assert!(!export.text.contains("secret"), "{name}: {}", export.text);
        // The question, and whatever else has no place.
        assert!(export.lost.iter().any(|lost| lost.filing == 8), "{name}");
        std::fs::write(folder.path().join(name), &export.text).unwrap();
    }
    let of = |at: usize, what: &str| {
        exports[at].1.lost.iter().filter(|lost| lost.what.contains(what)).count()
    };
    assert_eq!((of(0, "virus report"), of(0, "which machine"), of(0, "evidence")), (2, 2, 1));
    assert_eq!((of(2, "strict"), of(3, "strict")), (1, 1));

    let Some(python) = std::env::var_os("YAGURA_TEST_PYTHON") else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "no Python is named");
        println!("skipped: YAGURA_TEST_PYTHON names no Python with xtask/requirements.txt");
        return;
    };
    let peers = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/peers");
    let said = std::process::Command::new(python)
        .arg(format!("{peers}/exports.py"))
        .arg(folder.path())
        .arg(peers)
        .output()
        .unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let said: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    let taken = "infrastructure/compromised_server";
    let none = serde_json::json!([]);
    assert_eq!(said["xarf"]["errors"], none);
    assert_eq!(said["xarf"]["kinds"], serde_json::json!([taken, taken, "connection/login_attack"]));
    assert_eq!(said["misp"].as_array().unwrap().len(), 8);
    assert_eq!(said["misp"][0], serde_json::json!([2, 2, "virus report, found"]));
    assert_eq!(said["xml"]["errors"], none);
    assert_eq!(said["xml"]["virus"][0], "<W32/\u{fffd}Netsky & \"P\">");
    assert_eq!(said["json"]["errors"], none);
    assert_eq!(said["json"]["ids"], said["xml"]["ids"]);
    assert_eq!(said["json"]["ids"].as_array().unwrap().len(), 8);
}

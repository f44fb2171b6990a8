//! Exports: what they say, and what they say that they cannot.

use incident::record::Channel;

use super::*;
use crate::Export;

#[test]
fn formats() {
    let shelf = Shelf::folder();
    let mut book = shelf.book();
    let virus =
        virus_form("secret@example.jp", "2005-05-12", &["=cmd|'/c calc'!A1", "W32/Netsky, \"P\""]);
    take(&mut book, &virus, Channel::Form, MAY);
    let access = access_form("mail relay", true, "Note: a note\nNarrative: what happened\n");
    take(&mut book, &access, Channel::Form, MAY);
    take(&mut book, "Question: is it safe?\n", Channel::Form, MAY);
    let filings = book.every_filing().unwrap();
    let csv = Export::csv(&filings).unwrap();
    assert!(csv.text.contains(",\"'=cmd|'/c calc'!A1; W32/Netsky, \"\"P\"\"\","), "{}", csv.text);
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

//! `yagura claims check`.

use serde_json::Value;

use crate::common::Observatory;
use crate::inputs::sample;

/// The claims of newspapers and IPA, each with the verdict that stands beside it.
#[test]
fn the_samples_come_out_as_they_should() {
    let observatory = Observatory::new();
    let file = sample("claims/ipa.jsonl");
    let file = file.to_str().unwrap();
    let said = observatory.run(&["claims", "check", "--json", file]).ended(1);
    let verdicts: Vec<Value> =
        said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let expected = std::fs::read_to_string(sample("claims/ipa.verdicts")).unwrap();
    assert_eq!(verdicts.len(), 32);
    for (verdict, expected) in verdicts.iter().zip(expected.lines()) {
        assert_eq!(verdict["verdict"], expected, "{verdict}");
        let keys: Vec<&str> = verdict.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["exact", "id", "interval", "verdict", "why"]);
    }
    let said = observatory.run(&["claims", "check", file]).ended(1);
    assert_eq!(said.out.lines().count(), 32);
    assert_eq!(said.err, "32 claims: 30 consistent, 2 refuted, 0 refused\n");
}

/// Only where every claim is consistent, and there is one, all is well.
#[test]
fn the_exit_status() {
    let observatory = Observatory::new();
    let good = r#"{"id":"s","op":"sum","parts":[10,1],"stated":11}"#;
    let wrong = good.replace("11}", "12}");
    for (text, status) in [
        (good.to_owned(), 0),
        (format!("\n{good}\r\n\n{good}"), 0),
        (format!("{good}\n{wrong}\n"), 1),
        (format!("{good}\nnonsense\n"), 1),
        (String::new(), 1),
        ("\n \n".to_owned(), 1),
    ] {
        let file = observatory.file("claims.jsonl", &text);
        let file = file.to_str().unwrap();
        observatory.run(&["claims", "check", "--json", file]).ended(status);
        observatory.run(&["claims", "check", file]).ended(status);
    }
    let said = observatory.run(&["claims", "check", "--json", "/no/such/file"]).ended(1);
    assert!(said.out.is_empty() && said.err.contains("cannot open /no/such/file"), "{said:?}");
    observatory.run(&["claims", "check"]).ended(2);
}

/// A reader that goes away changes no verdict.
#[test]
fn the_exit_status_does_not_depend_on_readers() {
    let observatory = Observatory::new();
    let file = sample("claims/ipa.jsonl");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = observatory.command(&["claims", "check", "--json", file.to_str().unwrap()]);
    assert_eq!(command.stdout(writer).output().unwrap().status.code(), Some(1));
}

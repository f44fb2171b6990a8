//! What is printed when nobody reads it.

use std::io::pipe;

use crate::common::{Observatory, Said};
use crate::inputs::sample;

/// `yagura ask | head -1` is no failure: a reader that has gone has all that it wanted.
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let observatory = Observatory::new();
    let file = sample("test-for-accurate-scan-summary.pcap.xz");
    let file = file.to_str().unwrap();
    let out = observatory.data().with_file_name("out");
    let claims = sample("claims/grammar.jsonl");
    let claims = claims.to_str().unwrap();
    let commands = [
        &["import", "--point", "p", file][..],
        &["claims", "check", "--json", claims],
        &["import", "--point", "p", "--json", file],
        &["ask"],
        &["ask", "sources"],
        &["ask", "sources", "--json"],
        &["sql", "select * from access"],
        &["sql", "--format", "csv", "select * from access"],
        &["sql", "--format", "json", "select * from access"],
        &["check-config"],
        &["archive", "compact"],
        &["bulletin", "make", "--month", "2018-03", "--out", out.to_str().unwrap()],
    ];
    let mut wrong = Vec::new();
    for command in commands {
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        let said: Said = observatory.command(command).stdout(writer).output().unwrap().into();
        if said.status != Some(0) || !said.err.is_empty() {
            wrong.push(format!("{command:?}: {:?}, {}", said.status, said.err));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

//! The systemd unit: systemd understands it, and calls it well hardened.

#![allow(clippy::unwrap_used, missing_docs)]

use std::process::Command;

/// What systemd may find exposed, in tenths, of 100.
const EXPOSURE: &str = "20";

#[test]
fn systemd_understands_the_unit_and_finds_little_exposed() {
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        println!("skipped: systemd-analyze is not installed");
        assert!(std::env::var("CI").is_err(), "skipped in continuous integration");
        return;
    }
    let unit = concat!(env!("CARGO_MANIFEST_DIR"), "/../../packaging/yagura-point.service");
    let unit = std::fs::read_to_string(unit).unwrap();
    // Where it is here, and not where it is installed.
    let here = unit.replace("/usr/local/bin/yagura-point", env!("CARGO_BIN_EXE_yagura-point"));
    assert_ne!(here, unit);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("yagura-point.service");
    std::fs::write(&path, here).unwrap();
    let threshold = format!("--threshold={EXPOSURE}");
    for words in
        [&["verify", "--man=no"][..], &["security", "--offline=yes", "--no-pager", &threshold]]
    {
        let said = Command::new("systemd-analyze").args(words).arg(&path).output().unwrap();
        let text = String::from_utf8_lossy(&said.stdout) + String::from_utf8_lossy(&said.stderr);
        assert!(said.status.success(), "{words:?}: {text}");
        // Of what is of no account to it, `verify` complains and says nothing by its status.
        assert!(words[0] != "verify" || text.trim().is_empty(), "{text}");
    }
}

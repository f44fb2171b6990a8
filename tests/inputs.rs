//! Kinds of input: compressed, of the next generation, through a pipe, IPv6.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use testkit::{Maker, Scenario};

use crate::common::{Observatory, Said, add_up, count, text};

/// A capture that is part of the project.
pub(crate) fn sample(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples")).join(name)
}

/// Counts that depend on the packets alone.
fn figures(summary: &Value) -> Vec<&Value> {
    ["packets", "inbound", "accesses", "not_ip", "malformed", "first", "last"]
        .iter()
        .map(|key| &summary[key])
        .collect()
}

/// However a capture is stored, its packets are the same; and bare or compressed by any tool, it is
/// the same file.
#[test]
fn every_format_gives_the_same_counts() {
    let observatory = Observatory::new();
    let mut scenario = Scenario::new(6);
    scenario.everything(2);
    let (pcap, pcapng) = (observatory.file("a.pcap", ""), observatory.file("a.pcapng", ""));
    scenario.write_pcap(&pcap).unwrap();
    scenario.write_pcapng(&pcapng).unwrap();
    let bare = observatory.import(&["--point", "bare"], &[&pcap], 0);
    assert!(count(&bare, "packets") > 500, "{bare}");
    assert_eq!(bare["first"], "2025-10-01T00:00:00Z");
    let next = observatory.import(&["--point", "next"], &[&pcapng], 0);
    assert_eq!(figures(&next), figures(&bare));
    let mut tools = 0;
    for tool in ["gzip", "bzip2", "xz", "zstd"] {
        let Some(packed) = packed(tool, &pcap) else { continue };
        let file = observatory.file(&format!("a.{tool}"), packed);
        let point = format!("of-{tool}");
        let summary = observatory.import(&["--point", &point], &[&file], 0);
        assert_eq!(figures(&summary), figures(&bare), "{tool}");
        assert_eq!(summary["files"][0]["sha256"], bare["files"][0]["sha256"], "{tool}");
        let again = observatory.import(&["--point", "bare"], &[&file], 0);
        assert_eq!(again["already_imported"], true, "{tool}");
        tools += 1;
    }
    assert!(tools >= 1, "not even gzip is there");
}

/// A file as a tool packs it; none where the tool is not there.
fn packed(tool: &str, file: &Path) -> Option<Vec<u8>> {
    let output = Command::new(tool).args(["-c", "-q"]).arg(file).output().ok()?;
    output.status.success().then_some(output.stdout)
}

fn piped(observatory: &Observatory, arguments: &[&str], bytes: &[u8]) -> Said {
    let mut command = observatory.command(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // Whoever refuses its input early closes the pipe.
    let _ = stdin.write_all(bytes);
    drop(stdin);
    child.wait_with_output().unwrap().into()
}

/// `tcpdump -w - | yagura import -` is how captures come that are never stored.
#[test]
fn standard_input() {
    let observatory = Observatory::new();
    let path = observatory.file("a.pcap", "");
    let mut scenario = Scenario::new(1);
    scenario.scan(0, Maker::Masscan, 23, 50).write_pcap(&path).unwrap();
    let import = ["import", "--point", "p", "--json", "-"];
    let bytes = std::fs::read(&path).unwrap();
    let summary = piped(&observatory, &import, &bytes).ended(0).json();
    add_up(&summary);
    assert_eq!((count(&summary, "packets"), text(&summary["files"][0], "file")), (50, "-"));
    let again = piped(&observatory, &import, &bytes).ended(0).json();
    assert_eq!(again["already_imported"], true);
    let named = observatory.import(&["--point", "p"], &[&path], 0);
    assert_eq!(named["already_imported"], true, "the bytes count, not the name");
    let said = piped(&observatory, &import, b"").ended(1).err;
    assert!(said.starts_with("yagura: "), "{said}");
}

/// Addresses of 16 bytes are first-class.
#[test]
fn ipv6() {
    let observatory = Observatory::new();
    let path = observatory.file("six.pcap", "");
    Scenario::new(1).scan_v6(0).write_pcap(&path).unwrap();
    let options = ["--point", "p", "--watch", "2001:db8:d::/64", "--watch", "192.0.2.1"];
    let summary = observatory.import(&options, &[path], 0);
    assert_eq!((count(&summary, "inbound"), count(&summary, "accesses")), (3, 3));
    let rows = observatory.sql(
        "select distinct ip_text(src) as src, in_cidr(src, '2001:db8::/32') as six from access",
    );
    assert!(rows.len() == 1 && rows[0]["six"] == true, "{rows:?}");
    let source = text(&rows[0], "src");
    let seen = observatory.ask(&["seen", "--src", source]);
    assert_eq!(count(&seen["rows"][0], "accesses"), 3, "{seen}");
}

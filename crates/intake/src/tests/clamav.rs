//! ClamAV's logs, among them what it writes when it runs.

use std::process::Command;

use incident::record::{Channel, Disposition};

use super::{RECEIVED, of};

#[test]
fn lines() {
    let log = "Mon May  2 10:12:13 2005 -> +++ Started at Mon May  2 10:12:13 2005\n\
        Mon May  2 10:12:13 2005 -> /mail/a b: Worm.SomeFool.P FOUND\n\
        Mon May  2 10:12:13 2005 -> /mail/c: Worm.SomeFool.P(44d88612fea8a8f36de82e1278abb02f:68) FOUND\n\
        instream(127.0.0.1@1984): Worm.Mytob.A FOUND\n\
        Mon Mai  2 10:12:13 2005 -> /mail/d: Worm.Mytob.A FOUND\n\
        /mail/e: OK\n";
    let reading = of(log.as_bytes(), Channel::Log);
    assert_eq!((reading.read, reading.refused, reading.other), (4, 1, 1));
    assert_eq!(reading.disposition(), Disposition::InPart);
    let found: Vec<_> =
        reading.detections.iter().map(|d| (d.noted, d.name.as_str(), d.pieces)).collect();
    // 2005-05-02 10:12:13 in Tokyo; without a stamp, when it came.
    assert_eq!(
        found,
        [(1_114_996_333_000_000, "Worm.SomeFool.P", 2), (RECEIVED, "Worm.Mytob.A", 1)]
    );
}

/// EICAR's test file, in two parts: whole, it would alarm whoever scans this file.
const EICAR: [&str; 2] =
    ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-", "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"];

#[test]
fn what_clamscan_writes() {
    if Command::new("clamscan").arg("--version").output().is_err() {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "clamscan is absent");
        eprintln!("skipped: clamscan is absent (Debian's package clamav)");
        return;
    }
    let folder = std::env::temp_dir().join(format!("yagura-clamav-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let at = |name: &str| folder.join(name);
    // A signature of the test's own: no database is downloaded.
    let hex: String = EICAR.concat().bytes().map(|byte| format!("{byte:02x}")).collect();
    std::fs::write(at("own.ndb"), format!("Eicar-Test:0:*:{hex}\n")).unwrap();
    std::fs::write(at("bad"), EICAR.concat()).unwrap();
    std::fs::write(at("good"), "nothing").unwrap();
    let output = Command::new("clamscan")
        .arg("--database")
        .arg(at("own.ndb"))
        .args([at("bad"), at("good")])
        .output()
        .unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let reading = of(&output.stdout, Channel::File);
    assert_eq!(
        reading.disposition(),
        Disposition::Parsed,
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    let found: Vec<_> = reading.detections.iter().map(|d| (d.name.as_str(), d.pieces)).collect();
    assert_eq!(found, [("Eicar-Test.UNOFFICIAL", 1)]);
}

//! Detectors on traffic whose truth is known: made, and real.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeSet;
use std::net::IpAddr;

use common::{Findings, everything, of, replay, replay_file, shared, telescope};
use detect::FindingKind;
use detect::FindingKind::{Backscatter, Flood, PasswordCracking, Scan, Silence, Surge};
use observation::{DAY, HOUR};
use testkit::telescope::{BEGIN, Extras, POINTS, SURGE, Telescope};

/// Packets of a made month: a 25th of a full one, so that debug builds take seconds.
const PACKETS: usize = 200_000;
const VICTIMS: usize = 100;

/// The surge is found on its first day at all points, and is the only one.
fn the_one_surge(findings: &Findings) {
    let surges = of(findings, Surge);
    let [surge] = surges.as_slice() else {
        panic!("{}", surges.iter().map(|s| s.line() + "\n").collect::<String>())
    };
    assert_eq!((surge.protocol, surge.dst_port), (Some(6), Some(1433)));
    let first_day = BEGIN + SURGE.0 * DAY;
    // Of so little traffic an hour is as likely high by chance as by the surge.
    assert!((first_day - HOUR..first_day + DAY).contains(&surge.first_seen), "{surge:?}");
    assert!(surge.detected_at <= first_day + DAY, "{surge:?}");
    assert!(surge.last_seen <= BEGIN + (SURGE.1 + 2) * DAY, "{surge:?}");
    assert_eq!(surge.points.len(), POINTS as usize, "{surge:?}");
    assert!(surge.times.unwrap().usual > 1.4 && !surge.open, "{surge:?}");
}

/// At least 95 of 100 victims are found, and 95 of 100 found are victims.
fn the_victims(findings: &Findings, victims: &[IpAddr]) {
    let truth: BTreeSet<IpAddr> = victims.iter().copied().collect();
    let found: Vec<IpAddr> = of(findings, Backscatter).iter().filter_map(|f| f.target).collect();
    let right = found.iter().filter(|target| truth.contains(target)).count();
    assert!(right * 100 >= found.len() * 95, "{right} of {} found", found.len());
    let distinct: BTreeSet<&IpAddr> =
        found.iter().filter(|target| truth.contains(target)).collect();
    assert!(distinct.len() * 100 >= truth.len() * 95, "{} of {}", distinct.len(), truth.len());
}

#[test]
fn a_plain_month() {
    let mut made = Telescope::new(11, Extras::default());
    let findings = replay(telescope(), made.frames(PACKETS, VICTIMS));
    the_one_surge(&findings);
    the_victims(&findings, &made.victims);
    assert_eq!(of(&findings, Silence), Vec::<&detect::Finding>::new());
}

#[test]
fn a_month_with_a_season_an_outage_strays_and_scanners() {
    let extras =
        Extras { weekend: 0.5, outage: Some((4, 9, 12)), stray_resets: 2_000, scanners: 20 };
    let mut made = Telescope::new(12, extras);
    let findings = replay(telescope(), made.frames(PACKETS, VICTIMS));
    the_one_surge(&findings);
    the_victims(&findings, &made.victims);
    let silent: BTreeSet<&str> = of(&findings, Silence)
        .iter()
        .flat_map(|f| &f.points)
        .map(observation::Point::as_str)
        .collect();
    assert_eq!(silent, BTreeSet::from(["p0", "p1", "p2", "p3"]));
}

#[test]
fn the_same_rows_give_the_same_findings() {
    let month = || replay(telescope(), Telescope::new(13, Extras::default()).frames(40_000, 20));
    let (one, two) = (month(), month());
    assert!(!one.is_empty());
    assert_eq!(one, two);
}

/// The findings of a capture: kind, rule, destination port.
fn kinds(findings: &Findings) -> Vec<(FindingKind, &'static str, Option<u16>)> {
    findings.iter().map(|finding| (finding.kind, finding.rule, finding.dst_port)).collect()
}

#[test]
fn attacks_are_what_they_are() {
    let truth = [
        ("stopddos/pkt.TCP.synflood.spoofed.pcap", Flood, "flood-syn", Some(25_565)),
        ("stopddos/amp.TCP.reflection.SYNACK.pcap", Flood, "flood-reflection", None),
        ("stopddos/amp.UDP.isakmp.pcap", Flood, "flood-reflection", None),
        ("stopddos/amp.UDP.snmp.src161.pcapng", Flood, "flood-reflection", None),
        ("lbl-scan-ng/23-tcp-scan.pcap", Scan, "sweep", Some(23)),
        ("ndpi/synscan.pcap", Scan, "port-scan", None),
        ("ndpi/ip_fragmented_garbage.pcap", Flood, "flood-fragments", None),
        ("slips/test12-icmp-portscan.pcap", Scan, "sweep", None),
        ("slips/test7-malicious.pcap", Scan, "sweep", None),
        (
            "slips/test19-malicious-ssh_malicious-ssh-bruteforce.pcap",
            PasswordCracking,
            "returns-other-port",
            Some(902),
        ),
    ];
    for (name, kind, rule, port) in truth {
        let Some(path) = shared(&format!("captures/attack/{name}")) else { return };
        assert_eq!(kinds(&replay_file(&path)), [(kind, rule, port)], "{name}");
    }
}

#[test]
fn ordinary_traffic_is_ordinary() {
    let attacks = ["ip_fragmented_garbage.pcap", "synscan.pcap"];
    for folder in ["captures/formats/arkime", "captures/attack/ndpi"] {
        let Some(folder) = shared(folder) else { return };
        let files = testkit::files_below(&folder).unwrap();
        let ordinary =
            files.iter().filter(|file| !attacks.iter().any(|attack| file.ends_with(attack)));
        for file in ordinary {
            assert_eq!(kinds(&replay_file(file)), [], "{}", file.display());
        }
    }
}

#[test]
fn nothing_is_found_in_nothing() {
    assert_eq!(replay(everything(), std::iter::empty()), []);
}

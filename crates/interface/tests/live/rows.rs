//! The same packets live and from a file give the same rows.

use capture::file::Frame;
use capture::fold::{Expect, Fold, Mode, Spans, Watch, WatchedPoint};
use interface::Settings;
use ipnet::IpNet;
use observation::{Access, Coverage, Fates};

use crate::watcher::{Kept, both};
use testkit::host::{replay, shared, within};

/// All that a fold gives.
#[derive(Debug, PartialEq)]
pub(crate) struct Folded {
    pub(crate) rows: Vec<Access>,
    pub(crate) fates: Fates,
    pub(crate) coverage: Vec<Coverage>,
}

pub(crate) fn point(name: &str, mode: Mode, nets: &[&str], expect: &[Expect]) -> WatchedPoint {
    let nets: Vec<IpNet> = nets.iter().map(|net| net.parse().unwrap()).collect();
    WatchedPoint { point: name.parse().unwrap(), mode, nets, expect: expect.to_vec() }
}

pub(crate) fn fold(points: &[WatchedPoint], frames: &[Kept]) -> Folded {
    let mut fold = Fold::new(Watch::new(points.to_vec()).unwrap(), Spans::default());
    for kept in frames {
        let Frame { time, link, bytes, wire_length } = kept.frame();
        let truncated = bytes.len() < wire_length as usize;
        fold.push(time, truncated, &dissect::dissect(link, bytes, wire_length)).unwrap();
    }
    fold.close();
    let mut rows = Vec::new();
    fold.take_finished(|finished| rows.extend_from_slice(finished));
    let fates = fold.fates();
    assert!(fates.add_up());
    Folded { rows, fates, coverage: fold.coverage(None) }
}

/// Two real captures: a sweep of a telnet port, and a worm at home.
#[test]
fn rows_are_the_same_live() {
    if !within("rows::rows_are_the_same_live", &["tcpdump", "tcpreplay"]) {
        return;
    }
    let expect = [Expect { protocol: 6, port: 23 }];
    let watches: [(&str, Vec<WatchedPoint>); 3] = [
        ("captures/attack/lbl-scan-ng/23-tcp-scan.pcap", vec![point("all", Mode::Dark, &[], &[])]),
        (
            "captures/attack/lbl-scan-ng/23-tcp-scan.pcap",
            vec![
                point("dark", Mode::Dark, &["131.243.0.0/17"], &[]),
                point("live", Mode::Live, &["131.243.128.0/18"], &expect),
            ],
        ),
        (
            "captures/attack/slips/test7-malicious.pcap",
            vec![
                point("home", Mode::Live, &["192.168.2.16/32", "fe80::/10"], &[]),
                point("dark", Mode::Dark, &["178.0.0.0/7"], &[]),
            ],
        ),
    ];
    for (path, points) in watches {
        let Some(path) = shared(path) else { continue };
        let both = both(&Settings::default(), "va", || replay("va", &[&path]));
        let (ours, theirs) = (fold(&points, &both.ours), fold(&points, &both.tcpdump));
        assert!(!ours.rows.is_empty());
        assert_eq!(ours, theirs);
        println!("{}: {} rows, {:?}", path.display(), ours.rows.len(), ours.fates);
    }
}

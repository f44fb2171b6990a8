//! Floods made by hand; the real ones are in `tests/detectors.rs`.

use super::*;
use crate::Service;
use crate::samples::sighting;

/// SYNs to 443/tcp from one host with changing ports, so many a second for ten seconds.
fn syns(rate: i64, completed: bool) -> Vec<Finding> {
    let (mut floods, roll) = (Floods::default(), Roll::default());
    let mut found = Vec::new();
    for at in 0..rate * 10 {
        let mut syn = sighting(at * SECOND / rate, "203.0.113.5", 0, Service::tcp(443));
        syn.tcp_flags = if completed { 0x1a } else { 0x02 };
        found.extend(floods.add(&syn, &roll));
    }
    found.extend(floods.close(1_000 * SECOND, &roll));
    found
}

#[test]
fn a_syn_flood_is_found_within_the_window_and_told_when_it_is_over() {
    let found = syns(1_000, false);
    let [open, over] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((open.rule, open.id, open.open, over.open), ("flood-syn", over.id, true, false));
    assert!(open.detected_at <= 3 * SECOND, "{open:?}");
    assert_eq!((over.dst_port, over.sources), (Some(443), Some(1)));
}

#[test]
fn a_low_rate_and_real_clients_are_none() {
    assert_eq!(syns(100, false), []);
    assert_eq!(syns(1_000, true), []);
}

#[test]
fn one_long_echo_flood_is_one_access() {
    let mut floods = Floods::default();
    let mut echo = sighting(0, "203.0.113.5", 0, Service::icmp(1, 8));
    (echo.kind, echo.duration, echo.packets) = (Some(Kind::IcmpEcho), 20 * SECOND, 40_000);
    let found = floods.add(&echo, &Roll::default());
    assert_eq!(found.map(|flood| flood.rule), Some("flood-icmp"));
    echo.packets = 20;
    assert_eq!(Floods::default().add(&echo, &Roll::default()), None);
}

use observation::Kind;

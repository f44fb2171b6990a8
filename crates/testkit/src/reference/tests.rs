//! The rules, by hand.

use std::net::IpAddr;

use observation::{HOUR, Kind, SECOND, protocol};

use super::*;

const HOST: &str = "192.0.2.1";
const STRANGER: &str = "198.51.100.7";

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn dark() -> Vec<Watcher> {
    vec![Watcher::dark("p".parse().unwrap(), &[(ip("192.0.2.0"), 24)])]
}

fn live() -> Vec<Watcher> {
    vec![Watcher::live("p".parse().unwrap(), &[(ip(HOST), 32)], &[(6, 443)])]
}

fn tcp(src: &str, dst: &str, ports: (u16, u16), flags: u16) -> Packet {
    let mut packet = Packet::bare(ip(src), ip(dst), protocol::TCP);
    packet.length = 40;
    packet.ports = Some(ports);
    packet.tcp_flags = Some(flags);
    packet
}

fn udp(src: &str, dst: &str, ports: (u16, u16)) -> Packet {
    let mut packet = Packet::bare(ip(src), ip(dst), protocol::UDP);
    packet.ports = Some(ports);
    packet
}

fn run(watchers: &[Watcher], packets: &[(Micros, Packet)]) -> Outcome {
    let sightings: Vec<Sighting> = packets
        .iter()
        .map(|(time, packet)| Sighting {
            time: *time,
            truncated: false,
            seen: Seen::Ip(packet.clone()),
        })
        .collect();
    let outcome = fold(watchers, &Settings::default(), &sightings);
    assert!(outcome.fates.add_up(), "{outcome:?}");
    outcome
}

fn syns(times: &[Micros]) -> Vec<(Micros, Micros, u64)> {
    let packets: Vec<_> =
        times.iter().map(|&time| (time, tcp(STRANGER, HOST, (4000, 23), 2))).collect();
    let spans = run(&dark(), &packets).accesses;
    spans.iter().map(|access| (access.first_seen, access.duration, access.packets)).collect()
}

#[test]
fn a_gap_of_exactly_a_minute_joins() {
    assert_eq!(syns(&[0, 60 * SECOND]), [(0, 60 * SECOND, 2)]);
    assert_eq!(syns(&[0, 60 * SECOND + 1]), [(0, 0, 1), (60 * SECOND + 1, 0, 1)]);
}

#[test]
fn retries_of_a_worm_are_one_access() {
    assert_eq!(syns(&[0, 3 * SECOND, 9 * SECOND]), [(0, 9 * SECOND, 3)]);
}

#[test]
fn a_span_of_exactly_an_hour_starts_anew() {
    let minutes: Vec<Micros> = (0..=60).map(|minute| minute * 60 * SECOND).collect();
    assert_eq!(syns(&minutes), [(0, 59 * 60 * SECOND, 60), (HOUR, 0, 1)]);
}

#[test]
fn packets_out_of_order_join_backwards() {
    let t = 100 * SECOND;
    assert_eq!(syns(&[t, t - 60 * SECOND]), [(40 * SECOND, 60 * SECOND, 2)]);
    assert_eq!(syns(&[t, t - 61 * SECOND, t]), [(39 * SECOND, 0, 1), (t, 0, 1), (t, 0, 1)]);
}

#[test]
fn a_jump_closes_every_access() {
    let other = |time| (time, tcp(STRANGER, HOST, (4001, 23), 2));
    let one = |time| (time, tcp(STRANGER, HOST, (4000, 23), 2));
    let forth_and_back = [one(0), other(HOUR + 2), one(1)];
    let outcome = run(&dark(), &forth_and_back);
    assert_eq!((outcome.jumps, outcome.accesses.len()), (2, 3));
    let exactly = [one(0), other(HOUR), one(1)];
    let outcome = run(&dark(), &exactly);
    assert_eq!((outcome.jumps, outcome.accesses.len()), (0, 2));
}

#[test]
fn what_an_access_keeps() {
    let mut second = tcp(STRANGER, HOST, (4000, 23), 0x18);
    second.ttl = 9;
    second.payload = Some(observation::Payload { length: 5, hash: Some(77) });
    let mut first = tcp(STRANGER, HOST, (4000, 23), 0x02);
    first.syn = Some(syn(1024, &[2, 4, 5, 180]));
    first.payload = Some(observation::Payload { length: 3, hash: None });
    let outcome = run(&dark(), &[(5, first), (3, second)]);
    let access = &outcome.accesses[0];
    assert_eq!((access.first_seen, access.duration, access.packets), (3, 2, 2));
    assert_eq!((access.kind, access.ttl, access.syns, access.bytes), (Kind::TcpSyn, 64, 1, 80));
    assert_eq!(access.tcp_flags, Some(0x1a));
    assert_eq!(access.payload.unwrap().hash, Some(77));
    assert_eq!(access.syn.unwrap().options(), [2, 4, 5, 180]);
}

#[test]
fn kinds() {
    let kind = |packet| run(&dark(), &[(0, packet)]).accesses[0].kind;
    let flags = |flags| tcp(STRANGER, HOST, (1, 2), flags);
    assert_eq!(kind(flags(0x02)), Kind::TcpSyn);
    assert_eq!(kind(flags(0x12)), Kind::TcpSynAck);
    assert_eq!(kind(flags(0x16)), Kind::TcpRst);
    assert_eq!(kind(flags(0x10)), Kind::TcpOther);
    let mut echo = Packet::bare(ip(STRANGER), ip(HOST), protocol::ICMP);
    assert_eq!(kind(echo.clone()), Kind::IcmpOther);
    echo.icmp = Some((8, 0));
    assert_eq!(kind(echo), Kind::IcmpEcho);
    assert_eq!(kind(Packet::bare(ip(STRANGER), ip(HOST), 47)), Kind::Other);
}

#[test]
fn directions() {
    let outcome = run(
        &dark(),
        &[
            (0, tcp("192.0.2.9", HOST, (1, 2), 2)),
            (0, tcp(HOST, STRANGER, (1, 2), 2)),
            (0, tcp(STRANGER, "203.0.113.1", (1, 2), 2)),
            (0, udp(STRANGER, "224.0.0.1", (1, 2))),
        ],
    );
    let Fates { inbound, outbound, elsewhere, access_packets, .. } = outcome.fates;
    assert_eq!((inbound, outbound, elsewhere, access_packets), (1, 1, 2, 1));
}

/// (solicited, expected, access_packets) of a live host.
fn fates(packets: &[(Micros, Packet)]) -> (u64, u64, u64) {
    let fates = run(&live(), packets).fates;
    (fates.solicited, fates.expected, fates.access_packets)
}

fn from_host(time: Micros, flags: u16) -> (Micros, Packet) {
    (time, tcp(HOST, STRANGER, (5000, 80), flags))
}

fn to_host(time: Micros, flags: u16) -> (Micros, Packet) {
    (time, tcp(STRANGER, HOST, (80, 5000), flags))
}

#[test]
fn the_host_s_own_conversations_are_solicited() {
    assert_eq!(fates(&[from_host(0, 2), to_host(1, 0x12)]), (1, 0, 0));
    assert_eq!(fates(&[to_host(0, 0x12), from_host(1, 4), to_host(2, 0x12)]), (0, 0, 2));
    let offered = tcp(STRANGER, HOST, (4000, 443), 2);
    assert_eq!(fates(&[(0, offered.clone()), (1, offered)]), (0, 2, 0));
}

#[test]
fn conversations_are_forgotten() {
    let two_hours = 2 * HOUR;
    // Frames from elsewhere keep the clock from jumping.
    let tick = |time| (time, udp("203.0.113.1", "203.0.113.2", (1, 1)));
    let quiet = [from_host(0, 2), tick(HOUR), tick(two_hours)];
    let with = |time| [quiet.as_slice(), &[to_host(time, 0x12)]].concat();
    assert_eq!(fates(&with(two_hours)), (1, 0, 0));
    assert_eq!(fates(&with(two_hours + 1)), (0, 0, 1));
    let closed = 240 * SECOND + 2;
    let both = |time| [from_host(0, 2), to_host(1, 0x11), from_host(2, 0x11), to_host(time, 0x10)];
    assert_eq!(fates(&both(closed)), (2, 0, 0));
    assert_eq!(fates(&both(closed + 1)), (1, 0, 1));
    let dns =
        |time| [(0, udp(HOST, STRANGER, (5000, 53))), (time, udp(STRANGER, HOST, (53, 5000)))];
    assert_eq!(fates(&dns(300 * SECOND)), (1, 0, 0));
    assert_eq!(fates(&dns(300 * SECOND + 1)), (0, 0, 1));
}

#[test]
fn errors_and_fragments_share_a_fate() {
    let asked = (0, udp(HOST, STRANGER, (5000, 53)));
    let mut fragment = Packet::bare(ip(STRANGER), ip(HOST), protocol::UDP);
    fragment.later_fragment = true;
    assert_eq!(fates(&[asked.clone(), (1, fragment.clone())]), (1, 0, 0));
    assert_eq!(fates(&[(1, fragment)]), (0, 0, 1));
    let mut error = Packet::bare(ip("203.0.113.5"), ip(HOST), protocol::ICMP);
    error.icmp = Some((3, 3));
    let quoted =
        |port| observation::Quoted { protocol: 17, dst: ip(STRANGER), ports: Some((port, 53)) };
    let quoting = |port| Some(QuotedPacket { src: ip(HOST), quoted: quoted(port), echo: None });
    error.quoted = quoting(5000);
    assert_eq!(fates(&[asked.clone(), (1, error.clone())]), (1, 0, 0));
    error.quoted = quoting(5001);
    assert_eq!(fates(&[asked, (1, error)]), (0, 0, 1));
}

#[test]
fn a_packet_to_its_very_sender_is_never_solicited() {
    let land = tcp(HOST, HOST, (80, 80), 2);
    assert_eq!(fates(&[(0, land.clone()), (1, land)]), (0, 0, 2));
    let talk = [(0, tcp(HOST, HOST, (81, 80), 2)), (1, tcp(HOST, HOST, (80, 81), 0x12))];
    assert_eq!(fates(&talk), (1, 0, 1));
}

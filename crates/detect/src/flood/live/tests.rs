//! Floods and clients by hand, both ends of each connection.

use std::net::{IpAddr, Ipv4Addr};

use observation::protocol;

use super::*;

const HOST: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));
const FLOODER: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 66));
const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 9));
const FROM: Micros = 1_000_000 * SECOND;

fn segment(time: Micros, src: IpAddr, port: u16, flags: u16) -> Glimpse {
    Glimpse {
        time,
        src,
        dst: HOST,
        protocol: protocol::TCP,
        ports: Some((port, 443)),
        tcp_flags: flags,
        kind: Kind::of_tcp(flags),
        quoted: None,
        outbound: false,
    }
}

fn answer(to: &Glimpse, flags: u16) -> Glimpse {
    let ports = to.ports.map(|(src, dst)| (dst, src));
    let kind = if to.protocol == protocol::TCP { Kind::of_tcp(flags) } else { to.kind };
    let (src, dst) = (to.dst, to.src);
    Glimpse { src, dst, ports, kind, tcp_flags: flags, outbound: true, ..*to }
}

/// A connection: SYN, the host's SYN-ACK, ACK.
fn connection(time: Micros, src: IpAddr, port: u16) -> Vec<Glimpse> {
    let syn = segment(time, src, port, 0x02);
    vec![syn, answer(&syn, 0x12), segment(time + 20_000, src, port, 0x10)]
}

struct Seen {
    found: Vec<Finding>,
    offenders: Vec<Offender>,
}

/// Ten seconds of frames, and a quiet minute after.
fn look(mut frames: Vec<Glimpse>) -> Seen {
    frames.sort_by_key(|frame| frame.time);
    let mut lookout = Lookout::new(&"here".parse::<Point>().unwrap());
    let (mut found, mut offenders) = (Vec::new(), Vec::new());
    let mut frames = frames.into_iter().peekable();
    for second in 0..90 {
        let end = FROM + second * SECOND;
        while let Some(frame) = frames.next_if(|frame| frame.time < end) {
            lookout.see(&frame);
        }
        found.extend(lookout.tick(end));
        offenders.extend(lookout.offenders(end));
    }
    assert!(lookout.flows.take_until(Micros::MAX).is_empty());
    Seen { found, offenders }
}

/// So many a second for ten seconds.
fn each<T>(rate: i64, frames: impl Fn(Micros, u32) -> T) -> Vec<T> {
    (0..rate * 10).map(|at| frames(FROM + at * SECOND / rate, at as u32)).collect()
}

fn from_anywhere(number: u32) -> IpAddr {
    IpAddr::V4(Ipv4Addr::from(number.wrapping_mul(2_654_435_761) | 1))
}

fn port(number: u32) -> u16 {
    1_024 + (number % 60_000) as u16
}

#[test]
fn a_syn_flood_is_found_in_five_seconds_and_its_source_is_told_from_a_client() {
    let mut frames = each(2_000, |time, at| segment(time, FLOODER, port(at), 0x02));
    frames.extend(each(20, |time, at| connection(time, CLIENT, port(at))).into_iter().flatten());
    let seen = look(frames);
    let [open, over] = seen.found.as_slice() else { panic!("{:?}", seen.found) };
    assert_eq!((open.rule, open.target, open.dst_port), ("flood-syn", Some(HOST), Some(443)));
    assert!(open.detected_at < FROM + 5 * SECOND && open.open && !over.open);
    assert!(!seen.offenders.is_empty());
    assert!(seen.offenders.iter().all(|offender| offender.source == FLOODER));
}

#[test]
fn a_forged_flood_is_found_and_nobody_is_to_be_blocked() {
    let syn = |time, at| segment(time, from_anywhere(at), port(at), 0x02);
    let mut frames = each(20_000, syn);
    frames.extend(each(20, |time, at| connection(time, CLIENT, port(at))).into_iter().flatten());
    let seen = look(frames);
    assert_eq!(seen.found.first().map(|flood| flood.rule), Some("flood-syn"));
    assert_eq!(seen.offenders, []);
}

#[test]
fn clients_and_a_low_rate_are_no_flood() {
    let many = each(500, |time, at| connection(time, CLIENT, port(at)));
    assert_eq!(look(many.into_iter().flatten().collect()).found, []);
    let few = look(each(100, |time, at| segment(time, FLOODER, port(at), 0x02)));
    assert_eq!((few.found, few.offenders), (vec![], vec![]));
}

#[test]
fn an_ack_that_the_host_refuses_is_a_guess() {
    let guess = |time, at| {
        let syn = segment(time, FLOODER, port(at), 0x02);
        let ack = segment(time + 10_000, FLOODER, port(at), 0x10);
        vec![syn, answer(&syn, 0x12), ack, answer(&ack, 0x04)]
    };
    let seen = look(each(1_000, guess).into_iter().flatten().collect());
    assert_eq!(seen.found.first().map(|flood| flood.rule), Some("flood-syn"));
    assert!(!seen.offenders.is_empty());
}

#[test]
fn datagrams_are_a_flood_unless_the_host_answers_them() {
    let datagram = |time, at| {
        let kind = Kind::Udp;
        let of = segment(time, from_anywhere(at % 5_000), port(at), 0);
        Glimpse { protocol: protocol::UDP, kind, ..of }
    };
    let seen = look(each(2_000, datagram));
    assert_eq!(seen.found.first().map(|flood| flood.rule), Some("flood-udp"));
    let answered = each(2_000, |time, at| {
        let asked = datagram(time, at);
        vec![asked, answer(&asked, 0)]
    });
    assert_eq!(look(answered.into_iter().flatten().collect()).found, []);
}

#[test]
fn memory_is_bounded() {
    let mut lookout = Lookout::new(&"here".parse::<Point>().unwrap());
    for at in 0..200_000 {
        lookout.see(&segment(FROM, from_anywhere(at), port(at), 0x02));
    }
    assert!(lookout.flows.len() <= flows::CAPACITY);
    assert_eq!(lookout.tick(FROM + SECOND).len(), 1);
}

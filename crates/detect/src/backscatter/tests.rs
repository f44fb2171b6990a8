//! Verdicts on answers made by hand.

use super::*;
use crate::samples::sighting;
use crate::{PointId, Service};

const WATCHED: u64 = 320;

/// Answers of one address: the watched address and the ports of each.
fn found(answers: impl Iterator<Item = (u8, u16, u16)>, watched: Option<u64>) -> Vec<Finding> {
    let mut victims = Victims::default();
    victims.watching(watched);
    for (at, (place, service, client)) in answers.enumerate() {
        let mut answer = sighting(at as i64 * SECOND, "192.0.2.7", 0, Service::tcp(client));
        answer.dst = Some(std::net::Ipv4Addr::new(198, 18, 0, place).into());
        (answer.kind, answer.src_port) = (Some(Kind::TcpSynAck), Some(service));
        answer.tcp_flags = 0x12;
        victims.add(&answer);
    }
    victims.close(0, &Roll::default())
}

#[test]
fn a_victim() {
    let answers =
        (0..40_u32).map(|k| ((k * 37 % 200) as u8, 80, (2_000 + k * 997 % 60_000) as u16));
    let found = found(answers, Some(WATCHED));
    let [victim] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(victim.target, Some("192.0.2.7".parse().unwrap()));
    assert_eq!((victim.dst_port, victim.detected_at), (Some(80), HOUR));
}

#[test]
fn a_scanner_a_stray_and_replies_that_went_astray() {
    assert_eq!(found((0..200).map(|k| (k, 40_000, 80)), Some(WATCHED)), []);
    assert_eq!(found((0..200).map(|k| (k, 80, 50_000)), Some(WATCHED)), []);
    assert_eq!(found((0..3).map(|k| (k, 80, 5_000 + u16::from(k))), Some(WATCHED)), []);
    assert_eq!(found((0..100).map(|k| (1, 443, 5_000 + k)), Some(WATCHED)), []);
    assert_eq!(found((0..100).map(|k| (1, 443, 5_000 + k)), None), []);
}

#[test]
fn an_error_s_victim_is_whom_it_quotes() {
    let mut victims = Victims::default();
    victims.watching(Some(WATCHED));
    for at in 0..20_u8 {
        let mut error = sighting(0, "203.0.113.1", 0, Service::icmp(1, 3));
        error.kind = Some(Kind::IcmpUnreachable);
        error.dst = Some(std::net::Ipv4Addr::new(198, 18, 0, at).into());
        let ports = Some((3_000 + 77 * u16::from(at), 53));
        let dst = "192.0.2.9".parse().unwrap();
        error.quoted = Some(observation::Quoted { protocol: 17, dst, ports });
        victims.add(&error);
    }
    let found = victims.close(0, &Roll::default());
    let [victim] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(victim.target, Some("192.0.2.9".parse().unwrap()));
    assert_eq!((victim.protocol, victim.dst_port), (Some(17), Some(53)));
}

#[test]
fn memory_is_bounded() {
    let mut victims = Victims::default();
    for at in 0..(CAPACITY as u32 + 1_000) {
        let mut answer = sighting(i64::from(at), "1.1.1.1", 0, Service::tcp(9));
        answer.src = std::net::Ipv4Addr::from_bits(0x0b00_0000 + at).into();
        answer.kind = Some(Kind::TcpRst);
        answer.point = PointId(0);
        victims.add(&answer);
    }
    assert!(victims.victims.len() <= CAPACITY && victims.forgotten() > 0);
}

#[test]
fn the_interval_of_a_count() {
    // Garwood's exact interval of 10 is 4.80 to 18.39.
    let (low, high) = interval(10.0);
    assert!((low - 4.80).abs() < 0.02 && (high - 18.39).abs() < 0.02, "{low} {high}");
}

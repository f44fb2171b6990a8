//! What keeps packets apart.

use observation::protocol;
use testkit::frame::{echo, error, message, other};

use super::*;

/// Sends every packet twice: those of one key share a row.
fn keys(packets: &[Datagram]) -> usize {
    let frames: Vec<Frame> = packets.iter().chain(packets).map(|packet| at(0, packet)).collect();
    let rows = fold_frames(&everything(), CAPACITY, &frames).rows;
    assert!(rows.iter().all(|row| row.packets >= 2));
    rows.len()
}

#[test]
fn addresses_protocol_and_ports() {
    let apart = [
        segment(STRANGER, DARK, (4000, 23), SYN),
        segment("203.0.113.8", DARK, (4000, 23), SYN),
        segment(STRANGER, "198.18.0.6", (4000, 23), SYN),
        segment(STRANGER, DARK, (4001, 23), SYN),
        segment(STRANGER, DARK, (4000, 24), SYN),
        segment(STRANGER, DARK, (23, 4000), SYN),
        segment(DARK, STRANGER, (4000, 23), SYN),
        datagram(STRANGER, DARK, (4000, 23)),
        other(&from_to(STRANGER, DARK), 47, b"gre"),
        other(&from_to(STRANGER, DARK), 132, b"sctp"),
    ];
    assert_eq!(keys(&apart), apart.len());
}

#[test]
fn what_is_not_in_the_key() {
    let one = segment(STRANGER, DARK, (4000, 23), SYN);
    let mut header = from_to(STRANGER, DARK);
    (header.ttl, header.id) = (3, 999);
    let two = tcp(&header, &Segment { ports: (4000, 23), seq: 7, ..Segment::default() });
    assert_eq!(keys(&[one, two]), 1);
    let echoes = [1, 2].map(|id| echo(&from_to(STRANGER, DARK), false, id, id, b"x"));
    assert_eq!(keys(&echoes), 1, "type and code stand in the ports' place");
}

#[test]
fn families_with_equal_numbers() {
    let ports = (4000, 23);
    let (v4, v6) = (("0.0.0.5", "0.0.0.6"), ("::5", "::6"));
    assert_eq!(keys(&[segment(v4.0, v4.1, ports, SYN), segment(v6.0, v6.1, ports, SYN)]), 2);
    let rows =
        fold_frames(&everything(), CAPACITY, &[at(0, &segment(v6.0, v6.1, ports, SYN))]).rows;
    assert_eq!((rows[0].src, rows[0].dst), (ip("::5"), ip("::6")));
}

#[test]
fn icmp_type_and_code() {
    let ip = from_to(STRANGER, DARK);
    let apart = [(8, 0), (13, 0), (14, 0), (165, 0), (165, 1)];
    let apart = apart.map(|icmp| message(&ip, icmp, &[0; 8]));
    assert_eq!(keys(&apart), apart.len());
}

#[test]
fn errors_that_quote_different_packets() {
    let quoted = [
        datagram(DARK, "192.0.2.1", (5000, 53)),
        datagram(DARK, "192.0.2.2", (5000, 53)),
        datagram(DARK, "192.0.2.1", (5001, 53)),
        datagram(DARK, "192.0.2.1", (5000, 54)),
        segment(DARK, "192.0.2.1", (5000, 53), SYN),
        other(&from_to(DARK, "192.0.2.1"), 47, &[0; 8]),
    ];
    let router = from_to(STRANGER, DARK);
    let mut apart: Vec<Datagram> =
        quoted.iter().map(|packet| error(&router, (3, 3), packet, 28)).collect();
    apart.push(error(&router, (3, 1), &quoted[0], 28));
    apart.push(error(&router, (11, 0), &quoted[0], 28));
    apart.push(message(&router, (3, 3), &[0; 4]));
    assert_eq!(keys(&apart), apart.len());
    let folded = fold(&[at(0, &apart[1])]);
    let quoted = folded.rows[0].quoted.unwrap();
    assert_eq!((quoted.protocol, quoted.dst), (protocol::UDP, ip("192.0.2.2")));
    assert_eq!(quoted.ports, Some((5000, 53)));
}

#[test]
fn later_fragments_have_no_ports() {
    for header in [from_to(STRANGER, DARK), from_to("2001:db8::9", "2001:db8:d::5")] {
        let fragments = udp(&header, (4000, 53), &[7; 100]).fragments(40);
        assert_eq!(fragments.len(), 3);
        let frames: Vec<Frame> = fragments.iter().map(|fragment| at(0, fragment)).collect();
        let rows = fold(&frames).rows;
        let seen: Vec<_> = rows.iter().map(|row| (row.ports, row.packets)).collect();
        assert_eq!(seen, [(Some((4000, 53)), 1), (None, 2)]);
    }
}

#[test]
fn points_are_kept_apart_by_their_addresses() {
    let frames = [
        at(0, &segment(STRANGER, DARK, (4000, 23), SYN)),
        at(0, &segment(STRANGER, HOST, (4000, 23), SYN)),
        at(0, &segment(STRANGER, "198.18.2.1", (4000, 23), SYN)),
        at(0, &segment(DARK, "198.18.0.6", (4000, 23), SYN)),
        at(0, &segment(DARK, "255.255.255.255", (4000, 23), SYN)),
        at(0, &segment(STRANGER, "224.0.0.1", (4000, 23), SYN)),
    ];
    let folded = fold(&frames);
    assert_eq!(folded.letters, "aaeaoe");
    let points: Vec<_> = folded.rows.iter().map(|row| row.point.as_str()).collect();
    assert_eq!(points, ["dark", "live", "dark"]);
}

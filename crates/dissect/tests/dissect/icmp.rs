//! ICMP (RFC 792) and ICMPv6 (RFC 4443) messages.

use std::net::IpAddr;

use dissect::{Icmp, QuotedPacket, Transport};
use observation::Quoted;

use crate::frame::{DST, SRC, icmp, ipv4, ipv6, packet, tcp, udp, with};

#[track_caller]
fn icmp_of(datagram: &[u8]) -> Icmp {
    match packet(datagram).transport {
        Transport::Icmp(icmp) => icmp,
        other => panic!("{other:?}"),
    }
}

/// What an error of this type in this family says of the packet that it quotes.
fn quoted4(icmp_type: u8, quote: &[u8]) -> Option<QuotedPacket> {
    icmp_of(&ipv4(1, &icmp(icmp_type, 0, [0; 4], quote))).quoted
}

fn quoted6(icmp_type: u8, quote: &[u8]) -> Option<QuotedPacket> {
    icmp_of(&ipv6(58, &icmp(icmp_type, 0, [0; 4], quote))).quoted
}

#[test]
fn echo() {
    for icmp_type in [0, 8] {
        let datagram = ipv4(1, &icmp(icmp_type, 0, [0xab, 0xcd, 0, 7], b"ping"));
        let expected = Icmp { icmp_type, code: 0, id: Some(0xabcd), quoted: None };
        assert_eq!(icmp_of(&datagram), expected);
        assert_eq!(packet(&datagram).whole_payload(), Some(&b"ping"[..]));
    }
    for icmp_type in [128, 129] {
        let datagram = ipv6(58, &icmp(icmp_type, 0, [0xab, 0xcd, 0, 7], b"ping"));
        assert_eq!(icmp_of(&datagram).id, Some(0xabcd));
        assert_eq!(packet(&datagram).whole_payload(), Some(&b"ping"[..]));
    }
}

#[test]
fn other_messages() {
    let timestamp = ipv4(1, &icmp(13, 0, [0, 1, 0, 2], &[3; 12]));
    assert_eq!((icmp_of(&timestamp).id, icmp_of(&timestamp).quoted), (None, None));
    assert_eq!(packet(&timestamp).whole_payload().map(<[u8]>::len), Some(16));
}

#[test]
fn each_only_over_its_own_ip() {
    let strange = [ipv4(58, &icmp(128, 0, [0; 4], b"")), ipv6(1, &icmp(8, 0, [0; 4], b""))];
    for datagram in strange {
        assert_eq!(packet(&datagram).transport, Transport::None);
        assert_eq!(packet(&datagram).whole_payload().map(<[u8]>::len), Some(8));
    }
}

#[test]
fn type_and_code_take_two_bytes() {
    let datagram = ipv4(1, &icmp(3, 13, [0; 4], b""));
    assert_eq!(packet(&datagram[..21]).transport, Transport::None);
    assert_eq!(icmp_of(&datagram[..22]).code, 13);
}

#[test]
fn errors_quote() {
    let udp = ipv4(17, &udp(b""));
    for icmp_type in [3, 4, 5, 11, 12] {
        let quoted = quoted4(icmp_type, &udp).unwrap();
        assert_eq!((quoted.src, quoted.icmp_id), (IpAddr::from(SRC), None));
        let expected = Quoted { protocol: 17, dst: DST.into(), ports: Some((53, 40000)) };
        assert_eq!(quoted.quoted, expected);
    }
    assert_eq!(quoted4(8, &udp), None);
    let error = ipv4(1, &icmp(3, 3, [0; 4], &udp));
    assert_eq!(packet(&error).payload, None);
    let tcp = ipv6(6, &tcp(2, &[], b""));
    for icmp_type in 1..=4 {
        let quoted = quoted6(icmp_type, &tcp).unwrap();
        assert_eq!(quoted.src, "2001:db8::1".parse::<IpAddr>().unwrap());
        assert_eq!((quoted.quoted.protocol, quoted.quoted.ports), (6, Some((40000, 23))));
    }
    assert_eq!(quoted6(5, &tcp), None);
}

#[test]
fn quoted_echo() {
    let ping = ipv4(1, &icmp(8, 0, [0xab, 0xcd, 0, 7], b""));
    let quoted = quoted4(11, &ping).unwrap();
    assert_eq!((quoted.icmp_id, quoted.quoted.ports), (Some(0xabcd), None));
    let error = ipv4(1, &icmp(3, 0, [0xab, 0xcd, 0, 7], b""));
    assert_eq!(quoted4(11, &error).unwrap().icmp_id, None);
    let ping6 = ipv6(58, &icmp(128, 0, [0xab, 0xcd, 0, 7], b""));
    assert_eq!(quoted6(3, &ping6).unwrap().icmp_id, Some(0xabcd));
}

#[test]
fn quoted_through_extension_headers_and_options() {
    let chain = [&[17, 0, 0, 0, 0, 0, 0, 0][..], &udp(b"")].concat();
    let quoted = quoted6(1, &ipv6(60, &chain)).unwrap();
    assert_eq!((quoted.quoted.protocol, quoted.quoted.ports), (17, Some((53, 40000))));
    let plain = with(ipv4(17, &udp(b"")), 0, &[0x46]);
    let options = [&plain[..20], &[1, 1, 1, 0], &plain[20..]].concat();
    assert_eq!(quoted4(3, &options).unwrap().quoted.ports, Some((53, 40000)));
}

#[test]
fn quoted_fragment_has_no_ports() {
    let later = with(ipv4(17, &udp(b"")), 6, &[0, 1]);
    assert_eq!(quoted4(3, &later).unwrap().quoted.ports, None);
    let fragment = [&[17, 0, 0, 8, 0, 0, 0, 0][..], &udp(b"")].concat();
    assert_eq!(quoted6(1, &ipv6(44, &fragment)).unwrap().quoted.ports, None);
}

#[test]
fn quotes_cut_off() {
    let udp = ipv4(17, &udp(b""));
    assert_eq!(quoted4(3, &udp[..19]), None);
    assert_eq!(quoted4(3, &udp[..23]).unwrap().quoted.ports, None);
    assert_eq!(quoted4(3, &udp[..24]).unwrap().quoted.ports, Some((53, 40000)));
    assert_eq!(quoted4(3, &with(udp.clone(), 0, &[0x44])), None);
    assert_eq!(quoted4(3, &with(udp.clone(), 0, &[0x65])), None);
    assert_eq!(quoted6(3, &udp), None);
    // What lies beyond the IP length is padding, not a quote.
    let padded = [ipv4(1, &icmp(3, 3, [0; 4], b"")), udp].concat();
    assert_eq!(icmp_of(&padded).quoted, None);
}

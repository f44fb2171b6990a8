//! IPv4 (RFC 791) and IPv6 (RFC 8200) headers.

use std::net::IpAddr;

use dissect::{Dissected, Fragment, LinkType, Malformed, Payload, Transport, dissect};

use crate::frame::{DST, SRC, ethernet, ipv4, ipv6, malformed, packet, tcp, udp, with};

const UDP: Transport<'_> = Transport::Udp { src_port: 53, dst_port: 40000 };

#[test]
fn ipv4_fields() {
    let datagram = ipv4(6, &tcp(2, &[], b""));
    let packet = packet(&datagram);
    assert_eq!((packet.src, packet.dst), (IpAddr::from(SRC), IpAddr::from(DST)));
    assert_eq!((packet.protocol, packet.ttl, packet.length), (6, 64, 40));
    assert_eq!((packet.fragment, packet.payload), (Fragment::Whole, None));
}

#[test]
fn ipv4_options() {
    let plain = ipv4(17, &udp(b"x"));
    let datagram = [&plain[..20], &[7, 4, 0, 0], &plain[20..]].concat();
    let datagram = with(with(datagram, 0, &[0x46]), 2, &33_u16.to_be_bytes());
    assert_eq!(packet(&datagram).transport, UDP);
    assert_eq!(packet(&datagram).whole_payload(), Some(&b"x"[..]));
    for cut in [20, 23] {
        let packet = packet(&datagram[..cut]);
        assert_eq!((packet.protocol, packet.length), (17, 33));
        assert_eq!((packet.transport, packet.payload), (Transport::None, None));
    }
}

#[test]
fn ipv4_malformed() {
    let datagram = ipv4(17, &udp(b"x"));
    assert_eq!(malformed(LinkType::RawIp, &datagram[..19]), Malformed::HeaderCut);
    for words in 0x40..0x45 {
        let short = with(datagram.clone(), 0, &[words]);
        assert_eq!(malformed(LinkType::RawIp, &short), Malformed::HeaderLength);
    }
    for total in [1_u16, 19] {
        let short = with(datagram.clone(), 2, &total.to_be_bytes());
        assert_eq!(malformed(LinkType::RawIp, &short), Malformed::TotalLength);
    }
    let options = with(datagram, 0, &[0x4f]);
    assert_eq!(malformed(LinkType::RawIp, &options), Malformed::TotalLength);
}

#[test]
fn total_length_0_is_the_frames() {
    let frame = ethernet(0x0800, &with(ipv4(6, &tcp(0x10, &[], b"data")), 2, &[0, 0]));
    for (wire, length) in [(14 + 44, 44), (9000, 8986), (0, 44)] {
        let Dissected::Ip(packet) = dissect(LinkType::Ethernet, &frame, wire) else { panic!() };
        assert_eq!(packet.length, length);
        assert_eq!(packet.payload, Some(Payload { bytes: b"data", length: length - 40 }));
    }
}

#[test]
fn ipv6_payload_length_0_is_the_frames() {
    let datagram = with(ipv6(6, &tcp(0x10, &[], b"data")), 4, &[0, 0]);
    assert_eq!(packet(&datagram).length, 64);
    assert_eq!(packet(&datagram).whole_payload(), Some(&b"data"[..]));
    let nothing = [ipv6(59, b""), b"padding".to_vec()].concat();
    assert_eq!((packet(&nothing).length, packet(&nothing).payload), (40, None));
}

#[test]
fn length_bounds_what_is_read() {
    let padded = [ipv4(17, &udp(b"abc")), vec![0xee; 15]].concat();
    assert_eq!(packet(&padded).payload, Some(Payload { bytes: b"abc", length: 3 }));
    let headless = [ipv4(17, b"\0\x35"), vec![0xee; 15]].concat();
    assert_eq!((packet(&headless).transport, packet(&headless).payload), (Transport::None, None));
    let cut = ipv4(17, &udp(&[1; 100]));
    assert_eq!(packet(&cut[..38]).payload, Some(Payload { bytes: &[1; 10], length: 100 }));
    assert_eq!(packet(&cut[..38]).whole_payload(), None);
}

#[test]
fn ipv4_fragments() {
    let datagram = ipv4(17, &udp(b"abc"));
    let fragment = |bits: u16| with(datagram.clone(), 6, &bits.to_be_bytes());
    assert_eq!(packet(&fragment(0x4000)).fragment, Fragment::Whole);
    let first = fragment(0x2000);
    assert_eq!((packet(&first).fragment, packet(&first).transport), (Fragment::First, UDP));
    assert_eq!(packet(&first).payload, Some(Payload { bytes: b"abc", length: 3 }));
    assert_eq!(packet(&first).whole_payload(), None);
    for bits in [1, 0x2001, 0x1fff] {
        let later = fragment(bits);
        let packet = packet(&later);
        assert_eq!((packet.fragment, packet.protocol), (Fragment::Later, 17));
        assert_eq!((packet.transport, packet.payload), (Transport::None, None));
    }
}

#[test]
fn ipv6_fields() {
    let datagram = ipv6(17, &udp(b"x"));
    let packet = packet(&datagram);
    assert_eq!(packet.src, "2001:db8::1".parse::<IpAddr>().unwrap());
    assert_eq!(packet.dst, "2001:db8::2".parse::<IpAddr>().unwrap());
    assert_eq!((packet.protocol, packet.ttl, packet.length), (17, 63, 49));
    assert_eq!((packet.transport, packet.tool), (UDP, None));
    assert_eq!(malformed(LinkType::RawIp, &datagram[..39]), Malformed::HeaderCut);
}

#[test]
fn ipv6_extension_headers() {
    let options =
        |next: u8, units: u8| [&[next, units][..], &vec![0; 6 + 8 * usize::from(units)]].concat();
    // The length of an authentication header is in units of 4 bytes, less 2 (RFC 4302, 2.2).
    let authentication = |next: u8| [&[next, 4][..], &[0; 22]].concat();
    let chain = [
        options(43, 1),
        options(60, 0),
        options(51, 2),
        authentication(135),
        options(139, 0),
        options(140, 0),
        options(44, 0),
        vec![17, 0, 0, 0, 0, 0, 0, 9],
        udp(b"deep"),
    ]
    .concat();
    let datagram = ipv6(0, &chain);
    assert_eq!((packet(&datagram).protocol, packet(&datagram).transport), (17, UDP));
    assert_eq!(packet(&datagram).whole_payload(), Some(&b"deep"[..]));
}

#[test]
fn ipv6_chain_cut_off() {
    let datagram =
        ipv6(0, &[&[60, 0, 0, 0, 0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0], &udp(b"")[..]].concat());
    for (captured, protocol) in
        [(40, 0), (41, 60), (48, 60), (49, 17), (55, 17), (56, 17), (59, 17)]
    {
        let packet = packet(&datagram[..captured]);
        assert_eq!((packet.protocol, packet.transport), (protocol, Transport::None), "{captured}");
        assert_eq!(packet.length, 64);
    }
    assert_eq!(packet(&datagram[..60]).transport, UDP);
}

#[test]
fn ipv6_fragments() {
    let fragment = |bits: u16| {
        let [high, low] = bits.to_be_bytes();
        ipv6(44, &[&[17, 0, high, low, 0, 0, 0, 9], &udp(b"abc")[..]].concat())
    };
    let atomic = fragment(0);
    assert_eq!((packet(&atomic).fragment, packet(&atomic).transport), (Fragment::Whole, UDP));
    let first = fragment(1);
    assert_eq!((packet(&first).fragment, packet(&first).transport), (Fragment::First, UDP));
    for bits in [8, 9, 0xfff8] {
        let later = fragment(bits);
        let packet = packet(&later);
        assert_eq!((packet.fragment, packet.protocol), (Fragment::Later, 17));
        assert_eq!((packet.transport, packet.payload), (Transport::None, None));
    }
}

#[test]
fn ipv6_ends() {
    let esp = ipv6(50, b"secret");
    assert_eq!(packet(&esp).protocol, 50);
    assert_eq!(packet(&esp).whole_payload(), Some(&b"secret"[..]));
    let nothing = ipv6(60, &[59, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]);
    assert_eq!((packet(&nothing).protocol, packet(&nothing).payload), (59, None));
}

#[test]
fn outermost_header_counts() {
    let inner = ipv4(17, &udp(b"x"));
    for protocol in [4, 41, 47, 51] {
        let datagram = ipv4(protocol, &inner);
        let packet = packet(&datagram);
        assert_eq!((packet.protocol, packet.transport), (protocol, Transport::None));
        assert_eq!(packet.whole_payload(), Some(&inner[..]));
    }
}

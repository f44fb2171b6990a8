//! TCP (RFC 9293) and UDP (RFC 768) headers.

use dissect::{Payload, Tcp, Transport};

use crate::frame::{ipv4, packet, tcp, udp, with};

#[track_caller]
fn tcp_of(datagram: &[u8]) -> Tcp<'_> {
    match packet(datagram).transport {
        Transport::Tcp(tcp) => tcp,
        other => panic!("{other:?}"),
    }
}

#[test]
fn tcp_fields() {
    let options = [2, 4, 5, 0xb4, 1, 1, 4, 2];
    let datagram = ipv4(6, &tcp(0xc2, &options, b"early"));
    let expected = Tcp {
        src_port: 40000,
        dst_port: 23,
        seq: Some(0x0102_0304),
        flags: Some(0xc2),
        window: Some(1024),
        options: &options,
    };
    assert_eq!(tcp_of(&datagram), expected);
    assert!(tcp_of(&datagram).is_syn());
    assert_eq!(packet(&datagram).whole_payload(), Some(&b"early"[..]));
}

#[test]
fn tcp_flags() {
    let flags = |bytes: [u8; 2]| {
        let datagram = with(ipv4(6, &tcp(0, &[], b"")), 32, &bytes);
        tcp_of(&datagram).flags
    };
    assert_eq!(flags([0x51, 0xff]), Some(0x1ff));
    assert_eq!(flags([0x5e, 0x12]), Some(Tcp::SYN | Tcp::ACK));
    assert_eq!(flags([0x50, 0x05]), Some(Tcp::FIN | Tcp::RST));
    let syn_ack = ipv4(6, &tcp(0x12, &[], b""));
    assert!(!tcp_of(&syn_ack).is_syn());
}

#[test]
fn tcp_cut_off() {
    let datagram = ipv4(6, &tcp(2, &[2, 4, 5, 0xb4], b"data"));
    let seen = |captured: usize| {
        let tcp = tcp_of(&datagram[..20 + captured]);
        (tcp.seq.is_some(), tcp.flags, tcp.window, tcp.options.len())
    };
    assert_eq!(packet(&datagram[..23]).transport, Transport::None);
    assert_eq!(seen(4), (false, None, None, 0));
    assert_eq!(seen(8), (true, None, None, 0));
    assert_eq!(seen(14), (true, Some(2), None, 0));
    assert_eq!(seen(16), (true, Some(2), Some(1024), 0));
    assert_eq!(seen(23), (true, Some(2), Some(1024), 3));
    assert_eq!(packet(&datagram[..32]).payload, None);
    assert_eq!(packet(&datagram[..33]).payload, Some(Payload { bytes: b"", length: 4 }));
    assert_eq!(packet(&datagram[..46]).payload, Some(Payload { bytes: b"da", length: 4 }));
}

#[test]
fn tcp_data_offset() {
    let datagram = ipv4(6, &tcp(2, &[], b"data"));
    for below in [0x00, 0x40] {
        let datagram = with(datagram.clone(), 32, &[below]);
        let tcp = tcp_of(&datagram);
        assert_eq!((tcp.dst_port, tcp.seq, tcp.window), (23, Some(0x0102_0304), None));
        assert_eq!((tcp.flags, tcp.options), (None, &[][..]));
        assert_eq!(packet(&datagram).payload, None);
    }
    let beyond = with(datagram, 32, &[0xf0]);
    assert_eq!(tcp_of(&beyond).options, b"data");
    assert_eq!(packet(&beyond).payload, None);
}

#[test]
fn udp_length() {
    let datagram = ipv4(17, &udp(b"answer"));
    let payload = |length: u16, captured: usize| {
        let datagram = with(datagram.clone(), 24, &length.to_be_bytes());
        let payload = packet(&datagram[..captured]).payload;
        payload.map(|payload| (payload.bytes.len(), payload.length))
    };
    assert_eq!(payload(14, 34), Some((6, 6)));
    assert_eq!(payload(10, 34), Some((2, 2)));
    assert_eq!(payload(8, 34), None);
    // A length that cannot be is not believed: IP's counts.
    assert_eq!(payload(7, 34), Some((6, 6)));
    assert_eq!(payload(0, 34), Some((6, 6)));
    assert_eq!(payload(15, 34), Some((6, 6)));
    assert_eq!(payload(14, 31), Some((3, 6)));
    assert_eq!(payload(14, 24), Some((0, 6)));
}

#[test]
fn udp_length_of_a_first_fragment_is_the_datagrams() {
    let datagram = with(ipv4(17, &udp(b"answer")), 6, &[0x20, 0]);
    let datagram = with(datagram, 24, &4008_u16.to_be_bytes());
    assert_eq!(packet(&datagram).payload, Some(Payload { bytes: b"answer", length: 4000 }));
    assert_eq!(packet(&datagram).whole_payload(), None);
}

#[test]
fn ports_take_four_bytes() {
    let datagram = ipv4(17, &udp(b""));
    assert_eq!(packet(&datagram[..23]).transport, Transport::None);
    let ports = Transport::Udp { src_port: 53, dst_port: 40000 };
    assert_eq!(packet(&datagram[..24]).transport, ports);
}

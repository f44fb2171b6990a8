//! What a row says.

use observation::Tool;
use testkit::frame::{echo, error, message, other};

use super::*;

#[test]
fn kinds() {
    let (v4, v6) = (from_to(STRANGER, DARK), from_to("2001:db8::9", "2001:db8:d::5"));
    let flags = |flags| segment(STRANGER, DARK, (4000, 23), flags);
    let big = tcp(&v4, &Segment { payload: vec![0; 99], ..Segment::default() });
    let quoted = datagram(DARK, STRANGER, (1, 2));
    let quoted_v6 = datagram("2001:db8:d::5", "2001:db8::9", (1, 2));
    let cases = [
        (flags(SYN), Kind::TcpSyn),
        (flags(SYN | PSH | FIN), Kind::TcpSyn),
        (flags(SYN | 0xc0), Kind::TcpSyn),
        (flags(SYN | ACK), Kind::TcpSynAck),
        (flags(RST), Kind::TcpRst),
        (flags(RST | SYN | ACK), Kind::TcpRst),
        (flags(RST | SYN), Kind::TcpRst),
        (flags(ACK), Kind::TcpOther),
        (flags(0), Kind::TcpOther),
        (flags(FIN | PSH), Kind::TcpOther),
        (big.fragments(40)[1].clone(), Kind::TcpOther),
        (other(&v4, 6, &[0; 3]), Kind::TcpOther),
        (datagram(STRANGER, DARK, (4000, 53)), Kind::Udp),
        (other(&v4, 17, &[0; 3]), Kind::Udp),
        (echo(&v4, false, 1, 1, b""), Kind::IcmpEcho),
        (echo(&v6, false, 1, 1, b""), Kind::IcmpEcho),
        (echo(&v4, true, 1, 1, b""), Kind::IcmpOther),
        (echo(&v6, true, 1, 1, b""), Kind::IcmpOther),
        (error(&v4, (3, 1), &quoted, 28), Kind::IcmpUnreachable),
        (error(&v6, (1, 4), &quoted_v6, 48), Kind::IcmpUnreachable),
        (error(&v4, (11, 0), &quoted, 28), Kind::IcmpOther),
        (error(&v6, (3, 0), &quoted_v6, 48), Kind::IcmpOther),
        (message(&v4, (128, 0), &[0; 4]), Kind::IcmpOther),
        (message(&v6, (8, 0), &[0; 4]), Kind::IcmpOther),
        (other(&v4, 1, &[8]), Kind::IcmpOther),
        (other(&v4, 58, &[128, 0, 0, 0]), Kind::IcmpOther),
        (other(&v4, 47, b"gre"), Kind::Other),
    ];
    for (packet, kind) in cases {
        assert_eq!(row(&[at(0, &packet)]).kind, kind, "{:?}", packet.about);
    }
}

#[test]
fn counters_and_flags_add_up() {
    let flags = [SYN, SYN | 0xc0, SYN | ACK, ACK | PSH, RST];
    let frames: Vec<Frame> =
        flags.iter().map(|&flags| at(0, &segment(STRANGER, DARK, (4000, 23), flags))).collect();
    let row = row(&frames);
    assert_eq!((row.packets, row.syns, row.bytes), (5, 2, 200));
    assert_eq!(row.tcp_flags, Some(0xde));
    assert_eq!(row.kind, Kind::TcpSyn, "the first packet's");
}

#[test]
fn the_packet_first_to_arrive_gives_ttl_and_tool() {
    let probe = |ttl, id| {
        let mut header = from_to(STRANGER, DARK);
        (header.ttl, header.id) = (ttl, id);
        tcp(&header, &Segment { ports: (4000, 23), flags: SYN, ..Segment::default() })
    };
    let (zmap, plain) = (probe(240, 54_321), probe(50, 1));
    let first = row(&[at(1, &zmap), at(0, &plain)]);
    assert_eq!((first.ttl, first.tool, first.first_seen), (240, Some(Tool::Zmap), 0));
    let second = row(&[at(1, &plain), at(0, &zmap)]);
    assert_eq!((second.ttl, second.tool), (50, None));
}

#[test]
fn the_first_syn_gives_its_fingerprint() {
    let syn = |flags, window, options: &[u8]| {
        let segment = Segment {
            ports: (4000, 23),
            flags,
            window,
            options: options.to_vec(),
            ..Segment::default()
        };
        at(0, &tcp(&from_to(STRANGER, DARK), &segment))
    };
    let (first, second) = (syn(SYN, 1024, &[2, 4, 5, 180]), syn(SYN, 9, &[]));
    let answer = syn(SYN | ACK, 77, &[1, 1, 1, 0]);
    let found = row(&[answer.clone(), first, second]).syn.unwrap();
    assert_eq!((found.window, found.options()), (1024, &[2, 4, 5, 180][..]));
    assert_eq!(row(&[answer]).syn, None);
    let full = row(&[syn(SYN, 1, &[1; 40])]).syn.unwrap();
    assert_eq!(full.options(), [1; 40]);
}

/// A segment with this payload, of which the capture holds all but `lost` bytes.
fn with_payload(payload: &[u8], lost: usize) -> Frame {
    let segment = Segment { ports: (4000, 23), payload: payload.to_vec(), ..Segment::default() };
    let frame = at(0, &tcp(&from_to(STRANGER, DARK), &segment));
    let length = frame.bytes.len() - lost;
    cut(frame, length)
}

/// Length, and hash where it was seen whole.
type Found = Option<(u32, Option<u64>)>;

#[test]
fn the_first_payload_seen_whole() {
    let (long, short, cut_off) =
        (b"twenty bytes or more", b"later, and whole too", b"cut off ere its end.");
    let hash = |bytes: &[u8]| Some(twox_hash::XxHash3_64::oneshot(bytes));
    let bare = with_payload(b"", 0);
    let cases: [(&[Frame], Found); 4] = [
        (std::slice::from_ref(&bare), None),
        (&[bare.clone(), with_payload(cut_off, 5)], Some((20, None))),
        (&[with_payload(cut_off, 5), with_payload(b"another, and cut too", 2)], Some((20, None))),
        (
            &[with_payload(cut_off, 5), with_payload(long, 0), with_payload(short, 0)],
            Some((20, hash(long))),
        ),
    ];
    for (frames, expect) in cases {
        let folded = fold(frames);
        let found = folded.rows[0].payload.map(|payload| (payload.length, payload.hash));
        assert_eq!(found, expect, "{}", frames.len());
        let truncated = frames.iter().filter(|f| (f.bytes.len() as u32) < f.wire_length).count();
        assert_eq!(folded.fates.truncated, truncated as u64);
    }
}

#[test]
fn a_first_fragment_has_no_hash() {
    let whole = udp(&from_to(STRANGER, DARK), (4000, 53), &[7; 100]);
    let payload = row(&[at(0, &whole.fragments(40)[0])]).payload.unwrap();
    assert_eq!((payload.length, payload.hash), (100, None));
}

#[test]
fn what_holds_no_readable_ip() {
    let frame = |bytes: Vec<u8>| Frame { time: 0, wire_length: bytes.len() as u32, bytes };
    let arp = testkit::frame::arp([10, 0, 0, 9].into());
    let folded = fold(&[frame(testkit::frame::broken()), frame(arp)]);
    assert_eq!((folded.letters.as_str(), folded.rows.len()), ("mn", 0));
}

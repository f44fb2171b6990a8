//! Any bytes, by any link type: no panic, and nothing said that is not in the frame.

use dissect::{Dissected, LinkType, Packet, Transport, dissect};
use proptest::prelude::*;

use crate::frame::{ethernet, icmp, ipv4, ipv6, tcp, udp};

/// Whether `part` lies in `whole`, by address.
fn lies_in(part: &[u8], whole: &[u8]) -> bool {
    let (part, whole) = (part.as_ptr_range(), whole.as_ptr_range());
    part.is_empty() || (whole.start <= part.start && part.end <= whole.end)
}

fn check(packet: &Packet<'_>, frame: &[u8]) {
    if let Some(payload) = packet.payload {
        assert!(lies_in(payload.bytes, frame));
        assert!(payload.length > 0 && payload.bytes.len() <= payload.length as usize);
    }
    if let Transport::Tcp(tcp) = packet.transport {
        assert!(lies_in(tcp.options, frame) && tcp.options.len() <= 40);
        assert!(tcp.flags.is_none_or(|flags| flags < 0x200));
    }
}

fn links() -> impl Strategy<Value = LinkType> {
    proptest::sample::select(LinkType::ALL.to_vec())
}

/// Good frames, of which some bytes are then changed.
fn frames() -> impl Strategy<Value = Vec<u8>> {
    let quote = ipv6(0, &[&[17, 0, 0, 0, 0, 0, 0, 0], &udp(b"x")[..]].concat());
    let good = [
        ethernet(0x0800, &ipv4(6, &tcp(2, &[2, 4, 5, 0xb4], b"data"))),
        ethernet(
            0x8100,
            &[&[0, 1, 0x86, 0xdd], &ipv6(58, &icmp(1, 0, [0; 4], &quote))[..]].concat(),
        ),
        ethernet(
            0x8847,
            &[&[0, 0, 1, 64], &ipv4(1, &icmp(3, 3, [0; 4], &ipv4(17, &udp(b""))))[..]].concat(),
        ),
        ethernet(
            0x86dd,
            &ipv6(44, &[&[6, 0, 0, 1, 0, 0, 0, 9], &tcp(2, &[], b"data")[..]].concat()),
        ),
    ];
    let changes = proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..4);
    (proptest::sample::select(good.to_vec()), changes).prop_map(|(mut frame, changes)| {
        for (at, byte) in changes {
            let at = at.index(frame.len());
            frame[at] = byte;
        }
        frame
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn any_bytes(link in links(), frame in proptest::collection::vec(any::<u8>(), 0..200), wire: u32) {
        if let Dissected::Ip(packet) = dissect(link, &frame, wire) {
            check(&packet, &frame);
        }
    }

    #[test]
    fn frames_gone_wrong(frame in frames(), wire: u32) {
        if let Dissected::Ip(packet) = dissect(LinkType::Ethernet, &frame, wire) {
            check(&packet, &frame);
        }
    }
}

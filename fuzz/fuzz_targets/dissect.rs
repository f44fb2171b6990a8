//! Any bytes as a frame: the first chooses the link type, the second how much longer the frame was on
//! the wire.

#![no_main]

use std::ops::Range;

use dissect::{Dissected, Fragment, LinkType, Packet, Transport, dissect};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let [link, longer, frame @ ..] = bytes else { return };
    let link = LinkType::ALL[usize::from(*link) % LinkType::ALL.len()];
    let wire = frame.len() as u32 + 16 * u32::from(*longer);
    if let Dissected::Ip(packet) = dissect(link, frame, wire) {
        check(&packet, frame);
    }
});

/// What a packet says lies in its frame, and its parts agree.
fn check(packet: &Packet<'_>, frame: &[u8]) {
    assert_eq!(packet.src.is_ipv4(), packet.dst.is_ipv4());
    assert!(packet.length >= if packet.src.is_ipv4() { 20 } else { 40 });
    assert!(packet.tool.is_none() || packet.src.is_ipv4());
    if packet.fragment == Fragment::Later {
        assert_eq!((packet.transport, packet.payload), (Transport::None, None));
    }
    if let Some(payload) = packet.payload {
        assert!(lies_in(payload.bytes, frame));
        assert!(payload.length > 0 && payload.bytes.len() <= payload.length as usize);
    }
    check_transport(packet, frame);
}

fn check_transport(packet: &Packet<'_>, frame: &[u8]) {
    match packet.transport {
        Transport::Tcp(tcp) => {
            assert_eq!(packet.protocol, 6);
            assert!(lies_in(tcp.options, frame) && tcp.options.len() <= 40);
            assert!(tcp.flags.is_none_or(|flags| flags < 0x200));
            assert!(tcp.seq.is_some() || tcp.flags.is_none());
        }
        Transport::Udp { .. } => assert_eq!(packet.protocol, 17),
        Transport::Icmp(icmp) => {
            assert_eq!(packet.protocol, if packet.src.is_ipv4() { 1 } else { 58 });
            assert!(icmp.id.is_none() || icmp.quoted.is_none());
            assert!(icmp.quoted.is_none_or(|quoted| quoted.src.is_ipv4() == packet.src.is_ipv4()));
        }
        Transport::None => {}
    }
}

/// Whether `part` lies in `whole`, by address.
fn lies_in(part: &[u8], whole: &[u8]) -> bool {
    let within = |part: Range<*const u8>, whole: Range<*const u8>| {
        whole.start <= part.start && part.end <= whole.end
    };
    part.is_empty() || within(part.as_ptr_range(), whole.as_ptr_range())
}

//! Every prefix of a frame gives no more than the frame, and nothing else.

use dissect::{Dissected, Fragment, LinkType, Packet, Transport, dissect};

use crate::frame::{ethernet, icmp, ipv4, ipv6, tcp, udp, with};
use crate::pcap;

/// A field of the longer prefix is what it was in the shorter one, or new.
fn kept<T: PartialEq>(shorter: Option<T>, longer: Option<T>) -> bool {
    shorter.is_none() || shorter == longer
}

fn transport_kept(shorter: &Transport<'_>, longer: &Transport<'_>) -> bool {
    match (shorter, longer) {
        (Transport::None, _) => true,
        (Transport::Tcp(a), Transport::Tcp(b)) => {
            (a.src_port, a.dst_port) == (b.src_port, b.dst_port)
                && kept(a.seq, b.seq)
                && kept(a.flags, b.flags)
                && kept(a.window, b.window)
                && b.options.starts_with(a.options)
        }
        (Transport::Icmp(a), Transport::Icmp(b)) => {
            (a.icmp_type, a.code) == (b.icmp_type, b.code)
                && kept(a.id, b.id)
                && kept(
                    a.quoted.map(|q| (q.src, q.quoted.dst)),
                    b.quoted.map(|q| (q.src, q.quoted.dst)),
                )
                && kept(
                    a.quoted.and_then(|q| q.quoted.ports),
                    b.quoted.and_then(|q| q.quoted.ports),
                )
                && kept(a.quoted.and_then(|q| q.icmp_id), b.quoted.and_then(|q| q.icmp_id))
        }
        (a, b) => a == b,
    }
}

/// The protocol of IPv6 moves down the chain of extension headers as more of it is there, and only
/// the fragment header says that there are fragments.
fn packet_kept(shorter: &Packet<'_>, longer: &Packet<'_>) -> bool {
    let chain_grew = shorter.dst.is_ipv6() && shorter.transport == Transport::None;
    (shorter.src, shorter.dst, shorter.ttl, shorter.length)
        == (longer.src, longer.dst, longer.ttl, longer.length)
        && (chain_grew || shorter.protocol == longer.protocol)
        && (chain_grew && shorter.fragment == Fragment::Whole
            || shorter.fragment == longer.fragment)
        && transport_kept(&shorter.transport, &longer.transport)
        && kept(shorter.tool, longer.tool)
        && shorter
            .payload
            .is_none_or(|a| longer.payload.is_some_and(|b| b.bytes.starts_with(a.bytes)))
}

fn kept_whole(shorter: &Dissected<'_>, longer: &Dissected<'_>) -> bool {
    match (shorter, longer) {
        (Dissected::Ip(a), Dissected::Ip(b)) => packet_kept(a, b),
        (Dissected::Ip(_), _) => false,
        _ => true,
    }
}

#[track_caller]
fn every_prefix(link: LinkType, frame: &[u8]) {
    let wire = u32::try_from(frame.len()).unwrap();
    for end in 1..=frame.len() {
        let (shorter, longer) =
            (dissect(link, &frame[..end - 1], wire), dissect(link, &frame[..end], wire));
        assert!(kept_whole(&shorter, &longer), "{end} of {frame:02x?}: {shorter:?}, {longer:?}");
    }
}

#[test]
fn frames_by_hand() {
    let syn = ipv4(6, &tcp(2, &[2, 4, 5, 0xb4, 1, 1, 4, 2], b"data"));
    every_prefix(LinkType::Ethernet, &ethernet(0x0800, &syn));
    every_prefix(LinkType::Ethernet, &ethernet(0x0800, &with(syn, 4, &54321_u16.to_be_bytes())));
    let error = ipv4(1, &icmp(3, 3, [0; 4], &ipv4(17, &udp(b"x"))));
    every_prefix(LinkType::Ethernet, &ethernet(0x8100, &[&[0, 1, 8, 0], &error[..]].concat()));
    let chain =
        [&[44, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 1, 0, 0, 0, 9], &tcp(2, &[], b"data")[..]].concat();
    every_prefix(LinkType::RawIp, &ipv6(0, &chain));
    every_prefix(LinkType::RawIp, &ipv6(58, &icmp(1, 0, [0; 4], &ipv6(0, &chain))));
}

/// Up to 200 frames of each capture that is there.
#[test]
fn frames_of_real_captures() {
    for capture in pcap::captures() {
        let Ok(file) = pcap::read(&capture.path) else { continue };
        let Some(link) = LinkType::from_number(file.link_type) else { continue };
        for frame in file.frames().take(200) {
            let head = frame.bytes.get(..200).unwrap_or(frame.bytes);
            every_prefix(link, head);
        }
    }
}

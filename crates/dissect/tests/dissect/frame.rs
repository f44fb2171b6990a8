//! Frames built by hand, field by field as the RFCs lay them out.

use dissect::{Dissected, LinkType, Malformed, NotIp, Packet, dissect};

/// 192.0.2.1 and 198.51.100.2, of the addresses that RFC 5737 reserves for documentation.
pub(crate) const SRC: [u8; 4] = [192, 0, 2, 1];
pub(crate) const DST: [u8; 4] = [198, 51, 100, 2];

/// An Ethernet II frame.
pub(crate) fn ethernet(ethertype: u16, data: &[u8]) -> Vec<u8> {
    [&[2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2], &ethertype.to_be_bytes()[..], data].concat()
}

/// An IPv4 packet without options: identification 0x1234, time to live 64.
pub(crate) fn ipv4(protocol: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(20 + data.len()).unwrap().to_be_bytes();
    let fixed = [0x45, 0, length[0], length[1], 0x12, 0x34, 0, 0, 64, protocol, 0, 0];
    [&fixed[..], &SRC, &DST, data].concat()
}

/// An IPv6 packet from 2001:db8::1 to 2001:db8::2, hop limit 63.
pub(crate) fn ipv6(next_header: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap().to_be_bytes();
    let address = |last| [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last];
    let fixed = [0x60, 0, 0, 0, length[0], length[1], next_header, 63];
    [&fixed[..], &address(1), &address(2), data].concat()
}

/// A TCP segment from port 40000 to 23, sequence number 0x01020304, window 1024.
pub(crate) fn tcp(flags: u8, options: &[u8], data: &[u8]) -> Vec<u8> {
    let offset = u8::try_from((20 + options.len()) / 4).unwrap() << 4;
    let fixed = [0x9c, 0x40, 0, 23, 1, 2, 3, 4, 0, 0, 0, 0, offset, flags, 4, 0, 0, 0, 0, 0];
    [&fixed[..], options, data].concat()
}

/// A UDP datagram from port 53 to 40000.
pub(crate) fn udp(data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(8 + data.len()).unwrap().to_be_bytes();
    [&[0, 53, 0x9c, 0x40, length[0], length[1], 0, 0], data].concat()
}

/// An ICMP or ICMPv6 message with the four bytes after the checksum.
pub(crate) fn icmp(icmp_type: u8, code: u8, rest: [u8; 4], data: &[u8]) -> Vec<u8> {
    [&[icmp_type, code, 0, 0], &rest[..], data].concat()
}

/// With the bytes at `at` replaced.
pub(crate) fn with(mut frame: Vec<u8>, at: usize, bytes: &[u8]) -> Vec<u8> {
    frame[at..at + bytes.len()].copy_from_slice(bytes);
    frame
}

/// What a frame that was captured whole holds.
pub(crate) fn read(link: LinkType, frame: &[u8]) -> Dissected<'_> {
    dissect(link, frame, u32::try_from(frame.len()).unwrap())
}

/// The packet in an IP datagram without a link layer.
#[track_caller]
pub(crate) fn packet(datagram: &[u8]) -> Packet<'_> {
    packet_in(LinkType::RawIp, datagram)
}

/// The packet in a frame.
#[track_caller]
pub(crate) fn packet_in(link: LinkType, frame: &[u8]) -> Packet<'_> {
    match read(link, frame) {
        Dissected::Ip(packet) => packet,
        other => panic!("no packet in {frame:02x?}: {other:?}"),
    }
}

/// The reason by which a frame counts as not IP.
#[track_caller]
pub(crate) fn not_ip(link: LinkType, frame: &[u8]) -> NotIp {
    match read(link, frame) {
        Dissected::NotIp(reason) => reason,
        other => panic!("{frame:02x?}: {other:?}"),
    }
}

/// The reason by which a frame counts as malformed.
#[track_caller]
pub(crate) fn malformed(link: LinkType, frame: &[u8]) -> Malformed {
    match read(link, frame) {
        Dissected::Malformed(reason) => reason,
        other => panic!("{frame:02x?}: {other:?}"),
    }
}

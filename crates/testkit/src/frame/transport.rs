//! TCP, UDP, and protocols that have no ports.

use observation::{Payload, protocol};
use twox_hash::XxHash3_64;

use super::checksum::{checksum, pseudo_header};
use super::{Datagram, Ip};
use crate::reference::{Packet, syn};

/// What a TCP segment is made of.
#[derive(Clone, Debug, Default)]
pub struct Segment {
    /// Source and destination port.
    pub ports: (u16, u16),
    /// Sequence number.
    pub seq: u32,
    /// Acknowledgment number.
    pub ack: u32,
    /// The lower eight flags.
    pub flags: u8,
    /// Window.
    pub window: u16,
    /// Options, a multiple of 4 bytes, at most 40.
    pub options: Vec<u8>,
    /// Payload.
    pub payload: Vec<u8>,
}

/// A TCP segment. The description bears no tool's mark: who marks it says so.
pub fn tcp(ip: &Ip, segment: &Segment) -> Datagram {
    let mut body = ports(segment.ports);
    body.extend(segment.seq.to_be_bytes());
    body.extend(segment.ack.to_be_bytes());
    body.extend([(5 + segment.options.len() as u8 / 4) << 4, segment.flags]);
    body.extend(segment.window.to_be_bytes());
    body.extend([0; 4]);
    body.extend(&segment.options);
    body.extend(&segment.payload);
    sum(ip, protocol::TCP, &mut body, 16);
    let mut about = Packet::bare(ip.src, ip.dst, protocol::TCP);
    about.ports = Some(segment.ports);
    about.tcp_flags = Some(segment.flags.into());
    about.syn = about.is_syn().then(|| syn(segment.window, &segment.options));
    about.payload = payload(&segment.payload);
    ip.packet(about, body)
}

/// A UDP datagram.
pub fn udp(ip: &Ip, both: (u16, u16), data: &[u8]) -> Datagram {
    let mut body = ports(both);
    body.extend((8 + data.len() as u16).to_be_bytes());
    body.extend([0, 0]);
    body.extend(data);
    sum(ip, protocol::UDP, &mut body, 6);
    let mut about = Packet::bare(ip.src, ip.dst, protocol::UDP);
    about.ports = Some(both);
    about.payload = payload(data);
    ip.packet(about, body)
}

/// A packet of another protocol.
pub fn other(ip: &Ip, number: u8, data: &[u8]) -> Datagram {
    let mut about = Packet::bare(ip.src, ip.dst, number);
    about.payload = payload(data);
    ip.packet(about, data.to_vec())
}

/// A payload seen whole; none where it is empty.
pub(super) fn payload(data: &[u8]) -> Option<Payload> {
    let hash = Some(XxHash3_64::oneshot(data));
    (!data.is_empty()).then_some(Payload { length: data.len() as u32, hash })
}

fn ports((src, dst): (u16, u16)) -> Vec<u8> {
    [src.to_be_bytes(), dst.to_be_bytes()].concat()
}

/// Puts the checksum with pseudo-header at its place.
pub(super) fn sum(ip: &Ip, protocol: u8, body: &mut [u8], place: usize) {
    let header = pseudo_header(ip.src, ip.dst, protocol, body.len());
    let sum = checksum(&[&header, body]).to_be_bytes();
    for (slot, byte) in body.iter_mut().skip(place).zip(sum) {
        *slot = byte;
    }
}

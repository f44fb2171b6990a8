//! IP headers and fragments.

use std::net::IpAddr;

use super::checksum::{checksum, octets};
use crate::reference::Packet;

const FRAGMENT: u8 = 44;

/// An IP packet: its bytes, and what they are.
#[derive(Clone, Debug)]
pub struct Datagram {
    /// The bytes, from the IP header on.
    pub bytes: Vec<u8>,
    /// What they are.
    pub about: Packet,
    /// The header it was made with.
    ip: Ip,
    /// What follows that header.
    body: Vec<u8>,
}

/// What an IP header is made of. Addresses of both families in one header become IPv6, mapped.
#[derive(Clone, Debug)]
pub struct Ip {
    /// Source.
    pub src: IpAddr,
    /// Destination.
    pub dst: IpAddr,
    /// Time to live, or hop limit.
    pub ttl: u8,
    /// Identification (of IPv6 only in fragments).
    pub id: u16,
    /// IPv6 extension headers: their number, and their bytes after the next-header field, of which
    /// the first is the length field; each is 8 bytes long with that field.
    pub extensions: Vec<(u8, [u8; 7])>,
}

impl Ip {
    /// A plain header.
    pub fn new(src: IpAddr, dst: IpAddr) -> Self {
        let (src, dst) = match (src, dst) {
            (IpAddr::V4(src), IpAddr::V6(_)) => (src.to_ipv6_mapped().into(), dst),
            (IpAddr::V6(_), IpAddr::V4(dst)) => (src, dst.to_ipv6_mapped().into()),
            same => same,
        };
        Ip { src, dst, ttl: 64, id: 1, extensions: Vec::new() }
    }

    /// The packet with this header and body; `about` gets what the header says.
    pub(super) fn packet(&self, mut about: Packet, body: Vec<u8>) -> Datagram {
        let bytes = self.bytes(about.protocol, 0, &body);
        about.ttl = self.ttl;
        about.length = bytes.len() as u32;
        Datagram { bytes, about, ip: self.clone(), body }
    }

    /// Header and body; `place` is the fragment field of IPv4: flags and offset.
    fn bytes(&self, protocol: u8, place: u16, body: &[u8]) -> Vec<u8> {
        if self.src.is_ipv4() { self.v4(protocol, place, body) } else { self.v6(protocol, body) }
    }

    fn v4(&self, protocol: u8, place: u16, body: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0x45, 0];
        bytes.extend((20 + body.len() as u16).to_be_bytes());
        bytes.extend(self.id.to_be_bytes());
        bytes.extend(place.to_be_bytes());
        let addresses = [octets(self.src), octets(self.dst)].concat();
        let sum = checksum(&[&bytes, &[self.ttl, protocol], &addresses]);
        bytes.extend([self.ttl, protocol]);
        bytes.extend(sum.to_be_bytes());
        bytes.extend(addresses);
        bytes.extend(body);
        bytes
    }

    fn v6(&self, protocol: u8, body: &[u8]) -> Vec<u8> {
        let mut numbers: Vec<u8> = self.extensions.iter().map(|(number, _)| *number).collect();
        numbers.push(protocol);
        let mut numbers = numbers.into_iter();
        let mut bytes = vec![0x60, 0, 0, 0];
        bytes.extend(((8 * self.extensions.len() + body.len()) as u16).to_be_bytes());
        bytes.extend([numbers.next().unwrap_or(protocol), self.ttl]);
        bytes.extend([octets(self.src), octets(self.dst)].concat());
        for (_, extension) in &self.extensions {
            bytes.push(numbers.next().unwrap_or(protocol));
            bytes.extend(extension);
        }
        bytes.extend(body);
        bytes
    }
}

impl Datagram {
    /// The packet in fragments of `size` bytes of its body each, rounded down to a multiple of 8
    /// and at least 8; the first has the transport header where `size` has room for it.
    pub fn fragments(&self, size: usize) -> Vec<Datagram> {
        let size = (size / 8 * 8).max(8);
        let pieces: Vec<&[u8]> = self.body.chunks(size).collect();
        let last = pieces.len().saturating_sub(1);
        pieces
            .iter()
            .enumerate()
            .map(|(index, piece)| self.fragment(index * size, index < last, piece))
            .collect()
    }

    fn fragment(&self, offset: usize, more: bool, piece: &[u8]) -> Datagram {
        let mut ip = self.ip.clone();
        let bytes = if ip.src.is_ipv4() {
            let flag = if more { 0x2000 } else { 0 };
            ip.v4(self.about.protocol, flag | (offset / 8) as u16, piece)
        } else {
            let [a, b] = (offset as u16 | u16::from(more)).to_be_bytes();
            let [c, d] = ip.id.to_be_bytes();
            ip.extensions.push((FRAGMENT, [0, a, b, 0, 0, c, d]));
            ip.v6(self.about.protocol, piece)
        };
        let about = self.of_fragment(offset, more, piece, bytes.len());
        Datagram { bytes, about, ip, body: piece.to_vec() }
    }

    /// The first fragment keeps the transport header, and of the payload the hash is lost. A UDP
    /// header says how long the whole is; of TCP only what is there counts.
    fn of_fragment(&self, offset: usize, more: bool, piece: &[u8], length: usize) -> Packet {
        let mut about = self.about.clone();
        if offset > 0 {
            about = Packet::bare(about.src, about.dst, about.protocol);
            about.ttl = self.ip.ttl;
            about.later_fragment = true;
        } else if more && let Some(payload) = &mut about.payload {
            payload.hash = None;
            if about.protocol != observation::protocol::UDP {
                let lost = self.body.len() - piece.len();
                payload.length = payload.length.saturating_sub(lost as u32);
            }
        }
        about.length = length as u32;
        about
    }
}

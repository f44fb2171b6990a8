//! ICMP and ICMPv6, by the family of the addresses.

use observation::{Payload, Quoted, protocol};

use super::checksum::checksum;
use super::transport::{payload, sum};
use super::{Datagram, Ip};
use crate::reference::{Packet, QuotedPacket};

/// An echo request or its reply.
pub fn echo(ip: &Ip, reply: bool, id: u16, sequence: u16, data: &[u8]) -> Datagram {
    let icmp_type = match (ip.src.is_ipv4(), reply) {
        (true, false) => 8,
        (true, true) => 0,
        (false, false) => 128,
        (false, true) => 129,
    };
    let rest = [&id.to_be_bytes(), &sequence.to_be_bytes(), data].concat();
    icmp(ip, (icmp_type, 0), &rest, Some(id), None, payload(data))
}

/// An error that quotes the first `quote` bytes of a packet: at least its IP header and ports.
pub fn error(ip: &Ip, icmp: (u8, u8), of: &Datagram, quote: usize) -> Datagram {
    let bytes = of.bytes.get(..quote).unwrap_or(&of.bytes);
    let rest = [&[0; 4], bytes].concat();
    let Packet { src, dst, protocol, ports, echo, .. } = of.about;
    let quoted = QuotedPacket { src, quoted: Quoted { protocol, dst, ports }, echo };
    self::icmp(ip, icmp, &rest, None, Some(quoted), None)
}

/// Any other message; `data` follows the checksum.
pub fn message(ip: &Ip, icmp: (u8, u8), data: &[u8]) -> Datagram {
    self::icmp(ip, icmp, data, None, None, payload(data))
}

fn icmp(
    ip: &Ip,
    (icmp_type, code): (u8, u8),
    rest: &[u8],
    echo: Option<u16>,
    quoted: Option<QuotedPacket>,
    payload: Option<Payload>,
) -> Datagram {
    let mut body = [&[icmp_type, code, 0, 0], rest].concat();
    let number = if ip.src.is_ipv4() { protocol::ICMP } else { protocol::ICMPV6 };
    if ip.src.is_ipv4() {
        let [a, b] = checksum(&[&body]).to_be_bytes();
        body.splice(2..4, [a, b]);
    } else {
        sum(ip, number, &mut body, 2);
    }
    let mut about = Packet::bare(ip.src, ip.dst, number);
    about.icmp = Some((icmp_type, code));
    about.echo = echo;
    about.quoted = quoted;
    about.payload = payload;
    ip.packet(about, body)
}

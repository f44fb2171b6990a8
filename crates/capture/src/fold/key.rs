//! What the packets of one access have in common.

use std::hash::{Hash, Hasher};
use std::net::IpAddr;

use dissect::{Packet, Transport};
use observation::{Access, Quoted};

use super::brief::{Book, Brief};

/// The key of an access: point, addresses, protocol, and ports or ICMP type and code; for ICMP
/// errors also what they quote, or all victims of one router would be one access.
///
/// Addresses are held as numbers with their family beside them, so that an IPv4 address never
/// equals an IPv6 one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    src: u128,
    dst: u128,
    quoted_dst: u128,
    /// Ports, or ICMP type and code.
    pair: (u16, u16),
    quoted_ports: (u16, u16),
    point: u16,
    protocol: u8,
    quoted_protocol: u8,
    marks: u8,
}

const V6: u8 = 1;
const PORTS: u8 = 2;
const ICMP: u8 = 4;
const QUOTED: u8 = 8;
const QUOTED_V6: u8 = 16;
const QUOTED_PORTS: u8 = 32;

/// A key as an open access has it: 26 bytes of it.
///
/// Its addresses are held by a book of the table, and released when the access goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    src: Brief,
    dst: Brief,
    quoted_dst: Brief,
    pair: (u16, u16),
    quoted_ports: (u16, u16),
    point: u16,
    protocol: u8,
    quoted_protocol: u8,
    marks: u8,
}

/// Few writes: most keys are those of packets that quote nothing.
impl Hash for Kept {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let [a, b] = self.pair.0.to_be_bytes();
        let [c, d] = self.pair.1.to_be_bytes();
        let [e, f] = self.point.to_be_bytes();
        state.write_u64(u64::from_be_bytes([a, b, c, d, e, f, self.protocol, self.marks]));
        state.write_u64(u64::from(self.src.word()) << 32 | u64::from(self.dst.word()));
        if self.marks & QUOTED != 0 {
            state.write_u32(self.quoted_dst.word());
            self.quoted_ports.hash(state);
            state.write_u8(self.quoted_protocol);
        }
    }
}

impl Kept {
    /// The key that it stands for.
    pub(super) fn key(&self, book: &Book) -> Key {
        let Kept { pair, quoted_ports, point, protocol, quoted_protocol, marks, .. } = *self;
        Key {
            src: book.address(self.src, marks & V6 != 0),
            dst: book.address(self.dst, marks & V6 != 0),
            quoted_dst: book.address(self.quoted_dst, marks & QUOTED_V6 != 0),
            pair,
            quoted_ports,
            point,
            protocol,
            quoted_protocol,
            marks,
        }
    }

    /// Gives its addresses back, when its access goes.
    pub(super) fn release(&self, book: &mut Book) {
        book.release(self.src, self.marks & V6 != 0);
        book.release(self.dst, self.marks & V6 != 0);
        book.release(self.quoted_dst, self.marks & QUOTED_V6 != 0);
    }
}

impl Key {
    /// The key of a packet at the point with this index.
    pub(super) fn new(point: usize, packet: &Packet<'_>) -> Self {
        let v6 = if packet.src.is_ipv6() { V6 } else { 0 };
        let mut key = Key {
            src: number(packet.src),
            dst: number(packet.dst),
            quoted_dst: 0,
            pair: (0, 0),
            quoted_ports: (0, 0),
            point: u16::try_from(point).unwrap_or(u16::MAX),
            protocol: packet.protocol,
            quoted_protocol: 0,
            marks: v6,
        };
        match packet.transport {
            Transport::Tcp(tcp) => key.set_ports(tcp.src_port, tcp.dst_port),
            Transport::Udp { src_port, dst_port } => key.set_ports(src_port, dst_port),
            Transport::Icmp(icmp) => {
                key.pair = (icmp.icmp_type.into(), icmp.code.into());
                key.marks |= ICMP;
                key.quote(icmp.quoted.map(|packet| packet.quoted));
            }
            Transport::None => {}
        }
        key
    }

    /// The key of an access of the point with this index.
    pub(super) fn of(point: usize, access: &Access) -> Self {
        let v6 = if access.src.is_ipv6() { V6 } else { 0 };
        let mut key = Key {
            src: number(access.src),
            dst: number(access.dst),
            quoted_dst: 0,
            pair: (0, 0),
            quoted_ports: (0, 0),
            point: u16::try_from(point).unwrap_or(u16::MAX),
            protocol: access.protocol,
            quoted_protocol: 0,
            marks: v6,
        };
        if let Some((src, dst)) = access.ports {
            key.set_ports(src, dst);
        }
        if let Some((icmp_type, code)) = access.icmp {
            key.pair = (icmp_type.into(), code.into());
            key.marks |= ICMP;
        }
        key.quote(access.quoted);
        key
    }

    fn set_ports(&mut self, src: u16, dst: u16) {
        self.pair = (src, dst);
        self.marks |= PORTS;
    }

    fn quote(&mut self, quoted: Option<Quoted>) {
        let Some(quoted) = quoted else { return };
        self.quoted_protocol = quoted.protocol;
        self.quoted_dst = number(quoted.dst);
        self.marks |= QUOTED | if quoted.dst.is_ipv6() { QUOTED_V6 } else { 0 };
        if let Some(ports) = quoted.ports {
            self.quoted_ports = ports;
            self.marks |= QUOTED_PORTS;
        }
    }

    fn is(&self, mark: u8) -> bool {
        self.marks & mark != 0
    }

    /// As an open access may have it; none: no access has one of its addresses.
    pub(super) fn find(&self, book: &Book) -> Option<Kept> {
        let src = book.find(self.src, self.is(V6))?;
        let dst = book.find(self.dst, self.is(V6))?;
        Some(self.with(src, dst, book.find(self.quoted_dst, self.is(QUOTED_V6))?))
    }

    /// As an access has it that begins now.
    pub(super) fn hold(&self, book: &mut Book) -> Kept {
        let src = book.hold(self.src, self.is(V6));
        let dst = book.hold(self.dst, self.is(V6));
        self.with(src, dst, book.hold(self.quoted_dst, self.is(QUOTED_V6)))
    }

    fn with(&self, src: Brief, dst: Brief, quoted_dst: Brief) -> Kept {
        let Key { pair, quoted_ports, point, protocol, quoted_protocol, marks, .. } = *self;
        Kept { src, dst, quoted_dst, pair, quoted_ports, point, protocol, quoted_protocol, marks }
    }

    /// The index of the point.
    pub(super) fn point(&self) -> usize {
        self.point.into()
    }

    /// The source address.
    pub(super) fn src(&self) -> IpAddr {
        address(self.src, self.is(V6))
    }

    /// The destination address.
    pub(super) fn dst(&self) -> IpAddr {
        address(self.dst, self.is(V6))
    }

    /// The protocol.
    pub(super) fn protocol(&self) -> u8 {
        self.protocol
    }

    /// The ports, where there are any.
    pub(super) fn ports(&self) -> Option<(u16, u16)> {
        self.is(PORTS).then_some(self.pair)
    }

    /// ICMP type and code, where there are any.
    pub(super) fn icmp(&self) -> Option<(u8, u8)> {
        let [_, icmp_type] = self.pair.0.to_be_bytes();
        let [_, code] = self.pair.1.to_be_bytes();
        self.is(ICMP).then_some((icmp_type, code))
    }

    /// What an ICMP error quotes.
    pub(super) fn quoted(&self) -> Option<Quoted> {
        self.is(QUOTED).then(|| Quoted {
            protocol: self.quoted_protocol,
            dst: address(self.quoted_dst, self.is(QUOTED_V6)),
            ports: self.is(QUOTED_PORTS).then_some(self.quoted_ports),
        })
    }
}

/// An address as a number; an IPv4 address is less than 2^32.
pub(super) fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u32::from(address).into(),
        IpAddr::V6(address) => address.into(),
    }
}

/// The address of a number.
pub(super) fn address(number: u128, v6: bool) -> IpAddr {
    match u32::try_from(number) {
        Ok(number) if !v6 => IpAddr::V4(number.into()),
        _ => IpAddr::V6(number.into()),
    }
}

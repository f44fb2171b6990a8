//! An access: a row, or an image of one that is open.
//!
//! ```text
//! version u8, 1 · marks u16 · protocol u8 · kind u8 · ttl u8 · first_seen i64 · duration
//! source, destination: 4 bytes, or 16 by mark 0
//! ports: two u16, by mark 1 · ICMP type and code: two u8, by mark 2
//! packets · syns · bytes · TCP flags, by mark 3
//! quoted, by mark 4: protocol u8, address (16 bytes by mark 5), by mark 6 ports: two u16
//! SYN, by mark 7: window u16, length of its options u8, options
//! tool u8, by mark 8 · payload, by mark 9: length, by mark 10 hash u64
//! ```
//!
//! Fixed-width integers are little-endian. Kinds and tools have the numbers of [`KINDS`] and
//! [`TOOLS`], which are never given anew.

use observation::{Access, Kind, Payload, Point, Quoted, Syn, Tool};

use super::VERSION;
use super::bytes::{Reader, put, put_address};

/// Kinds by their numbers.
const KINDS: [Kind; 9] = [
    Kind::TcpSyn,
    Kind::TcpSynAck,
    Kind::TcpRst,
    Kind::TcpOther,
    Kind::Udp,
    Kind::IcmpEcho,
    Kind::IcmpUnreachable,
    Kind::IcmpOther,
    Kind::Other,
];
/// Tools by their numbers.
const TOOLS: [Tool; 3] = [Tool::Zmap, Tool::Masscan, Tool::Mirai];

fn mark(bit: u32, set: bool) -> u16 {
    u16::from(set) << bit
}

fn marks(access: &Access) -> u16 {
    let quoted = access.quoted.as_ref();
    mark(0, access.src.is_ipv6())
        | mark(1, access.ports.is_some())
        | mark(2, access.icmp.is_some())
        | mark(3, access.tcp_flags.is_some())
        | mark(4, quoted.is_some())
        | mark(5, quoted.is_some_and(|quoted| quoted.dst.is_ipv6()))
        | mark(6, quoted.is_some_and(|quoted| quoted.ports.is_some()))
        | mark(7, access.syn.is_some())
        | mark(8, access.tool.is_some())
        | mark(9, access.payload.is_some())
        | mark(10, access.payload.is_some_and(|payload| payload.hash.is_some()))
}

/// The number of a value in a list of all. None of ours is missing: a test says so.
fn number<T: PartialEq>(list: &[T], value: &T) -> u8 {
    list.iter().position(|one| one == value).and_then(|at| u8::try_from(at).ok()).unwrap_or(u8::MAX)
}

/// Appends an access without its point.
pub(crate) fn encode(access: &Access, out: &mut Vec<u8>) {
    out.push(VERSION);
    out.extend_from_slice(&marks(access).to_le_bytes());
    out.extend_from_slice(&[access.protocol, number(&KINDS, &access.kind), access.ttl]);
    out.extend_from_slice(&access.first_seen.to_le_bytes());
    put(access.duration.unsigned_abs(), out);
    put_address(access.src, out);
    put_address(access.dst, out);
    put_ports(access.ports, out);
    if let Some((icmp_type, code)) = access.icmp {
        out.extend_from_slice(&[icmp_type, code]);
    }
    put(access.packets, out);
    put(access.syns, out);
    put(access.bytes, out);
    if let Some(flags) = access.tcp_flags {
        put(flags.into(), out);
    }
    if let Some(quoted) = access.quoted {
        out.push(quoted.protocol);
        put_address(quoted.dst, out);
        put_ports(quoted.ports, out);
    }
    put_first(access, out);
}

/// What the first packets showed.
fn put_first(access: &Access, out: &mut Vec<u8>) {
    if let Some(syn) = &access.syn {
        out.extend_from_slice(&syn.window.to_le_bytes());
        out.push(syn.options_len.min(40));
        out.extend_from_slice(syn.options());
    }
    if let Some(tool) = access.tool {
        out.push(number(&TOOLS, &tool));
    }
    if let Some(payload) = access.payload {
        put(payload.length.into(), out);
        if let Some(hash) = payload.hash {
            out.extend_from_slice(&hash.to_le_bytes());
        }
    }
}

fn put_ports(ports: Option<(u16, u16)>, out: &mut Vec<u8>) {
    if let Some((src, dst)) = ports {
        out.extend_from_slice(&src.to_le_bytes());
        out.extend_from_slice(&dst.to_le_bytes());
    }
}

/// Reads an access of this point; none: it is none of this version.
pub(crate) fn decode(point: &Point, payload: &[u8]) -> Option<Access> {
    let mut reader = Reader(payload);
    if reader.byte()? != VERSION {
        return None;
    }
    let marks = u16::from_le_bytes(reader.array()?);
    let is = |bit: u32| marks & (1 << bit) != 0;
    let [protocol, kind, ttl] = reader.array()?;
    let access = Access {
        first_seen: reader.time()?,
        duration: reader.small()?,
        point: point.clone(),
        src: reader.address(is(0))?,
        dst: reader.address(is(0))?,
        protocol,
        ports: when(is(1), || ports(&mut reader))?,
        icmp: when(is(2), || reader.array().map(|[icmp_type, code]| (icmp_type, code)))?,
        kind: *KINDS.get(usize::from(kind))?,
        packets: reader.number()?,
        syns: reader.number()?,
        bytes: reader.number()?,
        tcp_flags: when(is(3), || reader.small())?,
        ttl,
        quoted: when(is(4), || quoted(&mut reader, is(5), is(6)))?,
        syn: when(is(7), || syn(&mut reader))?,
        tool: when(is(8), || TOOLS.get(usize::from(reader.byte()?)).copied())?,
        payload: when(is(9), || payload_of(&mut reader, is(10)))?,
    };
    reader.end()?;
    Some(access)
}

/// What is there by its mark. The outer none: it should be there and is not.
fn when<T>(there: bool, read: impl FnOnce() -> Option<T>) -> Option<Option<T>> {
    if there { read().map(Some) } else { Some(None) }
}

fn ports(reader: &mut Reader<'_>) -> Option<(u16, u16)> {
    Some((u16::from_le_bytes(reader.array()?), u16::from_le_bytes(reader.array()?)))
}

fn quoted(reader: &mut Reader<'_>, v6: bool, has_ports: bool) -> Option<Quoted> {
    Some(Quoted {
        protocol: reader.byte()?,
        dst: reader.address(v6)?,
        ports: when(has_ports, || ports(reader))?,
    })
}

fn syn(reader: &mut Reader<'_>) -> Option<Syn> {
    let window = u16::from_le_bytes(reader.array()?);
    let options_len = reader.byte()?;
    let mut options = [0; 40];
    options.get_mut(..options_len.into())?.copy_from_slice(reader.bytes(options_len.into())?);
    Some(Syn { window, options_len, options })
}

fn payload_of(reader: &mut Reader<'_>, hashed: bool) -> Option<Payload> {
    Some(Payload {
        length: reader.small()?,
        hash: when(hashed, || reader.array().map(u64::from_le_bytes))?,
    })
}

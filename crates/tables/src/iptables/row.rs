//! From the fields of a line to an access.

use std::net::IpAddr;

use dissect::{Icmp, MARKS, Probe, Tcp, Transport};
use observation::{Kind, Logged, Micros, Point, Quoted, TcpOptions, Tool, protocol};

use super::fields::{ACCURATE_ECN, Fields};
use crate::number::{decimal, hexadecimal, pairs, plain_address};
use crate::protocol as names;
use crate::reason::{Field, Reason};

/// The access that a line tells of, one packet.
///
/// A line without a destination or, in IPv4, without a protocol was cut short: the kernel writes
/// both always.
pub(super) fn row(fields: &Fields<'_>, time: Micros, point: &Point) -> Result<Logged, Reason> {
    let src = address(fields.src.ok_or(Reason::Missing(Field::Src))?, Field::Src)?;
    let dst = address(fields.dst.ok_or(Reason::BreaksOff)?, Field::Dst)?;
    if src.is_ipv4() != dst.is_ipv4() {
        return Err(Reason::Bad(Field::Dst));
    }
    let number = match fields.number() {
        Some(None) => return Err(Reason::Bad(Field::Protocol)),
        Some(number) => number,
        None if dst.is_ipv4() => return Err(Reason::BreaksOff),
        None => None,
    };
    if fields.breaks_off(number) {
        return Err(Reason::BreaksOff);
    }
    let mut row = Logged::new(time, point.clone(), src);
    row.dst = Some(dst);
    row.protocol = number;
    row.packets = Some(1);
    row.bytes = read::<u32>(fields.length, Field::Bytes)?.map(u64::from);
    row.ttl = read(fields.ttl, Field::Ttl)?;
    row.syns = number.filter(|&number| number != protocol::TCP).map(|_| 0);
    match number {
        Some(protocol::TCP) => tcp(fields, &mut row)?,
        Some(number) => other(fields, number, &mut row)?,
        None => {}
    }
    row.tool = tool(fields, &row);
    row.quoted = fields.quoted.and_then(|text| quoted(text, src));
    Ok(row)
}

/// The packet that an ICMP error quotes, as far as it can be read: what is wrong in it makes no line worse.
fn quoted(text: &[u8], src: IpAddr) -> Option<Quoted> {
    let fields = Fields::read(text);
    let dst = plain_address(fields.dst?).filter(|dst| dst.is_ipv4() == src.is_ipv4())?;
    let protocol = fields.number()??;
    let has_ports = matches!(protocol, protocol::TCP | protocol::UDP);
    let ports = fields.src_port.and_then(decimal).zip(fields.dst_port.and_then(decimal));
    Some(Quoted { protocol, dst, ports: ports.filter(|_| has_ports) })
}

fn address(text: &[u8], field: Field) -> Result<IpAddr, Reason> {
    plain_address(text).ok_or(Reason::Bad(field))
}

/// A number that may lack, but may not be anything else.
fn read<T: std::str::FromStr>(text: Option<&[u8]>, field: Field) -> Result<Option<T>, Reason> {
    text.map(|text| decimal(text).ok_or(Reason::Bad(field))).transpose()
}

fn ports(fields: &Fields<'_>, row: &mut Logged) -> Result<(), Reason> {
    row.src_port = read(fields.src_port, Field::SrcPort)?;
    row.dst_port = read(fields.dst_port, Field::DstPort)?;
    Ok(())
}

fn tcp(fields: &Fields<'_>, row: &mut Logged) -> Result<(), Reason> {
    ports(fields, row)?;
    row.kind = Some(Kind::TcpOther);
    let Some(reserved) = fields.reserved else { return Ok(()) };
    let flags = fields.flags | accurate_ecn(reserved).ok_or(Reason::Bad(Field::TcpFlags))?;
    let syn = flags & (Tcp::SYN | Tcp::ACK) == Tcp::SYN;
    row.tcp_flags = Some(flags);
    row.kind = Some(Kind::of_tcp(flags));
    row.syns = Some(u64::from(syn));
    if syn {
        row.syn_window = read(fields.window, Field::SynWindow)?;
        row.syn_options = options(fields, row)?;
    }
    Ok(())
}

/// The lowest of the reserved bits became a flag in 2025. The kernel prints the four bits with two
/// zeros behind them, and since it knows the flag, the flag by name.
fn accurate_ecn(reserved: &[u8]) -> Option<u16> {
    let bits = hexadecimal(reserved)?;
    Some(if bits & 4 == 0 { 0 } else { ACCURATE_ECN })
}

/// The options of a SYN. The kernel writes none where there are none, and where it was not told to
/// (`--log-tcp-options`): only a packet with no room for options shows which.
fn options(fields: &Fields<'_>, row: &Logged) -> Result<Option<TcpOptions>, Reason> {
    const BARE: u64 = 20;
    let headers = if row.src.is_ipv4() { 20 } else { 40 };
    let Some(text) = fields.options else {
        let bare = row.bytes == Some(BARE.saturating_add(headers));
        return Ok(bare.then_some(TcpOptions::EMPTY));
    };
    let digits = text.strip_prefix(b"(").and_then(|text| text.strip_suffix(b")"));
    let mut bytes = [0; TcpOptions::MAX_LEN];
    let length = digits.and_then(|digits| pairs(digits, &mut bytes));
    let options = length.and_then(|length| TcpOptions::new(bytes.get(..length)?));
    options.map(Some).ok_or(Reason::Bad(Field::SynOptions))
}

fn other(fields: &Fields<'_>, number: u8, row: &mut Logged) -> Result<(), Reason> {
    if names::has_ports(number) {
        ports(fields, row)?;
    } else if names::is_icmp(number) {
        row.icmp_type = read(fields.icmp_type, Field::IcmpType)?;
        row.icmp_code = read(fields.icmp_code, Field::IcmpCode)?;
    }
    let unknown = || names::is_icmp(number).then_some(Kind::IcmpOther);
    row.kind = names::kind(number, row.icmp_type).or_else(unknown);
    Ok(())
}

/// The tool whose mark the line shows, by the very rules for packets. masscan's and Mirai's are in
/// the sequence number, which the kernel writes only if told to (`--log-tcp-sequence`).
fn tool(fields: &Fields<'_>, row: &Logged) -> Option<Tool> {
    let (Some(IpAddr::V4(dst)), Some(protocol)) = (row.dst, row.protocol) else { return None };
    if fields.later_fragment {
        return None;
    }
    let probe =
        Probe { ip_id: decimal(fields.id?)?, dst, protocol, transport: transport(fields, row) };
    MARKS.iter().find(|mark| (mark.matches)(&probe)).map(|mark| mark.tool)
}

fn transport(fields: &Fields<'_>, row: &Logged) -> Transport<'static> {
    match (row.protocol, row.src_port.zip(row.dst_port), row.icmp_type.zip(row.icmp_code)) {
        (Some(protocol::TCP), Some((src_port, dst_port)), _) => Transport::Tcp(Tcp {
            src_port,
            dst_port,
            seq: fields.seq.and_then(decimal),
            flags: row.tcp_flags,
            window: row.syn_window,
            options: &[],
        }),
        (Some(protocol::UDP), Some((src_port, dst_port)), _) => {
            Transport::Udp { src_port, dst_port }
        }
        (_, _, Some((icmp_type, code))) => {
            Transport::Icmp(Icmp { icmp_type, code, id: None, quoted: None })
        }
        _ => Transport::None,
    }
}

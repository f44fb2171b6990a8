//! Packets into accesses.

use std::collections::BTreeMap;
use std::net::IpAddr;

use observation::{Access, Kind, Micros, Point, Quoted, protocol};

use super::{Packet, Settings};

/// Rule 1's key.
pub(super) type Key =
    (Point, IpAddr, IpAddr, u8, Option<(u16, u16)>, Option<(u8, u8)>, Option<Quoted>);

/// Accesses that may still grow, and those that may not.
#[derive(Default)]
pub(super) struct Table {
    open: BTreeMap<Key, Access>,
    closed: Vec<Access>,
}

impl Table {
    /// Joins the packet to its key's open access, or begins anew.
    pub(super) fn add(
        &mut self,
        point: &Point,
        packet: &Packet,
        time: Micros,
        settings: &Settings,
    ) {
        let key = key(point, packet);
        if let Some(access) = self.open.get_mut(&key) {
            if joins(access, time, settings) {
                join(access, packet, time);
                return;
            }
            self.closed.push(access.clone());
        }
        self.open.insert(key, begun(point, packet, time));
    }

    /// Closes every access.
    pub(super) fn close(&mut self) {
        self.closed.extend(std::mem::take(&mut self.open).into_values());
    }

    /// Every access, in the order of [`sort`].
    pub(super) fn finish(mut self) -> Vec<Access> {
        self.close();
        sort(&mut self.closed);
        self.closed
    }
}

/// Puts accesses into an order of their own: by first_seen, then by key, then by end.
pub fn sort(accesses: &mut [Access]) {
    accesses.sort_by_cached_key(|access| {
        let Access { src, dst, protocol, ports, icmp, quoted, .. } = *access;
        let key = (access.point.clone(), src, dst, protocol, ports, icmp, quoted);
        (access.first_seen, key, access.duration, access.packets)
    });
}

fn key(point: &Point, packet: &Packet) -> Key {
    let quoted = packet.quoted.map(|quoted| quoted.quoted);
    (point.clone(), packet.src, packet.dst, packet.protocol, packet.ports, packet.icmp, quoted)
}

fn joins(access: &Access, time: Micros, settings: &Settings) -> bool {
    let (first, last) = (access.first_seen, access.first_seen + access.duration);
    let near = (first - settings.idle..=last + settings.idle).contains(&time);
    near && last.max(time) - first.min(time) < settings.active
}

fn begun(point: &Point, packet: &Packet, time: Micros) -> Access {
    let mut access = Access {
        first_seen: time,
        duration: 0,
        point: point.clone(),
        src: packet.src,
        dst: packet.dst,
        protocol: packet.protocol,
        ports: packet.ports,
        icmp: packet.icmp,
        kind: kind(packet),
        packets: 0,
        syns: 0,
        bytes: 0,
        tcp_flags: None,
        ttl: packet.ttl,
        syn: None,
        tool: packet.tool,
        quoted: packet.quoted.map(|quoted| quoted.quoted),
        payload: None,
    };
    join(&mut access, packet, time);
    access
}

fn join(access: &mut Access, packet: &Packet, time: Micros) {
    let last = (access.first_seen + access.duration).max(time);
    access.first_seen = access.first_seen.min(time);
    access.duration = last - access.first_seen;
    access.packets += 1;
    access.syns += u64::from(packet.is_syn());
    access.bytes += u64::from(packet.length);
    if let Some(flags) = packet.tcp_flags {
        access.tcp_flags = Some(access.tcp_flags.unwrap_or(0) | flags);
    }
    access.syn = access.syn.or(packet.syn);
    let whole = |payload: &observation::Payload| payload.hash.is_some();
    let kept = access.payload.filter(whole).or(packet.payload.filter(whole));
    access.payload = kept.or(access.payload).or(packet.payload);
}

fn kind(packet: &Packet) -> Kind {
    const SYN: u16 = 0x02;
    const RST: u16 = 0x04;
    let icmp_type = packet.icmp.map(|(icmp_type, _)| icmp_type);
    match (packet.protocol, icmp_type) {
        (protocol::TCP, _) => match packet.tcp_flags.unwrap_or(0) {
            flags if flags & RST != 0 => Kind::TcpRst,
            flags if flags & SYN != 0 && !packet.is_syn() => Kind::TcpSynAck,
            flags if flags & SYN != 0 => Kind::TcpSyn,
            _ => Kind::TcpOther,
        },
        (protocol::UDP, _) => Kind::Udp,
        (protocol::ICMP, Some(8)) | (protocol::ICMPV6, Some(128)) => Kind::IcmpEcho,
        (protocol::ICMP, Some(3)) | (protocol::ICMPV6, Some(1)) => Kind::IcmpUnreachable,
        (protocol::ICMP | protocol::ICMPV6, _) => Kind::IcmpOther,
        _ => Kind::Other,
    }
}

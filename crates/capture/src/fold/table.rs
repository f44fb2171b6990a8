//! The access table: open accesses by key, bounded.

use dissect::{Packet, Tcp, Transport};
use observation::tcp_flag::{ACK, SYN};
use observation::{Access, Kind, Micros, Payload, Point, Syn, Tool, protocol};
use twox_hash::XxHash3_64;

use super::Spans;
use super::key::Key;
use super::recency::Recency;

/// An access that no packet can join any more.
pub(super) struct Closed {
    pub(super) key: Key,
    open: Open,
}

/// An access that further packets may join.
#[derive(Clone, Debug)]
struct Open {
    first: Micros,
    last: Micros,
    packets: u64,
    syns: u64,
    bytes: u64,
    tcp_flags: Option<u16>,
    kind: Kind,
    ttl: u8,
    tool: Option<Tool>,
    syn: Option<Syn>,
    payload: Option<Payload>,
}

/// The open accesses.
pub(super) struct Table {
    open: Recency<Key, Open>,
}

impl Table {
    pub(super) fn new(capacity: usize) -> Self {
        Table { open: Recency::new(capacity) }
    }

    /// Lets a packet join its key's access, or begin one. Gives back the key's former access, if
    /// the packet could not join it, and one that had to make room.
    pub(super) fn join(
        &mut self,
        key: Key,
        time: Micros,
        packet: &Packet<'_>,
        spans: Spans,
    ) -> (Option<Closed>, Option<Closed>) {
        if let Some(open) = self.open.touch(&key) {
            if open.admits(time, spans) {
                open.add(time, packet);
                return (None, None);
            }
            let closed = std::mem::replace(open, Open::new(time, packet));
            return (Some(Closed { key, open: closed }), None);
        }
        let evicted = self.open.insert(key, Open::new(time, packet));
        (None, evicted.map(|(key, open)| Closed { key, open }))
    }

    /// Takes out the access touched longest ago.
    pub(super) fn pop_oldest(&mut self) -> Option<Closed> {
        self.open.pop_oldest().map(|(key, open)| Closed { key, open })
    }

    /// Takes out the access touched longest ago if its last packet came before `horizon`.
    pub(super) fn pop_oldest_before(&mut self, horizon: Micros) -> Option<Closed> {
        if self.open.oldest()?.last < horizon { self.pop_oldest() } else { None }
    }
}

impl Open {
    fn new(time: Micros, packet: &Packet<'_>) -> Self {
        let mut open = Open {
            first: time,
            last: time,
            packets: 0,
            syns: 0,
            bytes: 0,
            tcp_flags: None,
            kind: kind(packet),
            ttl: packet.ttl,
            tool: packet.tool,
            syn: None,
            payload: None,
        };
        open.add(time, packet);
        open
    }

    fn admits(&self, time: Micros, spans: Spans) -> bool {
        let near = time >= self.first.saturating_sub(spans.idle)
            && time <= self.last.saturating_add(spans.idle);
        near && self.last.max(time) - self.first.min(time) < spans.active
    }

    fn add(&mut self, time: Micros, packet: &Packet<'_>) {
        self.first = self.first.min(time);
        self.last = self.last.max(time);
        self.packets += 1;
        self.bytes += u64::from(packet.length);
        if let Transport::Tcp(tcp) = packet.transport {
            self.add_tcp(&tcp);
        }
        if self.payload.is_none_or(|payload| payload.hash.is_none()) {
            self.add_payload(packet);
        }
    }

    fn add_tcp(&mut self, tcp: &Tcp<'_>) {
        let Some(flags) = tcp.flags else { return };
        self.tcp_flags = Some(self.tcp_flags.unwrap_or_default() | flags);
        if flags & (SYN | ACK) == SYN {
            self.syns += 1;
            if self.syn.is_none() {
                self.syn = tcp.window.map(|window| syn(window, tcp.options));
            }
        }
    }

    /// Keeps the first payload, until one is seen whole.
    fn add_payload(&mut self, packet: &Packet<'_>) {
        let Some(payload) = packet.payload else { return };
        let hash = packet.whole_payload().map(XxHash3_64::oneshot);
        if self.payload.is_none() || hash.is_some() {
            self.payload = Some(Payload { length: payload.length, hash });
        }
    }
}

impl Closed {
    /// When its latest packet came.
    pub(super) fn last(&self) -> Micros {
        self.open.last
    }

    /// The finished row.
    pub(super) fn into_access(self, point: Point) -> Access {
        let Closed { key, open } = self;
        Access {
            first_seen: open.first,
            duration: open.last - open.first,
            point,
            src: key.src(),
            dst: key.dst(),
            protocol: key.protocol(),
            ports: key.ports(),
            icmp: key.icmp(),
            kind: open.kind,
            packets: open.packets,
            syns: open.syns,
            bytes: open.bytes,
            tcp_flags: open.tcp_flags,
            ttl: open.ttl,
            syn: open.syn,
            tool: open.tool,
            quoted: key.quoted(),
            payload: open.payload,
        }
    }
}

fn syn(window: u16, options: &[u8]) -> Syn {
    let mut syn = Syn { window, options_len: 0, options: [0; 40] };
    for (place, &byte) in syn.options.iter_mut().zip(options) {
        *place = byte;
        syn.options_len += 1;
    }
    syn
}

/// What an access is by its first packet.
fn kind(packet: &Packet<'_>) -> Kind {
    match (packet.protocol, packet.transport) {
        (protocol::TCP, Transport::Tcp(Tcp { flags: Some(flags), .. })) => Kind::of_tcp(flags),
        (protocol::TCP, _) => Kind::TcpOther,
        (protocol::UDP, _) => Kind::Udp,
        (number, Transport::Icmp(icmp)) => Kind::of_icmp(number, icmp.icmp_type),
        (protocol::ICMP | protocol::ICMPV6, _) => Kind::IcmpOther,
        _ => Kind::Other,
    }
}

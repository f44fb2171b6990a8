//! An open access: what is remembered of its packets, and the row that it makes.

use std::net::Ipv4Addr;

use dissect::{Packet, Tcp, Transport};
use observation::tcp_flag::{ACK, SYN};
use observation::{Access, Kind, Micros, Payload, Point, Syn, Tool, protocol};
use twox_hash::XxHash3_64;

use super::Spans;
use super::key::Key;
use super::options::{Kept, Options};

/// No turn: there is no image of it as it is now.
const CHANGED: u32 = u32::MAX;
/// No packet's flags could be read. A header has nine of them.
const NO_FLAGS: u16 = u16::MAX;

/// An access that further packets may join. Packed: aligned to eight bytes, each would take eight more with its
/// key and its neighbours.
#[derive(Clone, Copy, Debug)]
#[repr(Rust, packed(4))]
pub(super) struct Open {
    /// The turn of its latest image, if it has not changed since.
    turn: u32,
    first: Micros,
    last: Micros,
    packets: u64,
    syns: u64,
    bytes: u64,
    tcp_flags: u16,
    kind: Kind,
    ttl: u8,
    tool: Option<Tool>,
    syn: Option<OpenSyn>,
    /// What of the payload is known; its length and hash are beside it, as so an access is 16 bytes less.
    payload: Seen,
    payload_length: u32,
    payload_hash: u64,
}

/// A [`Syn`] whose options are kept elsewhere.
#[derive(Clone, Copy, Debug)]
struct OpenSyn {
    window: u16,
    options: Kept,
}

/// What is known of an access's payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    Nothing,
    /// Its length.
    Part,
    /// Its length and hash.
    Whole,
}

impl Open {
    /// The access that a packet begins.
    pub(super) fn new(time: Micros, packet: &Packet<'_>, options: &mut Options) -> Self {
        let mut open = Open {
            turn: CHANGED,
            first: time,
            last: time,
            packets: 0,
            syns: 0,
            bytes: 0,
            tcp_flags: NO_FLAGS,
            kind: kind(packet),
            ttl: packet.ttl,
            tool: packet.tool,
            syn: None,
            payload: Seen::Nothing,
            payload_length: 0,
            payload_hash: 0,
        };
        open.add(time, packet, options);
        open
    }

    /// The open access that an image shows.
    pub(super) fn of(image: &Access, turn: u32, options: &mut Options) -> Self {
        let mut open = Open {
            turn,
            first: image.first_seen,
            last: image.first_seen.saturating_add(image.duration),
            packets: image.packets,
            syns: image.syns,
            bytes: image.bytes,
            tcp_flags: image.tcp_flags.unwrap_or(NO_FLAGS),
            kind: image.kind,
            ttl: image.ttl,
            tool: image.tool,
            syn: image
                .syn
                .map(|syn| OpenSyn { window: syn.window, options: options.keep(syn.options()) }),
            payload: Seen::Nothing,
            payload_length: 0,
            payload_hash: 0,
        };
        open.set_payload(image.payload);
        open
    }

    /// When its latest packet came.
    pub(super) fn last(&self) -> Micros {
        self.last
    }

    /// Its packets.
    pub(super) fn packets(&self) -> u64 {
        self.packets
    }

    /// Whether it has changed since its latest image.
    pub(super) fn is_changed(&self) -> bool {
        self.turn == CHANGED
    }

    /// The turn of its latest image; none: it has changed since.
    pub(super) fn turn(&self) -> Option<u32> {
        (!self.is_changed()).then_some(self.turn)
    }

    /// Takes note of an image of this turn.
    pub(super) fn show(&mut self, turn: u32) {
        self.turn = turn;
    }

    /// Gives back the place of its options, when it goes.
    pub(super) fn release(&self, options: &mut Options) {
        if let Some(syn) = self.syn {
            options.release(syn.options);
        }
    }

    /// Whether a packet of this time may join it.
    pub(super) fn admits(&self, time: Micros, spans: Spans) -> bool {
        let near = time >= self.first.saturating_sub(spans.idle)
            && time <= self.last.saturating_add(spans.idle);
        near && self.last.max(time) - self.first.min(time) < spans.active
    }

    /// Lets a packet join it.
    pub(super) fn add(&mut self, time: Micros, packet: &Packet<'_>, options: &mut Options) {
        self.turn = CHANGED;
        self.first = self.first.min(time);
        self.last = self.last.max(time);
        self.packets += 1;
        self.bytes += u64::from(packet.length);
        if let Transport::Tcp(tcp) = packet.transport {
            self.add_tcp(&tcp, options);
        }
        if self.payload != Seen::Whole {
            self.add_payload(packet);
        }
    }

    fn add_tcp(&mut self, tcp: &Tcp<'_>, options: &mut Options) {
        let Some(flags) = tcp.flags else { return };
        self.tcp_flags = self.flags().unwrap_or_default() | flags;
        if flags & (SYN | ACK) == SYN {
            self.syns += 1;
            if self.syn.is_none() {
                let keep = |window| OpenSyn { window, options: options.keep(tcp.options) };
                self.syn = tcp.window.map(keep);
            }
        }
    }

    /// Keeps the first payload, until one is seen whole.
    fn add_payload(&mut self, packet: &Packet<'_>) {
        let Some(payload) = packet.payload else { return };
        let hash = packet.whole_payload().map(XxHash3_64::oneshot);
        if self.payload == Seen::Nothing || hash.is_some() {
            self.set_payload(Some(Payload { length: payload.length, hash }));
        }
    }

    fn set_payload(&mut self, payload: Option<Payload>) {
        self.payload = match payload {
            None => Seen::Nothing,
            Some(Payload { hash: None, .. }) => Seen::Part,
            Some(_) => Seen::Whole,
        };
        self.payload_length = payload.map_or(0, |payload| payload.length);
        self.payload_hash = payload.and_then(|payload| payload.hash).unwrap_or(0);
    }

    fn flags(&self) -> Option<u16> {
        (self.tcp_flags != NO_FLAGS).then_some(self.tcp_flags)
    }

    fn payload(&self) -> Option<Payload> {
        let hash = (self.payload == Seen::Whole).then_some(self.payload_hash);
        let payload = Payload { length: self.payload_length, hash };
        (self.payload != Seen::Nothing).then_some(payload)
    }

    /// The row of it so far.
    pub(super) fn access(&self, key: &Key, point: Point, options: &Options) -> Access {
        let mut row = blank(point);
        self.write(key, options, &mut row);
        row
    }

    /// Writes the row over another of its point: that costs less than to make one and to move it.
    pub(super) fn write(&self, key: &Key, options: &Options, row: &mut Access) {
        row.first_seen = self.first;
        row.duration = self.last - self.first;
        row.src = key.src();
        row.dst = key.dst();
        row.protocol = key.protocol();
        row.ports = key.ports();
        row.icmp = key.icmp();
        row.kind = self.kind;
        row.packets = self.packets;
        row.syns = self.syns;
        row.bytes = self.bytes;
        row.tcp_flags = self.flags();
        row.ttl = self.ttl;
        row.syn = self.syn.map(|open| syn(open.window, options.get(open.options)));
        row.tool = self.tool;
        row.quoted = key.quoted();
        row.payload = self.payload();
    }
}

/// A row of a point with nothing in it yet.
pub(super) fn blank(point: Point) -> Access {
    Access {
        first_seen: 0,
        duration: 0,
        point,
        src: Ipv4Addr::UNSPECIFIED.into(),
        dst: Ipv4Addr::UNSPECIFIED.into(),
        protocol: 0,
        ports: None,
        icmp: None,
        kind: Kind::Other,
        packets: 0,
        syns: 0,
        bytes: 0,
        tcp_flags: None,
        ttl: 0,
        syn: None,
        tool: None,
        quoted: None,
        payload: None,
    }
}

fn syn(window: u16, options: &[u8]) -> Syn {
    let mut syn = Syn { window, options_len: options.len() as u8, options: [0; 40] };
    if let Some(place) = syn.options.get_mut(..options.len()) {
        place.copy_from_slice(options);
    }
    syn
}

/// What an access is by its first packet.
pub fn kind(packet: &Packet<'_>) -> Kind {
    match (packet.protocol, packet.transport) {
        (protocol::TCP, Transport::Tcp(Tcp { flags: Some(flags), .. })) => Kind::of_tcp(flags),
        (protocol::TCP, _) => Kind::TcpOther,
        (protocol::UDP, _) => Kind::Udp,
        (number, Transport::Icmp(icmp)) => Kind::of_icmp(number, icmp.icmp_type),
        (protocol::ICMP | protocol::ICMPV6, _) => Kind::IcmpOther,
        _ => Kind::Other,
    }
}

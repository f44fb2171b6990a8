//! Who began: the memory of conversations.

use std::collections::BTreeMap;
use std::net::IpAddr;

use observation::{Micros, SECOND, protocol};

use super::Packet;

/// TCP without a packet.
const TCP: Micros = 2 * 3_600 * SECOND;
/// TCP after FIN from both ends, or RST.
const TCP_CLOSED: Micros = 4 * 60 * SECOND;
/// Everything else.
const OTHER: Micros = 5 * 60 * SECOND;

const FIN: u16 = 0x01;
const RST: u16 = 0x04;

/// One end of a conversation: an address and its port, or the identifier of an echo.
type End = (IpAddr, Option<u16>);

/// Protocol and both ends, the lesser first: the same from either side.
type Key = (u8, End, End);

/// A conversation.
#[derive(Clone, Debug)]
pub(super) struct Conversation {
    /// The end that sent its first packet.
    began: End,
    /// Whether that packet was to what the host offers, or housekeeping.
    pub(super) expected: bool,
    /// Its latest packet.
    last: Micros,
    /// The place of its last packet in arrival order.
    arrival: usize,
    /// The ends that sent FIN.
    finished: Vec<End>,
    reset: bool,
}

/// Every conversation that is remembered.
#[derive(Default)]
pub(super) struct Memory {
    known: BTreeMap<Key, Conversation>,
    arrivals: usize,
}

impl Memory {
    /// Forgets what has been silent for too long by the capture's clock.
    pub(super) fn forget(&mut self, clock: Micros) {
        self.known
            .retain(|key, conversation| clock - conversation.last <= conversation.patience(key.0));
    }

    /// Remembers a packet, inbound or outbound. ICMP errors and later fragments, which have no
    /// conversation of their own, neither begin one nor keep one alive.
    pub(super) fn remember(&mut self, packet: &Packet, time: Micros, expected: bool) {
        if is_error(packet) || packet.later_fragment {
            return;
        }
        self.arrivals += 1;
        let (src, dst) = ends(packet);
        let new = Conversation {
            began: src,
            expected,
            last: time,
            arrival: 0,
            finished: Vec::new(),
            reset: false,
        };
        let conversation = self.known.entry(key(packet.protocol, src, dst)).or_insert(new);
        conversation.last = conversation.last.max(time);
        conversation.arrival = self.arrivals;
        conversation.note(src, packet.tcp_flags.unwrap_or(0));
    }

    /// The conversation that a packet belongs to: an error to the one it quotes, a later fragment
    /// to the one last heard between its addresses.
    pub(super) fn of(&self, packet: &Packet) -> Option<&Conversation> {
        if packet.later_fragment {
            return self.between(packet);
        }
        let (protocol, src, dst) = match packet.quoted {
            Some(quoted) if is_error(packet) => {
                let (src_port, dst_port) = halves(quoted.quoted.ports, quoted.echo);
                (quoted.quoted.protocol, (quoted.src, src_port), (quoted.quoted.dst, dst_port))
            }
            _ if is_error(packet) => return None,
            _ => {
                let (src, dst) = ends(packet);
                (packet.protocol, src, dst)
            }
        };
        self.known.get(&key(protocol, src, dst))
    }

    fn between(&self, packet: &Packet) -> Option<&Conversation> {
        let pair = (packet.src.min(packet.dst), packet.src.max(packet.dst));
        self.known
            .iter()
            .filter(|((protocol, a, b), _)| *protocol == packet.protocol && (a.0, b.0) == pair)
            .map(|(_, conversation)| conversation)
            .max_by_key(|conversation| conversation.arrival)
    }
}

impl Conversation {
    /// Whether the one whom this packet is for began it. A packet from an end to that same end proves
    /// nothing: its source is forged.
    pub(super) fn begun_by_receiver(&self, packet: &Packet) -> bool {
        let (sender, receiver) = ends(packet);
        if is_error(packet) || packet.later_fragment {
            return self.began.0 == packet.dst;
        }
        sender != receiver && self.began == receiver
    }

    /// How long it is remembered without a packet.
    fn patience(&self, protocol: u8) -> Micros {
        match protocol {
            protocol::TCP if self.reset || self.finished.len() == 2 => TCP_CLOSED,
            protocol::TCP => TCP,
            _ => OTHER,
        }
    }

    fn note(&mut self, src: End, flags: u16) {
        self.reset |= flags & RST != 0;
        if flags & FIN != 0 && !self.finished.contains(&src) {
            self.finished.push(src);
        }
    }
}

fn key(protocol: u8, a: End, b: End) -> Key {
    (protocol, a.min(b), a.max(b))
}

fn ends(packet: &Packet) -> (End, End) {
    let (src, dst) = halves(packet.ports, packet.echo);
    ((packet.src, src), (packet.dst, dst))
}

/// What tells apart the conversations of two addresses, at either end.
fn halves(ports: Option<(u16, u16)>, echo: Option<u16>) -> (Option<u16>, Option<u16>) {
    match ports {
        Some((src, dst)) => (Some(src), Some(dst)),
        None => (echo, echo),
    }
}

/// The messages that quote a packet (RFC 792; RFC 4443, section 2.1).
fn is_error(packet: &Packet) -> bool {
    match (packet.protocol, packet.icmp) {
        (protocol::ICMP, Some((icmp_type, _))) => matches!(icmp_type, 3 | 4 | 5 | 11 | 12),
        (protocol::ICMPV6, Some((icmp_type, _))) => matches!(icmp_type, 1..=4),
        _ => false,
    }
}

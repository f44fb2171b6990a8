//! Who began a conversation: the memory of a `live` point.
//!
//! Whoever sent first began it, and that is remembered after an access closes: TCP for 2 h without
//! a packet (4 min once it is over), anything else for 5 min, by the capture's time. ICMP errors
//! belong to the conversation that they quote, later fragments to the latest one of their
//! addresses and protocol. RFC 5382 and RFC 4787 recommend about the same spans to NATs, which
//! must remember the same thing.

use std::hash::BuildHasher as _;
use std::net::IpAddr;

use dissect::{Fragment, Icmp, Packet, Transport};
use foldhash::quality::RandomState;
use observation::tcp_flag::{FIN, RST};
use observation::{Micros, SECOND, protocol};

use super::brief::{Book, Brief};
use super::key::{address, number};
use super::places::Places;
use super::recency::Recency;

/// A TCP conversation without a packet for longer than this is forgotten.
const TCP: Micros = 7_200 * SECOND;
/// One that was closed by both sides or reset, for longer than this.
const TCP_OVER: Micros = 240 * SECOND;
/// Any other conversation.
const OTHER: Micros = 300 * SECOND;

/// Whose conversation an inbound packet belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Belongs {
    /// One that the packet's receiver, the watched host, began.
    Receiver,
    /// One that somebody else began with the host's port.
    Sender { protocol: u8, host_port: u16 },
    /// None: an ICMP error that quotes, or a later fragment that continues, what nobody remembers.
    Nobody,
}

/// The two ends of a conversation in numerical order, as a packet tells them: addresses and ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ends {
    low: (u128, u16),
    high: (u128, u16),
    protocol: u8,
    v6: bool,
}

/// The same as it is remembered, without alignment: a point remembers a hundred thousand of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Pair {
    low: Brief,
    high: Brief,
    low_port: u16,
    high_port: u16,
    protocol: u8,
    v6: bool,
}

/// No turn: there is no image of it as it is now.
const CHANGED: u32 = u32::MAX;
/// No turn: the host did not begin it, and it needs no image.
const FOREIGN: u32 = u32::MAX - 1;

/// A conversation that a watched host began, as a journal keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// IP protocol number.
    pub protocol: u8,
    /// The host's address and port; of echoes the identifier, of what has no ports 0.
    pub host: (IpAddr, u16),
    /// The other end, likewise.
    pub other: (IpAddr, u16),
    /// When its latest packet came.
    pub last: Micros,
    /// Whether the host ended it.
    pub host_ended: bool,
    /// Whether the other end did.
    pub other_ended: bool,
    /// Whether it was reset.
    pub reset: bool,
}

/// Packed, for the same reason.
#[derive(Clone, Copy, Debug)]
#[repr(C, packed(2))]
struct Memory {
    last: Micros,
    /// The turn of its latest image.
    turn: u32,
    marks: u8,
}

/// The low end began.
const LOW: u8 = 1;
const FIN_LOW: u8 = 2;
const FIN_HIGH: u8 = 4;
const RESET: u8 = 8;

/// The conversations that are remembered, at most so many.
pub(super) struct Conversations {
    memories: Recency<Pair, Memory>,
    /// The addresses of their ends.
    book: Book,
    /// The places of the latest conversations of two addresses and a protocol, for later fragments.
    latest: Places,
    hasher: RandomState,
    forgotten: u64,
}

impl Conversations {
    /// Bytes of a conversation.
    #[cfg(test)]
    pub(super) const BYTES: usize = Recency::<Pair, Memory>::BYTES;

    pub(super) fn new(capacity: usize) -> Self {
        Conversations {
            memories: Recency::new(capacity),
            book: Book::default(),
            latest: Places::new(capacity),
            hasher: RandomState::default(),
            forgotten: 0,
        }
    }

    /// Conversations that had to make room before they were over.
    pub(super) fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// Remembers a packet, and says whose conversation it belongs to, seen from its receiver.
    pub(super) fn belongs(&mut self, time: Micros, packet: &Packet<'_>) -> Belongs {
        let (src, dst) = (number(packet.src), number(packet.dst));
        let v6 = packet.src.is_ipv6();
        if let Transport::Icmp(icmp) = packet.transport
            && is_error(packet.protocol, icmp.icmp_type)
        {
            return self.quoted(time, &icmp, dst);
        }
        let (src_port, dst_port) = ports_of(packet);
        let (ends, from_low) = ordered((src, src_port), (dst, dst_port), packet.protocol, v6);
        if packet.fragment == Fragment::Later {
            return self.of_fragment(time, &ends, src);
        }
        let memory = self.remember(time, &ends, from_low, packet);
        said(&ends, memory, from_low)
    }

    /// The latest conversation of a later fragment's addresses and protocol. A fragment neither
    /// begins a conversation nor keeps one alive: it does not say which one it is of.
    fn of_fragment(&self, time: Micros, ends: &Ends, src: u128) -> Belongs {
        let Some(wanted) = self.pair(ends).map(addresses) else { return Belongs::Nobody };
        let hash = hash(&self.hasher, wanted);
        let latest = self.latest.find(hash, |at| is_of(&self.memories, at, wanted));
        match latest.and_then(|at| self.memories.at(at)) {
            Some((latest, memory)) if !memory.is_forgotten(latest.protocol, time) => {
                let (low_port, high_port) = (latest.low_port, latest.high_port);
                let (low, high) = ((ends.low.0, low_port), (ends.high.0, high_port));
                said(&Ends { low, high, ..*ends }, *memory, ends.low.0 == src)
            }
            _ => Belongs::Nobody,
        }
    }

    /// Two ends as they are remembered; none: no conversation has one of these addresses.
    fn pair(&self, ends: &Ends) -> Option<Pair> {
        let brief = |(address, _)| self.book.find(address, ends.v6);
        Some(ends.with(brief(ends.low)?, brief(ends.high)?))
    }

    fn remember(
        &mut self,
        time: Micros,
        ends: &Ends,
        from_low: bool,
        packet: &Packet<'_>,
    ) -> Memory {
        let marks = if from_low { LOW } else { 0 };
        let mut fresh = Memory { turn: CHANGED, last: time, marks };
        let hashed = self.pair(ends).map(|pair| self.memories.hashed(pair));
        if let Some(memory) = hashed.and_then(|hashed| self.memories.touch(&hashed)) {
            if memory.is_forgotten(ends.protocol, time) {
                *memory = fresh;
            }
            memory.add(time, from_low, packet);
            let memory = *memory;
            self.set_latest();
            return memory;
        }
        fresh.add(time, from_low, packet);
        self.insert(time, ends, fresh);
        fresh
    }

    /// Remembers a conversation that is not.
    fn insert(&mut self, time: Micros, ends: &Ends, memory: Memory) {
        self.make_room(time);
        let mut hold = |(address, _)| self.book.hold(address, ends.v6);
        let pair = ends.with(hold(ends.low), hold(ends.high));
        self.memories.insert(self.memories.hashed(pair), memory);
        self.set_latest();
    }

    /// Forgets the conversation without a packet for longest, if there are as many as may be.
    fn make_room(&mut self, time: Micros) {
        if !self.memories.is_full() {
            return;
        }
        if let Some(at) = self.memories.oldest_place()
            && let Some((&pair, _)) = self.memories.at(at)
        {
            self.latest.remove(hash(&self.hasher, pair), at);
            self.book.release(pair.low, pair.v6);
            self.book.release(pair.high, pair.v6);
        }
        if let Some((gone, old)) = self.memories.pop_oldest() {
            self.forgotten += u64::from(!old.is_forgotten(gone.protocol, time));
        }
    }

    fn memory(&self, ends: &Ends) -> Option<Memory> {
        self.memories.peek(&self.memories.hashed(self.pair(ends)?)).copied()
    }

    /// The conversation that an ICMP error quotes: `host` is said to have sent the quoted packet.
    fn quoted(&self, time: Micros, icmp: &Icmp, host: u128) -> Belongs {
        let Some(quoted) = icmp.quoted else { return Belongs::Nobody };
        let (src, dst) = (number(quoted.src), number(quoted.quoted.dst));
        let id = quoted.icmp_id.unwrap_or_default();
        let (src_port, dst_port) = quoted.quoted.ports.unwrap_or((id, id));
        let v6 = quoted.src.is_ipv6();
        let (ends, src_low) = ordered((src, src_port), (dst, dst_port), quoted.quoted.protocol, v6);
        match self.memory(&ends) {
            Some(memory) if src == host && !memory.is_forgotten(ends.protocol, time) => {
                said(&ends, memory, !src_low)
            }
            _ => Belongs::Nobody,
        }
    }

    /// Shows an image of every conversation that is remembered at `time`, that a host began, and whose
    /// latest image is missing or of a turn before `since`; it is of this turn then. Gives the oldest
    /// turn whose images are needed.
    pub(super) fn changed(
        &mut self,
        (time, turn, since): (Micros, u32, u32),
        is_host: impl Fn(IpAddr) -> bool,
        mut each: impl FnMut(&Conversation),
    ) -> u32 {
        let mut oldest = turn;
        let (all, book) = (|_: &Memory| true, &self.book);
        self.memories.each_newest(all, |pair, memory| {
            if memory.turn == FOREIGN || memory.is_forgotten(pair.protocol, time) {
                return;
            }
            if memory.turn == CHANGED || memory.turn < since {
                let image = image(book, pair, memory);
                if !is_host(image.host.0) {
                    memory.turn = FOREIGN;
                    return;
                }
                memory.turn = turn;
                each(&image);
            }
            oldest = oldest.min(memory.turn);
        });
        oldest
    }

    /// Remembers a conversation by its image.
    pub(super) fn resume(&mut self, image: &Conversation, turn: u32) {
        let end = |(address, port): (IpAddr, u16)| (number(address), port);
        let (host, other, v6) = (end(image.host), end(image.other), image.host.0.is_ipv6());
        let (ends, host_low) = ordered(host, other, image.protocol, v6);
        let (fin_host, fin_other) =
            if host_low { (FIN_LOW, FIN_HIGH) } else { (FIN_HIGH, FIN_LOW) };
        let mut marks = if host_low { LOW } else { 0 };
        for (is, mark) in
            [(image.host_ended, fin_host), (image.other_ended, fin_other), (image.reset, RESET)]
        {
            marks |= if is { mark } else { 0 };
        }
        let memory = Memory { turn, last: image.last, marks };
        let hashed = self.pair(&ends).map(|pair| self.memories.hashed(pair));
        if let Some(known) = hashed.and_then(|hashed| self.memories.touch(&hashed)) {
            *known = memory;
            self.set_latest();
            return;
        }
        self.insert(image.last, &ends, memory);
    }

    /// The conversation touched last is the latest of its addresses and protocol.
    fn set_latest(&mut self) {
        let Some(newest) = self.memories.newest_place() else { return };
        let (memories, hasher) = (&self.memories, &self.hasher);
        let Some((&pair, _)) = memories.at(newest) else { return };
        let wanted = addresses(pair);
        let hashed = hash(hasher, pair);
        if !self.latest.replace(hashed, |at| is_of(memories, at, wanted), newest) {
            let again = |at: u32| memories.at(at).map_or(0, |(pair, _)| hash(hasher, *pair));
            self.latest.insert(hashed, newest, again);
        }
    }
}

/// The hash of a conversation's addresses and protocol.
fn hash(hasher: &RandomState, pair: Pair) -> u32 {
    hasher.hash_one(addresses(pair)) as u32
}

/// Whether the conversation at a place is of these addresses and this protocol.
fn is_of(memories: &Recency<Pair, Memory>, at: u32, wanted: Pair) -> bool {
    memories.at(at).is_some_and(|(pair, _)| addresses(*pair) == wanted)
}

impl Memory {
    fn add(&mut self, time: Micros, from_low: bool, packet: &Packet<'_>) {
        self.last = self.last.max(time);
        let flags = match packet.transport {
            Transport::Tcp(tcp) => tcp.flags.unwrap_or_default(),
            _ => 0,
        };
        let before = self.marks;
        if flags & RST != 0 {
            self.marks |= RESET;
        }
        if flags & FIN != 0 {
            self.marks |= if from_low { FIN_LOW } else { FIN_HIGH };
        }
        if self.turn != FOREIGN && self.marks != before {
            self.turn = CHANGED;
        }
    }

    fn is(&self, mark: u8) -> bool {
        self.marks & mark != 0
    }

    fn is_forgotten(&self, number: u8, time: Micros) -> bool {
        let over = self.is(RESET) || (self.is(FIN_LOW) && self.is(FIN_HIGH));
        let span = match (number == protocol::TCP, over) {
            (true, false) => TCP,
            (true, true) => TCP_OVER,
            (false, _) => OTHER,
        };
        time.saturating_sub(self.last) > span
    }
}

fn image(book: &Book, pair: &Pair, memory: &Memory) -> Conversation {
    let end = |brief, port| (address(book.address(brief, pair.v6), pair.v6), port);
    let low = (end(pair.low, pair.low_port), memory.is(FIN_LOW));
    let high = (end(pair.high, pair.high_port), memory.is(FIN_HIGH));
    let ((host, host_ended), (other, other_ended)) =
        if memory.is(LOW) { (low, high) } else { (high, low) };
    let (last, reset) = (memory.last, memory.is(RESET));
    Conversation { protocol: pair.protocol, host, other, last, host_ended, other_ended, reset }
}

/// Whose conversation a packet from the low or the high end belongs to.
fn said(ends: &Ends, memory: Memory, from_low: bool) -> Belongs {
    if memory.is(LOW) != from_low {
        return Belongs::Receiver;
    }
    let host_port = if from_low { ends.high.1 } else { ends.low.1 };
    Belongs::Sender { protocol: ends.protocol, host_port }
}

/// The ports of the two ends; echo: the identifier; anything else: none.
fn ports_of(packet: &Packet<'_>) -> (u16, u16) {
    match packet.transport {
        Transport::Icmp(icmp) => icmp.id.map_or((0, 0), |id| (id, id)),
        _ => super::ports(packet).unwrap_or((0, 0)),
    }
}

fn ordered(src: (u128, u16), dst: (u128, u16), protocol: u8, v6: bool) -> (Ends, bool) {
    let from_low = src <= dst;
    let (low, high) = if from_low { (src, dst) } else { (dst, src) };
    (Ends { low, high, protocol, v6 }, from_low)
}

impl Ends {
    /// With their addresses in four bytes.
    fn with(&self, low: Brief, high: Brief) -> Pair {
        let Ends { low: (_, low_port), high: (_, high_port), protocol, v6 } = *self;
        Pair { low, high, low_port, high_port, protocol, v6 }
    }
}

fn addresses(pair: Pair) -> Pair {
    // The ends are in order, and so are their addresses.
    Pair { low_port: 0, high_port: 0, ..pair }
}

/// Whether an ICMP type reports an error, and so quotes a packet (RFC 792, RFC 4443).
fn is_error(number: u8, icmp_type: u8) -> bool {
    match number {
        protocol::ICMP => matches!(icmp_type, 3 | 4 | 5 | 11 | 12),
        protocol::ICMPV6 => matches!(icmp_type, 1..=4),
        _ => false,
    }
}

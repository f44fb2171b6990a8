//! Packets into accesses, exactly.
//!
//! This is the room for "How exactly we count":
//!
//! * A packet's direction: its destination is watched, else its source is, else neither.
//! * At a `live` point an inbound packet belongs to a conversation that the host began
//!   (solicited), to what the host offers on purpose or the line's housekeeping (expected), or it
//!   is unwanted.
//! * Unwanted packets that share a key join the key's open access while their time lies in
//!   `[first_seen - idle, last_seen + idle]` and the access spans less than `active`.
//! * The clock is the greatest packet time since the last jump. A packet more than `active` before
//!   or after it is a jump: every access closes, and the clock is that packet's time.
//!
//! An access that no packet can join any more without a jump is closed as the clock moves on:
//! that changes when a row is given out, never what it says. Only [`CAPACITY`] can cut an access
//! short, and [`Tally::evicted`] counts these.
//!
//! The same packets in the same order give the same rows in the same order.

mod brief;
mod conversations;
mod finished;
mod hours;
mod key;
mod live;
mod open;
mod options;
mod places;
mod recency;
mod rewatch;
mod table;
mod watch;

#[cfg(test)]
mod tests;

use dissect::{Dissected, Packet, Transport};
use observation::{Access, Coverage, Fates, Micros, Point, SECOND};

use conversations::{Belongs, Conversations};
use finished::Finished;
use hours::Hours;
use table::Table;

pub use conversations::Conversation;
pub use hours::TooManyHours;
pub use open::kind;
pub use rewatch::OtherPoints;
pub use watch::{Direction, Expect, Mode, Overlap, Watch, WatchedPoint};

/// The version of these rules. It is part of an import's identity: change it with every change
/// that can change a row.
pub const VERSION: u32 = 1;

/// Open accesses that are remembered at most, live and imported alike (14 MB and their TCP options).
pub const CAPACITY: usize = 131_072;

/// The two spans of time that decide what one access is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spans {
    /// The longest gap between packets of one access, µs.
    pub idle: Micros,
    /// An access lasts less than this, µs.
    pub active: Micros,
}

impl Default for Spans {
    fn default() -> Self {
        Spans { idle: 60 * SECOND, active: 3_600 * SECOND }
    }
}

/// What a fold did beside making rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Accesses given out.
    pub accesses: u64,
    /// Accesses that had to make room while a packet in order could still have joined them.
    pub evicted: u64,
    /// Conversations that had to make room before they were over.
    pub forgotten: u64,
    /// Jumps of the capture's clock.
    pub jumps: u64,
}

/// Folds the packets of one capture.
pub struct Fold {
    watch: Watch,
    spans: Spans,
    clock: Option<Micros>,
    span: Option<(Micros, Micros)>,
    table: Table,
    conversations: Conversations,
    hours: Hours,
    finished: Finished,
    tally: Tally,
}

impl Fold {
    /// A fold for what `watch` names.
    pub fn new(watch: Watch, spans: Spans) -> Self {
        Fold::with_capacity(watch, spans, CAPACITY)
    }

    /// A fold that remembers at most `capacity` open accesses, so that tests reach the limit.
    fn with_capacity(watch: Watch, spans: Spans, capacity: usize) -> Self {
        let points = watch.points().len();
        Fold {
            finished: Finished::new(&watch),
            watch,
            spans,
            clock: None,
            span: None,
            table: Table::new(capacity),
            conversations: Conversations::new(capacity),
            hours: Hours::new(points),
            tally: Tally::default(),
        }
    }

    /// Takes the next packet of the capture, and says what became of it. A packet without a time has the
    /// clock's, and moves nothing; before any packet with a time that is 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// The capture's clock visits more hours than any capture could.
    pub fn push(
        &mut self,
        time: Option<Micros>,
        truncated: bool,
        frame: &Dissected<'_>,
    ) -> Result<Fates, TooManyHours> {
        if let Some(time) = time {
            self.advance(time);
        }
        let time = time.or(self.clock).unwrap_or_default();
        let (point, fates) = self.fate(time, frame);
        let fates = Fates { packets: 1, truncated: u64::from(truncated), ..fates };
        self.hours.add(time, point, &fates)?;
        Ok(fates)
    }

    /// Counts packets that no dissector reads, at the clock's time.
    ///
    /// # Errors
    /// As [`Fold::push`].
    pub fn push_unreadable(&mut self, packets: u64) -> Result<(), TooManyHours> {
        let time = self.clock.unwrap_or_default();
        let point = self.watch.only();
        self.hours.add(time, point, &Fates { packets, not_ip: packets, ..Fates::default() })
    }

    /// Shows the accesses finished since the last call, in order, and forgets them.
    pub fn take_finished(&mut self, take: impl FnOnce(&[Access])) {
        self.finished.take(take);
    }

    /// Closes every access; their rows can be taken then.
    pub fn close(&mut self) {
        while self.close_some(usize::MAX) {}
    }

    /// Closes accesses, oldest first and so many at most, for who takes their rows in between and does not
    /// want a hundred thousand at once. Says whether there may be more.
    pub fn close_some(&mut self, most: usize) -> bool {
        (0..most).all(|_| self.table.close_oldest(&mut self.finished).is_some())
    }

    /// What the fold did so far.
    pub fn tally(&self) -> Tally {
        let accesses = self.finished.by_point().iter().map(|(_, rows)| rows).sum();
        Tally { accesses, forgotten: self.conversations.forgotten(), ..self.tally }
    }

    /// How many accesses were finished so far at each point.
    pub fn accesses(&self) -> &[(Point, u64)] {
        self.finished.by_point()
    }

    /// What became of all packets so far.
    pub fn fates(&self) -> Fates {
        self.hours.total()
    }

    /// Earliest and latest time of a packet so far; none where no packet had a time.
    pub fn span(&self) -> Option<(Micros, Micros)> {
        self.span
    }

    /// The points, in the order in which they were named.
    pub fn points(&self) -> impl Iterator<Item = &Point> {
        self.watch.points().iter().map(|watched| &watched.point)
    }

    /// The hours that the capture covers: first to last packet, taken to be without a gap. Where
    /// its span is unknown or cannot be true, only hours with packets, their seconds unknown.
    /// `dropped`, if the capture says how many packets it lost, stands in its last hour: at the
    /// only point, or, where there are several, at none.
    pub fn coverage(&self, dropped: Option<u64>) -> Vec<Coverage> {
        self.hours.coverage(&self.watch, self.span, dropped)
    }

    fn advance(&mut self, time: Micros) {
        let clock = *self.clock.get_or_insert(time);
        if time.abs_diff(clock) > self.spans.active.unsigned_abs() {
            self.tally.jumps += 1;
            self.close();
            self.clock = Some(time);
        } else if time > clock {
            self.clock = Some(time);
            self.close_unreachable(time);
        }
        let (first, last) = self.span.unwrap_or((time, time));
        self.span = Some((first.min(time), last.max(time)));
    }

    /// Closes what no packet can join any more without a jump of the clock.
    fn close_unreachable(&mut self, clock: Micros) {
        let horizon = clock.saturating_sub(self.spans.active).saturating_sub(self.spans.idle);
        self.table.close_before(horizon, &mut self.finished);
    }

    /// The point that a frame counts for, and its fate.
    fn fate(&mut self, time: Micros, frame: &Dissected<'_>) -> (Option<usize>, Fates) {
        let none = Fates::default();
        let packet = match frame {
            Dissected::Ip(packet) => packet,
            Dissected::NotIp(_) => return (self.watch.only(), Fates { not_ip: 1, ..none }),
            Dissected::Malformed(_) => return (self.watch.only(), Fates { malformed: 1, ..none }),
        };
        if let Some(point) = self.watch.point_of(packet.dst) {
            return (Some(point), Fates { inbound: 1, ..self.inbound(time, point, packet) });
        }
        if let Some(point) = self.watch.point_of(packet.src) {
            self.outbound(time, point, packet);
            return (Some(point), Fates { outbound: 1, ..none });
        }
        (self.watch.only(), Fates { elsewhere: 1, ..none })
    }

    fn outbound(&mut self, time: Micros, point: usize, packet: &Packet<'_>) {
        if self.watch.is_live(point) {
            self.conversations.belongs(time, packet);
        }
    }

    /// The fate of a packet to a watched address; an unwanted one joins its access.
    fn inbound(&mut self, time: Micros, point: usize, packet: &Packet<'_>) -> Fates {
        let none = Fates::default();
        let live = self.watch.is_live(point);
        if live || self.watch.is_from_live(packet.src) {
            let belongs = self.conversations.belongs(time, packet);
            if live && belongs == Belongs::Receiver {
                return Fates { solicited: 1, ..none };
            }
            if live && self.watch.expects(point, packet, belongs) {
                return Fates { expected: 1, ..none };
            }
        }
        self.join(time, point, packet);
        Fates { access_packets: 1, ..none }
    }

    fn join(&mut self, time: Micros, point: usize, packet: &Packet<'_>) {
        let key = key::Key::new(point, packet);
        let evicted = self.table.join(key, time, packet, self.spans, &mut self.finished);
        if let Some(last) = evicted {
            let clock = self.clock.unwrap_or(time);
            self.tally.evicted += u64::from(last.saturating_add(self.spans.idle) >= clock);
        }
    }
}

/// The ports of a packet, where its transport has ports and they could be read.
fn ports(packet: &Packet<'_>) -> Option<(u16, u16)> {
    match packet.transport {
        Transport::Tcp(tcp) => Some((tcp.src_port, tcp.dst_port)),
        Transport::Udp { src_port, dst_port } => Some((src_port, dst_port)),
        Transport::Icmp(_) | Transport::None => None,
    }
}

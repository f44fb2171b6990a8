//! The counting rules once more, naively: the executable form of the design's "How exactly we
//! count", items 1 to 5.
//!
//! It was written from the text and shares no code with the room `capture`, whose access table is
//! measured against it. It remembers everything, so that it knows no eviction: what it says holds
//! for captures that fit the table. Where the text leaves room, this is what is meant:
//!
//! - The clock is the greatest time of a packet since the last jump. Every frame that has a time
//!   moves it, whatever it holds. A time more than `active` after or before it is a jump: every
//!   access is closed, the clock is set, and conversations stay.
//! - An access stays open until a packet of its key does not join it, or until a jump: no other
//!   packet closes it.
//! - In `live` a whole packet is judged by who began its conversation, then by what the host
//!   offers. An ICMP error and a later fragment share the fate of their conversation; without one
//!   they are unwanted. They neither begin a conversation nor keep one alive.
//! - The conversations of all points are one memory, so that a watched host that calls another is
//!   answered, and not visited.

mod access;
mod conversation;
mod packet;
#[cfg(test)]
mod tests;
mod watcher;

use std::collections::BTreeMap;

use observation::{Access, Fates, HOUR, Micros, Point, SECOND};

pub use access::sort;
pub use packet::{Packet, QuotedPacket, Seen, Sighting, syn};
pub use watcher::Watcher;

use conversation::Memory;

/// What shapes the rows.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The longest gap that joins, µs.
    pub idle: Micros,
    /// The span that an access stays under, µs.
    pub active: Micros,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { idle: 60 * SECOND, active: HOUR }
    }
}

/// What the rules make of a capture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Every access, in the order of [`sort`].
    pub accesses: Vec<Access>,
    /// What became of all packets.
    pub fates: Fates,
    /// What became of the packets to and from each point's addresses; points without any are
    /// missing.
    pub points: BTreeMap<Point, Fates>,
    /// How often the clock jumped.
    pub jumps: u64,
}

/// What becomes of an inbound packet.
enum Fate {
    Access,
    Solicited,
    Expected,
}

struct Fold<'a> {
    watchers: &'a [Watcher],
    settings: &'a Settings,
    clock: Option<Micros>,
    memory: Memory,
    table: access::Table,
    outcome: Outcome,
}

/// Folds what a capture holds, in arrival order.
pub fn fold<'a>(
    watchers: &[Watcher],
    settings: &Settings,
    sightings: impl IntoIterator<Item = &'a Sighting>,
) -> Outcome {
    let mut fold = Fold {
        watchers,
        settings,
        clock: None,
        memory: Memory::default(),
        table: access::Table::default(),
        outcome: Outcome::default(),
    };
    for sighting in sightings {
        fold.sighting(sighting);
    }
    Outcome { accesses: fold.table.finish(), ..fold.outcome }
}

impl Fold<'_> {
    fn sighting(&mut self, sighting: &Sighting) {
        self.tick(sighting.time);
        let truncated = u64::from(sighting.truncated);
        let one = Fates { packets: 1, truncated, ..Fates::default() };
        let (point, fates) = match &sighting.seen {
            Seen::NotIp => (None, Fates { not_ip: 1, ..one }),
            Seen::Malformed => (None, Fates { malformed: 1, ..one }),
            Seen::Ip(packet) => self.packet(packet, sighting.time, one),
        };
        self.outcome.fates += &fates;
        if let Some(point) = point {
            *self.outcome.points.entry(point).or_default() += &fates;
        }
    }

    fn tick(&mut self, time: Micros) {
        let active = self.settings.active;
        let clock = *self.clock.get_or_insert(time);
        if time > clock + active || time < clock - active {
            self.outcome.jumps += 1;
            self.table.close();
            self.clock = Some(time);
        } else {
            self.clock = Some(clock.max(time));
        }
        self.memory.forget(self.clock.unwrap_or(time));
    }

    fn packet(&mut self, packet: &Packet, time: Micros, one: Fates) -> (Option<Point>, Fates) {
        let watchers = self.watchers;
        let watching = |address| watchers.iter().find(|watcher| watcher.watches(address));
        if let Some(watcher) = watching(packet.dst) {
            let point = watcher.point.clone();
            let fate = self.inbound(watcher, packet, time);
            let one = Fates { inbound: 1, ..one };
            let fates = match fate {
                Fate::Access => Fates { access_packets: 1, ..one },
                Fate::Solicited => Fates { solicited: 1, ..one },
                Fate::Expected => Fates { expected: 1, ..one },
            };
            (Some(point), fates)
        } else if let Some(watcher) = watching(packet.src) {
            self.memory.remember(packet, time, false);
            (Some(watcher.point.clone()), Fates { outbound: 1, ..one })
        } else {
            (None, Fates { elsewhere: 1, ..one })
        }
    }

    fn inbound(&mut self, watcher: &Watcher, packet: &Packet, time: Micros) -> Fate {
        let expected = watcher.expects(packet);
        let fate = if watcher.live { self.fate(packet, expected) } else { Fate::Access };
        self.memory.remember(packet, time, expected);
        if matches!(fate, Fate::Access) {
            self.table.add(&watcher.point, packet, time, self.settings);
        }
        fate
    }

    fn fate(&self, packet: &Packet, expected: bool) -> Fate {
        let known = self.memory.of(packet);
        if known.is_some_and(|conversation| conversation.begun_by_receiver(packet)) {
            return Fate::Solicited;
        }
        let no_key = packet.quoted.is_some() || packet.later_fragment;
        let inherited = no_key && known.is_some_and(|conversation| conversation.expected);
        if expected || inherited { Fate::Expected } else { Fate::Access }
    }
}

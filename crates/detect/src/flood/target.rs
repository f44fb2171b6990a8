//! What comes to one address.

use std::collections::VecDeque;

use hashbrown::{HashMap, HashSet};
use observation::{Micros, SECOND, protocol};

use super::class::{CLASSES, Class, amplifies};
use super::{TORRENT, WINDOW};
use crate::sighting::number;
use crate::{PointId, Sighting};

type Counter = HashMap<u16, u32, foldhash::fast::FixedState>;

/// Different ports and sources of a window that are told apart.
const SPREAD: usize = 256;
/// Sources that make something many.
const MANY: usize = 50;
/// Accesses of which half are enough, however many more there are.
const ENOUGH: u32 = 65_536;
/// Half-open connections for each completed one.
const HALF_OPEN: f64 = 5.0;
/// Streams that last longer than a window, of one address.
const STREAMS: usize = 64;
/// Points of one flood that are named.
const POINTS: usize = 64;

/// One second of one class.
#[derive(Debug, Default)]
struct Second {
    at: i64,
    packets: [f64; CLASSES],
    accesses: [u32; CLASSES],
    completed: u32,
}

/// An access that lasts: so many packets a second until then.
#[derive(Debug)]
struct Stream {
    class: Class,
    rate: f64,
    until: Micros,
}

#[derive(Debug, Default)]
pub(super) struct Target {
    seconds: VecDeque<Second>,
    streams: Vec<Stream>,
    /// By class, of the window so far: sources, ports asked for, ports asked from.
    spread: [Option<Box<Spread>>; CLASSES],
}

#[derive(Debug, Default)]
struct Spread {
    since: i64,
    sources: HashSet<u128, foldhash::fast::FixedState>,
    ports: Counter,
    from: Counter,
    seen: u32,
    first: Micros,
}

impl Spread {
    fn add(&mut self, sighting: &Sighting) {
        let window = WINDOW / SECOND;
        let second = sighting.time.div_euclid(SECOND);
        if self.seen == 0 || second >= self.since + 2 * window {
            *self = Spread { since: second, first: sighting.time, ..Spread::default() };
        }
        self.seen += 1;
        if self.sources.len() < SPREAD {
            self.sources.insert(number(sighting.src));
        }
        count(&mut self.ports, sighting.dst_port);
        count(&mut self.from, sighting.src_port);
    }
}

fn count(counter: &mut Counter, port: Option<u16>) {
    let Some(port) = port else { return };
    if let Some(times) = counter.get_mut(&port) {
        *times = times.saturating_add(1);
    } else if counter.len() < SPREAD {
        counter.insert(port, 1);
    }
}

/// The value that came most often, the smallest of equals, and how often.
fn most(counter: &Counter) -> Option<(u16, u32)> {
    counter.iter().map(|(port, times)| (*port, *times)).max_by_key(|&(port, times)| (times, !port))
}

impl Target {
    pub(super) fn add(&mut self, class: Option<Class>, sighting: &Sighting) {
        let at = sighting.time.div_euclid(SECOND);
        let window = WINDOW / SECOND;
        while self.seconds.front().is_some_and(|second| second.at <= at - window) {
            self.seconds.pop_front();
        }
        self.streams.retain(|stream| stream.until >= sighting.time);
        if self.seconds.back().is_none_or(|second| second.at < at) {
            self.seconds.push_back(Second { at, ..Second::default() });
        }
        let Some(second) = self.seconds.back_mut() else { return };
        let Some(class) = class else {
            second.completed += 1;
            return;
        };
        let weight = class.weight(sighting);
        let lasts = sighting.duration > WINDOW;
        if let Some(accesses) = second.accesses.get_mut(class.at()) {
            *accesses += 1;
        }
        if lasts && self.streams.len() < STREAMS {
            let rate = weight * SECOND as f64 / sighting.duration as f64;
            self.streams.push(Stream { class, rate, until: sighting.last_seen() });
        } else if let Some(packets) = second.packets.get_mut(class.at()) {
            *packets += if lasts { 1.0 } else { weight };
        }
        if let Some(spread) = self.spread.get_mut(class.at()) {
            spread.get_or_insert_default().add(sighting);
        }
    }

    /// When the last packet that is known of comes.
    pub(super) fn until(&self) -> Micros {
        let last = self.seconds.back().map_or(Micros::MIN, |second| (second.at + 1) * SECOND);
        self.streams.iter().map(|stream| stream.until).fold(last, Micros::max)
    }

    /// Packets of a class in the window.
    pub(super) fn packets(&self, class: Class) -> f64 {
        let streams = self.streams.iter().filter(|stream| stream.class == class);
        let steady: f64 = streams.map(|stream| stream.rate).sum();
        let packets = self.seconds.iter().filter_map(|second| second.packets.get(class.at()));
        packets.sum::<f64>() + steady * (WINDOW / SECOND) as f64
    }

    fn accesses(&self, class: Class) -> u32 {
        self.seconds.iter().filter_map(|second| second.accesses.get(class.at())).sum()
    }

    /// The rule that calls the window's packets of a class a flood; none where they are not.
    pub(super) fn verdict(&self, class: Class) -> Option<&'static str> {
        let spread = self.spread.get(class.at())?.as_ref()?;
        let packets = self.packets(class);
        let many = spread.sources.len() >= MANY;
        let flows = self.accesses(class) as usize >= MANY || packets >= TORRENT * 3.0;
        match class {
            Class::HalfOpen => {
                let completed: u32 = self.seconds.iter().map(|second| second.completed).sum();
                let through_ports = !many && spread.ports.len() >= MANY;
                let half_open = packets >= HALF_OPEN * f64::from(completed);
                (half_open && !through_ports).then_some("flood-syn")
            }
            Class::Answers => many.then_some("flood-reflection"),
            Class::Udp if many && spread.is_reflected() => Some("flood-reflection"),
            Class::Udp => flows.then_some("flood-udp"),
            Class::Echo => Some("flood-icmp"),
            Class::Fragments => self.are_mostly_fragments().then_some("flood-fragments"),
            Class::Segments => many.then_some("flood-tcp"),
        }
    }

    /// A large datagram has a few dozen fragments beside its first; a flood has any number.
    fn are_mostly_fragments(&self) -> bool {
        let first: f64 =
            [Class::Udp, Class::Segments].iter().map(|class| self.packets(*class)).sum();
        self.packets(Class::Fragments) >= 50.0 * first
    }
}

impl Spread {
    fn is_reflected(&self) -> bool {
        most(&self.from).is_some_and(|(port, times)| {
            amplifies(port) && times.saturating_mul(2) >= self.seen.min(ENOUGH)
        })
    }
}

/// A flood that goes on.
#[derive(Debug)]
pub(super) struct Going {
    pub(super) rule: &'static str,
    pub(super) first: Micros,
    pub(super) last: Micros,
    pub(super) detected: Micros,
    pub(super) packets: f64,
    pub(super) accesses: u64,
    pub(super) completed: u32,
    pub(super) sources: HashSet<u128, foldhash::fast::FixedState>,
    pub(super) beyond: u64,
    pub(super) points: Vec<PointId>,
    ports: Counter,
    from: Counter,
    number: u8,
}

impl Going {
    /// A flood that `sighting` made known.
    pub(super) fn new(
        rule: &'static str,
        target: &Target,
        class: Class,
        sighting: &Sighting,
    ) -> Self {
        let spread = target.spread.get(class.at()).and_then(Option::as_ref);
        Going {
            rule,
            first: spread.map_or(sighting.time, |spread| spread.first),
            last: sighting.last_seen(),
            detected: (sighting.time.div_euclid(SECOND) + 1) * SECOND,
            packets: target.packets(class),
            accesses: u64::from(target.accesses(class)),
            completed: target.seconds.iter().map(|second| second.completed).sum(),
            sources: spread.map(|spread| spread.sources.clone()).unwrap_or_default(),
            beyond: 0,
            points: vec![sighting.point],
            ports: spread.map(|spread| spread.ports.clone()).unwrap_or_default(),
            from: spread.map(|spread| spread.from.clone()).unwrap_or_default(),
            number: sighting.protocol,
        }
    }

    pub(super) fn add(&mut self, sighting: &Sighting, most: usize) {
        self.last = self.last.max(sighting.last_seen());
        self.packets += sighting.packets as f64;
        self.accesses += 1;
        let source = number(sighting.src);
        if self.sources.len() < most {
            self.sources.insert(source);
        } else {
            self.beyond += u64::from(!self.sources.contains(&source));
        }
        if self.points.len() < POINTS && !self.points.contains(&sighting.point) {
            self.points.push(sighting.point);
        }
        count(&mut self.ports, sighting.dst_port);
        count(&mut self.from, sighting.src_port);
    }

    /// The port that most packets came to, if half of them did.
    pub(super) fn port(&self) -> Option<u16> {
        let (port, times) = most(&self.ports)?;
        (u64::from(times) * 2 >= self.accesses).then_some(port)
    }

    /// The port that most came from, if half of them did.
    pub(super) fn reflector(&self) -> Option<u16> {
        let (port, times) = most(&self.from)?;
        (u64::from(times) * 2 >= self.accesses).then_some(port)
    }

    pub(super) fn protocol(&self, class: Class) -> Option<u8> {
        match class {
            // ICMP errors come among them.
            Class::Answers => Some(protocol::TCP),
            _ => Some(self.number),
        }
    }

    /// Ten times the bar is beyond doubt.
    pub(super) fn confidence(&self) -> f64 {
        let tens = (self.packets / super::BAR).max(1.0).log10().min(1.0);
        0.8 + 0.19 * tens
    }
}

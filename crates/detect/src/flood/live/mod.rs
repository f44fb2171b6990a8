//! Floods as they come: what a live point sees of each second.
//!
//! Accesses say too late what a flood is made of: one that grows is told when it is over, and what the
//! host offers on purpose is none. So frames themselves are looked at, both ways, in *flows*
//! ([`flows`]): what passed between two ends in about a second. A flow that is a second old goes to
//! [`Floods`] as an access would; so a flood is known within [`super::WINDOW`] and two seconds more.
//!
//! * A SYN that its sender's ACK followed is a connection, unless the host refused it by a RST after
//!   (then the ACK was a guess). Half-open are those that no ACK followed.
//! * What the host answered in kind is a conversation, and is not judged: a query that a name server
//!   answers, segments of a connection that was open before.
//!
//! **Offenders** are sources that can be acted against: of a flood that goes on, at least [`SHARE`]
//! packets in [`SPAN`] by the lower bound of Misra and Gries ([`shares`]), and not one connection
//! completed in the last minute. Sources of a forged flood come once or a few times each, so that they
//! never are: blocking them would harm whoever's addresses they are, and help nobody.
//!
//! Quiet seconds cost a comparison a frame: nothing is looked at unless this second or the one before
//! has [`WAKE`] frames. Memory is bounded: [`flows::CAPACITY`], [`shares::COUNTERS`], [`LIMITS`].

mod flows;
mod shares;
#[cfg(test)]
mod tests;

use std::net::IpAddr;

use hashbrown::HashSet;
use observation::{Kind, Micros, Point, Quoted, SECOND, tcp_flag};

use super::class::Class;
use super::{BAR, Floods, Limits};
use crate::sighting::number;
use crate::{Finding, PointId, Roll, Sighting};

use flows::{Flow, Flows, Key};
use shares::Shares;

/// Frames of a second, both ways, from which on they are looked at. A window that reaches [`BAR`] has a
/// second of at least a third of it.
pub const WAKE: u32 = (BAR / 4.0) as u32;
/// Packets that make a source an offender: a tenth of what is a flood.
pub const SHARE: u32 = (BAR / 10.0) as u32;
/// The time in which a source has its share.
pub const SPAN: Micros = super::WINDOW;
/// How long a completed connection speaks for its source.
const TRUST: Micros = 60 * SECOND;
/// Sources that are trusted at most.
const TRUSTED: usize = 4_096;
/// Entries of a hash table of 2^14 buckets: hashbrown doubles it for one more.
const BUCKETS: usize = (1 << 14) / 8 * 7;
/// What is remembered of floods of one host.
const LIMITS: Limits = Limits { targets: 4_096, floods: 16, sources: BUCKETS };

/// A frame that a host received or sent, as far as floods go.
#[derive(Clone, Copy, Debug)]
pub struct Glimpse {
    /// Its stamp.
    pub time: Micros,
    /// Who sent it.
    pub src: IpAddr,
    /// Whom it is for.
    pub dst: IpAddr,
    /// IP protocol number.
    pub protocol: u8,
    /// Source and destination port.
    pub ports: Option<(u16, u16)>,
    /// TCP flags, 0 of other protocols.
    pub tcp_flags: u16,
    /// What it is.
    pub kind: Kind,
    /// What an ICMP error quotes.
    pub quoted: Option<Quoted>,
    /// Whether the host sent it.
    pub outbound: bool,
}

/// A source that takes part in a flood, and can be acted against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offender {
    /// Its address.
    pub source: IpAddr,
    /// The address that it floods.
    pub target: IpAddr,
    /// Packets of the flood in [`SPAN`], at least.
    pub packets: u32,
}

/// Looks out for floods of one host.
#[derive(Debug)]
pub struct Lookout {
    floods: Floods,
    flows: Flows,
    found: Vec<Finding>,
    shares: Shares,
    trusted: HashSet<u128, foldhash::fast::FixedState>,
    trusted_before: HashSet<u128, foldhash::fast::FixedState>,
    trust_began: Micros,
    spanned: Micros,
    roll: Roll,
    point: PointId,
    second: i64,
    frames: u32,
    frames_before: u32,
}

impl Lookout {
    /// A lookout at a point.
    pub fn new(point: &Point) -> Self {
        let mut roll = Roll::default();
        let point = roll.id(point).unwrap_or(PointId(0));
        Lookout {
            floods: Floods::new(LIMITS),
            flows: Flows::default(),
            found: Vec::new(),
            shares: Shares::default(),
            trusted: HashSet::default(),
            trusted_before: HashSet::default(),
            trust_began: 0,
            spanned: 0,
            roll,
            point,
            second: i64::MIN,
            frames: 0,
            frames_before: 0,
        }
    }

    /// Takes a frame: of those that the host received, only what it did not ask for.
    #[inline]
    pub fn see(&mut self, glimpse: &Glimpse) {
        if self.is_awake(glimpse.time) {
            self.look(glimpse);
        }
    }

    fn is_awake(&mut self, time: Micros) -> bool {
        let second = time.div_euclid(SECOND);
        if second != self.second {
            let next = second == self.second.saturating_add(1);
            self.frames_before = if next { self.frames } else { 0 };
            (self.second, self.frames) = (second, 0);
        }
        self.frames = self.frames.saturating_add(1);
        self.frames >= WAKE || self.frames_before >= WAKE || !self.floods.floods.is_empty()
    }

    fn look(&mut self, glimpse: &Glimpse) {
        if glimpse.outbound {
            self.flows.answer(&Key::of_answer(glimpse), glimpse);
        } else if let Some((key, flow)) = self.flows.add(Key::of(glimpse), glimpse) {
            // There is no room: it is judged as it is, and found sooner than it would be.
            let found = self.judge(&key, &flow);
            self.found.extend(found);
        }
    }

    /// What was found until `now`, and which floods are over. Call it about once a second.
    pub fn tick(&mut self, now: Micros) -> Vec<Finding> {
        if now >= self.trust_began.saturating_add(TRUST) || now < self.trust_began {
            self.trusted_before = std::mem::take(&mut self.trusted);
            self.trust_began = now;
        }
        let mut found = std::mem::take(&mut self.found);
        for (key, flow) in self.flows.take_until(now.saturating_sub(SECOND)) {
            found.extend(self.judge(&key, &flow));
        }
        found.extend(self.floods.close(now, &self.roll));
        found
    }

    /// Sources that had their share of a flood when [`SPAN`] was over last; none until it is over.
    pub fn offenders(&mut self, now: Micros) -> Vec<Offender> {
        if now < self.spanned.saturating_add(SPAN) && now >= self.spanned {
            return Vec::new();
        }
        self.spanned = now;
        let (trusted, before) = (&self.trusted, &self.trusted_before);
        let mut offenders = self.shares.take(SHARE);
        offenders.retain(|offender| {
            let source = number(offender.source);
            !trusted.contains(&source) && !before.contains(&source)
        });
        offenders
    }

    fn judge(&mut self, key: &Key, flow: &Flow) -> Option<Finding> {
        if flow.is_conversation() {
            return None;
        }
        let sighting = self.sighting(key, flow);
        let class = Class::of(&sighting);
        if flow.kind == Kind::TcpSyn && class.is_none() && self.trusted.len() < TRUSTED {
            self.trusted.insert(number(key.src));
        }
        let found = self.floods.add(&sighting, &self.roll);
        let going = class.is_some_and(|class| self.floods.floods.contains_key(&(key.dst, class)));
        if going {
            self.shares.add(key.src, key.dst, u32::try_from(flow.packets).unwrap_or(u32::MAX));
        }
        found
    }

    fn sighting(&self, key: &Key, flow: &Flow) -> Sighting {
        let refused = flow.kind == Kind::TcpSyn && flow.is_refused;
        let unproven = tcp_flag::ACK | tcp_flag::PSH | tcp_flag::FIN;
        Sighting {
            time: flow.first,
            duration: 0,
            point: self.point,
            src: key.src,
            dst: Some(key.dst),
            protocol: key.protocol,
            src_port: key.ports.map(|(src, _)| src),
            dst_port: key.ports.map(|(_, dst)| dst),
            icmp_type: None,
            kind: Some(flow.kind),
            packets: flow.packets,
            tcp_flags: if refused { flow.tcp_flags & !unproven } else { flow.tcp_flags },
            tool: None,
            quoted: flow.quoted,
            payload: None,
            is_scanner: false,
        }
    }
}

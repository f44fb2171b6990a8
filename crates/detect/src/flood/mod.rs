//! Floods of a watched address, and intense scans.
//!
//! **Floods.** Per watched address, over any [`WINDOW`]: packets that nobody asked for, by class. A
//! class that reaches [`BAR`] packets is a flood if it looks like one ([`class`]):
//! * `flood-syn`: SYNs that no ACK followed, many times as many as connections that were completed
//!   (RFC 4987, section 2), and not one source that goes through the ports;
//! * `flood-reflection`: answers that nobody asked for: SYN-ACKs, RSTs and ICMP errors, or UDP from
//!   the port of a service that is known to amplify (US-CERT TA14-017A), from many sources;
//! * `flood-udp`, `flood-icmp`, `flood-fragments`, `flood-tcp` (other segments): many flows, or one
//!   that is [`TORRENT`].
//!
//! An ordinary conversation has many packets, but is one access, is completed, or is answered; a slow
//! flood does not reach the bar. A flood is one finding until nothing of it came for [`QUIET`].
//!
//! **Scans** ([`scan`]): one source that tries [`scan::MANY`] addresses or ports in ten minutes.
//!
//! Feed accesses in the order of `first_seen`. Memory is bounded: [`Limits`]. At a live point [`live`]
//! feeds what it sees of each second.

mod class;
pub mod live;
pub mod scan;
mod target;
#[cfg(test)]
mod tests;

use std::net::IpAddr;

use hashbrown::HashMap;
use observation::{Micros, SECOND};
use serde_json::json;

use class::Class;
use target::{Going, Target};

use crate::finding::{About, rounded};
use crate::{Finding, FindingKind, Roll, Sighting};

/// How long packets are counted together.
pub const WINDOW: Micros = 3 * SECOND;
/// Packets of one class in a window. A host that answers loses a few hundred half-open connections
/// a second without harm (RFC 4987, section 2.2, has backlogs of that order).
pub const BAR: f64 = 1_000.0;
/// Packets a second of one flow that are a flood all the same.
pub const TORRENT: f64 = 10_000.0;
/// A flood is over when it was quiet so long.
pub const QUIET: Micros = 60 * SECOND;

/// What is remembered at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Addresses that are watched for floods at a time.
    pub targets: usize,
    /// Floods at a time.
    pub floods: usize,
    /// Sources that are told apart in one flood.
    pub sources: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { targets: 65_536, floods: 64, sources: 65_536 }
    }
}

/// Finds floods.
#[derive(Debug, Default)]
pub struct Floods {
    limits: Limits,
    targets: HashMap<IpAddr, Target, foldhash::fast::FixedState>,
    floods: HashMap<(IpAddr, Class), Going, foldhash::fast::FixedState>,
    clock: Micros,
    swept: Micros,
}

impl Floods {
    /// Finds floods, and remembers so much.
    pub fn new(limits: Limits) -> Self {
        Floods { limits, ..Floods::default() }
    }

    /// Takes an access; a finding where it makes a flood known.
    pub fn add(&mut self, sighting: &Sighting, roll: &Roll) -> Option<Finding> {
        let target = sighting.dst?;
        self.clock = self.clock.max(sighting.time);
        if self.targets.len() >= self.limits.targets
            || self.clock > self.swept.saturating_add(QUIET)
        {
            self.sweep();
        }
        if self.targets.len() >= self.limits.targets && !self.targets.contains_key(&target) {
            return None;
        }
        let class = Class::of(sighting);
        let state = self.targets.entry(target).or_default();
        state.add(class, sighting);
        let class = class?;
        if let Some(going) = self.floods.get_mut(&(target, class)) {
            going.add(sighting, self.limits.sources);
            return None;
        }
        if state.packets(class) < BAR || self.floods.len() >= self.limits.floods {
            return None;
        }
        let rule = state.verdict(class)?;
        let going = Going::new(rule, state, class, sighting);
        let finding = finding(target, class, &going, roll, true);
        self.floods.insert((target, class), going);
        Some(finding)
    }

    /// Floods that are over at `now`.
    pub fn close(&mut self, now: Micros, roll: &Roll) -> Vec<Finding> {
        let mut found = Vec::new();
        self.floods.retain(|(target, class), going| {
            let over = going.last.saturating_add(QUIET) < now;
            if over {
                found.push(finding(*target, *class, going, roll, false));
            }
            !over
        });
        found.sort_by_key(|finding| (finding.first_seen, finding.id));
        found
    }

    /// Forgets addresses that were quiet for a window.
    fn sweep(&mut self) {
        let horizon = self.clock.saturating_sub(WINDOW);
        self.targets.retain(|_, target| target.until() > horizon);
        self.swept = self.clock;
    }
}

fn finding(target: IpAddr, class: Class, going: &Going, roll: &Roll, open: bool) -> Finding {
    let what = target.to_string();
    let about =
        About { kind: FindingKind::Flood, rule: going.rule, what: &what, first_seen: going.first };
    let seconds = ((going.last - going.first).max(SECOND / 10) as f64) / SECOND as f64;
    Finding {
        protocol: going.protocol(class),
        dst_port: going.port(),
        target: Some(target),
        points: roll.names(going.points.iter().copied()),
        sources: Some(going.sources.len() as u64),
        last_seen: going.last,
        confidence: going.confidence(),
        open,
        evidence: vec![
            ("packets", json!(going.packets.round())),
            ("packets_per_second", json!(rounded(going.packets / seconds))),
            ("accesses", json!(going.accesses)),
            ("completed", json!(going.completed)),
            ("src_port", json!(going.reflector())),
            ("sources_beyond", json!(going.beyond)),
        ],
        ..about.finding(going.detected)
    }
}

//! Intense scans: one source that goes through addresses or ports.
//!
//! `sweep`: [`MANY`] addresses within [`WINDOW`], or a tenth of those watched where these are more;
//! `port-scan`: as many ports of one address. Slow scans are what a telescope sees all day: they are
//! counted, not found. A source is told once while no [`AGAIN`] passes without a scan of it.

use std::net::IpAddr;

use hashbrown::HashMap;
use observation::{Kind, Micros, SECOND};
use serde_json::json;

use crate::finding::About;
use crate::service::asks;
use crate::sighting::number;
use crate::{Finding, FindingKind, Roll, Service, Sighting};

/// Addresses or ports.
pub const MANY: usize = 100;
/// Within so long.
pub const WINDOW: Micros = 600 * SECOND;
/// Told again after so long.
pub const AGAIN: Micros = 24 * 3_600 * SECOND;
/// Sources that are remembered at most.
pub const CAPACITY: usize = 32_768;
/// The least addresses of a sweep by echo requests: nobody pings ten hosts in two seconds who does
/// not look for who is there.
const PINGED: usize = 10;
/// Within so long.
const PINGED_WITHIN: Micros = 10 * SECOND;

#[derive(Debug)]
struct Trail {
    since: Micros,
    last: Micros,
    addresses: Vec<u128>,
    services: Vec<Service>,
    told: Option<Micros>,
}

/// Finds intense scans.
#[derive(Debug, Default)]
pub struct Scans {
    trails: HashMap<IpAddr, Trail, foldhash::fast::FixedState>,
    watched: Option<u64>,
}

impl Scans {
    /// Says how many addresses are watched; none where that is not known.
    pub fn watching(&mut self, addresses: Option<u64>) {
        self.watched = addresses.filter(|addresses| *addresses > 0).or(self.watched);
    }

    /// Takes an access; a finding where it makes a scan known.
    pub fn add(&mut self, sighting: &Sighting, roll: &Roll) -> Option<Finding> {
        let dst = sighting.dst?;
        let tries = matches!(sighting.kind, Some(Kind::TcpSyn | Kind::IcmpEcho));
        if sighting.is_scanner || !tries || !asks(sighting.kind) {
            return None;
        }
        if self.trails.len() >= CAPACITY && !self.trails.contains_key(&sighting.src) {
            self.make_room(sighting.time);
        }
        let trail = self.trails.entry(sighting.src).or_insert_with(|| Trail::new(sighting.time));
        trail.add(sighting, number(dst));
        let sweep = self.watched.map_or(MANY, |watched| MANY.max((watched / 10) as usize));
        let rule = trail.verdict(sweep.min(KEPT), sighting)?;
        if trail.told.replace(sighting.time).is_some() {
            return None;
        }
        Some(finding(rule, trail, sighting, roll))
    }

    fn make_room(&mut self, now: Micros) {
        self.trails.retain(|_, trail| trail.is_alive(now));
        if self.trails.len() >= CAPACITY {
            self.trails.retain(|_, trail| trail.told.is_some() || trail.last > now - WINDOW / 10);
        }
        if self.trails.len() >= CAPACITY {
            self.trails.clear();
        }
    }
}

/// What is kept of one source at most.
const KEPT: usize = 1_024;

impl Trail {
    fn new(since: Micros) -> Self {
        Trail { since, last: since, addresses: Vec::new(), services: Vec::new(), told: None }
    }

    fn is_alive(&self, now: Micros) -> bool {
        self.last > now - WINDOW || self.told.is_some_and(|told| told > now - AGAIN)
    }

    fn add(&mut self, sighting: &Sighting, dst: u128) {
        if sighting.time > self.since.saturating_add(WINDOW) {
            self.since = sighting.time;
            self.addresses.clear();
            self.services.clear();
        }
        if self.told.is_some_and(|told| told < sighting.time - AGAIN) {
            self.told = None;
        }
        self.last = sighting.time;
        if self.addresses.len() < KEPT && !self.addresses.contains(&dst) {
            self.addresses.push(dst);
        }
        let service = sighting.service();
        if self.services.len() < KEPT && !self.services.contains(&service) {
            self.services.push(service);
        }
    }

    fn verdict(&self, sweep: usize, sighting: &Sighting) -> Option<&'static str> {
        let (addresses, services) = (self.addresses.len(), self.services.len());
        let pings = sighting.kind == Some(Kind::IcmpEcho)
            && addresses >= PINGED
            && sighting.time <= self.since + PINGED_WITHIN;
        if addresses >= sweep || pings && sweep == MANY {
            return Some("sweep");
        }
        (services >= MANY && addresses <= 3).then_some("port-scan")
    }
}

fn finding(rule: &'static str, trail: &Trail, sighting: &Sighting, roll: &Roll) -> Finding {
    let what = sighting.src.to_string();
    let about = About { kind: FindingKind::Scan, rule, what: &what, first_seen: trail.since };
    let one = trail.services.len() == 1;
    Finding {
        protocol: Some(sighting.protocol),
        dst_port: sighting.dst_port.filter(|_| one),
        target: sighting.dst.filter(|_| trail.addresses.len() == 1),
        points: roll.names([sighting.point]),
        sources: Some(1),
        last_seen: trail.last,
        confidence: 0.9,
        evidence: vec![
            ("source", json!(sighting.src.to_string())),
            ("addresses_at_least", json!(trail.addresses.len())),
            ("services_at_least", json!(trail.services.len())),
            ("tool", json!(sighting.tool.map(observation::Tool::as_str))),
        ],
        ..about.finding((sighting.time.div_euclid(SECOND) + 1) * SECOND)
    }
}

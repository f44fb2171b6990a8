//! Campaigns: sources that act alike.
//!
//! At the end of a UTC day sources are put side by side that asked for the same services (the set of
//! them), bear the same tool's mark, and are neighbours: in one network (/24, or /48 in IPv6) at least
//! [`NEAR`], in one larger network (/16, /32) at least [`FAR`]. Of these the ones count that were
//! active at the same hours: half of the hours at least of each are hours in which half of the group
//! was active. Chance seldom puts so many there: the expected number in a network is the number of
//! sources of that kind over the networks that they came from.
//!
//! Memory is bounded: [`CAPACITY`] sources of one day; further ones are left out.

use std::hash::BuildHasher;
use std::net::IpAddr;

use hashbrown::HashMap;
use observation::{DAY, HOUR, Micros, Tool};
use serde_json::json;

use crate::finding::About;
use crate::service::asks;
use crate::sighting::{network, number};
use crate::{Finding, FindingKind, PointId, Roll, Service, Sighting};

/// Sources of one /24.
pub const NEAR: usize = 4;
/// Sources of one /16.
pub const FAR: usize = 8;
/// How many times as many as chance would put there.
const TIMES: f64 = 4.0;
/// Sources that are remembered of a day: 15 MB.
pub const CAPACITY: usize = 100_000;
/// Services of one source that are told apart.
const SERVICES: usize = 6;
/// Accesses that a source must have: one access is like any other.
const ACCESSES: u32 = 3;

#[derive(Clone, Debug)]
struct Profile {
    src: IpAddr,
    services: [Option<Service>; SERVICES],
    hours: u32,
    tool: Option<Tool>,
    accesses: u32,
    point: PointId,
    first: Micros,
    last: Micros,
}

/// Finds campaigns.
#[derive(Debug, Default)]
pub struct Campaigns {
    profiles: HashMap<u128, Profile, foldhash::fast::FixedState>,
    left_out: u64,
}

impl Campaigns {
    /// Takes an access of the open day.
    pub fn add(&mut self, sighting: &Sighting) {
        if sighting.is_scanner || !asks(sighting.kind) {
            return;
        }
        let key = number(sighting.src);
        if self.profiles.len() >= CAPACITY && !self.profiles.contains_key(&key) {
            self.left_out += 1;
            return;
        }
        self.profiles.entry(key).or_insert_with(|| Profile::new(sighting)).add(sighting);
    }

    /// Ends the UTC day that began at `day`.
    pub fn close(&mut self, day: Micros, roll: &Roll) -> Vec<Finding> {
        let mut profiles: Vec<(u64, u128, Profile)> = self
            .profiles
            .drain()
            .filter(|(_, profile)| profile.accesses >= ACCESSES)
            .map(|(src, profile)| (profile.manner(), src, profile))
            .collect();
        profiles.sort_unstable_by_key(|(manner, src, _)| (*manner, *src));
        let mut found = Vec::new();
        for alike in profiles.chunk_by(|a, b| a.0 == b.0) {
            for (least, rule, wide) in [(NEAR, "neighbours", false), (FAR, "same-network", true)] {
                groups(alike, least, wide, |group| {
                    found.extend(finding(rule, group, day, roll));
                });
            }
        }
        found
    }

    /// Accesses of sources for which there was no room.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }
}

type Row = (u64, u128, Profile);

/// /16, or /32 in IPv6.
fn larger(number: u128) -> u128 {
    if number >> 32 == 0xffff { number >> 16 } else { number >> 96 << 96 }
}

fn groups(alike: &[Row], least: usize, wide: bool, mut each: impl FnMut(&[&Profile])) {
    let net = |row: &Row| if wide { larger(row.1) } else { network(row.1) };
    let networks = alike.chunk_by(|a, b| net(a) == net(b)).count().max(1);
    let by_chance = alike.len() as f64 / networks as f64;
    for near in alike.chunk_by(|a, b| net(a) == net(b)) {
        if near.len() < least
            || (near.len() as f64) < TIMES * by_chance.min(near.len() as f64 / 2.0)
        {
            continue;
        }
        let networks = near.chunk_by(|a, b| network(a.1) == network(b.1)).count();
        if wide && networks < 2 {
            continue;
        }
        let together = common_hours(near);
        let same: Vec<&Profile> = near
            .iter()
            .map(|(.., profile)| profile)
            .filter(|profile| {
                2 * (profile.hours & together).count_ones() >= profile.hours.count_ones()
            })
            .collect();
        if same.len() >= least {
            each(&same);
        }
    }
}

/// Hours in which half of them were active.
fn common_hours(near: &[Row]) -> u32 {
    let active = |hour: u32| near.iter().filter(|row| row.2.hours >> hour & 1 == 1).count();
    (0..24).filter(|hour| 2 * active(*hour) >= near.len()).fold(0, |hours, hour| hours | 1 << hour)
}

impl Profile {
    fn new(sighting: &Sighting) -> Self {
        Profile {
            src: sighting.src,
            services: [None; SERVICES],
            hours: 0,
            tool: sighting.tool,
            accesses: 0,
            point: sighting.point,
            first: sighting.time,
            last: sighting.time,
        }
    }

    fn add(&mut self, sighting: &Sighting) {
        let service = Some(sighting.service());
        let place = self.services.iter_mut().find(|known| known.is_none() || **known == service);
        if let Some(place) = place {
            *place = service;
        }
        self.hours |= 1 << sighting.time.div_euclid(HOUR).rem_euclid(DAY / HOUR);
        self.tool = self.tool.or(sighting.tool);
        self.accesses += 1;
        self.last = self.last.max(sighting.last_seen());
    }

    /// A number for what it asked for and with what.
    fn manner(&self) -> u64 {
        let mut services: Vec<u32> =
            self.services.iter().flatten().map(|one| one.number()).collect();
        services.sort_unstable();
        foldhash::fast::FixedState::default().hash_one((services, self.tool))
    }
}

fn finding(rule: &'static str, group: &[&Profile], day: Micros, roll: &Roll) -> Option<Finding> {
    let first = *group.first()?;
    let services: Vec<Service> = first.services.iter().flatten().copied().collect();
    let what = format!("{} {}", first.src, first.manner());
    let begun = group.iter().map(|profile| profile.first).min()?;
    let about = About { kind: FindingKind::Campaign, rule, what: &what, first_seen: begun };
    let one = services.first().filter(|_| services.len() == 1);
    // So many sources are listed that a person can look at them.
    let sources: Vec<String> =
        group.iter().take(20).map(|profile| profile.src.to_string()).collect();
    let accesses: u64 = group.iter().map(|profile| u64::from(profile.accesses)).sum();
    let ports: Vec<String> = services
        .iter()
        .map(|service| format!("{}/{}", service.dst_port().unwrap_or(0), service.protocol()))
        .collect();
    Some(Finding {
        protocol: one.map(|service| service.protocol()),
        dst_port: one.and_then(|service| service.dst_port()),
        points: roll.names(group.iter().map(|profile| profile.point)),
        sources: Some(group.len() as u64),
        last_seen: group.iter().map(|profile| profile.last).max()?,
        confidence: 1.0 - 0.5 * 0.5_f64.powf(group.len() as f64 / NEAR as f64),
        evidence: vec![
            ("addresses", json!(sources)),
            ("services", json!(ports)),
            ("tool", json!(first.tool.map(Tool::as_str))),
            ("accesses", json!(accesses)),
        ],
        ..about.finding(day + DAY)
    })
}

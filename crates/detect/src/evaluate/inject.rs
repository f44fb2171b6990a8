//! Surges put into a background.

use std::net::{IpAddr, Ipv4Addr};

use observation::DAY;

use super::{APART, BEFORE, Background, Daily, Plan};
use crate::number::median;
use crate::{Service, Sighting};

/// A surge that was put in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Injected {
    /// Its service.
    pub service: Service,
    /// Its day, in days since 1970-01-01.
    pub day: i64,
}

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Random(seed)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        ((u128::from(z) * limit as u128) >> 64) as usize
    }
}

/// The background with surges of one size, and these.
pub(super) fn inject(
    background: &Background,
    counts: &Daily,
    plan: &Plan,
    size: f64,
    seed: u64,
) -> (Vec<Sighting>, Vec<Injected>) {
    let mut random = Random::new(seed.wrapping_mul(0x1234_5677).wrapping_add(size.to_bits()));
    let mut injected: Vec<Injected> = Vec::new();
    let mut extra = Vec::new();
    let any: Vec<i64> =
        counts.values().next().map(|days| days.keys().copied().collect()).unwrap_or_default();
    let services: Vec<Service> = counts.keys().copied().collect();
    for _ in 0..400 {
        let Some(day) = any.get(random.below(any.len())).copied() else { break };
        let Some(service) = pick(counts, &services, plan, &mut random) else { break };
        let before = any.iter().filter(|other| **other < day).count() as i64;
        let apart = injected.iter().all(|other| (other.day - day).abs() >= APART);
        if before < BEFORE.min(any.len() as i64 / 3) || !apart {
            continue;
        }
        let usual = usual(counts, service, day);
        // A fortnight that was not watched tells nothing of what is usual.
        let fresh = any.iter().filter(|other| (day - 14..day).contains(*other)).count() >= 7;
        if usual < plan.least || !fresh {
            continue;
        }
        let more = ((size - 1.0) * usual).round() as usize;
        extra.extend(surge(background, service, day, more, &mut random));
        injected.push(Injected { service, day });
    }
    let mut all = background.sightings.clone();
    all.extend(extra);
    all.sort_by_key(|row| row.time);
    (all, injected)
}

/// A service that is usually asked for enough.
fn pick(counts: &Daily, services: &[Service], plan: &Plan, random: &mut Random) -> Option<Service> {
    (0..10_000).find_map(|_| {
        let service = *services.get(random.below(services.len()))?;
        let days = counts.get(&service)?;
        let all: f64 = days.values().sum();
        (all >= plan.least * days.len() as f64).then_some(service)
    })
}

/// The median of the 14 observed days before.
fn usual(counts: &Daily, service: Service, day: i64) -> f64 {
    let Some(days) = counts.get(&service) else { return 0.0 };
    let mut last: Vec<f64> = days.range(..day).rev().take(14).map(|(_, count)| *count).collect();
    median(&mut last)
}

/// Accesses on a day like those of the days before it, from new sources of one to three each.
fn surge(
    background: &Background,
    service: Service,
    day: i64,
    more: usize,
    random: &mut Random,
) -> Vec<Sighting> {
    let since = background.sightings.partition_point(|row| row.time < (day - 28) * DAY);
    let until = background.sightings.partition_point(|row| row.time < day * DAY);
    let before = background.sightings.get(since..until).unwrap_or_default();
    let like: Vec<&Sighting> = before.iter().filter(|row| row.service() == service).collect();
    let mut rows = Vec::new();
    while rows.len() < more && !like.is_empty() {
        // 11.0.0.0/8 to 42.0.0.0/8.
        let src = Ipv4Addr::from_bits(0x0b00_0000 + random.below(0x2000_0000) as u32);
        for _ in 0..=random.below(3) {
            let Some(row) = like.get(random.below(like.len())) else { continue };
            let time = day * DAY + row.time.rem_euclid(DAY);
            rows.push(Sighting { time, src: IpAddr::V4(src), is_scanner: false, ..**row });
        }
    }
    rows.truncate(more);
    rows
}

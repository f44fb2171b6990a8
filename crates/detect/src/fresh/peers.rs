//! A point that sees of a service what its peers do not.
//!
//! At a day's end, for each service and point with [`SOURCES`] sources: its accesses against what the
//! other points' say of it, each by its usual traffic. It differs where it has [`TIMES`] times that,
//! and chance does not: a negative binomial whose rate wanders between points by [`WANDER`]. A point
//! that differs every day is told once, and again after [`AGAIN`] days without.

use hashbrown::HashMap;
use observation::{DAY, Micros};
use serde_json::json;

use crate::finding::{About, rounded};
use crate::number::{Level, upper_tail};
use crate::{Count, Exposure, Finding, FindingKind, PointId, Roll, Service, Times};

/// Sources of a day at the point.
pub const SOURCES: u32 = 10;
/// How many times what its peers say.
pub const TIMES: f64 = 5.0;
/// Days.
pub const AGAIN: u32 = 28;
/// Relative variance of a service's rate between points that are alike: a factor of two.
const WANDER: f64 = 0.5;
/// Variance over mean: accesses come in runs.
const RUNS: f64 = 8.0;
/// The p-value below which a point differs: a million pairs a day give one false in three years.
const P: f64 = 1e-9;
/// Pairs of service and point of one day.
const CAPACITY: usize = 200_000;
/// Points without which there are no peers.
const PEERS: usize = 3;

#[derive(Debug, Default)]
struct Seen {
    accesses: u32,
    sources: u32,
}

/// Finds points that differ.
#[derive(Debug, Default)]
pub struct Peers {
    today: HashMap<(Service, PointId), Seen, foldhash::fast::FixedState>,
    shares: Vec<f64>,
    told: HashMap<(Service, PointId), u32, foldhash::fast::FixedState>,
    day: Micros,
}

impl Peers {
    /// Takes an hour; `day_ended`: before this hour a day ended.
    pub fn hour(
        &mut self,
        hour: Micros,
        counts: &[Count],
        exposure: &Exposure,
        day_ended: bool,
        roll: &Roll,
    ) -> Vec<Finding> {
        let found = if day_ended { self.end_day(hour, exposure, roll) } else { Vec::new() };
        self.day = hour.div_euclid(DAY) * DAY;
        for (point, ..) in exposure.points() {
            if self.shares.len() <= point.at() {
                self.shares.resize(point.at() + 1, 0.0);
            }
            if let Some(share) = self.shares.get_mut(point.at()) {
                *share += exposure.share(point);
            }
        }
        for count in counts {
            let Some(point) = count.point else { continue };
            let key = (count.service, point);
            if self.today.len() >= CAPACITY && !self.today.contains_key(&key) {
                continue;
            }
            let seen = self.today.entry(key).or_default();
            // The loudest source of an hour is nobody's peer.
            let others = count.accesses.saturating_sub(count.loudest);
            seen.accesses = seen.accesses.saturating_add(others);
            seen.sources = seen.sources.saturating_add(count.fresh);
        }
        found
    }

    fn end_day(&mut self, midnight: Micros, exposure: &Exposure, roll: &Roll) -> Vec<Finding> {
        let shares = std::mem::take(&mut self.shares);
        let mut rows: Vec<((Service, PointId), Seen)> = self.today.drain().collect();
        rows.sort_unstable_by_key(|(key, _)| *key);
        let number = exposure.observed();
        self.told.retain(|_, day| *day + AGAIN > number);
        let believed = exposure.points().filter(|(_, weight, ..)| weight.is_some()).count();
        let mut found = Vec::new();
        if number < super::WARM_UP || believed < PEERS {
            return found;
        }
        let whole: f64 = shares.iter().sum();
        for service in rows.chunk_by(|a, b| a.0.0 == b.0.0) {
            let all: f64 = service.iter().map(|(_, seen)| f64::from(seen.accesses)).sum();
            for ((service, point), seen) in service {
                let share = shares.get(point.at()).copied().unwrap_or(0.0);
                let own = f64::from(seen.accesses);
                let mean = (all - own + 0.5) / (whole - share).max(1e-9) * share;
                let level = Level { mean, dispersion: RUNS, wander: WANDER };
                let differs =
                    seen.sources >= SOURCES && own >= TIMES * mean && upper_tail(own, &level) <= P;
                if differs && self.told.insert((*service, *point), number).is_none() {
                    let times = crate::surge::times(own, &level);
                    found.push(self.finding(*service, *point, seen, times, midnight, roll));
                }
            }
        }
        found
    }

    fn finding(
        &self,
        service: Service,
        point: PointId,
        seen: &Seen,
        times: Times,
        midnight: Micros,
        roll: &Roll,
    ) -> Finding {
        let points = roll.names([point]);
        let name = points.first().map_or("", |point| point.as_str());
        let what = format!("{} {name}", service.number());
        let about =
            About { kind: FindingKind::Differs, rule: "peers", what: &what, first_seen: self.day };
        Finding {
            protocol: Some(service.protocol()),
            dst_port: service.dst_port(),
            points,
            sources: Some(seen.sources.into()),
            last_seen: midnight,
            confidence: 0.8,
            times: Some(times),
            evidence: vec![
                ("accesses_without_loudest", json!(seen.accesses)),
                ("times_peers", json!(rounded(times.usual))),
            ],
            ..about.finding(midnight)
        }
    }
}

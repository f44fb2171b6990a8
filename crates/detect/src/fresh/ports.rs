//! A service that was not asked for in [`UNSEEN`] observed days.
//!
//! It is told when [`super::SOURCES`] sources of a day, of [`NETWORKS`] networks, ask for it: one
//! scanner that goes through all ports makes nothing new.

use hashbrown::HashMap;
use observation::{HOUR, Micros};
use serde_json::json;

use super::{SOURCES, WARM_UP};
use crate::finding::About;
use crate::{Count, Exposure, Finding, FindingKind, PointId, Roll, Service};

/// Observed days.
pub const UNSEEN: u32 = 28;
/// Networks, by the hours' counts.
const NETWORKS: u32 = 4;
/// Services that are remembered at most.
const CAPACITY: usize = 140_000;

#[derive(Debug)]
struct Known {
    day: u32,
    since: Micros,
    sources: u32,
    networks: u32,
    accesses: u32,
    points: Vec<PointId>,
    /// It was new on this day, and whether that was told.
    new: bool,
    told: bool,
}

/// Finds new ports.
#[derive(Debug, Default)]
pub struct Ports {
    services: HashMap<Service, Known, foldhash::fast::FixedState>,
}

impl Ports {
    /// Takes an hour's counts.
    pub fn hour(
        &mut self,
        hour: Micros,
        counts: &[Count],
        exposure: &Exposure,
        roll: &Roll,
    ) -> Vec<Finding> {
        let day = exposure.observed();
        let mut found = Vec::new();
        for rows in counts.chunk_by(|a, b| a.service == b.service) {
            let Some(whole) = rows.first() else { continue };
            if !self.services.contains_key(&whole.service) && self.services.len() >= CAPACITY {
                self.services.retain(|_, known| known.day + UNSEEN > day);
                if self.services.len() >= CAPACITY {
                    continue;
                }
            }
            let known = self.services.entry(whole.service).or_insert_with(|| Known::new(day, hour));
            known.turn(day, hour);
            known.add(rows);
            let enough = known.sources >= SOURCES && known.networks >= NETWORKS;
            if known.new && !known.told && enough && day >= WARM_UP {
                known.told = true;
                found.push(known.finding(whole.service, hour + HOUR, day, roll));
            }
        }
        found
    }
}

impl Known {
    fn new(day: u32, since: Micros) -> Self {
        Known {
            day,
            since,
            sources: 0,
            networks: 0,
            accesses: 0,
            points: Vec::new(),
            new: true,
            told: false,
        }
    }

    /// On another day the counts begin anew; who was away long enough is new again.
    fn turn(&mut self, day: u32, hour: Micros) {
        if day != self.day {
            let away = day - self.day.min(day);
            *self = Known { new: away >= UNSEEN, ..Known::new(day, hour) };
        }
    }

    fn add(&mut self, rows: &[Count]) {
        for row in rows {
            match row.point {
                None => {
                    self.sources = self.sources.saturating_add(row.fresh);
                    self.networks = self.networks.saturating_add(row.networks.min(row.fresh));
                    self.accesses = self.accesses.saturating_add(row.accesses);
                }
                Some(point) if self.new && !self.told && !self.points.contains(&point) => {
                    self.points.push(point);
                }
                Some(_) => {}
            }
        }
    }

    fn finding(&self, service: Service, detected_at: Micros, day: u32, roll: &Roll) -> Finding {
        let what = service.number().to_string();
        let about =
            About { kind: FindingKind::New, rule: "new-port", what: &what, first_seen: self.since };
        Finding {
            protocol: Some(service.protocol()),
            dst_port: service.dst_port(),
            points: roll.names(self.points.iter().copied()),
            sources: Some(self.sources.into()),
            last_seen: detected_at,
            confidence: 1.0 - 0.5 * 0.5_f64.powf(f64::from(self.sources) / f64::from(SOURCES)),
            evidence: vec![
                ("icmp_type", json!(service.icmp_type())),
                ("accesses", json!(self.accesses)),
                ("unseen_days_at_least", json!(day.min(UNSEEN))),
            ],
            ..about.finding(detected_at)
        }
    }
}

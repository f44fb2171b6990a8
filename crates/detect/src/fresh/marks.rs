//! A payload or a tool's mark that was never seen before.
//!
//! Told when [`super::SOURCES`] sources bear it within [`YOUNG`] of its first sight. A worm's mark is
//! new by service: Mirai on a port where it never was. A scanner's is not, who goes through all ports. Payloads of one source are its own affair: only
//! what spreads is told. Memory is bounded: [`CAPACITY`] payloads; those unseen longest go, and are
//! new again when they return.

use hashbrown::HashMap;
use observation::{DAY, HOUR, Micros, Tool};
use serde_json::json;

use super::{SOURCES, WARM_UP};
use crate::finding::About;
use crate::sighting::{network, number};
use crate::{Exposure, Finding, FindingKind, PointId, Roll, Service, Sighting};

/// Within so long of its first sight something is new.
pub const YOUNG: Micros = 7 * DAY;
/// Payloads and marks that are remembered at most: about 15 MB.
pub const CAPACITY: usize = 100_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Mark {
    Payload(u64),
    Tool(Tool, Option<Service>),
}

#[derive(Debug)]
struct Known {
    first: Micros,
    last: Micros,
    /// The first sources; empty once told or old.
    sources: Vec<u128>,
    service: Service,
    points: Vec<PointId>,
    told: bool,
    /// It was there before there was enough to compare with.
    old: bool,
}

/// Finds new payloads and tools.
#[derive(Debug, Default)]
pub struct Marks {
    marks: HashMap<Mark, Known, foldhash::fast::FixedState>,
    warm: bool,
}

impl Marks {
    /// Takes an access.
    pub fn add(&mut self, sighting: &Sighting) {
        if sighting.is_scanner {
            return;
        }
        if let Some(hash) = sighting.payload {
            self.note(Mark::Payload(hash), sighting);
        }
        if let Some(tool) = sighting.tool {
            let worm = (tool == Tool::Mirai).then(|| sighting.service());
            self.note(Mark::Tool(tool, worm), sighting);
        }
    }

    fn note(&mut self, mark: Mark, sighting: &Sighting) {
        if self.marks.len() >= CAPACITY && !self.marks.contains_key(&mark) {
            self.make_room();
        }
        let warm = self.warm;
        let known = self.marks.entry(mark).or_insert_with(|| Known::new(sighting, !warm));
        known.last = known.last.max(sighting.time);
        if known.old || known.told || known.sources.len() >= SOURCES as usize {
            return;
        }
        let source = number(sighting.src);
        if known.sources.iter().all(|other| network(*other) != network(source)) {
            known.sources.push(source);
        }
        if known.points.len() < 64 && !known.points.contains(&sighting.point) {
            known.points.push(sighting.point);
        }
    }

    /// Ends an hour.
    pub fn close(&mut self, hour: Micros, exposure: &Exposure, roll: &Roll) -> Vec<Finding> {
        self.warm = exposure.observed() >= WARM_UP;
        let mut found = Vec::new();
        for (mark, known) in &mut self.marks {
            if known.old || known.told {
                continue;
            }
            if known.sources.len() >= SOURCES as usize {
                found.push(known.finding(*mark, hour + HOUR, roll));
                known.told = true;
            }
            known.old = known.first < hour - YOUNG;
            if known.old || known.told {
                (known.sources, known.points) = (Vec::new(), Vec::new());
            }
        }
        found.sort_by_key(|finding| (finding.first_seen, finding.id));
        found
    }

    fn make_room(&mut self) {
        let mut times: Vec<Micros> = self.marks.values().map(|known| known.last).collect();
        let quarter = times.len() / 4;
        let (_, bar, _) = times.select_nth_unstable(quarter);
        let bar = *bar;
        self.marks.retain(|_, known| known.last > bar);
    }
}

impl Known {
    fn new(sighting: &Sighting, old: bool) -> Self {
        Known {
            first: sighting.time,
            last: sighting.time,
            sources: Vec::new(),
            service: sighting.service(),
            points: Vec::new(),
            told: false,
            old,
        }
    }

    fn finding(&self, mark: Mark, detected_at: Micros, roll: &Roll) -> Finding {
        let (rule, what) = match mark {
            Mark::Payload(hash) => ("new-payload", format!("{hash:016x}")),
            Mark::Tool(tool, _) => ("new-tool", tool.as_str().to_owned()),
        };
        let text = format!("{what} {}", self.service.number());
        let about = About { kind: FindingKind::New, rule, what: &text, first_seen: self.first };
        Finding {
            protocol: Some(self.service.protocol()),
            dst_port: self.service.dst_port(),
            points: roll.names(self.points.iter().copied()),
            sources: Some(self.sources.len() as u64),
            last_seen: self.last,
            confidence: 0.7,
            evidence: vec![("mark", json!(what))],
            ..about.finding(detected_at)
        }
    }
}

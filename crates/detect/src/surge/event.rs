//! A surge that goes on.

use std::collections::BTreeMap;

use observation::{HOUR, Micros};
use serde_json::json;

use super::baseline::{ACCESSES, FRESH, OTHERS, SOURCES, STATISTICS, Usual};
use super::recent::{Past, Recent, values};
use crate::finding::{About, rounded};
use crate::number::Level;
use crate::{Finding, FindingKind, PointId, Roll, Service, Times};

/// What was found when.
#[derive(Clone, Debug)]
pub(super) struct Opening {
    pub(super) service: Service,
    /// The one point whose surge it is; none: over all.
    pub(super) scope: Option<PointId>,
    pub(super) rule: &'static str,
    /// Since when the counts are high.
    pub(super) first_seen: Micros,
    pub(super) detected_at: Micros,
    /// Hours of the window that found it.
    pub(super) window: i64,
    /// Of sources.
    pub(super) p: f64,
    pub(super) p_accesses: f64,
    /// p as corrected for the number of tests.
    pub(super) adjusted: f64,
    pub(super) tests: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Event {
    opening: Opening,
    usual: [Usual; STATISTICS],
    counts: [f64; STATISTICS],
    exposure: f64,
    doubt: f64,
    points: BTreeMap<PointId, (f64, f64)>,
    networks: u32,
    fresh_at_points: u64,
    last_seen: Micros,
    /// What was truly counted on the days of the surge.
    pub(super) days: Vec<(u32, [u32; STATISTICS])>,
    pub(super) changed: bool,
    settled: bool,
}

impl Event {
    pub(super) fn new(opening: Opening, usual: [Usual; STATISTICS], doubt: f64) -> Self {
        Event {
            last_seen: opening.first_seen,
            opening,
            usual,
            counts: [0.0; STATISTICS],
            exposure: 0.0,
            doubt,
            points: BTreeMap::new(),
            networks: 0,
            fresh_at_points: 0,
            days: Vec::new(),
            changed: true,
            settled: false,
        }
    }

    /// Measures exposure in another unit.
    pub(super) fn rescale(&mut self, change: f64) {
        self.exposure *= change;
        self.usual.iter_mut().for_each(|usual| usual.rescale(change));
    }

    /// Takes an hour of the surge; `rate` says what is usual at a point.
    pub(super) fn hour(&mut self, past: &Past, rate: impl Fn(PointId) -> f64) {
        let Opening { service, scope, .. } = self.opening;
        let before = self.members().count();
        for row in past.rows(service) {
            let whole = row.point == scope;
            if whole {
                self.add(past, &values(row), row.networks);
            }
            let Some(point) = row.point else { continue };
            if scope.is_none_or(|scope| scope == point) {
                self.fresh_at_points += u64::from(row.fresh);
                self.points.entry(point).or_default().0 += f64::from(row.accesses);
            }
        }
        let share = scope.map_or(past.exposure, |point| past.share(point));
        self.exposure += share;
        for (point, (_, expected)) in &mut self.points {
            *expected += rate(*point) * past.share(*point);
        }
        self.changed |= self.members().count() > before;
    }

    fn add(&mut self, past: &Past, row: &[u32; STATISTICS], networks: u32) {
        for (sum, value) in self.counts.iter_mut().zip(row) {
            *sum += f64::from(*value);
        }
        self.networks = self.networks.max(networks);
        let expected = self.usual_of(ACCESSES).level(past.exposure, 0.0, 0.0).mean;
        let surge = expected * self.times(ACCESSES).usual;
        // An hour belongs to the surge while it is nearer to it than to the usual.
        let accesses = row.first().copied().unwrap_or(0);
        if f64::from(accesses) >= (expected + surge) / 2.0 || self.opening.scope.is_some() {
            self.last_seen = self.last_seen.max(past.hour + HOUR);
        }
    }

    fn usual_of(&self, at: usize) -> Usual {
        self.usual.get(at).copied().unwrap_or_default()
    }

    /// Points that have part in it: whose accesses, over all of the surge's hours so far, are more
    /// likely at the surge's level than at the usual one. Of a Poisson count y with mean μ that is
    /// y ln r > μ (r − 1), where r is how many times its level the whole is.
    fn members(&self) -> impl Iterator<Item = PointId> + '_ {
        let whole = self.times(ACCESSES).usual.max(1.05);
        self.points.iter().filter_map(move |(point, &(accesses, mean))| {
            let part = accesses * whole.ln() > mean * (whole - 1.0);
            (part || self.opening.scope == Some(*point)).then_some(*point)
        })
    }

    /// How many times the usual level so far, with a 95 % interval: log-normal, by the variance of
    /// the count and that of the level.
    fn times(&self, at: usize) -> Times {
        let mut level = self.usual_of(at).level(self.exposure, self.doubt, 0.0);
        if let Some((_, expected)) = self.opening.scope.and_then(|point| self.points.get(&point)) {
            // Of one point only accesses have a usual level of their own; the others' is in
            // proportion.
            let whole = self.usual_of(ACCESSES).level(self.exposure, 0.0, 0.0).mean.max(1e-12);
            level.mean *= expected / whole;
        }
        times(self.counts.get(at).copied().unwrap_or(0.0), &level)
    }

    /// Whether its accesses or its sources still show it: those of the last day, or of its own hours where it is
    /// younger. Each alone would end what had just been found: a small surge's day holds ordinary hours before
    /// it, a few hours of a rare service may be empty, and a surge of sources need not have many more accesses.
    pub(super) fn goes_on(&self, recent: &Recent) -> bool {
        let own = recent.hours_since(self.opening.first_seen);
        let shows = |hours: i64, at: usize| {
            let (exposure, _) = recent.exposure(hours);
            let level = self.usual_of(at).level(exposure, self.doubt, 0.0);
            let count = recent.sum(self.opening.service, hours).value(at);
            count > 0.0 && count >= super::GOES_ON * level.mean
        };
        shows(own, ACCESSES) || shows(24, ACCESSES) || shows(own, SOURCES) || shows(24, FRESH)
    }

    pub(super) fn settle(&mut self) {
        self.settled = true;
    }

    pub(super) fn service(&self) -> Service {
        self.opening.service
    }

    pub(super) fn finding(&self, roll: &Roll, open: bool) -> Finding {
        let Opening { service, scope, rule, first_seen, detected_at, .. } = self.opening;
        let what = format!("{} {:?}", service.number(), scope.and_then(|point| roll.point(point)));
        let about = About { kind: FindingKind::Surge, rule, what: &what, first_seen };
        Finding {
            protocol: Some(service.protocol()),
            dst_port: service.dst_port(),
            points: roll.names(self.members()),
            sources: self.counts.get(FRESH).map(|fresh| *fresh as u64),
            last_seen: self.last_seen,
            times: Some(self.times(ACCESSES)),
            confidence: self.confidence(),
            open,
            evidence: self.evidence(service),
            ..about.finding(detected_at)
        }
    }

    fn evidence(&self, service: Service) -> Vec<(&'static str, serde_json::Value)> {
        let shown = |at: usize| {
            let Times { usual, low, high } = self.times(at);
            json!([rounded(usual), rounded(low), rounded(high)])
        };
        let Opening { window, p, p_accesses, adjusted, tests, .. } = self.opening;
        vec![
            ("icmp_type", json!(service.icmp_type())),
            ("accesses", json!(self.counts.first().map(|count| *count as u64))),
            ("sources_talot2", json!(self.fresh_at_points)),
            ("networks_in_an_hour", json!(self.networks)),
            ("times_usual_sources", shown(FRESH)),
            ("times_usual_without_loudest", shown(OTHERS)),
            ("window_hours", json!(window)),
            ("p_sources", json!(p)),
            ("p_accesses", json!(p_accesses)),
            ("p_adjusted", json!(adjusted)),
            ("tests", json!(tests)),
            ("new_usual_level", json!(self.settled)),
        ]
    }

    /// Each witness halves the doubt: a p-value that is far beyond its bar, several points, many
    /// sources, twice the usual level at least, sources that rose as well.
    fn confidence(&self) -> f64 {
        let fresh = self.counts.get(FRESH).copied().unwrap_or(0.0);
        let witnesses = [
            self.opening.adjusted <= 1e-8,
            self.members().count() >= 2,
            fresh >= 20.0,
            self.times(ACCESSES).low >= 2.0,
            self.times(FRESH).low >= 1.25,
        ];
        let count = witnesses.into_iter().filter(|witness| *witness).count();
        1.0 - 0.4 * 0.5_f64.powi(count as i32)
    }
}

/// How many times its level a count is.
pub(crate) fn times(count: f64, level: &Level) -> Times {
    let mean = level.mean.max(1e-12);
    let usual = count / mean;
    let of_count = level.dispersion.max(1.0) / count.max(0.5);
    // 1.96 standard deviations hold 95 % of a normal.
    let half = (1.96 * (of_count + level.wander).sqrt()).exp();
    Times { usual, low: usual / half, high: usual * half }
}

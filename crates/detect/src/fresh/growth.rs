//! Sources that double again and again, as a worm's do while it spreads.
//!
//! In its first phase a worm grows exponentially (Staniford, Paxson and Weaver, How to 0wn the
//! Internet in Your Spare Time, USENIX Security 2002). A straight line is fitted to the logarithm of
//! a service's distinct sources, weighted by their counts, over the last [`STEPS`] days and over the
//! last [`STEPS`] hours. It grows where the slope is above 0 by [`SURE`] standard errors, the last
//! count is [`TIMES`] times the first, and no step falls back. Doubling time = step × ln 2 / slope;
//! its interval comes from the slope's. The standard error is that of the residuals, and not less than
//! counts with twice a Poisson's variance would have.

use hashbrown::HashMap;
use observation::{DAY, HOUR, Micros};
use serde_json::json;

use crate::finding::{About, rounded};
use crate::{Count, Exposure, Finding, FindingKind, PointId, Roll, Service};

/// Steps that are fitted.
pub const STEPS: usize = 6;
/// Standard errors.
pub const SURE: f64 = 4.0;
/// The last count over the first.
pub const TIMES: f64 = 8.0;
/// The least sources of the last step.
pub const SOURCES: f64 = 40.0;
/// Services that are remembered at most.
const CAPACITY: usize = 140_000;

#[derive(Debug, Default)]
struct Steps {
    hours: [f32; STEPS],
    days: [f32; STEPS],
    hour: i64,
    today: u32,
    points: Vec<PointId>,
    /// Told as growing until this moment.
    told: Micros,
}

/// Finds growth.
#[derive(Debug, Default)]
pub struct Growth {
    services: HashMap<Service, Steps, foldhash::fast::FixedState>,
    days: u32,
}

impl Growth {
    /// Takes an hour's counts; `day_ended`: before this hour a day ended.
    pub fn hour(
        &mut self,
        hour: Micros,
        counts: &[Count],
        exposure: &Exposure,
        day_ended: bool,
        roll: &Roll,
    ) -> Vec<Finding> {
        let mut found = Vec::new();
        if day_ended {
            self.days += 1;
            found = self.end_day(hour, roll);
        }
        if exposure.exposure() <= 0.0 {
            return found;
        }
        for rows in counts.chunk_by(|a, b| a.service == b.service) {
            let Some(whole) = rows.first() else { continue };
            if !self.services.contains_key(&whole.service) && self.services.len() >= CAPACITY {
                continue;
            }
            let steps = self.services.entry(whole.service).or_default();
            steps.add(hour / HOUR, rows);
            let warm = exposure.observed() >= super::WARM_UP;
            if warm && let Some(line) = grown(&steps.hours) {
                found.extend(steps.tell(whole.service, line, HOUR, hour + HOUR, roll));
            }
        }
        found
    }

    fn end_day(&mut self, midnight: Micros, roll: &Roll) -> Vec<Finding> {
        let mut found = Vec::new();
        let warm = self.days > STEPS as u32;
        for (service, steps) in &mut self.services {
            steps.days.rotate_left(1);
            if let Some(last) = steps.days.last_mut() {
                *last = std::mem::take(&mut steps.today) as f32;
            }
            if warm && let Some(line) = grown(&steps.days) {
                found.extend(steps.tell(*service, line, DAY, midnight, roll));
            }
            steps.points.clear();
        }
        self.services.retain(|_, steps| steps.days.iter().any(|sources| *sources > 0.0));
        found.sort_by_key(|finding| finding.id);
        found
    }
}

/// The slope of a logarithm per step, and its standard error.
type Line = (f64, f64);

/// The line through the logarithms, where they grow.
fn grown(sources: &[f32; STEPS]) -> Option<Line> {
    let values: Vec<f64> = sources.iter().map(|value| f64::from(*value)).collect();
    let (first, last) = (*values.first()?, *values.last()?);
    let steady = values.windows(2).all(|pair| matches!(pair, [a, b] if b > a));
    if last < SOURCES || last < TIMES * first.max(1.0) || !steady {
        return None;
    }
    let weights: Vec<f64> = values.iter().map(|value| value.max(0.5) / 2.0).collect();
    let logs: Vec<f64> = values.iter().map(|value| value.max(0.5).ln()).collect();
    let all: f64 = weights.iter().sum();
    let mean = |of: &dyn Fn(usize) -> f64| {
        weights.iter().enumerate().map(|(at, weight)| weight * of(at)).sum::<f64>() / all
    };
    let log = |at: usize| logs.get(at).copied().unwrap_or(0.0);
    let (x, y) = (mean(&|at| at as f64), mean(&log));
    let spread = mean(&|at| (at as f64 - x).powi(2)) * all;
    let slope = mean(&|at| (at as f64 - x) * (log(at) - y)) * all / spread;
    let off = mean(&|at| (log(at) - y - slope * (at as f64 - x)).powi(2)) * all;
    let error = (off / (STEPS as f64 - 2.0)).max(1.0).sqrt() / spread.sqrt();
    (slope > SURE * error).then_some((slope, error))
}

impl Steps {
    fn add(&mut self, hour: i64, rows: &[Count]) {
        let behind = usize::try_from(hour - self.hour).unwrap_or(0).min(STEPS);
        for _ in 0..behind {
            self.hours.rotate_left(1);
            if let Some(last) = self.hours.last_mut() {
                *last = 0.0;
            }
        }
        self.hour = hour;
        for row in rows {
            match (row.point, self.hours.last_mut()) {
                (None, Some(last)) => {
                    *last = row.sources as f32;
                    self.today = self.today.saturating_add(row.fresh);
                }
                (Some(point), _) if self.points.len() < 64 && !self.points.contains(&point) => {
                    self.points.push(point);
                }
                _ => {}
            }
        }
    }

    fn tell(
        &mut self,
        service: Service,
        (slope, error): Line,
        step: Micros,
        at: Micros,
        roll: &Roll,
    ) -> Option<Finding> {
        if at < self.told {
            return None;
        }
        self.told = at + 2 * DAY;
        let rule = if step == DAY { "doubling-by-day" } else { "doubling-by-hour" };
        let what = service.number().to_string();
        let first_seen = at - step * STEPS as i64;
        let about = About { kind: FindingKind::Growth, rule, what: &what, first_seen };
        let hours = step as f64 / HOUR as f64 * std::f64::consts::LN_2;
        let last = if step == DAY { self.days.last() } else { self.hours.last() };
        Some(Finding {
            protocol: Some(service.protocol()),
            dst_port: service.dst_port(),
            points: roll.names(self.points.iter().copied()),
            sources: last.map(|sources| *sources as u64),
            last_seen: at,
            confidence: 1.0 - 0.5 * (SURE * error / slope),
            open: true,
            evidence: vec![
                ("doubling_hours", json!(rounded(hours / slope))),
                ("doubling_hours_low", json!(rounded(hours / (slope + 1.96 * error)))),
                ("doubling_hours_high", json!(rounded(hours / (slope - 1.96 * error)))),
            ],
            ..about.finding(at)
        })
    }
}

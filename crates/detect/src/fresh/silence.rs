//! A point, or whatever log stands for one, that used to see traffic and sees none.
//!
//! Two rules. `silent`: accesses are missing that usually come, [`MISSING`] of them in a row without
//! one, which chance leaves out once in 160,000 times (e^-12) if they come singly; since they come in
//! runs of some, three hours are the least. `down`: its coverage is measured and says that it did not
//! watch, for [`DOWN`] hours on end. The finding ends when the point sees or watches again.

use observation::{HOUR, Micros};
use serde_json::json;

use crate::finding::{About, rounded};
use crate::{Exposure, Finding, FindingKind, PointId, Roll};

/// Usual accesses that did not come.
pub const MISSING: f64 = 12.0;
/// The least hours of silence.
pub const HOURS: u32 = 3;
/// Days on which a point was heard before its silence says anything.
pub const HEARD: usize = 7;
/// Hours without watching.
pub const DOWN: u32 = 2;

#[derive(Clone, Debug, Default)]
struct Quiet {
    since: Option<Micros>,
    hours: u32,
    down: u32,
    missing: f64,
    told: Option<(&'static str, Micros, Micros)>,
}

/// Finds silent points.
#[derive(Debug, Default)]
pub struct Silence {
    points: Vec<Quiet>,
}

impl Silence {
    /// Takes an hour.
    pub fn hour(&mut self, hour: Micros, exposure: &Exposure, roll: &Roll) -> Vec<Finding> {
        let mut found = Vec::new();
        for (point, weight, covered, measured) in exposure.points() {
            if self.points.len() <= point.at() {
                self.points.resize(point.at() + 1, Quiet::default());
            }
            let Some(quiet) = self.points.get_mut(point.at()) else { continue };
            let heard = exposure.accesses(point) > 0.0;
            let down = measured && covered <= 0.0;
            if heard && !down {
                let old = std::mem::take(quiet);
                found.extend(old.finding(point, roll, hour, false));
                continue;
            }
            let Some(weight) = weight.filter(|_| exposure.heard(point) >= HEARD) else { continue };
            quiet.since.get_or_insert(hour);
            quiet.hours += 1;
            quiet.down = if down { quiet.down + 1 } else { 0 };
            quiet.missing += weight * covered;
            let rule = if quiet.down >= DOWN {
                "down"
            } else if quiet.missing >= MISSING && quiet.hours >= HOURS {
                "silent"
            } else {
                continue;
            };
            if quiet.told.is_none() {
                quiet.told = Some((rule, quiet.since.unwrap_or(hour), hour + HOUR));
                found.extend(quiet.finding(point, roll, hour + HOUR, true));
            }
        }
        found
    }
}

impl Quiet {
    fn finding(&self, point: PointId, roll: &Roll, until: Micros, open: bool) -> Option<Finding> {
        let (rule, first_seen, detected) = self.told?;
        let points = roll.names([point]);
        let what = points.first().map_or("", |point| point.as_str());
        let about = About { kind: FindingKind::Silence, rule, what, first_seen };
        Some(Finding {
            last_seen: until,
            confidence: if rule == "down" { 1.0 } else { 1.0 - (-self.missing / 6.0).exp() },
            open,
            evidence: vec![
                ("hours", json!(self.hours)),
                ("accesses_missing", json!(rounded(self.missing))),
            ],
            points: points.clone(),
            ..about.finding(detected)
        })
    }
}

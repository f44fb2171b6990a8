//! What is usual for a service at one point.
//!
//! A pair's rate is its accesses per unit of the point's exposure, with a memory of [`MEMORY`] days,
//! drawn towards the service's rate over all points as if a day of that had been seen. Pairs that
//! are hardly ever seen are forgotten: their rate is what they are drawn to.

use hashbrown::HashMap;

use crate::{Count, Exposure, PointId, Service};

/// Each day old counts keep so much: a memory of 20 days.
const MEMORY: f32 = 0.95;
/// Pairs below this many remembered accesses are forgotten.
const FORGOTTEN: f32 = 0.3;
/// The most pairs: 9 MB. One that finds no room is taken to be like its service.
const CAPACITY: usize = 220_000;

#[derive(Clone, Copy, Debug, Default)]
struct Pair {
    remembered: f32,
    today: f32,
}

#[derive(Debug, Default)]
pub(super) struct Pairs {
    pairs: HashMap<(Service, PointId), Pair, foldhash::fast::FixedState>,
    /// By point: remembered exposure, today's, hours of today.
    points: Vec<(f64, f64, u32)>,
}

impl Pairs {
    /// Counts an hour. A service that `surging` is at most as usual.
    pub(super) fn hour(
        &mut self,
        counts: &[Count],
        exposure: &Exposure,
        usual: impl Fn(Service) -> Option<f64>,
    ) {
        for (point, ..) in exposure.points() {
            if self.points.len() <= point.at() {
                self.points.resize(point.at() + 1, (0.0, 0.0, 0));
            }
            if let Some(seen) = self.points.get_mut(point.at()) {
                seen.1 += exposure.share(point);
                seen.2 += u32::from(exposure.share(point) > 0.0);
            }
        }
        for count in counts {
            let Some(point) = count.point else { continue };
            let mut accesses = count.accesses as f32;
            if let Some(rate) = usual(count.service) {
                let share = exposure.share(point);
                accesses = accesses.min((self.rate(count.service, point, rate) * share) as f32);
            }
            let key = (count.service, point);
            let room = self.pairs.len() < CAPACITY;
            if let Some(pair) = self.pairs.get_mut(&key) {
                pair.today += accesses;
            } else if room {
                self.pairs.insert(key, Pair { remembered: 0.0, today: accesses });
            }
        }
    }

    /// Ends a day; `change` is that of the unit of exposure.
    pub(super) fn end_day(&mut self, change: f64) {
        for (remembered, today, hours) in &mut self.points {
            *remembered = (*remembered * f64::from(MEMORY) + *today) * change;
            (*today, *hours) = (0.0, 0);
        }
        self.pairs.retain(|_, pair| {
            pair.remembered = pair.remembered * MEMORY + std::mem::take(&mut pair.today);
            pair.remembered >= FORGOTTEN
        });
    }

    /// Accesses per unit of exposure at a point, where `rate` is that over all points.
    pub(super) fn rate(&self, service: Service, point: PointId, rate: f64) -> f64 {
        let exposure = self.points.get(point.at()).map_or(0.0, |seen| seen.0);
        // The remembered exposure is at most that of 20 days.
        let day = (exposure / 20.0).max(1.0);
        let pair = self.pairs.get(&(service, point)).copied().unwrap_or_default();
        (f64::from(pair.remembered) + rate * day) / (exposure + day)
    }

    /// From now on a service's pairs are as its new rate over all points says.
    pub(super) fn settle(&mut self, service: Service, rate: f64) {
        for ((of, point), pair) in &mut self.pairs {
            if *of == service {
                let exposure = self.points.get(point.at()).map_or(0.0, |seen| seen.0);
                pair.remembered = (rate * exposure) as f32;
            }
        }
    }

    /// How many pairs are remembered.
    pub(super) fn len(&self) -> usize {
        self.pairs.len()
    }
}

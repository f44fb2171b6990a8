//! A surge at one point alone.
//!
//! Where a service does not surge over all points, it may at one: somebody is after that point. One
//! hour is held against the pair's usual level. The bars are higher, since there are so many pairs:
//! [`TIMES`], [`SOURCES`], [`NETWORKS`]; such a finding ends with the day.

use observation::{HOUR, Micros};

use super::baseline::ACCESSES;
use super::event::{Opening, times};
use super::{Surges, rate_of};
use crate::Exposure;
use crate::number::{adjusted, passes, upper_tail};

const TIMES: f64 = 3.0;
const SOURCES: u32 = 10;
const NETWORKS: u32 = 5;

impl Surges {
    pub(super) fn single_points(&self, hour: Micros, exposure: &Exposure) -> Vec<Opening> {
        let Some(latest) = self.recent.window(1).next() else { return Vec::new() };
        let mature: Vec<bool> = exposure.points().map(|(_, weight, ..)| weight.is_some()).collect();
        let several = exposure.watching() > 1;
        let mut found = Vec::new();
        for count in latest.counts() {
            let Some(point) = count.point else { continue };
            let many = count.sources >= SOURCES && count.networks >= NETWORKS;
            let known = mature.get(point.at()).copied().unwrap_or(false);
            let open = self.surging(count.service)
                || self.events.contains_key(&(count.service, Some(point)));
            if !several || !many || !known || open {
                continue;
            }
            let Some(series) = self.series.get(&count.service) else { continue };
            let rate = self.pairs.rate(count.service, point, rate_of(series, ACCESSES));
            let Some(usual) = series.usual.get(ACCESSES) else { continue };
            let unrest = self.unrest.get(&count.service).map_or(0.0, |unrest| f64::from(*unrest));
            let mut level = usual.level(0.0, exposure.doubt(), unrest);
            level.mean = rate * exposure.share(point);
            let others = f64::from(count.accesses - count.loudest.min(count.accesses));
            let its = times(others, &level);
            if its.usual >= TIMES && its.low >= super::LOW {
                found.push((count.service, point, upper_tail(others, &level)));
            }
        }
        let tests = self.pairs.len().max(1);
        let mut smallest: Vec<f64> = found.iter().map(|(.., p)| *p).collect();
        let Some(bar) = passes(&mut smallest, tests, self.settings.q) else { return Vec::new() };
        let opening = |(service, point, p)| Opening {
            service,
            scope: Some(point),
            rule: "surge-point",
            first_seen: hour,
            detected_at: hour + HOUR,
            window: 1,
            p,
            p_accesses: p,
            adjusted: adjusted(p, smallest.partition_point(|other| *other < p), tests),
            tests,
        };
        found.into_iter().filter(|(.., p)| *p <= bar).map(opening).collect()
    }
}

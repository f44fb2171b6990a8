//! Hourly counts, and making them from accesses.
//!
//! A [`Count`] is one service's hour, at one point or over all. A [`Tally`] makes them from accesses;
//! a query can make them too (see [`crate::Replay`]). Of known scanners nothing is counted, nor of
//! answers: what counts is who asks for a service.

use std::hash::BuildHasher;

use hashbrown::HashSet;
use observation::{DAY, HOUR, Micros};

use crate::service::asks;
use crate::sighting::{network, number};
use crate::{PointId, Service, Sighting};

/// One service's accesses in one hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// What was asked for.
    pub service: Service,
    /// At which point; none: over all points.
    pub point: Option<PointId>,
    /// Accesses.
    pub accesses: u32,
    /// Distinct source addresses in this hour.
    pub sources: u32,
    /// Of these sources, those whose first access of the UTC day to this service was in this hour:
    /// at this point, or over all points at any. Added up over the hours of a day and over points
    /// these are TALOT2's sources; of the rows over all points, plain ones.
    pub fresh: u32,
    /// Distinct networks of sources in this hour: /24, or /48 in IPv6.
    pub networks: u32,
    /// The accesses of the source that had most in this hour.
    pub loudest: u32,
}

/// A source's accesses to a service at a point.
#[derive(Clone, Copy)]
struct Visit {
    service: Service,
    src: u128,
    point: PointId,
    accesses: u32,
}

/// Counts the accesses of one hour after the other.
///
/// Memory is bounded: [`Tally::VISITS`] of one hour, [`Tally::SOURCES`] of one day. Accesses beyond
/// the first are not counted, sources beyond the second are fresh each hour; both are told by
/// [`Tally::missed`].
#[derive(Debug, Default)]
pub struct Tally {
    visits: Visits,
    today: HashSet<u64, foldhash::fast::FixedState>,
    day: Option<i64>,
    missed: u64,
}

#[derive(Default)]
struct Visits(Vec<Visit>);

impl std::fmt::Debug for Visits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} visits", self.0.len())
    }
}

impl Tally {
    /// The most different visits (source, service, point) of one hour: 16 MB.
    pub const VISITS: usize = 500_000;
    /// The most different visits of one day: 9 MB.
    pub const SOURCES: usize = 450_000;

    /// Counts an access of the open hour.
    pub fn add(&mut self, sighting: &Sighting) {
        if sighting.is_scanner || !asks(sighting.kind) {
            return;
        }
        if self.visits.0.len() >= Self::VISITS {
            self.visits.merge();
            if self.visits.0.len() >= Self::VISITS * 9 / 10 {
                self.missed += 1;
                return;
            }
        }
        self.visits.0.push(Visit {
            service: sighting.service(),
            src: number(sighting.src),
            point: sighting.point,
            accesses: 1,
        });
    }

    /// The counts of the hour that began at `hour`, and begins the next: by service, for each first
    /// the row over all points, then those of its points.
    pub fn close(&mut self, hour: Micros) -> Vec<Count> {
        let day = hour.div_euclid(DAY);
        if self.day != Some(day) {
            self.today.clear();
            self.day = Some(day);
        }
        self.visits.merge();
        let mut counts = Vec::new();
        let visits = std::mem::take(&mut self.visits.0);
        for service in visits.chunk_by(|a, b| a.service == b.service) {
            self.service(service, &mut counts);
        }
        self.visits.0 = visits;
        self.visits.0.clear();
        self.visits.0.shrink_to(Self::VISITS / 16);
        counts
    }

    /// Accesses and sources that there was no room for.
    pub fn missed(&self) -> u64 {
        self.missed
    }

    fn service(&mut self, visits: &[Visit], counts: &mut Vec<Count>) {
        let Some(first) = visits.first() else { return };
        let place = counts.len();
        counts.push(empty(first.service, None));
        let mut over_all = Gathered::default();
        for source in visits.chunk_by(|a, b| a.src == b.src) {
            let accesses = source.iter().map(|visit| visit.accesses).fold(0, u32::saturating_add);
            let src = source.first().map_or(0, |visit| visit.src);
            over_all.source(src, accesses);
            over_all.fresh += u32::from(self.is_fresh(first.service, src, None));
        }
        let mut by_point: Vec<Visit> = visits.to_vec();
        by_point.sort_by_key(|visit| visit.point);
        for point in by_point.chunk_by(|a, b| a.point == b.point) {
            let mut gathered = Gathered::default();
            for visit in point {
                gathered.source(visit.src, visit.accesses);
                let fresh = self.is_fresh(first.service, visit.src, Some(visit.point));
                gathered.fresh += u32::from(fresh);
            }
            let id = point.first().map(|visit| visit.point);
            counts.push(gathered.count(first.service, id));
        }
        if let Some(row) = counts.get_mut(place) {
            *row = over_all.count(first.service, None);
        }
    }

    fn is_fresh(&mut self, service: Service, src: u128, point: Option<PointId>) -> bool {
        let place = point.map_or(u32::MAX, |point| u32::from(point.0));
        let words = [src, u128::from(service.number()) << 32 | u128::from(place)];
        let mark = foldhash::fast::FixedState::default().hash_one(words);
        if self.today.len() >= Self::SOURCES {
            let new = !self.today.contains(&mark);
            self.missed += u64::from(new);
            return new;
        }
        self.today.insert(mark)
    }
}

impl Visits {
    /// Visits that are alike become one.
    fn merge(&mut self) {
        let key = |visit: &Visit| (visit.service, visit.src, visit.point);
        self.0.sort_unstable_by_key(key);
        self.0.dedup_by(|next, kept| {
            let alike = key(next) == key(kept);
            if alike {
                kept.accesses = kept.accesses.saturating_add(next.accesses);
            }
            alike
        });
    }
}

/// Sources in the order of their addresses, gathered.
#[derive(Default)]
struct Gathered {
    accesses: u32,
    sources: u32,
    fresh: u32,
    networks: u32,
    loudest: u32,
    last_network: Option<u128>,
}

impl Gathered {
    fn source(&mut self, src: u128, accesses: u32) {
        self.accesses = self.accesses.saturating_add(accesses);
        self.sources += 1;
        self.loudest = self.loudest.max(accesses);
        let network = Some(network(src));
        self.networks += u32::from(network != self.last_network);
        self.last_network = network;
    }

    fn count(&self, service: Service, point: Option<PointId>) -> Count {
        Count {
            service,
            point,
            accesses: self.accesses,
            sources: self.sources,
            fresh: self.fresh,
            networks: self.networks,
            loudest: self.loudest,
        }
    }
}

fn empty(service: Service, point: Option<PointId>) -> Count {
    Gathered::default().count(service, point)
}

/// The beginning of the hour that a moment lies in.
pub(crate) fn hour_of(time: Micros) -> Micros {
    time.div_euclid(HOUR) * HOUR
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::sighting;

    #[test]
    fn counted_by_hand() {
        let mut tally = Tally::default();
        let sql = Service::tcp(1433);
        for (src, point) in [("1.2.3.4", 0), ("1.2.3.4", 0), ("1.2.3.9", 1), ("9.9.9.9", 1)] {
            tally.add(&sighting(0, src, point, sql));
        }
        tally.add(&Sighting { is_scanner: true, ..sighting(0, "5.5.5.5", 0, sql) });
        let row = |point, accesses, sources, fresh, networks, loudest| Count {
            service: sql,
            point,
            accesses,
            sources,
            fresh,
            networks,
            loudest,
        };
        let (p0, p1) = (Some(PointId(0)), Some(PointId(1)));
        let want = vec![row(None, 4, 3, 3, 2, 2), row(p0, 2, 1, 1, 1, 2), row(p1, 2, 2, 2, 2, 1)];
        assert_eq!(tally.close(0), want);
        // The next hour the source is not fresh at its point, but it is at another; and at midnight.
        tally.add(&sighting(HOUR, "1.2.3.4", 0, sql));
        tally.add(&sighting(HOUR, "1.2.3.4", 1, sql));
        let counts = tally.close(HOUR);
        assert_eq!(
            counts,
            [row(None, 2, 1, 0, 1, 2), row(p0, 1, 1, 0, 1, 1), row(p1, 1, 1, 1, 1, 1)]
        );
        tally.add(&sighting(DAY, "1.2.3.4", 0, sql));
        assert_eq!(tally.close(DAY).first(), Some(&row(None, 1, 1, 1, 1, 1)));
        assert!(tally.close(DAY + HOUR).is_empty());
    }
}

//! Surges: a service is asked for more than usual, by more sources than usual, at several points.
//!
//! **Method.** Each hour, for each service with an access, its accesses and its distinct sources, over
//! the last hour, 6 hours and day, are held against its usual level ([`baseline`]) times what was
//! watched ([`crate::Exposure`]). The upper tail of a negative binomial says how improbable each is.
//! Sources decide: what spreads has more of them, while one host can send any number of packets. The
//! procedure of Benjamini and Hochberg, at rate [`Settings::q`] for each hour and window, says whose
//! sources are too improbable among all services that are known. Accesses must bear it out, with and
//! without those of each hour's loudest source, with a p-value of [`SUPPORT`]. The rule is called
//! `surge-accesses` where they are the more improbable of the two, else `surge-sources`. Both must be
//! large enough ([`TIMES`], [`LOW`], [`SUPPORTING`]) and corroborated: [`SOURCES`] sources, of several networks, at
//! two points at least where two watch. More accesses of the same sources are no surge but somebody's
//! persistence: see [`crate::cracking`].
//!
//! What most busy services have in common (a season that was not foreseen, a point that sees more
//! than was thought) is no surge of any: levels are raised by the median ratio of the busy services.
//!
//! **A surge is one finding** while the accesses or the sources of its last day, or of its own hours where
//! these are fewer, are above [`GOES_ON`] times the usual level. Its days do not raise that level; after
//! [`SETTLED`] days they become the usual level, and the finding ends. Nothing surges in the first
//! [`WARM_UP`] observed days. Since when: the hour from which on the likelihood of a higher level is
//! greatest, at most a day back.

mod baseline;
mod event;
mod pairs;
mod pool;
mod recent;
mod single;
#[cfg(test)]
mod tests;

use hashbrown::HashMap;
use observation::{HOUR, Micros};

use baseline::{ACCESSES, FRESH, OTHERS, SOURCES as HOURLY_SOURCES, STATISTICS, Series, Values};
pub(crate) use event::times;
use event::{Event, Opening};
use pairs::Pairs;
use pool::Pool;
use recent::{Past, Recent, Sum, WINDOWS, values};

use crate::number::{Level, adjusted, median, passes, upper_tail};
use crate::{Count, Exposure, Finding, PointId, Roll, Service};

/// Observed days before anything is called a surge: each day of the week once.
pub const WARM_UP: u32 = 7;
/// Days after which a surge is the usual level: two weeks.
pub const SETTLED: usize = 14;
/// The least times the usual level of sources.
const TIMES: f64 = 1.5;
/// The least times the usual level of accesses beside that.
const SUPPORTING: f64 = 1.2;
/// The p-value that accesses must have beside that of sources.
const SUPPORT: f64 = 0.15;
/// The least lower end of its 95 % interval.
const LOW: f64 = 1.2;
/// An hour further back must make a surge likelier by this much (its logarithm) to belong to it.
const CLEAR: f64 = 3.0;
/// While its accesses or its sources are so many times the usual level, a surge goes on.
const GOES_ON: f64 = 1.25;
/// Distinct sources that make an outbreak.
const SOURCES: f64 = 5.0;
/// Of these, networks at least this part.
const NETWORKS: f64 = 0.3;
/// Services that are remembered at most: every port of TCP and UDP, and some.
const CAPACITY: usize = 140_000;
/// Surges at a time; beyond them something is wrong that no list of ports tells.
const EVENTS: usize = 1_000;
/// Services whose expected count is so large tell what services have in common, if there are
/// [`BUSY_SERVICES`] of them.
const BUSY: f64 = 20.0;
const BUSY_SERVICES: usize = 8;

/// What can be set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// The rate of false discovery in one hour, window and statistic. There are 744 hours in a
    /// month, 3 windows and 2 statistics, which depend on each other: 1e-5 allows a false alarm in
    /// about two years, as far as the model is true.
    pub q: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { q: 1e-5 }
    }
}

/// How improbable a service's counts are that are large and corroborated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// The service.
    pub service: Service,
    /// The smallest p-value over windows and statistics.
    pub p: f64,
}

/// Finds surges.
#[derive(Debug, Default)]
pub struct Surges {
    settings: Settings,
    series: HashMap<Service, Series, foldhash::fast::FixedState>,
    unrest: HashMap<Service, f32, foldhash::fast::FixedState>,
    pool: Pool,
    recent: Recent,
    pairs: Pairs,
    events: HashMap<(Service, Option<PointId>), Event, foldhash::fast::FixedState>,
    scores: Vec<Score>,
    observed: u32,
}

/// A service that may surge.
struct Candidate {
    service: Service,
    /// That of its sources.
    p: f64,
    p_accesses: f64,
}

impl Surges {
    /// A detector with these settings.
    pub fn new(settings: Settings) -> Self {
        Surges { settings, ..Surges::default() }
    }

    /// Whether a surge of this service goes on.
    pub fn surging(&self, service: Service) -> bool {
        self.events.contains_key(&(service, None))
    }

    /// The usual accesses of a service per unit of exposure, while a surge of it goes on: what the season
    /// is to count of it.
    pub fn usual_of(&self, service: Service) -> Option<f64> {
        let series = self.series.get(&service).filter(|_| self.surging(service));
        series.map(|series| rate_of(series, ACCESSES))
    }

    /// What was large and corroborated in the last hour, whether or not it was improbable enough.
    pub fn scores(&self) -> &[Score] {
        &self.scores
    }

    /// Services and pairs of service and point that are remembered.
    pub fn remembered(&self) -> (usize, usize) {
        (self.series.len(), self.pairs.len())
    }

    /// Takes an hour's counts, as [`crate::Tally::close`] gives them, after `exposure` took them;
    /// `day_ended` is what that said. Findings that are new or changed.
    pub fn hour(
        &mut self,
        hour: Micros,
        counts: Vec<Count>,
        exposure: &Exposure,
        day_ended: bool,
        roll: &Roll,
    ) -> Vec<Finding> {
        if day_ended {
            self.end_day(exposure);
        }
        let mut pairs = std::mem::take(&mut self.pairs);
        pairs.hour(&counts, exposure, |service| self.usual_of(service));
        self.pairs = pairs;
        self.count(&counts, exposure);
        let shares = exposure.points().map(|(point, ..)| exposure.share(point)).collect();
        let measured = (exposure.exposure(), exposure.doubt());
        self.recent.push(Past::new(hour, measured, counts, shares));
        self.scores.clear();
        let mut found = self.go_on(exposure, roll, day_ended);
        if exposure.observed() >= WARM_UP && exposure.exposure() > 0.0 {
            for opening in self.judge(hour, exposure.watching()) {
                found.extend(self.open(opening, roll));
            }
            for opening in self.single_points(hour, exposure) {
                found.extend(self.open(opening, roll));
            }
        }
        found
    }

    /// Adds an hour to its day.
    fn count(&mut self, counts: &[Count], exposure: &Exposure) {
        for count in counts.iter().filter(|count| count.point.is_none()) {
            if !self.series.contains_key(&count.service) {
                if self.series.len() >= CAPACITY {
                    continue;
                }
                let mut series = Series::default();
                series.learn(exposure.observed(), exposure.history(), &self.pool);
                self.series.insert(count.service, series);
            }
            if let Some(series) = self.series.get_mut(&count.service) {
                for (sum, value) in series.today.iter_mut().zip(values(count)) {
                    *sum = sum.saturating_add(value);
                }
            }
        }
    }

    fn end_day(&mut self, exposure: &Exposure) {
        self.pairs.end_day(exposure.change());
        self.recent.rescale(exposure.change());
        self.events.values_mut().for_each(|event| event.rescale(exposure.change()));
        let open = exposure.observed();
        let history = exposure.history();
        let closed = history.last().filter(|_| open > self.observed).copied();
        self.observed = open;
        let Some((number, seen)) = closed else {
            // Nothing was watched: what was counted all the same belongs to no day.
            self.series.values_mut().for_each(|series| series.today = [0; STATISTICS]);
            return;
        };
        for (service, series) in &mut self.series {
            let means: Values = series.usual.map(|usual| f64::from(usual.rate) * seen);
            let event = self.events.get_mut(&(*service, None));
            if let Some(event) = event {
                event.days.push((number, series.today));
                let kept =
                    |at: usize, count: u32| count.min(means.get(at).map_or(0, |m| *m as u32));
                series.end_day(number, kept);
            } else {
                for (at, count) in series.today.iter().enumerate() {
                    self.pool.add(at, f64::from(*count), means.get(at).copied().unwrap_or(0.0));
                }
                series.end_day(number, |_, count| count);
            }
        }
        self.pool.end_day();
        self.series.retain(|_, series| {
            series.learn(open, history, &self.pool);
            !series.is_empty()
        });
        self.unrest.retain(|service, _| self.series.contains_key(service));
    }

    /// Surges that go on take the hour; those that do not are told for the last time.
    fn go_on(&mut self, exposure: &Exposure, roll: &Roll, day_ended: bool) -> Vec<Finding> {
        let (mut found, mut ended) = (Vec::new(), Vec::new());
        let latest = self.recent.window(1).next();
        for (key, event) in &mut self.events {
            let &(service, scope) = key;
            let rate = self.series.get(&service).map_or(0.0, |series| rate_of(series, ACCESSES));
            if let Some(past) = latest {
                event.hour(past, |point| self.pairs.rate(service, point, rate));
            }
            let settled = event.days.len() >= SETTLED;
            let on = match scope {
                None => event.goes_on(&self.recent),
                Some(_) => !day_ended,
            };
            if settled {
                event.settle();
                if let Some(series) = self.series.get_mut(&service) {
                    series.settle(&event.days);
                    series.learn(exposure.observed(), exposure.history(), &self.pool);
                    self.pairs.settle(service, rate_of(series, ACCESSES));
                }
            }
            if settled || !on {
                ended.push(*key);
                found.push(event.finding(roll, false));
            } else if day_ended || event.changed {
                event.changed = false;
                found.push(event.finding(roll, true));
            }
        }
        for key in ended {
            self.events.remove(&key);
        }
        found.sort_by_key(|finding| (finding.first_seen, finding.id));
        found
    }

    /// What surges by this hour and did not before.
    fn judge(&mut self, hour: Micros, watching: usize) -> Vec<Opening> {
        let mut openings: Vec<Opening> = Vec::new();
        let tests = self.series.len().max(1);
        for window in WINDOWS {
            let candidates = self.candidates(window, watching);
            let mut smallest: Vec<f64> = candidates.iter().map(|one| one.p).collect();
            let Some(bar) = passes(&mut smallest, tests, self.settings.q) else { continue };
            for one in candidates.iter().filter(|one| one.p <= bar) {
                if openings.iter().any(|opening| opening.service == one.service) {
                    continue;
                }
                let rank = smallest.partition_point(|p| *p < one.p);
                openings.push(Opening {
                    service: one.service,
                    scope: None,
                    rule: if one.p_accesses < one.p { "surge-accesses" } else { "surge-sources" },
                    first_seen: self.since(one.service, window),
                    detected_at: hour + HOUR,
                    window,
                    p: one.p,
                    p_accesses: one.p_accesses,
                    adjusted: adjusted(one.p, rank, tests),
                    tests,
                });
            }
        }
        openings
    }

    /// Services whose counts are large and corroborated, with their p-values.
    fn candidates(&mut self, window: i64, watching: usize) -> Vec<Candidate> {
        let measured = self.recent.exposure(window);
        let Some(latest) = self.recent.window(1).next() else { return Vec::new() };
        let services: Vec<Service> = latest.services().collect();
        let of_sources = if window == 24 { FRESH } else { HOURLY_SOURCES };
        let shared = self.shared(&services, window, measured.0);
        let mut candidates = Vec::new();
        for service in services {
            if window == 1 {
                self.notice_unrest(service, measured.0);
            }
            if self.surging(service) {
                continue;
            }
            let Some(levels) = self.levels(service, window, measured, shared) else { continue };
            let sum = self.recent.sum(service, window);
            let found = large(&levels, &sum, of_sources);
            if let Some((p, p_accesses)) = found
                && self.corroborated(service, window, &sum, watching)
            {
                candidates.push(Candidate { service, p, p_accesses });
            }
        }
        for one in &candidates {
            match self.scores.iter_mut().find(|score| score.service == one.service) {
                Some(score) => score.p = score.p.min(one.p),
                None => self.scores.push(Score { service: one.service, p: one.p }),
            }
        }
        candidates
    }

    /// What is expected of each statistic of a service in a window.
    fn levels(
        &self,
        service: Service,
        window: i64,
        (exposure, doubt): (f64, f64),
        shared: f64,
    ) -> Option<[Level; STATISTICS]> {
        let series = self.series.get(&service)?;
        let unrest = self.unrest.get(&service).map_or(0.0, |unrest| f64::from(*unrest));
        Some(series.usual.map(|usual| {
            let mut level = usual.level(exposure, doubt, unrest / window as f64);
            level.mean *= shared;
            level
        }))
    }

    /// How much the hours of a service wander, beyond what its days say: the mean over a week of
    /// ((y − μ)² − φμ)/μ², of its hourly sources.
    fn notice_unrest(&mut self, service: Service, exposure: f64) {
        let Some(series) = self.series.get(&service) else { return };
        let usual = series.usual.get(HOURLY_SOURCES).copied().unwrap_or_default();
        let level = usual.level(exposure, 0.0, 0.0);
        if level.mean < 2.0 || self.surging(service) {
            return;
        }
        let count = self.recent.sum(service, 1).value(HOURLY_SOURCES);
        let off = (count - level.mean) * (count - level.mean);
        let excess = (off - level.dispersion * level.mean) / (level.mean * level.mean);
        let old = self.unrest.entry(service).or_insert(0.0);
        // Four times the mean is as wild as one hour can count.
        *old += (excess.clamp(0.0, 4.0) as f32 - *old) / 168.0;
    }

    /// Whether several sources, networks and points have part.
    fn corroborated(&self, service: Service, window: i64, sum: &Sum, watching: usize) -> bool {
        let (most, points) = self.recent.witnesses(service, window);
        sum.value(FRESH).max(f64::from(most)) >= SOURCES
            && f64::from(sum.networks) >= NETWORKS * sum.value(HOURLY_SOURCES)
            && points >= watching.clamp(1, 2)
    }

    /// By how much the busy services are above their levels together, at least 1.
    fn shared(&self, services: &[Service], window: i64, exposure: f64) -> f64 {
        let ratio = |service: &Service| {
            let mean = rate_of(self.series.get(service)?, ACCESSES) * exposure;
            let busy = mean >= BUSY && !self.surging(*service);
            busy.then(|| self.recent.sum(*service, window).value(ACCESSES) / mean)
        };
        let mut ratios: Vec<f64> = services.iter().filter_map(ratio).collect();
        if ratios.len() < BUSY_SERVICES { 1.0 } else { median(&mut ratios).max(1.0) }
    }

    /// Since when a service is above its level: where the likelihood ratio of a higher Poisson rate
    /// from there on, y ln(y/μ) − (y − μ), is greatest.
    fn since(&self, service: Service, window: i64) -> Micros {
        let rate = self.series.get(&service).map_or(0.0, |series| rate_of(series, ACCESSES));
        let (mut count, mut mean) = (0.0, 0.0);
        let mut best = (-CLEAR, self.recent.window(1).next().map_or(0, |past| past.hour));
        for past in self.recent.window(window.max(6)) {
            count += past.over_all(service).map_or(0.0, |row| f64::from(row.accesses));
            mean += (rate * past.exposure).max(1e-9);
            let gain =
                if count > mean { count * (count / mean).ln() - (count - mean) } else { 0.0 };
            if gain > best.0 + CLEAR {
                best = (gain, past.hour);
            }
        }
        best.1
    }

    fn open(&mut self, opening: Opening, roll: &Roll) -> Option<Finding> {
        let key = (opening.service, opening.scope);
        if self.events.len() >= EVENTS || self.events.contains_key(&key) {
            return None;
        }
        let usual = self.series.get(&opening.service)?.usual;
        let (_, doubt) = self.recent.exposure(opening.window);
        let rate = f64::from(usual.first()?.rate);
        let (service, first_seen) = (opening.service, opening.first_seen);
        let mut event = Event::new(opening, usual, doubt);
        let hours: Vec<_> = self.recent.window(24).filter(|past| past.hour >= first_seen).collect();
        for past in hours.into_iter().rev() {
            event.hour(past, |point| self.pairs.rate(service, point, rate));
        }
        event.changed = false;
        let finding = event.finding(roll, true);
        debug_assert_eq!(event.service(), service);
        self.events.insert(key, event);
        Some(finding)
    }
}

fn rate_of(series: &Series, at: usize) -> f64 {
    series.usual.get(at).map_or(0.0, |usual| f64::from(usual.rate))
}

/// The p-values of sources and accesses, where both are large.
///
/// Accesses are held against their level with and without the loudest source; the greater p counts.
/// Without the loudest little is left of a rare service, and of little two loud sources in one hour
/// make much; with it one source makes a surge.
fn large(levels: &[Level; STATISTICS], sum: &Sum, of_sources: usize) -> Option<(f64, f64)> {
    let tail = |at: usize| {
        let level = levels.get(at)?;
        let its = times(sum.value(at), level);
        let large = its.usual >= TIMES && its.low >= LOW;
        Some((large, its.usual, upper_tail(sum.value(at), level)))
    };
    let (all, others, sources) = (tail(ACCESSES)?, tail(OTHERS)?, tail(of_sources)?);
    let p_accesses = all.2.max(others.2);
    let both = sources.0 && all.1.min(others.1) >= SUPPORTING && p_accesses <= SUPPORT;
    both.then_some((sources.2, p_accesses))
}

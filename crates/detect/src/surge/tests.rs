//! Surges in counts made by hand.

use observation::DAY;
use testkit::Random;

use super::*;
use crate::PointHour;

/// Drives days at two points: a service with so many sources an hour, each with one access, and others
/// that stay as they are.
struct Driver {
    others: u16,
    surges: Surges,
    exposure: Exposure,
    hour: Micros,
}

impl Driver {
    fn new(others: u16) -> Self {
        Driver { others, surges: Surges::default(), exposure: Exposure::default(), hour: 0 }
    }

    fn run(&mut self, hours: i64, sources: u32, seconds_up: u32) -> Vec<Finding> {
        self.run_of(hours, [sources; 3], seconds_up)
    }

    /// With accesses, sources, and sources that are new on their day, each an hour.
    fn run_of(&mut self, hours: i64, of_hour: [u32; 3], seconds_up: u32) -> Vec<Finding> {
        let mut found = Vec::new();
        for _ in 0..hours {
            let row = |service, point: Option<u16>, [accesses, sources, fresh]: [u32; 3]| Count {
                service,
                point: point.map(PointId),
                accesses,
                sources,
                fresh,
                networks: sources,
                loudest: accesses.div_ceil(sources.max(1)),
            };
            let of = |port: u16, whole: [u32; 3]| {
                let (half, service) = (whole.map(|count| count / 2), Service::tcp(port));
                let rest = whole.map(|count| count.div_ceil(2));
                [(None, whole), (Some(0), rest), (Some(1), half)]
                    .map(|(point, counts)| row(service, point, counts))
            };
            let others = 20 * seconds_up / 3_600;
            let mut counts: Vec<Count> =
                (1..=self.others).flat_map(|port| of(port, [others; 3])).collect();
            counts.extend(of(1433, of_hour));
            counts.retain(|count| count.accesses > 0);
            let coverage: Vec<PointHour> = (0..2)
                .map(|at| PointHour {
                    point: PointId(at),
                    seconds_up: Some(seconds_up),
                    addresses: None,
                })
                .collect();
            let usual = |service| self.surges.usual_of(service);
            let ended = self.exposure.hour(self.hour, &coverage, &counts, usual);
            let roll = Roll::default();
            found.extend(self.surges.hour(self.hour, counts, &self.exposure, ended, &roll));
            self.hour += HOUR;
        }
        found
    }
}

#[test]
fn a_surge_is_one_finding() {
    let mut driver = Driver::new(12);
    assert_eq!(driver.run(10 * 24, 20, 3_600), []);
    let mut found = driver.run(5 * 24, 100, 3_600);
    found.extend(driver.run(3 * 24, 20, 3_600));
    let first = found.first().unwrap();
    assert!((first.first_seen, first.open) == (10 * DAY, true), "{first:?}");
    assert!(first.detected_at <= 10 * DAY + 6 * HOUR);
    assert!(found.iter().all(|finding| finding.id == first.id));
    let last = found.last().unwrap();
    assert!(!last.open && last.detected_at == first.detected_at);
}

#[test]
fn a_small_surge_is_one_finding_from_its_first_hours_on() {
    for sources in (160..400).step_by(10) {
        let mut driver = Driver::new(12);
        assert_eq!(driver.run(10 * 24, 100, 3_600), []);
        let found = driver.run(2 * 24, sources, 3_600);
        let first = found.first().unwrap();
        let more: Vec<_> = found.iter().filter(|one| one.id != first.id || !one.open).collect();
        assert!(more.is_empty(), "{sources}: {first:?} and then {more:?}");
    }
}

/// A service of five accesses an hour, whose surge of sources brings two more: there are hours as before in it.
#[test]
fn a_rare_surge_is_one_finding_through_its_lulls() {
    let mut surges = 0;
    for seed in 0..60 {
        let (mut random, mut driver) = (Random::new(seed), Driver::new(12));
        let mut days = |days: i64, accesses: u64, fresh: u64| {
            let mut hour = || {
                // A binomial count of 40 tries at so many thousandths.
                let mut count = |of: u64| (0..40).filter(|_| random.below(1_000) < of).count();
                let (fresh, known, again) =
                    (count(fresh) as u32, count(25) as u32, count(accesses) as u32);
                let sources = fresh + known;
                driver.run_of(1, [sources + again * u32::from(sources > 0), sources, fresh], 3_600)
            };
            (0..days * 24).flat_map(|_| hour()).collect::<Vec<_>>()
        };
        assert_eq!(days(14, 75, 25), []);
        let mut found = days(3, 25, 125);
        found.extend(days(3, 75, 25));
        let Some(first) = found.first() else { continue };
        surges += 1;
        let ends = found.iter().filter(|one| !one.open).count();
        assert!(found.iter().all(|one| one.id == first.id) && ends <= 1, "{seed}: {found:?}");
    }
    assert!(surges > 50, "{surges}");
}

/// Twice the sources of a busy service, and hardly more accesses than are called a surge.
#[test]
fn a_surge_of_sources_is_one_finding() {
    for accesses in [244, 260, 300] {
        let mut driver = Driver::new(12);
        assert_eq!(driver.run_of(14 * 24, [200, 100, 50], 3_600), []);
        let mut found = Vec::new();
        for hour in 0..3 * 24 {
            let wobble = [0, 12, 3, 9, 6][hour % 5];
            let of_hour = [accesses + wobble - 6, 200 + wobble, 100];
            found.extend(driver.run_of(1, of_hour, 3_600));
        }
        let first = found.first().unwrap();
        assert!(found.iter().all(|one| one.id == first.id && one.open), "{accesses}: {found:?}");
    }
}

#[test]
fn no_surge_in_the_warm_up_nor_after_an_outage_nor_of_half_an_hour() {
    let mut driver = Driver::new(12);
    assert_eq!(driver.run(3 * 24, 20, 3_600), []);
    assert_eq!(driver.run(24, 200, 3_600), []);
    let mut driver = Driver::new(12);
    assert_eq!(driver.run(10 * 24, 40, 1_800), []);
    assert_eq!(driver.run(5 * 24, 0, 0), []);
    assert_eq!(driver.run(5 * 24, 80, 3_600), []);
}

#[test]
fn a_surge_that_stays_is_one_finding_and_then_the_usual_level() {
    let kinds = [(100, 0, 12), (100, 20, 12), (60, 10, 3), (200, 80, 2), (100, 0, 0)];
    for (sources, wobble, others) in kinds {
        for length in [13, 14, 15, 16, 20, 40] {
            let mut driver = Driver::new(others);
            assert_eq!(driver.run(10 * 24, 20, 3_600), []);
            let mut found = Vec::new();
            for hour in 0..length * 24_u32 {
                let extra = wobble * (hour * 7 % 24) / 24;
                found.extend(driver.run(1, sources + extra, 3_600));
            }
            found.extend(driver.run(20 * 24, 20, 3_600));
            let first = found.first().unwrap();
            let more: Vec<_> = found.iter().filter(|one| one.id != first.id).collect();
            assert!(more.is_empty(), "{sources} {wobble} {others} {length}: {:?}", more.first());
        }
    }
}

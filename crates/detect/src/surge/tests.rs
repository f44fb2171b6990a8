//! Surges in counts made by hand.

use observation::DAY;

use super::*;
use crate::PointHour;

/// Drives `days` days of one service at two points; `sources` an hour, each with one access.
struct Driver {
    surges: Surges,
    exposure: Exposure,
    hour: Micros,
}

impl Driver {
    fn new() -> Self {
        Driver { surges: Surges::default(), exposure: Exposure::default(), hour: 0 }
    }

    fn run(&mut self, hours: i64, sources: u32, seconds_up: u32) -> Vec<Finding> {
        let mut found = Vec::new();
        for _ in 0..hours {
            let service = Service::tcp(1433);
            let row = |point: Option<u16>, sources: u32| Count {
                service,
                point: point.map(PointId),
                accesses: sources,
                sources,
                fresh: sources,
                networks: sources,
                loudest: sources.min(1),
            };
            let half = sources / 2;
            let mut counts = vec![row(None, 2 * half), row(Some(0), half), row(Some(1), half)];
            counts.retain(|count| count.accesses > 0);
            let coverage: Vec<PointHour> = (0..2)
                .map(|at| PointHour {
                    point: PointId(at),
                    seconds_up: Some(seconds_up),
                    addresses: None,
                })
                .collect();
            let ended = self.exposure.hour(self.hour, &coverage, &counts, |_| false);
            let roll = Roll::default();
            found.extend(self.surges.hour(self.hour, counts, &self.exposure, ended, &roll));
            self.hour += HOUR;
        }
        found
    }
}

#[test]
fn a_surge_is_one_finding() {
    let mut driver = Driver::new();
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
fn no_surge_in_the_warm_up_nor_after_an_outage_nor_of_half_an_hour() {
    let mut driver = Driver::new();
    assert_eq!(driver.run(3 * 24, 20, 3_600), []);
    assert_eq!(driver.run(24, 200, 3_600), []);
    let mut driver = Driver::new();
    assert_eq!(driver.run(10 * 24, 40, 1_800), []);
    assert_eq!(driver.run(5 * 24, 0, 0), []);
    assert_eq!(driver.run(5 * 24, 80, 3_600), []);
}

//! SQL Slammer at a real telescope, with the outages of its sensor.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeMap;
use std::io::Read;

use common::shared;
use detect::{FindingKind, Hour, Replay, Service, Settings, Sighting};
use flate2::read::GzDecoder;
use observation::{DAY, HOUR, Kind, Logged};

/// A year's packets, at one point of unknown coverage.
fn year(year: u32, replay: &mut Replay) -> Option<Vec<Sighting>> {
    let path = shared(&format!("tables/slammer-ibr/timestamp_slammer_{year}.csv.gz"))?;
    let file = std::fs::File::open(path).unwrap();
    let mut rows = csv::Reader::from_reader(GzDecoder::new(file).take(64 << 20));
    let name: observation::Point = "telescope".parse().unwrap();
    let point = replay.roll().id(&name).unwrap();
    let mut sightings = Vec::new();
    for row in rows.records() {
        let row = row.unwrap();
        let time: jiff::civil::DateTime = row[0].parse().unwrap();
        let time = time.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_microsecond();
        let mut line = Logged::new(time, name.clone(), row[1].parse().unwrap());
        line.protocol = Some(Service::udp(1434).protocol());
        line.dst_port = Some(1434);
        line.kind = Some(Kind::Udp);
        sightings.push(Sighting::of_logged(&line, point, false));
    }
    sightings.sort_by_key(|row| row.time);
    Some(sightings)
}

#[test]
fn no_surge_at_the_end_of_an_outage() {
    for number in [2011, 2013, 2015, 2017] {
        let mut replay = Replay::new(Settings::default());
        let Some(sightings) = year(number, &mut replay) else { return };
        let mut days: BTreeMap<i64, usize> = BTreeMap::new();
        for row in &sightings {
            *days.entry(row.time / DAY).or_default() += 1;
        }
        let (first, last) = (sightings[0].time / HOUR, sightings[sightings.len() - 1].time / HOUR);
        let mut rows = sightings.iter().peekable();
        let mut surges = BTreeMap::new();
        for hour in first..=last {
            while let Some(row) = rows.next_if(|row| row.time < (hour + 1) * HOUR) {
                replay.access(row);
            }
            for finding in replay.hour(Hour { begin: hour * HOUR, coverage: &[] }) {
                if finding.kind == FindingKind::Surge {
                    surges.insert(finding.id, finding);
                }
            }
        }
        println!("{number}: {} surges", surges.len());
        for surge in surges.values() {
            let day = surge.first_seen / DAY;
            let count = |day: i64| days.get(&day).copied().unwrap_or(0);
            println!("  {day} {:?}", (day - 4..day + 3).map(count).collect::<Vec<_>>());
            // The end of an outage: within three days of three days on end that had a tenth or less
            // of the busiest day of the three months before.
            let busiest = (day - 90..day).map(count).max().unwrap_or(0);
            let out = |from: i64| (from..from + 3).all(|day| count(day) * 10 <= busiest);
            assert!(!(day - 6..day - 2).any(out), "{number}: {surge:?}");
        }
        // No more than one in two months of real background.
        assert!(surges.len() <= days.len() / 60 + 1, "{number}: {surges:#?}");
    }
}

//! New things made by hand, through the whole replay.

use observation::{DAY, HOUR, Micros};

use crate::samples::sighting;
use crate::{Finding, FindingKind, Hour, PointHour, PointId, Replay, Service, Settings, Sighting};

/// Fifteen days of telnet from ever other sources at four points, and what `more` adds to an hour.
fn days(more: impl Fn(i64, &mut Vec<Sighting>), out: impl Fn(u16, i64) -> bool) -> Vec<Finding> {
    let mut replay = Replay::new(Settings::default());
    for point in 0..4 {
        replay.roll().id(&format!("p{point}").parse().unwrap()).unwrap();
    }
    let mut found: Vec<Finding> = Vec::new();
    for hour in 0..15 * 24_i64 {
        let begin: Micros = hour * HOUR;
        let mut rows = Vec::new();
        for at in 0..40_i64 {
            let src = format!("11.{}.{}.{at}", hour / 200, hour % 200);
            rows.push(sighting(begin + at, &src, (at % 4) as u16, Service::tcp(23)));
        }
        more(hour, &mut rows);
        rows.iter().filter(|row| !out(row.point.0, hour)).for_each(|row| replay.access(row));
        let coverage: Vec<PointHour> = (0..4)
            .map(|point| PointHour {
                point: PointId(point),
                seconds_up: Some(3_600),
                addresses: Some(32),
            })
            .collect();
        found.extend(replay.hour(Hour { begin, coverage: &coverage }));
    }
    found
}

fn none(_: u16, _: i64) -> bool {
    false
}

#[test]
fn nothing_is_new_in_the_usual() {
    assert_eq!(days(|_, _| {}, none), []);
}

#[test]
fn a_port_and_a_payload_never_seen() {
    let new = |hour: i64, rows: &mut Vec<Sighting>| {
        if hour >= 10 * 24 {
            for at in 0..6_u8 {
                let src = format!("2{at}.1.1.{}", hour % 250);
                let row = sighting(hour * HOUR, &src, u16::from(at % 4), Service::udp(4444));
                rows.push(Sighting { payload: Some(77), ..row });
            }
        }
    };
    let found = days(new, none);
    let rules = |rule: &str| found.iter().filter(|finding| finding.rule == rule).count();
    assert_eq!((rules("new-port"), rules("new-payload")), (1, 1), "{found:#?}");
    let port = found.iter().find(|finding| finding.rule == "new-port").unwrap();
    assert_eq!((port.first_seen, port.detected_at), (10 * DAY, 10 * DAY + HOUR));
    // It surges as well, within hours.
    let surge = found.iter().find(|finding| finding.kind == FindingKind::Surge).unwrap();
    assert_eq!(surge.dst_port, Some(4444));
    assert!(surge.detected_at <= 10 * DAY + 6 * HOUR, "{surge:?}");
}

#[test]
fn what_doubles_each_hour_grows() {
    let worm = |hour: i64, rows: &mut Vec<Sighting>| {
        let age = hour - 10 * 24;
        if (0..9).contains(&age) {
            for at in 0..2_u32 << age {
                let src = format!("{}.{}.{}.{age}", 40 + at / 65_536, at / 256 % 256, at % 256);
                rows.push(sighting(hour * HOUR, &src, (at % 4) as u16, Service::udp(1434)));
            }
        }
    };
    let found = days(worm, none);
    let growth = found.iter().find(|finding| finding.kind == FindingKind::Growth).unwrap();
    assert_eq!((growth.rule, growth.dst_port), ("doubling-by-hour", Some(1434)));
    let hours = growth.json()["evidence"]["doubling_hours"].as_f64().unwrap();
    assert!((0.9..1.1).contains(&hours), "{hours}");
}

#[test]
fn a_point_that_goes_silent_and_one_that_differs() {
    let out = |point: u16, hour: i64| point == 2 && (10 * 24..10 * 24 + 12).contains(&hour);
    let more = |hour: i64, rows: &mut Vec<Sighting>| {
        for at in 0..30_u8 {
            if hour / 24 == 12 {
                let src = format!("5{}.{at}.{}.1", at % 3, hour % 250);
                rows.push(sighting(hour * HOUR, &src, 3, Service::tcp(9999)));
            }
        }
    };
    let found = days(more, out);
    let silence: Vec<&Finding> =
        found.iter().filter(|finding| finding.kind == FindingKind::Silence).collect();
    let [begun, over] = silence.as_slice() else { panic!("{silence:#?}") };
    assert_eq!((begun.id, begun.open, over.open), (over.id, true, false));
    assert_eq!((over.first_seen, over.last_seen), (10 * DAY, 10 * DAY + 12 * HOUR));
    let differs = found.iter().find(|finding| finding.kind == FindingKind::Differs).unwrap();
    assert_eq!((differs.dst_port, differs.points[0].as_str()), (Some(9999), "p3"));
    assert!(found.iter().all(|finding| finding.dst_port != Some(23)), "{found:#?}");
}

//! What a capture covers, by hour.

use observation::{HOUR, Point};
use proptest::prelude::*;

use super::*;

/// The years 1 to 9999: what a capture file can say, s.
const YEARS: std::ops::Range<i64> = -62_135_596_800..253_402_300_800;

fn probe(dst: &str) -> Datagram {
    segment(STRANGER, dst, (4000, 23), SYN)
}

fn seconds(rows: &[Coverage]) -> i64 {
    rows.iter().filter_map(|row| row.seconds_up).map(i64::from).sum()
}

#[test]
fn a_silent_hour_is_there() {
    let frames = [at(HOUR / SECOND - 10, &probe(DARK)), at(3 * HOUR / SECOND + 20, &probe(DARK))];
    let coverage = fold_frames(&everything(), CAPACITY, &frames).coverage;
    let hours: Vec<_> = coverage
        .iter()
        .map(|row| (row.hour / HOUR, row.seconds_up, row.fates.packets, row.addresses))
        .collect();
    let row = |hour, seconds, packets| (hour, Some(seconds), packets, None);
    assert_eq!(hours, [row(0, 10, 1), row(1, 3_600, 0), row(2, 3_600, 0), row(3, 20, 1)]);
    assert!(coverage.iter().all(|row| row.assumed && row.dropped.is_none()));
}

#[test]
fn every_point_and_none() {
    let frames = [at(0, &probe("192.0.2.1")), at(10, &probe(DARK)), at(20, &probe("192.0.2.1"))];
    let coverage = fold(&frames).coverage;
    let rows: Vec<_> = coverage
        .iter()
        .map(|row| (row.point.as_ref().map(Point::as_str), row.seconds_up, row.fates.packets))
        .collect();
    assert_eq!(rows, [(Some("dark"), Some(20), 1), (Some("live"), Some(20), 0), (None, None, 2)]);
    let addresses: Vec<_> = coverage.iter().map(|row| row.addresses).collect();
    assert_eq!(addresses, [Some(u64::MAX), Some(2), None]);
}

#[test]
fn packets_of_no_address_belong_to_the_only_point() {
    let bytes = testkit::frame::arp([10, 0, 0, 9].into());
    let arp = Frame { time: 0, wire_length: bytes.len() as u32, bytes };
    let dark = [points().remove(0)];
    let frames = [arp, at(0, &probe("192.0.2.1"))];
    let folded = fold_frames(&dark, CAPACITY, &frames);
    assert_eq!((folded.letters.as_str(), folded.coverage.len()), ("ne", 1));
    assert_eq!(folded.coverage[0].point.as_ref().unwrap().as_str(), "dark");
}

/// What a capture that lost seven packets says of its hours.
fn dropped(watchers: &[Watcher], dst: &str) -> Vec<(Option<&'static str>, i64, Option<u64>)> {
    let mut fold = Fold::new(watch(watchers), Spans::default());
    for hour in 0..2 {
        let bytes = ethernet(&probe(dst).bytes, &[]);
        fold.push(Some(hour * HOUR), false, &dissect(LinkType::Ethernet, &bytes, 60)).unwrap();
    }
    let name = |point: &Point| ["all", "dark", "live"].into_iter().find(|n| *n == point.as_str());
    let rows = fold.coverage(Some(7)).into_iter();
    rows.map(|row| (row.point.as_ref().and_then(name), row.hour / HOUR, row.dropped)).collect()
}

#[test]
fn what_the_capture_lost_is_told_once() {
    let single = [(Some("all"), 0, None), (Some("all"), 1, Some(7))];
    assert_eq!(dropped(&everything(), DARK), single);
    let shared = [
        (Some("dark"), 0, None),
        (Some("live"), 0, None),
        (Some("dark"), 1, None),
        (Some("live"), 1, None),
        (None, 1, Some(7)),
    ];
    assert_eq!(dropped(&points(), DARK), shared);
}

#[test]
fn a_span_of_more_than_ten_years_is_a_broken_clock() {
    for (hours, known) in [(87_659, true), (87_660, false)] {
        let frames = [at(0, &probe(DARK)), at_micros(hours * HOUR, &probe(DARK))];
        let coverage = fold_frames(&everything(), CAPACITY, &frames).coverage;
        assert_eq!(coverage.len(), if known { 87_660 } else { 2 });
        assert!(coverage.iter().all(|row| row.seconds_up.is_some() == known));
    }
}

#[test]
fn many_points_over_many_years_are_not_filled_in() {
    let named = |index: u8| format!("p{index}").parse().unwrap();
    let watched = |index| Watcher::dark(named(index), &[(ip(&format!("198.18.0.{index}")), 32)]);
    let watchers: Vec<Watcher> = (0..20).map(watched).collect();
    let frames = [at(0, &probe(DARK)), at_micros(80_000 * HOUR, &probe(DARK))];
    let coverage = fold_frames(&watchers, CAPACITY, &frames).coverage;
    assert_eq!(coverage.len(), 2);
    assert!(coverage.iter().all(|row| row.seconds_up.is_none()));
}

#[test]
fn packets_of_a_capture_without_a_time_are_not_lost() {
    for watchers in [everything(), points()] {
        let mut fold = Fold::new(watch(&watchers), Spans::default());
        fold.push_unreadable(3).unwrap();
        assert_eq!(fold.span(), None);
        let folded = close(fold, String::new());
        assert_eq!((folded.fates.not_ip, folded.coverage.len()), (3, 1));
        assert_eq!(folded.coverage[0].seconds_up, None);
    }
}

#[test]
fn a_clock_that_wanders_for_ever_is_refused() {
    let mut fold = Fold::new(watch(&everything()), Spans::default());
    let bytes = ethernet(&probe(DARK).bytes, &[]);
    let frame = dissect(LinkType::Ethernet, &bytes, 60);
    let refused = (0..600_000).find(|hour| {
        fold.take_finished(|_| {});
        fold.push(Some(hour * HOUR), false, &frame).is_err()
    });
    assert_eq!(refused, Some(500_001));
}

proptest! {
    #[test]
    fn seconds_add_up_over_hours(times in prop::collection::vec(-40_i64 * HOUR..40 * HOUR, 1..20)) {
        let frames: Vec<Frame> = times.iter().map(|&time| at_micros(time, &probe(DARK))).collect();
        let coverage = fold_frames(&everything(), CAPACITY, &frames).coverage;
        let (first, last) = (times.iter().min().unwrap(), times.iter().max().unwrap());
        let expect = last.div_euclid(SECOND) - first.div_euclid(SECOND);
        prop_assert_eq!(seconds(&coverage), expect);
        prop_assert!(coverage.iter().all(|row| row.seconds_up.unwrap() <= 3_600));
        prop_assert!(coverage.windows(2).all(|pair| pair[1].hour - pair[0].hour == HOUR));
    }

    #[test]
    fn any_time_that_a_file_can_say(times in prop::collection::vec((YEARS, 0..SECOND), 1..40)) {
        let to = [DARK, HOST, "192.0.2.1"];
        let frames: Vec<Frame> = times
            .iter()
            .zip(to.iter().cycle())
            .map(|(&(seconds, micros), to)| at_micros(seconds * SECOND + micros, &probe(to)))
            .collect();
        let folded = fold(&frames);
        prop_assert!(folded.rows.iter().all(|row| (0..HOUR).contains(&row.duration)));
    }
}

//! When packets of one key are one access.

use super::*;

/// Of a row: begin, duration and packets.
type Span = (Micros, Micros, u64);

/// The rows that SYNs of one key at these times make, in the order in which they are given out.
fn spans(times: &[Micros]) -> Vec<Span> {
    let syn = segment(STRANGER, DARK, (4000, 23), SYN);
    let frames: Vec<Frame> = times.iter().map(|&time| at_micros(time, &syn)).collect();
    let rows = fold(&frames).rows;
    rows.iter().map(|row| (row.first_seen, row.duration, row.packets)).collect()
}

const MINUTE: Micros = 60 * SECOND;
const HOUR: Micros = 60 * MINUTE;

#[test]
fn a_gap_of_exactly_idle_joins() {
    let cases: [(&[Micros], &[Span]); 5] = [
        (&[0, MINUTE], &[(0, MINUTE, 2)]),
        (&[0, MINUTE + 1], &[(0, 0, 1), (MINUTE + 1, 0, 1)]),
        (&[0, 0, 0], &[(0, 0, 3)]),
        (&[0, 3 * SECOND, 9 * SECOND], &[(0, 9 * SECOND, 3)]),
        (&[-MINUTE, 0], &[(-MINUTE, MINUTE, 2)]),
    ];
    for (times, expect) in cases {
        assert_eq!(spans(times), expect, "{times:?}");
    }
}

#[test]
fn a_span_of_exactly_active_starts_anew() {
    let minutes = |last: Micros| (0..60).map(|m| m * MINUTE).chain([last]).collect::<Vec<_>>();
    assert_eq!(spans(&minutes(HOUR - 1)), [(0, HOUR - 1, 61)]);
    assert_eq!(spans(&minutes(HOUR)), [(0, 59 * MINUTE, 60), (HOUR, 0, 1)]);
}

#[test]
fn the_span_counts_backwards_too() {
    // The clock stays at an hour less 1 µs; the late packet would make the span exactly an hour.
    let mut times: Vec<Micros> = (1..60).map(|minute| minute * MINUTE - 1).collect();
    times.extend([HOUR - 1, -1]);
    assert_eq!(spans(&times), [(MINUTE - 1, 59 * MINUTE, 60), (-1, 0, 1)]);
    *times.last_mut().unwrap() = 0;
    assert_eq!(spans(&times), [(0, HOUR - 1, 61)]);
}

#[test]
fn late_packets_join_backwards() {
    let late = 5 * MINUTE;
    let cases: [(&[Micros], &[Span]); 3] = [
        (&[late, late - MINUTE], &[(late - MINUTE, MINUTE, 2)]),
        (&[late, late - MINUTE - 1], &[(late, 0, 1), (late - MINUTE - 1, 0, 1)]),
        // Each joins what the one before it left: four minutes, one at a time.
        (&[late, 4 * MINUTE, 3 * MINUTE, 2 * MINUTE], &[(2 * MINUTE, 3 * MINUTE, 4)]),
    ];
    for (times, expect) in cases {
        assert_eq!(spans(times), expect, "{times:?}");
    }
}

/// Jumps, and rows, of one key that comes at 0 and 1 µs, with another at `time` between.
fn jumps(time: Micros) -> (u64, usize) {
    let one = segment(STRANGER, DARK, (4000, 23), SYN);
    let other = segment(STRANGER, DARK, (4001, 23), SYN);
    let folded = fold(&[at(0, &one), at_micros(time, &other), at_micros(1, &one)]);
    (folded.tally.jumps, folded.rows.len())
}

#[test]
fn the_clock_jumps_either_way() {
    assert_eq!(jumps(HOUR), (0, 2), "exactly active is none");
    assert_eq!(jumps(HOUR + 2), (2, 3), "forth, and back again");
    assert_eq!(jumps(-HOUR), (0, 2), "late by exactly active: the clock stays");
    assert_eq!(jumps(-HOUR - 1), (2, 3), "back, and forth again");
    assert_eq!(jumps(i64::from(i32::MIN) * SECOND), (2, 3));
}

#[test]
fn frames_of_every_kind_move_the_clock() {
    let syn = segment(STRANGER, DARK, (4000, 23), SYN);
    let bytes = testkit::frame::arp([10, 0, 0, 9].into());
    let arp = Frame { time: 2 * HOUR, wire_length: bytes.len() as u32, bytes };
    let folded = fold(&[at(0, &syn), arp, at(0, &syn)]);
    assert_eq!((folded.letters.as_str(), folded.tally.jumps, folded.rows.len()), ("ana", 2, 2));
}

#[test]
fn a_packet_without_time_has_the_clock_s() {
    let syn = segment(STRANGER, DARK, (4000, 23), SYN);
    let bytes = ethernet(&syn.bytes, &[]);
    let frame = dissect(LinkType::Ethernet, &bytes, 60);
    let mut fold = Fold::new(watch(&points()), Spans::default());
    let times = [None, Some(9 * HOUR), None, Some(9 * HOUR + 5)];
    for time in times {
        fold.push(time, false, &frame).unwrap();
    }
    assert_eq!(fold.span(), Some((9 * HOUR, 9 * HOUR + 5)), "only known times count");
    let folded = close(fold, String::new());
    let rows: Vec<_> = folded.rows.iter().map(|row| (row.first_seen, row.packets)).collect();
    assert_eq!((rows, folded.tally.jumps), (vec![(0, 1), (9 * HOUR, 3)], 0));
}

//! Bounded memory, and rows that do not depend on when they are asked for.

use testkit::Scenario;

use super::super::conversations::Conversations;
use super::super::table::Table;
use super::*;

/// SYNs from this many sources, each once, then each once more.
fn flood(dst: &str, sources: u32) -> Vec<Frame> {
    let source = |index| std::net::Ipv4Addr::from(0x0b00_0000_u32 + index).to_string();
    let syn = |index| at(0, &segment(&source(index), dst, (4000, 23), SYN));
    (0..sources).chain(0..sources).map(syn).collect()
}

#[test]
fn a_flood_costs_rows_but_no_packet() {
    for (capacity, rows, evicted) in [(8, 2_000, 1_992), (999, 2_000, 1_001), (1_000, 1_000, 0)] {
        let folded = fold_frames(&points(), capacity, &flood(DARK, 1_000));
        assert_eq!(folded.rows.len(), rows, "{capacity}");
        assert_eq!((folded.tally.evicted, folded.fates.inbound), (evicted, 2_000), "{capacity}");
    }
}

#[test]
fn no_more_than_the_capacity_is_open() {
    let mut fold = Fold::with_capacity(watch(&points()), Spans::default(), 8);
    let mut given_out = 0;
    for (pushed, frame) in flood(DARK, 500).iter().enumerate() {
        fold.push(Some(0), false, &dissect(LinkType::Ethernet, &frame.bytes, 60)).unwrap();
        fold.take_finished(|finished| given_out += finished.len());
        assert!(pushed + 1 - given_out <= 8);
    }
}

#[test]
fn what_nobody_could_join_is_not_evicted() {
    let frames: Vec<Frame> = flood(DARK, 20)
        .into_iter()
        .enumerate()
        .map(|(index, frame)| Frame { time: 61 * SECOND * index as i64, ..frame })
        .collect();
    let folded = fold_frames(&points(), 1, &frames);
    assert_eq!((folded.rows.len(), folded.tally.evicted), (40, 0));
}

#[test]
fn conversations_make_room() {
    let mut frames = vec![at(0, &datagram(HOST, STRANGER, (5000, 53)))];
    frames.extend(flood(HOST, 10));
    frames.push(at(0, &datagram(STRANGER, HOST, (53, 5000))));
    let roomy = fold_frames(&points(), 11, &frames);
    assert!(roomy.letters.ends_with('s'));
    assert_eq!(roomy.tally.forgotten, 0);
    let small = fold_frames(&points(), 10, &frames);
    assert!(small.letters.ends_with('a'));
    assert_eq!(small.tally.forgotten, 2, "the question, and one for its answer");
}

#[test]
fn small_tables_lose_nothing_of_any_traffic() {
    for seed in 0..10 {
        let mut scenario = Scenario::new(seed);
        let frames = scenario.everything(2).frames();
        let full = fold_frames(scenario.watchers(), CAPACITY, &frames);
        assert_eq!(full.tally.evicted + full.tally.forgotten, 0);
        for capacity in [1, 3, 17] {
            let small = fold_frames(scenario.watchers(), capacity, &frames);
            assert_eq!(small.fates.packets, full.fates.packets);
            assert_eq!(small.fates.inbound, full.fates.inbound);
            assert!(small.tally.evicted > 0 && small.tally.forgotten > 0);
        }
    }
}

/// The rows of frames, asked for after every `step` of them.
fn drained(scenario: &Scenario, frames: &[Frame], step: usize, capacity: usize) -> Vec<Access> {
    let mut fold = Fold::with_capacity(watch(scenario.watchers()), Spans::default(), capacity);
    let mut rows = Vec::new();
    for chunk in frames.chunks(step) {
        for frame in chunk {
            let dissected = dissect(LinkType::Ethernet, &frame.bytes, frame.wire_length);
            fold.push(Some(frame.time), false, &dissected).unwrap();
        }
        fold.take_finished(|finished| rows.extend_from_slice(finished));
    }
    fold.close();
    fold.take_finished(|finished| rows.extend_from_slice(finished));
    rows
}

#[test]
fn closing_in_steps_gives_the_same_rows() {
    let mut scenario = Scenario::new(3);
    let frames = scenario.everything(4).frames();
    let rows = |step: usize| {
        let mut fold = Fold::new(watch(scenario.watchers()), Spans::default());
        for frame in &frames {
            let dissected = dissect(LinkType::Ethernet, &frame.bytes, frame.wire_length);
            fold.push(Some(frame.time), false, &dissected).unwrap();
        }
        let mut rows = Vec::new();
        while fold.close_some(step) {
            fold.take_finished(|finished| {
                rows.extend_from_slice(finished);
            });
        }
        fold.take_finished(|finished| rows.extend_from_slice(finished));
        rows
    };
    let at_once = rows(usize::MAX);
    assert!(rows(7) == at_once && rows(1) == at_once && at_once.len() > 500);
}

#[test]
fn when_rows_are_asked_for_changes_nothing() {
    for seed in 0..10 {
        let mut scenario = Scenario::new(seed);
        let frames = scenario.everything(4).frames();
        for capacity in [CAPACITY, 17] {
            let at_the_end = drained(&scenario, &frames, frames.len(), capacity);
            assert!(at_the_end.len() > 500, "{}", at_the_end.len());
            for step in [1, 7, 1_000] {
                // Each fold seeds its hash table anew: the order does not depend on that either.
                assert!(drained(&scenario, &frames, step, capacity) == at_the_end, "{seed} {step}");
            }
        }
    }
}

/// A live point has 32 MiB for 100,000 sources a minute: each byte here is a tenth of a megabyte.
#[test]
fn an_open_access_is_small() {
    const { assert!(Table::BYTES <= 104) }
}

/// And as many of these, each with two entries of 4 bytes in hash tables.
#[test]
fn a_conversation_is_small() {
    const { assert!(Conversations::BYTES <= 36) }
}

//! Live rows are imported rows: closing by a clock, images, turns and kills change none of them.

use proptest::prelude::*;
use testkit::reference::sort;

use super::*;

const SLACK: Micros = 5 * SECOND;

/// What happens at a point, one after the other.
#[derive(Clone, Debug)]
enum Happening {
    /// A packet of one of a few accesses comes so long after what was before, its stamp so much
    /// behind, µs.
    Packet { access: u16, after: Micros, late: Micros },
    /// The clock is looked at so long after what was before.
    Clock { after: Micros },
    /// Images are journalled.
    Images,
    /// What is no longer needed of the journal is forgotten.
    Supersede,
    /// The point is killed after images, and begins again by its journal.
    Kill,
}

fn happening() -> impl Strategy<Value = Happening> {
    let after = prop_oneof![
        6 => 0..3 * SECOND,
        2 => 50 * SECOND..70 * SECOND,
        1 => 3_500 * SECOND..3_700 * SECOND,
    ];
    let late = prop_oneof![4 => Just(0), 1 => 0..SLACK];
    prop_oneof![
        12 => (0..4_u16, after.clone(), late)
            .prop_map(|(access, after, late)| Happening::Packet { access, after, late }),
        3 => after.prop_map(|after| Happening::Clock { after }),
        3 => Just(Happening::Images),
        1 => Just(Happening::Supersede),
        1 => Just(Happening::Kill),
    ]
}

/// What a journal holds, and of which turn.
#[derive(Clone, Debug)]
enum Entry {
    Image(Access),
    Row(Access),
}

struct Point {
    fold: Fold,
    turn: u32,
    needed: u32,
    journal: Vec<(u32, Entry)>,
    rows: Vec<Access>,
    fates: Fates,
}

impl Point {
    /// Journals a turn: rows, then images.
    fn images(&mut self) {
        let (turn, journal, rows) = (self.turn, &mut self.journal, &mut self.rows);
        let before = journal.len();
        self.fold.take_finished(|finished| {
            rows.extend_from_slice(finished);
            journal.extend(finished.iter().map(|row| (turn, Entry::Row(row.clone()))));
        });
        let image = |image: &Access| journal.push((turn, Entry::Image(image.clone())));
        self.needed = self.fold.changed(turn, image);
        assert_eq!(self.fold.count_changed(9), 0);
        let needed = self.fold.changed(turn, |_| panic!("nothing has changed since"));
        assert_eq!(needed, self.needed);
        let mut fates = Fates::default();
        self.fold.take_fates(|_, _, of_hour| fates += of_hour);
        assert_eq!(self.growth(before), fates.access_packets);
        self.fates += &fates;
        self.turn += 1;
    }

    /// By how much the packets of accesses grew from a place in the journal on.
    fn growth(&self, from: usize) -> u64 {
        let mut fold = Fold::new(watch(&points()), Spans::default());
        let mut growth = 0;
        for (at, (_, entry)) in self.journal.iter().enumerate() {
            let (packets, before) = match entry {
                Entry::Image(image) => (image.packets, fold.resume(image, 0)),
                Entry::Row(row) => (row.packets, fold.retire(row)),
            };
            growth += if at >= from { packets - before.unwrap_or(0) } else { 0 };
        }
        growth
    }

    fn supersede(&mut self) {
        let needed = self.needed;
        self.journal.retain(|(turn, _)| *turn >= needed);
    }

    fn kill(&mut self) {
        self.fold = Fold::new(watch(&points()), Spans::default());
        for (turn, entry) in &self.journal {
            match entry {
                Entry::Image(image) => drop(self.fold.resume(image, *turn)),
                Entry::Row(row) => drop(self.fold.retire(row)),
            }
        }
    }
}

fn frame(access: u16, time: Micros) -> Frame {
    let packet = match access {
        0 => segment(STRANGER, DARK, (1, 23), SYN),
        1 => datagram(STRANGER, DARK, (1, 23)),
        2 => segment("2001:db8:f::9", "2001:db8:d::1", (1, 23), SYN | ACK),
        _ => segment("203.0.113.10", DARK, (1, 23), PSH | ACK),
    };
    at_micros(time, &packet)
}

fn push(fold: &mut Fold, frame: &Frame) {
    let dissected = dissect(LinkType::Ethernet, &frame.bytes, frame.wire_length);
    fold.push(Some(frame.time), false, &dissected).unwrap();
}

proptest! {
    #[test]
    fn live_rows_are_imported_rows(happenings in prop::collection::vec(happening(), 1..120)) {
        let dark = || Fold::new(watch(&points()), Spans::default());
        let mut import = dark();
        let mut point = Point {
            fold: dark(),
            turn: 0,
            needed: 0,
            journal: Vec::new(),
            rows: Vec::new(),
            fates: Fates::default(),
        };
        let mut clock = 1_700_000_000 * SECOND;
        for happening in happenings {
            match happening {
                Happening::Packet { access, after, late } => {
                    clock += after;
                    let frame = frame(access, clock - late);
                    push(&mut import, &frame);
                    push(&mut point.fold, &frame);
                }
                Happening::Clock { after } => {
                    clock += after;
                    point.fold.close_idle(clock, SLACK);
                }
                Happening::Images => point.images(),
                Happening::Supersede => point.supersede(),
                Happening::Kill => {
                    point.images();
                    let open = point.fold.open();
                    point.kill();
                    prop_assert_eq!(point.fold.open(), open);
                }
            }
        }
        point.fold.close();
        point.images();
        prop_assert_eq!(point.fates, import.fates());
        let mut imported = close(import, String::new()).rows;
        sort(&mut imported);
        sort(&mut point.rows);
        prop_assert_eq!(point.rows, imported);
    }
}

#[test]
fn what_nothing_can_join_is_given_out_although_nothing_comes() {
    let mut fold = Fold::new(watch(&points()), Spans::default());
    push(&mut fold, &frame(0, 100 * SECOND));
    let rows = |fold: &mut Fold, clock: Micros| {
        fold.close_idle(clock, SLACK);
        let mut rows = 0;
        fold.take_finished(|finished| rows = finished.len());
        rows
    };
    assert_eq!(rows(&mut fold, 165 * SECOND), 0);
    assert_eq!(rows(&mut fold, 165 * SECOND + 1), 1);
    assert_eq!((fold.open(), fold.changed(9, |_| {})), (0, 9));
}

/// Every field of an image comes back: ICMP errors with what they quote, payloads, fingerprints.
#[test]
fn images_are_whole() {
    for seed in 0..20 {
        let mut scenario = testkit::Scenario::new(seed);
        scenario.everything(6);
        let mut fold = Fold::new(watch(scenario.watchers()), Spans::default());
        for frame in scenario.frames() {
            push(&mut fold, &frame);
        }
        fold.take_finished(|_| {});
        let mut images = Vec::new();
        assert_eq!(fold.changed(1, |image| images.push(image.clone())), 1);
        let mut again = Fold::new(watch(scenario.watchers()), Spans::default());
        for image in &images {
            assert_eq!(again.resume(image, 1), None);
            assert_eq!(again.resume(image, 1), Some(image.packets));
        }
        assert_eq!(again.changed(2, |_| panic!("an image is kept already")), 1);
        again.close();
        again.take_finished(|rows| assert_eq!(rows, images));
        assert!(!images.is_empty());
    }
}

/// What the host began before a kill is answered after it, and what strangers began is no more than it
/// was.
#[test]
fn conversations_go_on() {
    for seed in 0..30 {
        let mut scenario = testkit::Scenario::new(seed);
        scenario.everything(6);
        let frames = scenario.frames();
        let mut whole = Fold::new(watch(scenario.watchers()), Spans::default());
        let mut fold = Fold::new(watch(scenario.watchers()), Spans::default());
        let (mut turn, mut journal) = (0, Vec::new());
        let mut solicited = 0;
        for (at, frame) in frames.iter().enumerate() {
            push(&mut whole, frame);
            push(&mut fold, frame);
            if at % 7 == 6 {
                let since = u32::saturating_sub(turn, 3);
                let keep = |image: &super::super::Conversation| journal.push((turn, *image));
                let needed = fold.changed_conversations(frame.time, turn, since, keep);
                assert!(needed >= since);
                journal.retain(|(turn, _)| *turn >= needed);
                turn += 1;
                solicited += fold.fates().solicited;
                fold = Fold::new(watch(scenario.watchers()), Spans::default());
                for (turn, image) in &journal {
                    fold.resume_conversation(image, *turn);
                }
            }
        }
        solicited += fold.fates().solicited;
        // What is not remembered of strangers can make the host begin what they began.
        assert!(solicited >= whole.fates().solicited, "seed {seed}: {solicited}");
    }
}

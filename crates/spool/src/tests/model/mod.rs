//! Any sequence of steps, faults and crashes, against a plain list of what was appended.

mod steps;

use std::collections::HashMap;
use std::io::ErrorKind;

use proptest::prelude::*;

use steps::{Step, TABLES, steps};

use super::{Fake, FakeDisk, MOST, SMALL, lane, replayed};
use crate::{AppendError, Journal, Lane, Most, Share};

#[derive(Clone, Debug, PartialEq)]
struct Item {
    table: Option<u8>,
    rows: u64,
    payload: Vec<u8>,
}

/// What must hold, told plainly.
struct Model {
    disk: FakeDisk,
    journal: Fake,
    items: Vec<Item>,
    /// What the journal said was durable: items, forgotten numbers, the place of replay.
    durable: u64,
    forgotten: [u64; TABLES as usize],
    replay: u64,
    /// What was asked to be forgotten.
    to_forget: [u64; TABLES as usize],
    to_replay: u64,
    /// What was ever read of a number.
    seen: HashMap<(u8, u64), Vec<u8>>,
    made: u64,
}

impl Model {
    fn new(seed: u64) -> Self {
        let disk = FakeDisk::new(seed);
        // The very beginning may fail too; what was begun is gone on with.
        disk.fail(u32::try_from(seed % 32).unwrap(), ErrorKind::Other);
        let (journal, repairs) = Journal::open(disk.clone(), SMALL, 7)
            .or_else(|_| Journal::open(disk.clone(), SMALL, 7))
            .unwrap();
        assert_eq!(repairs, crate::Repairs::default());
        Model {
            disk,
            journal,
            items: Vec::new(),
            durable: 0,
            forgotten: [0; 3],
            replay: 0,
            to_forget: [0; 3],
            to_replay: 0,
            seen: HashMap::new(),
            made: 0,
        }
    }

    fn payload(&mut self, length: usize) -> Vec<u8> {
        self.made += 1;
        let mut payload = self.made.to_le_bytes().to_vec();
        payload.resize(8 + length, self.made as u8);
        payload
    }

    /// The last number of each record of a table.
    fn numbers(&self, table: u8) -> Vec<(u64, &Item)> {
        let own = self.items.iter().filter(|item| item.table == Some(table));
        own.scan(0, |number, item| {
            *number += item.rows;
            Some((*number, item))
        })
        .collect()
    }

    fn run(&mut self, step: &Step) {
        match *step {
            Step::Rows { table, share, rows, length } => self.rows(table, share, rows, length),
            Step::State { length } => {
                self.state(length);
            }
            Step::Checkpoint { images } => {
                let place = self.journal.place();
                if (0..images).all(|_| self.state(10)) {
                    self.journal.supersede(place).unwrap();
                    self.to_replay = place;
                }
            }
            Step::Sync => {
                if self.journal.sync().is_ok() {
                    assert_eq!(self.journal.durable_place, self.items.len() as u64);
                    assert_eq!(self.journal.marks.replay, self.to_replay);
                    assert_eq!(self.journal.marks.forgotten[..3], self.to_forget);
                }
            }
            Step::Read { table, most } => self.read(table, most),
            Step::Forget { table, part } => self.forget(table, part),
            Step::Fail { after, kind } => self.disk.fail(after, kind),
            Step::Leave { free } => self.disk.leave(free),
            Step::Heal => self.disk.heal(),
            Step::Kill => self.reopen(),
            Step::Crash => {
                self.disk.crash();
                self.reopen();
            }
            Step::Die { after } => {
                self.disk.die(after);
                let _ = self.journal.sync();
                self.check();
                self.disk.crash();
                self.reopen();
            }
        }
        self.check();
    }

    fn rows(&mut self, table: u8, share: Share, rows: u32, length: usize) {
        let payload = self.payload(length);
        let before = self.journal.appended(lane(table));
        match self.journal.append(lane(table), share, table, rows, &payload) {
            Ok(number) => {
                assert_eq!(number, before + u64::from(rows));
                self.items.push(Item { table: Some(table), rows: u64::from(rows), payload });
            }
            Err(AppendError::Full { .. } | AppendError::NoRoom { .. } | AppendError::Disk(_)) => {
                assert_eq!(self.journal.appended(lane(table)), before);
            }
            Err(other) => panic!("{other}"),
        }
    }

    fn state(&mut self, length: usize) -> bool {
        let payload = self.payload(length);
        let taken = self.journal.append_state(0, &payload).is_ok();
        if taken {
            self.items.push(Item { table: None, rows: 0, payload });
        }
        taken
    }

    fn read(&mut self, table: u8, most: Most) {
        let mut after = self.to_forget[usize::from(table)];
        let durable = self.journal.durable(lane(table));
        let mut got = Vec::new();
        while after < durable {
            let batch = self.journal.read(lane(table), after, most).unwrap();
            assert_eq!((batch.from, batch.lost), (after, crate::Lost::default()));
            assert!(batch.to > after && batch.records.len() <= most.records);
            let bytes: usize = batch.records.iter().map(|record| record.payload.len()).sum();
            assert!(bytes <= most.bytes || batch.records.len() == 1);
            after = batch.to;
            got.extend(batch.records);
        }
        assert!(self.journal.read(lane(table), durable, MOST).unwrap().records.is_empty());
        assert!(self.journal.read(lane(table), durable + 1, MOST).is_err());
        let forgotten = self.to_forget[usize::from(table)];
        assert_eq!(self.journal.record(lane(table), forgotten).unwrap(), None);
        for record in got.iter().rev().take(2) {
            let found = self.journal.record(lane(table), record.number).unwrap();
            assert_eq!(found.as_ref(), Some(record));
            let item = &self.items[usize::try_from(record.place).unwrap()];
            assert_eq!((item.table, &item.payload), (Some(table), &record.payload));
            if record.rows > 1 {
                let within = self.journal.record(lane(table), record.number - 1).unwrap();
                assert_eq!(within, None);
            }
        }
        let wanted = self.numbers(table).into_iter();
        let wanted = wanted.filter(|(number, _)| *number > forgotten && *number <= durable);
        let wanted: Vec<_> = wanted.map(|(number, item)| (number, item.payload.clone())).collect();
        let found: Vec<_> = got.into_iter().map(|record| (record.number, record.payload)).collect();
        assert_eq!(found, wanted);
        for (number, payload) in found {
            let known = self.seen.entry((table, number)).or_insert_with(|| payload.clone());
            assert_eq!(*known, payload);
        }
    }

    fn forget(&mut self, table: u8, part: u8) {
        let durable = self.journal.durable(lane(table));
        let numbers: Vec<u64> = self.numbers(table).iter().map(|(number, _)| *number).collect();
        let numbers: Vec<u64> = numbers.into_iter().filter(|number| *number <= durable).collect();
        let Some(number) = numbers.get(numbers.len() * usize::from(part) / 256) else { return };
        self.journal.forget(lane(table), *number).unwrap();
        let known = &mut self.to_forget[usize::from(table)];
        *known = (*known).max(*number);
        assert!(self.journal.forget(lane(table), durable + 1).is_err());
    }

    /// Holds at any time.
    fn check(&mut self) {
        assert!(self.disk.size() <= SMALL.budget(), "{} bytes", self.disk.size());
        assert_eq!(self.journal.place(), self.items.len() as u64);
        assert!(self.journal.durable_place >= self.durable);
        self.durable = self.journal.durable_place;
        self.replay = self.journal.marks.replay;
        self.forgotten.copy_from_slice(&self.journal.marks.forgotten[..3]);
    }

    fn reopen(&mut self) {
        let opened = match Journal::open(self.disk.clone(), SMALL, 8) {
            Ok(opened) => opened,
            Err(_) => {
                self.disk.heal();
                if self.made.is_multiple_of(2) {
                    self.disk.crash();
                }
                Journal::open(self.disk.clone(), SMALL, 9).unwrap()
            }
        };
        let repairs;
        (self.journal, repairs) = opened;
        assert!(repairs.unreadable.is_empty() && !repairs.marks_lost, "{repairs:?}");
        assert_eq!(self.journal.generation(), 7);
        // Everything durable is there, and of the rest what was appended first.
        let place = self.journal.place();
        assert!(self.durable <= place && place <= self.items.len() as u64);
        self.items.truncate(usize::try_from(place).unwrap());
        // Nothing durably forgotten comes back, nothing else is forgotten.
        for table in 0..TABLES {
            let index = usize::from(table);
            let forgotten = self.journal.forgotten(lane(table));
            assert!(self.forgotten[index] <= forgotten && forgotten <= self.to_forget[index]);
            self.to_forget[index] = forgotten;
        }
        let replay = self.journal.marks.replay;
        assert!(replay == self.replay || replay <= self.to_replay && replay >= self.replay);
        self.to_replay = replay;
        self.compare();
    }

    /// Everything that can be read, against the list.
    fn compare(&mut self) {
        for table in 0..TABLES {
            self.read(table, Most { records: 3, bytes: 250 });
        }
        let from = usize::try_from(self.journal.marks.replay).unwrap();
        let durable = usize::try_from(self.journal.durable_place).unwrap();
        let wanted = self.items[from..durable].iter();
        let wanted: Vec<_> = wanted.map(|item| (item.table, item.payload.clone())).collect();
        let found = replayed(&self.journal).into_iter();
        let found: Vec<_> = found.map(|(table, _, payload)| (table, payload)).collect();
        assert_eq!(found, wanted);
    }

    /// With a good disk and a hub that took everything, there is room again.
    fn finish(&mut self) {
        self.disk.heal();
        self.journal.sync().unwrap();
        self.check();
        self.compare();
        for table in 0..TABLES {
            let durable = self.journal.durable(lane(table));
            self.journal.forget(lane(table), durable).unwrap();
        }
        self.journal.supersede(self.journal.place()).unwrap();
        self.journal.sync().unwrap();
        self.journal.append_state(0, &[0; 100]).unwrap();
        self.journal.append(lane(0), Share::Ordinary, 0, 1, &[0; 100]).unwrap();
        let bare = crate::header::HEADER as u64;
        assert!(self.journal.used.rows <= 2 * bare + 140 + 400 + 300, "{:?}", self.journal.used);
        let lanes: Vec<Lane> = Lane::all().collect();
        assert_eq!(lanes.len(), crate::LANES);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(
        ProptestConfig::default().cases.max(500)
    ))]

    #[test]
    fn the_journal_is_the_list(seed in any::<u64>(), steps in steps()) {
        let mut model = Model::new(seed);
        for step in &steps {
            model.run(step);
        }
        model.finish();
    }
}

//! Damage to what was durable: told, never passed over, never a panic.

use proptest::prelude::*;

use super::{Fake, FakeDisk, MOST, lane, replayed, rows_after};
use crate::{Disk, Journal, Limits, OpenError, ReadError, Share};

/// Three records of rows to a segment.
const WIDE: Limits = Limits { rows: 8_000, state: 8_000, ..super::SMALL };

fn opened(disk: &FakeDisk) -> Fake {
    Journal::open(disk.clone(), WIDE, 7).unwrap().0
}

/// Eleven records of three rows each in lane 0, one of state before each, all durable, in four
/// segments.
fn filled(disk: &FakeDisk) -> Fake {
    let mut journal = opened(disk);
    for number in 0..11_u8 {
        journal.append_state(1, &[0x80 | number; 30]).unwrap();
        journal.append(lane(0), Share::Ordinary, number, 3, &[number; 60]).unwrap();
        journal.sync().unwrap();
    }
    journal
}

fn files(disk: &FakeDisk, suffix: &str) -> Vec<String> {
    disk.names().unwrap().into_iter().filter(|name| name.ends_with(suffix)).collect()
}

#[test]
fn a_bad_record_in_a_sealed_segment() {
    let disk = FakeDisk::new(1);
    let mut journal = filled(&disk);
    let rows = files(&disk, ".rows");
    assert!(rows.len() == 4, "{rows:?}");
    // A payload's byte: its record alone is lost. A head's: the next head is found.
    for (offset, bytes) in [(112 + 40 + 5, 100), (112 + 3, 100)] {
        disk.edit(&rows[1], |file| file[offset] ^= 1);
        let batch = journal.read(lane(0), 0, MOST).unwrap();
        assert_eq!((batch.from, batch.to, batch.records.len()), (0, 33, 10));
        assert_eq!((batch.lost.rows, batch.lost.bytes), (3, bytes));
        let lost: Vec<_> =
            replayed(&journal).into_iter().filter(|one| one.0 == Some(255)).collect();
        assert_eq!(lost, [(Some(255), 1, vec![])]);
        disk.edit(&rows[1], |file| file[offset] ^= 1);
    }
    assert_eq!(rows_after(&mut journal, 0, 0).len(), 11);
}

#[test]
fn a_sealed_segment_cut_short_or_gone() {
    for gone in [false, true] {
        let disk = FakeDisk::new(2);
        drop(filled(&disk));
        let rows = files(&disk, ".rows");
        if gone {
            disk.remove(&rows[1]).unwrap();
        } else {
            disk.edit(&rows[1], |file| file.truncate(150));
        }
        let mut journal = opened(&disk);
        let batch = journal.read(lane(0), 0, MOST).unwrap();
        assert_eq!((batch.to, batch.records.len()), (33, 8), "{:?}", batch.lost);
        assert_eq!(batch.lost.rows, 9);
        let lost = replayed(&journal).into_iter().filter(|one| one.0 == Some(255));
        assert_eq!(lost.map(|one| one.1).sum::<u64>(), 3);
        assert_eq!(replayed(&journal).iter().filter(|one| one.0 == Some(0)).count(), 8);
    }
}

/// The numbers of lost rows are not given again, though nothing comes after them.
#[test]
fn the_last_record_before_an_empty_segment() {
    let disk = FakeDisk::new(10);
    let mut journal = filled(&disk);
    journal.append(lane(0), Share::Ordinary, 11, 3, &[11; 60]).unwrap();
    journal.sync().unwrap();
    drop(journal);
    let rows = files(&disk, ".rows");
    assert_eq!((rows.len(), disk.contents(&rows[4]).len()), (5, 112));
    disk.edit(&rows[3], |file| *file.last_mut().unwrap() ^= 1);
    let (mut journal, repairs) = Journal::open(disk.clone(), WIDE, 8).unwrap();
    assert_eq!(repairs, crate::Repairs::default());
    let batch = journal.read(lane(0), 0, MOST).unwrap();
    assert_eq!((batch.to, batch.lost.rows, batch.records.len()), (36, 3, 11));
    assert_eq!(journal.append(lane(0), Share::Ordinary, 12, 1, &[12; 60]).unwrap(), 37);
    assert!(replayed(&journal).contains(&(Some(255), 1, vec![])));
}

#[test]
fn headers() {
    let disk = FakeDisk::new(3);
    drop(filled(&disk));
    let (rows, state) = (files(&disk, ".rows"), files(&disk, ".state"));
    let refused = || Journal::open(disk.clone(), WIDE, 8).err().map(|error| error.to_string());
    // One header of a sealed segment: the other file says the same.
    disk.edit(&rows[1], |file| file[40] ^= 1);
    assert_eq!(rows_after(&mut opened(&disk), 0, 0).len(), 11);
    // Both: what the segment held is lost.
    disk.edit(&state[1], |file| file[40] ^= 1);
    let (mut journal, repairs) = Journal::open(disk.clone(), WIDE, 8).unwrap();
    assert_eq!(repairs.unreadable, [rows[1].clone(), state[1].clone()]);
    let batch = journal.read(lane(0), 0, MOST).unwrap();
    assert_eq!((batch.to, batch.lost.rows, batch.records.len()), (33, 9, 8));
    // The last segment's.
    let last = rows.last().unwrap();
    disk.edit(last, |file| file[40] ^= 1);
    assert!(refused().unwrap().contains("damaged where it begins"));
    disk.edit(last, |file| file[40] ^= 1);
    // A later version's, and another spool's.
    let whole = disk.contents(&rows[0]);
    disk.edit(&rows[0], |file| file[8] = 2);
    assert!(refused().unwrap().contains("format 2"));
    let other = FakeDisk::new(4);
    drop(Journal::open(other.clone(), WIDE, 99).unwrap());
    disk.edit(&rows[0], |file| *file = other.contents(&files(&other, ".rows")[0]));
    assert!(refused().unwrap().contains("another spool"));
    disk.edit(&rows[0], |file| *file = whole);
    assert_eq!(refused(), None);
}

#[test]
fn the_marks() {
    let disk = FakeDisk::new(5);
    let mut journal = filled(&disk);
    journal.forget(lane(0), 18).unwrap();
    journal.sync().unwrap();
    journal.supersede(journal.place()).unwrap();
    journal.sync().unwrap();
    drop(journal);
    // One of the two: what the other says holds.
    let whole = disk.contents("marks");
    for offset in [20, 4_096 + 20] {
        disk.edit("marks", |file| file[offset] ^= 1);
        let (journal, repairs) = Journal::open(disk.clone(), WIDE, 8).unwrap();
        assert!(!repairs.marks_lost && journal.forgotten(lane(0)) == 18);
        disk.edit("marks", |file| *file = whole.clone());
    }
    // Both: what the files have.
    disk.edit("marks", |file| file.fill(0));
    let (mut journal, repairs) = Journal::open(disk.clone(), WIDE, 8).unwrap();
    assert!(repairs.marks_lost);
    let forgotten = journal.forgotten(lane(0));
    assert!(forgotten > 0 && forgotten <= 18, "{forgotten}");
    assert_eq!(rows_after(&mut journal, 0, forgotten).last().unwrap().number, 33);
    let refused = journal.read(lane(0), 0, MOST);
    assert!(matches!(refused, Err(ReadError::Forgotten { .. })));
}

#[test]
fn a_copy_put_back() {
    let disk = FakeDisk::new(6);
    let mut journal = filled(&disk);
    let last = files(&disk, ".rows").last().unwrap().clone();
    journal.forget(lane(0), 33).unwrap();
    journal.sync().unwrap();
    drop(journal);
    disk.edit(&last, |file| file.truncate(112));
    let refused = Journal::open(disk, WIDE, 8);
    assert!(matches!(refused, Err(OpenError::RolledBack { known: 33, .. })));
}

#[test]
fn within_a_record() {
    let disk = FakeDisk::new(7);
    let refused = filled(&disk).read(lane(0), 4, MOST);
    assert!(matches!(refused, Err(ReadError::Within { after: 4 })));
}

#[test]
fn a_failing_disk_says_where_to_go_on() {
    let disk = FakeDisk::new(8);
    let mut journal = filled(&disk);
    let rows = files(&disk, ".rows");
    disk.unreadable(&rows[1]);
    let Err(ReadError::Disk { resume, .. }) = journal.read(lane(0), 0, MOST) else { panic!() };
    assert_eq!(resume, 18);
    assert_eq!(rows_after(&mut journal, 0, resume).len(), 5);
}

proptest! {
    /// Any bytes anywhere: what is given is what was written, and the sums are right.
    #[test]
    fn any_damage(
        edits in prop::collection::vec((any::<usize>(), any::<usize>(), any::<u8>()), 1..6),
        cut in prop::option::of((any::<usize>(), any::<usize>())),
    ) {
        let disk = FakeDisk::new(9);
        drop(filled(&disk));
        let mut names = disk.names().unwrap();
        if let Some((file, length)) = cut {
            let name = &names[file % names.len()];
            disk.edit(name, |file| file.truncate(length % (file.len() + 1)));
        }
        names.retain(|name| !disk.contents(name).is_empty());
        for (file, offset, byte) in edits {
            disk.edit(&names[file % names.len()], |file| {
                let offset = offset % file.len();
                file[offset] = byte;
            });
        }
        let Ok((mut journal, _)) = Journal::open(disk, WIDE, 8) else { return Ok(()) };
        let from = journal.forgotten(lane(0));
        let batch = journal.read(lane(0), from, MOST).unwrap();
        let given: u64 = batch.records.iter().map(|record| u64::from(record.rows)).sum();
        prop_assert_eq!(given + batch.lost.rows, batch.to - batch.from);
        for record in &batch.records {
            prop_assert_eq!(record.number, 3 * (u64::from(record.tag) + 1));
            prop_assert_eq!(&record.payload, &[record.tag; 60]);
        }
        let found: u64 = replayed(&journal)
            .iter()
            .map(|(lane, count, _)| if *lane == Some(255) { *count } else { 1 })
            .sum();
        prop_assert_eq!(found, journal.place() - journal.marks.replay);
        journal.append(lane(0), Share::Ordinary, 0, 1, b"more").unwrap();
        journal.sync().unwrap();
    }
}

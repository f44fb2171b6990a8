//! A spool, and a disk, that is full.

use std::io::ErrorKind;

use super::{FakeDisk, MOST, SMALL, lane, opened, replayed, rows_after};
use crate::{AppendError, Disk, Journal, Limits, OpenError, ReadError, Share};

#[test]
fn each_share_has_its_own() {
    let disk = FakeDisk::new(1);
    let mut journal = opened(&disk);
    let mut counts = [0, 0, 0];
    while journal.append(lane(0), Share::Ordinary, 0, 1, &[1; 60]).is_ok() {
        counts[0] += 1;
    }
    let refused = journal.append(lane(0), Share::Ordinary, 0, 1, &[1; 60]);
    assert!(matches!(refused, Err(AppendError::Full { .. })));
    while journal.append(lane(1), Share::Reserved, 0, 1, &[2; 60]).is_ok() {
        counts[1] += 1;
    }
    while journal.append_state(0, &[3; 60]).is_ok() {
        counts[2] += 1;
    }
    assert_eq!(counts, [10, 4, 8]);
    journal.sync().unwrap();
    assert!(disk.size() <= SMALL.budget());
    assert_eq!(rows_after(&mut journal, 0, 0).len(), 10);
    assert_eq!(rows_after(&mut journal, 1, 0).len(), 4);
    assert_eq!(replayed(&journal).len(), 22);

    // With nothing delivered for weeks, state goes round in its own part.
    for round in 0..200_u8 {
        journal.supersede(journal.place()).unwrap();
        journal.sync().unwrap();
        for _ in 0..5 {
            journal.append_state(round, &[4; 60]).unwrap();
        }
        journal.sync().unwrap();
        assert!(disk.size() <= SMALL.budget());
    }
    assert_eq!(rows_after(&mut journal, 0, 0).len(), 10);

    // What is delivered makes room.
    journal.forget(lane(0), 10).unwrap();
    journal.forget(lane(1), 4).unwrap();
    journal.supersede(journal.place()).unwrap();
    journal.sync().unwrap();
    for _ in 0..5 {
        journal.append(lane(0), Share::Ordinary, 0, 1, &[1; 60]).unwrap();
    }
}

/// A crash that brings removed files back brings back no more than there was room for.
#[test]
fn room_is_given_back_durably() {
    let limits = Limits { rows: 4_300, reserve: 0, segment: 1_500, ..SMALL };
    for seed in 0..16 {
        let disk = FakeDisk::new(seed);
        let (mut journal, _) = Journal::open(disk.clone(), limits, 1).unwrap();
        for _ in 0..30 {
            journal.append(lane(0), Share::Ordinary, 0, 1, &[0; 60]).unwrap();
        }
        journal.sync().unwrap();
        let full = journal.usage().rows;
        journal.forget(lane(0), 30).unwrap();
        journal.supersede(30).unwrap();
        journal.sync().unwrap();
        assert!(journal.usage().rows < full / 2);
        for _ in 0..12 {
            journal.append(lane(0), Share::Ordinary, 0, 1, &[0; 60]).unwrap();
        }
        journal.sync().unwrap();
        disk.crash();
        let names = disk.names().unwrap().into_iter().filter(|name| name.ends_with(".rows"));
        let rows: usize = names.map(|name| disk.contents(&name).len()).sum();
        assert!(rows as u64 <= limits.rows, "{rows} bytes");
    }
}

#[test]
fn a_full_disk() {
    let disk = FakeDisk::new(2);
    let mut journal = opened(&disk);
    for _ in 0..6 {
        journal.append(lane(0), Share::Ordinary, 0, 1, &[1; 60]).unwrap();
    }
    journal.sync().unwrap();
    disk.leave(SMALL.free + SMALL.reserve + 150);
    journal.sync().unwrap();
    journal.append(lane(0), Share::Ordinary, 0, 1, &[1; 60]).unwrap();
    let refused = journal.append(lane(0), Share::Ordinary, 0, 1, &[1; 60]);
    assert!(matches!(refused, Err(AppendError::NoRoom { .. })));
    journal.append(lane(1), Share::Reserved, 0, 1, &[1; 60]).unwrap();
    journal.append_state(0, &[1; 60]).unwrap();
    journal.sync().unwrap();

    // Somebody else takes the rest: nothing more becomes durable, and all of it waits.
    disk.leave(SMALL.free);
    journal.sync().unwrap();
    journal.append_state(0, &[2; 60]).unwrap();
    disk.leave(10);
    assert!(journal.sync().unwrap_err().is_full());
    assert!(journal.sync().unwrap_err().is_full());
    assert!(matches!(journal.append_state(0, &[2; 60]), Err(AppendError::NoRoom { .. })));
    // Forgetting works all the same, and gives back room that the next sync uses.
    let (size, place) = (disk.size(), journal.durable_place);
    journal.forget(lane(0), 6).unwrap();
    journal.supersede(place).unwrap();
    assert!(journal.sync().unwrap_err().is_full());
    assert!(disk.size() < size);
    journal.sync().unwrap();
    assert_eq!(journal.durable_place, place + 1);
}

#[test]
fn a_disk_that_fails_for_a_while() {
    let disk = FakeDisk::new(3);
    let mut journal = opened(&disk);
    disk.die(0);
    let mut taken = 0;
    let error = loop {
        match journal.append(lane(0), Share::Ordinary, 0, 1, &[taken; 60]) {
            Ok(_) => taken += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, AppendError::Disk(_)), "{error}");
    assert!(journal.usage().waiting <= SMALL.buffer as u64);
    assert!(journal.read(lane(0), 0, MOST).unwrap().records.is_empty());
    disk.heal();
    journal.sync().unwrap();
    let rows = rows_after(&mut journal, 0, 0);
    assert_eq!(rows.len(), usize::from(taken));
}

#[test]
fn what_is_refused() {
    let disk = FakeDisk::new(4);
    let mut journal = opened(&disk);
    let none = journal.append(lane(0), Share::Ordinary, 0, 0, b"");
    assert!(matches!(none, Err(AppendError::NoRows)));
    let long = journal.append_state(0, &[0; 261]);
    assert!(matches!(long, Err(AppendError::TooLong { length: 261, most: 260 })));
    journal.append_state(0, &[0; 260]).unwrap();
    assert!(matches!(journal.forget(lane(0), 1), Err(ReadError::NotDurable { .. })));
    assert!(journal.supersede(2).is_err());
    assert!(crate::Lane::new(8).is_none());
    for wrong in [
        Limits { buffer: 10, ..SMALL },
        Limits { segment: 112, ..SMALL },
        Limits { rows: 900, ..SMALL },
        Limits { state: 900, ..SMALL },
    ] {
        let refused = Journal::open(FakeDisk::new(5), wrong, 1);
        assert!(matches!(refused, Err(OpenError::Limits(_))));
    }
    assert_eq!(Limits::default().budget() >> 20, 1_023);
}

/// Whatever call fails once while segments are made, and whatever call the power goes at later.
#[test]
fn a_segment_that_cannot_be_made() {
    for (after, then) in (0..16).flat_map(|after| (0..16).map(move |then| (after, then))) {
        let disk = FakeDisk::new(u64::from(100 * after + then));
        let mut journal = opened(&disk);
        for number in 0..8_u8 {
            journal.append(lane(0), Share::Ordinary, number, 1, &[number; 80]).unwrap();
            match number {
                2 => disk.fail(after, ErrorKind::StorageFull),
                5 => disk.die(then),
                _ => {}
            }
            let _ = journal.sync();
            if number == 5 {
                break;
            }
        }
        let durable = journal.durable(lane(0));
        disk.crash();
        let mut journal = opened(&disk);
        let rows = rows_after(&mut journal, 0, 0);
        assert!(rows.len() as u64 >= durable, "{} of {durable}: {after}, {then}", rows.len());
        assert!(rows.iter().zip(0..).all(|(row, number)| row.tag == number));
        assert_eq!(replayed(&journal).len(), rows.len());
    }
}

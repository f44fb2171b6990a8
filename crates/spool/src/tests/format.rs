//! The format, byte by byte: what was written once must be read for ever.

use twox_hash::XxHash3_64;

use super::{FakeDisk, SMALL, lane, replayed, rows_after};
use crate::{Disk, Journal, Share};

const GENERATION: u128 = 0x0011_2233_4455_6677_8899_aabb_ccdd_eeff;

/// Lane, tag, rows, place, number, payload.
type Fields<'a> = (u8, u8, u32, u64, u64, &'a [u8]);

/// A segment's file, put together from the text of the crate's page alone.
fn file(state: bool, records: &[Fields<'_>]) -> Vec<u8> {
    let mut file = b"YGSPOOL\n\x01\0".to_vec();
    file.extend([u8::from(state), 8, 0, 0, 0, 0]);
    file.extend(GENERATION.to_le_bytes());
    file.extend([0; 8 + 64]);
    file.extend(XxHash3_64::oneshot(&file).to_le_bytes());
    let seed = 0x8899_aabb_ccdd_eeff ^ 0x0011_2233_4455_6677_u64.rotate_left(32);
    let seal = |bytes: &[u8]| XxHash3_64::oneshot_with_seed(seed, bytes);
    for (lane, tag, rows, place, number, payload) in records {
        let mut head = u32::try_from(payload.len()).unwrap().to_le_bytes().to_vec();
        head.extend(rows.to_le_bytes());
        head.extend(place.to_le_bytes());
        head.extend(number.to_le_bytes());
        head.extend([*lane, *tag, 0, 0]);
        head.extend(seal(payload).to_le_bytes());
        head.extend(&seal(&head).to_le_bytes()[..4]);
        assert_eq!(head.len(), 40);
        file.extend(head);
        file.extend(*payload);
    }
    file
}

fn marks(count: u64) -> Vec<u8> {
    let mut marks = b"YGMARKS\n".to_vec();
    marks.extend(GENERATION.to_le_bytes());
    marks.extend(count.to_le_bytes());
    marks.extend([0; 8]);
    marks.extend([count, 0, 0, 0, 0, 0, 0, 0].iter().flat_map(|number| number.to_le_bytes()));
    marks.extend(XxHash3_64::oneshot(&marks).to_le_bytes());
    marks
}

fn written() -> [(&'static str, Vec<u8>); 3] {
    let rows = file(false, &[(0, 1, 2, 0, 2, b"two rows"), (3, 9, 1, 2, 1, b"")]);
    let state = file(true, &[(0xff, 5, 0, 1, 0, b"an image")]);
    let mut both = marks(2);
    both.resize(4_096, 0);
    both.extend(marks(1));
    [("marks", both), ("00000000000000000000.rows", rows), ("00000000000000000000.state", state)]
}

#[test]
fn what_is_written() {
    let disk = FakeDisk::new(1);
    let (mut journal, _) = Journal::open(disk.clone(), SMALL, GENERATION).unwrap();
    journal.append(lane(0), Share::Ordinary, 1, 2, b"two rows").unwrap();
    journal.append_state(5, b"an image").unwrap();
    journal.append(lane(3), Share::Reserved, 9, 1, b"").unwrap();
    journal.sync().unwrap();
    for number in [1, 2] {
        journal.forget(lane(0), number).unwrap();
        journal.sync().unwrap();
    }
    assert_eq!(disk.names().unwrap().len(), 3);
    for (name, bytes) in written() {
        assert_eq!(disk.contents(name), bytes, "{name}");
    }
}

#[test]
fn what_is_read() {
    let disk = FakeDisk::new(2);
    for (name, bytes) in written() {
        disk.create(name).unwrap();
        disk.edit(name, |file| *file = bytes);
    }
    let (mut journal, repairs) = Journal::open(disk, SMALL, 1).unwrap();
    assert_eq!((repairs, journal.generation()), (crate::Repairs::default(), GENERATION));
    assert_eq!(journal.forgotten(lane(0)), 2);
    assert_eq!(rows_after(&mut journal, 3, 0)[0].tag, 9);
    let all = [(Some(0), 2, &b"two rows"[..]), (None, 0, b"an image"), (Some(3), 1, b"")];
    assert_eq!(replayed(&journal), all.map(|(lane, number, bytes)| (lane, number, bytes.to_vec())));
}

#[test]
fn a_new_spool_is_another() {
    let disk = FakeDisk::new(3);
    drop(Journal::open(disk.clone(), SMALL, 1).unwrap());
    for name in disk.names().unwrap().iter().filter(|name| *name != "marks") {
        disk.remove(name).unwrap();
    }
    let (journal, repairs) = Journal::open(disk, SMALL, 2).unwrap();
    assert_eq!((journal.generation(), repairs), (2, crate::Repairs::default()));
}

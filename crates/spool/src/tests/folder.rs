//! The real file system.

use super::{MOST, SMALL, lane};
use crate::{Disk, Folder, Journal, OpenError, Share};

#[test]
fn a_folder() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("a/b");
    let limits = crate::Limits { free: 0, ..SMALL };
    let (mut journal, _) = Journal::open(Folder::open(&path).unwrap(), limits, 5).unwrap();
    let refused = Folder::open(&path).unwrap_err();
    assert!(matches!(refused, OpenError::InUse { .. }), "{refused}");
    for number in 0..8_u8 {
        journal.append(lane(0), Share::Ordinary, number, 2, &[number; 100]).unwrap();
        journal.append_state(0, &[number; 100]).unwrap();
        journal.sync().unwrap();
    }
    assert!(journal.usage().free > 0);
    drop(journal);
    let (mut journal, repairs) = Journal::open(Folder::open(&path).unwrap(), limits, 6).unwrap();
    assert_eq!((journal.generation(), repairs), (5, crate::Repairs::default()));
    let batch = journal.read(lane(0), 0, MOST).unwrap();
    assert_eq!((batch.to, batch.records.len()), (16, 8));
    journal.forget(lane(0), 16).unwrap();
    journal.supersede(journal.place()).unwrap();
    journal.sync().unwrap();
    assert!(journal.disk.names().unwrap().len() <= 4);
}

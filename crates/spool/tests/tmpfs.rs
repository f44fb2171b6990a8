//! A file system that really is full: `cargo test -p spool -- --ignored`, as root.

#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::Command;

use spool::{AppendError, Folder, Journal, Lane, Limits, Most, Share};

/// No guard: the journal is to meet the disk's own end.
const LIMITS: Limits = Limits {
    rows: 64 << 20,
    reserve: 64 << 10,
    state: 64 << 20,
    segment: 64 << 10,
    buffer: 64 << 10,
    free: 0,
};

/// A small file system while it lives.
struct Mounted<'a>(&'a Path);

impl<'a> Mounted<'a> {
    fn new(path: &'a Path) -> Self {
        let mut mount = Command::new("mount");
        let done = mount.args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"]).arg(path).status();
        assert!(done.unwrap().success());
        Mounted(path)
    }
}

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

#[test]
#[ignore = "mounts a file system"]
fn full() {
    let folder = tempfile::tempdir().unwrap();
    let mounted = Mounted::new(folder.path());
    let filler = mounted.0.join("filler");
    let lane = Lane::new(0).unwrap();
    let path = mounted.0.join("spool");
    let (mut journal, _) = Journal::open(Folder::open(&path).unwrap(), LIMITS, 1).unwrap();
    std::fs::write(&filler, vec![1; 1 << 20]).unwrap();
    let row = |number: u64| number.to_le_bytes().repeat(100);
    let append = |journal: &mut Journal<Folder>| {
        let number = journal.appended(lane) + 1;
        journal.append(lane, Share::Ordinary, 0, 1, &row(number))
    };
    // Somebody else takes what was free when the journal last asked.
    while journal.usage().free > 300_000 {
        append(&mut journal).unwrap();
        journal.sync().unwrap();
    }
    std::fs::write(mounted.0.join("more"), vec![1; 290_000]).unwrap();
    let error = loop {
        if let Err(error) = append(&mut journal) {
            break error;
        }
    };
    assert!(matches!(&error, AppendError::Disk(error) if error.is_full()), "{error}");
    let (durable, appended) = (journal.durable(lane), journal.appended(lane));
    assert!(journal.sync().is_err() && journal.durable(lane) == durable && durable < appended);
    // A kill now costs what was not acknowledged, and nothing else.
    drop(journal);
    std::fs::remove_file(&filler).unwrap();
    let (mut journal, _) = Journal::open(Folder::open(&path).unwrap(), LIMITS, 2).unwrap();
    assert!(journal.durable(lane) >= durable);
    append(&mut journal).unwrap();
    journal.sync().unwrap();
    let mut number = 0;
    while number < journal.durable(lane) {
        let batch = journal.read(lane, number, Most { records: 1, bytes: 1 }).unwrap();
        assert_eq!((batch.to, batch.lost.rows), (number + 1, 0));
        number += 1;
        assert_eq!(batch.records.first().unwrap().payload, row(number));
    }
    println!("{durable} durable and {appended} appended when full, {number} at the end");
}

//! Any bytes as the files of a journal, and any damage to good ones: see `crates/spool/src/lib.rs`.
//!
//! The first byte chooses a file; what follows takes its place, or is written into it.

#![no_main]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;

use libfuzzer_sys::fuzz_target;
use spool::{Disk, DiskFile, Journal, Lane, Limits, Most, Share};

const LIMITS: Limits =
    Limits { rows: 1 << 16, reserve: 0, state: 1 << 16, segment: 512, buffer: 4_096, free: 0 };

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, bytes)) = bytes.split_first() else { return };
    let disk = good();
    let name = {
        let files = disk.0.borrow();
        files.keys().nth(usize::from(choice >> 2) % files.len()).cloned().unwrap_or_default()
    };
    match choice & 3 {
        0 => disk.put(&name, bytes.to_vec()),
        // Behind a good header.
        1 => disk.edit(&name, |file| {
            file.truncate(112);
            file.extend(bytes);
        }),
        2 => disk.edit(&name, |file| damage(file, bytes)),
        _ => {
            let names: Vec<String> = disk.0.borrow().keys().cloned().collect();
            names.iter().for_each(|name| disk.edit(name, |file| damage(file, bytes)));
        }
    }
    let Ok((mut journal, _)) = Journal::open(disk.clone(), LIMITS, 2) else { return };
    for lane in Lane::all() {
        let mut number = journal.forgotten(lane);
        while number < journal.durable(lane) {
            let most = Most { records: 3, bytes: 100 };
            let Ok(batch) = journal.read(lane, number, most) else { break };
            let rows: u64 = batch.records.iter().map(|record| u64::from(record.rows)).sum();
            assert_eq!(rows + batch.lost.rows, batch.to - batch.from);
            assert!(batch.to > number);
            number = batch.to;
        }
    }
    journal.replay(|_| {}).expect("a disk of memory does not fail");
    // It goes on.
    let lane = Lane::new(1).expect("a lane");
    if let Ok(number) = journal.append(lane, Share::Ordinary, 0, 1, b"more") {
        journal.sync().expect("a disk of memory does not fail");
        let most = Most { records: 1, bytes: 1 };
        let batch = journal.read(lane, number - 1, most).expect("what was written");
        assert_eq!(batch.records.len(), 1);
    }
});

/// A journal of a few segments.
fn good() -> Memory {
    let disk = Memory::default();
    let (mut journal, _) = Journal::open(disk.clone(), LIMITS, 1).expect("a new spool");
    let lane = Lane::new(1).expect("a lane");
    for number in 0..12_u8 {
        journal.append_state(0, &[number; 20]).expect("room");
        journal.append(lane, Share::Ordinary, number, 2, &[number; 50]).expect("room");
        journal.sync().expect("a disk of memory does not fail");
    }
    journal.forget(lane, 4).expect("durable");
    journal.sync().expect("a disk of memory does not fail");
    disk
}

/// Three bytes each: a place, and what is put there. An odd one out cuts the file short.
fn damage(file: &mut Vec<u8>, edits: &[u8]) {
    let edits = edits.chunks(3);
    for edit in edits {
        match *edit {
            [low, high, byte] => {
                let at = usize::from(u16::from_le_bytes([low, high])) % file.len().max(1);
                if let Some(place) = file.get_mut(at) {
                    *place ^= byte;
                }
            }
            [low, ..] => file.truncate(usize::from(low) * 4),
            [] => {}
        }
    }
}

/// A disk that is memory.
#[derive(Clone, Default)]
struct Memory(Rc<RefCell<BTreeMap<String, Vec<u8>>>>);

struct File(Memory, String);

impl Memory {
    fn put(&self, name: &str, bytes: Vec<u8>) {
        self.0.borrow_mut().insert(name.to_owned(), bytes);
    }

    fn edit<T>(&self, name: &str, edit: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        edit(self.0.borrow_mut().entry(name.to_owned()).or_default())
    }
}

impl Disk for Memory {
    type File = File;

    fn names(&self) -> io::Result<Vec<String>> {
        Ok(self.0.borrow().keys().cloned().collect())
    }

    fn open(&self, name: &str) -> io::Result<File> {
        Ok(File(self.clone(), name.to_owned()))
    }

    fn create(&self, name: &str) -> io::Result<File> {
        self.put(name, Vec::new());
        self.open(name)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.0.borrow_mut().remove(name);
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    fn free(&self) -> io::Result<u64> {
        Ok(1 << 40)
    }
}

impl DiskFile for File {
    fn length(&self) -> io::Result<u64> {
        Ok(self.0.edit(&self.1, |file| file.len() as u64))
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.0.edit(&self.1, |file| {
            let from = usize::try_from(offset).unwrap_or(usize::MAX).min(file.len());
            let count = buffer.len().min(file.len() - from);
            buffer[..count].copy_from_slice(&file[from..from + count]);
            Ok(count)
        })
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let offset = usize::try_from(offset).expect("an offset in memory");
        self.0.edit(&self.1, |file| {
            file.resize(file.len().max(offset + bytes.len()), 0);
            file[offset..offset + bytes.len()].copy_from_slice(bytes);
        });
        Ok(())
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        self.0.edit(&self.1, |file| file.truncate(usize::try_from(length).unwrap_or(usize::MAX)));
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

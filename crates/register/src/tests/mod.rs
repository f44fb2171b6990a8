//! One suite over two databases, a month whose truth is known, and books that chance writes.

mod audits;
mod cluster;
mod export;
mod maildir;
mod may;
mod mutations;
mod names;
mod property;
mod schema;
mod staff;
mod suite;
mod tls;

use std::sync::atomic::{AtomicU64, Ordering};

use incident::record::Channel;
use incident::{Micros, Month};

use crate::{Raw, Register};

/// 2005-05-01 in Tokyo.
const MAY: Micros = 1_114_873_200_000_000;
const DAY: Micros = 86_400_000_000;
const HOUR: Micros = 3_600_000_000;
/// When everything is taken in: long after.
const NOW: Micros = MAY + 90 * DAY;

/// Where new books are made: a folder, or a cluster of PostgreSQL's.
enum Shelf {
    Folder(tempfile::TempDir),
    Cluster(cluster::Cluster),
}

static BOOKS: AtomicU64 = AtomicU64::new(0);

impl Shelf {
    fn folder() -> Shelf {
        // In memory where there is such a place: thousands of commits would wait for the disk.
        let memory = tempfile::tempdir_in("/dev/shm");
        Shelf::Folder(memory.or_else(|_| tempfile::tempdir()).unwrap())
    }

    /// The place of a new book.
    fn place(&self) -> String {
        let number = BOOKS.fetch_add(1, Ordering::Relaxed);
        match self {
            Shelf::Folder(folder) => {
                folder.path().join(format!("{number}.db")).display().to_string()
            }
            Shelf::Cluster(cluster) => cluster.database(&format!("book{number}")),
        }
    }

    fn book(&self) -> Register {
        open(&self.place())
    }
}

fn open(place: &str) -> Register {
    Register::open(place, "Asia/Tokyo", NOW).unwrap()
}

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

fn raw(bytes: &[u8], channel: Channel, received: Micros) -> Raw<'_> {
    Raw { bytes, channel, received, format: None }
}

/// A virus report as a form; without a reporter where the mail address is empty.
fn virus_form(mail: &str, day: &str, names: &[&str]) -> String {
    format!(
        "Mail: {mail}\nDiscovered: {day}\nStatus: [x] found [ ] infected\nVirus: {}\n",
        names.join("; ")
    )
}

fn access_form(category: &str, damage: bool, more: &str) -> String {
    let (yes, no) = if damage { ("x", " ") } else { (" ", "x") };
    format!("Category: {category}\nDamage: [{yes}] yes [{no}] no\n{more}")
}

/// Takes one item in, and gives what became of it.
fn take(book: &mut Register, text: &str, channel: Channel, received: Micros) -> crate::Taken {
    book.take_in(&[raw(text.as_bytes(), channel, received)], NOW).unwrap().remove(0)
}

fn total(book: &mut Register, rule: &str, of: &str) -> u64 {
    book.count(rule, month(of)).unwrap().total.as_whole().unwrap()
}

/// Pseudorandom numbers: SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
/// Generators, OOPSLA 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap()
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    fn shuffle<T>(&mut self, all: &mut [T]) {
        for at in (1..all.len()).rev() {
            all.swap(at, self.below(at + 1));
        }
    }
}

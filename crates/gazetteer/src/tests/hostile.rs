//! A published file, damaged a thousand times.

use std::path::Path;

use crate::Atlas;

use super::shared;

/// Files that are opened, half of them by each of two threads.
const FILES: u64 = 1_000;

#[test]
fn a_published_file_damaged_a_thousand_times() {
    let Some(good) = shared::iptoasn("iptoasn-country-ipv4.mmdb") else { return };
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for half in 0..2 {
            let (good, folder) = (&good, folder.path());
            scope.spawn(move || {
                for seed in (half..FILES).step_by(2) {
                    open(&folder.join(half.to_string()), damaged(good, seed));
                }
            });
        }
    });
}

/// Whatever a file holds, it is refused or it answers.
fn open(path: &Path, bytes: Vec<u8>) {
    std::fs::write(path, bytes).unwrap();
    if let Ok(atlas) = Atlas::open(Some(path), None) {
        for block in 0..=255u8 {
            atlas.of([block, 1, 2, 3].into());
        }
    }
}

/// A few bytes changed: anywhere, in the first nodes of the tree, or in records and metadata,
/// which stand in the last kilobytes; every tenth file is cut off too.
fn damaged(good: &[u8], seed: u64) -> Vec<u8> {
    let mut random = Random(seed);
    let mut bytes = good.to_vec();
    let length = bytes.len() as u64;
    for _ in 0..=random.below(8) {
        let at = match random.below(3) {
            0 => random.below(length),
            1 => random.below(600),
            _ => length - 1 - random.below(4_096),
        };
        bytes[at as usize] = random.below(256) as u8;
    }
    if seed.is_multiple_of(10) {
        bytes.truncate(random.below(length) as usize);
    }
    bytes
}

/// SplitMix64 (Steele, Lea, Flood, 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let number = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let number = (number ^ number >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        (number ^ number >> 31) % bound
    }
}

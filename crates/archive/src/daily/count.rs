//! One civil day counted: accesses, packets and distinct sources of each point, service and kind.
//!
//! The rows are read once or, on a day with very many, a few times: each pass counts the sources
//! whose addresses hash to it, and as the passes share no source, their counts add up. So the
//! count is exact, and memory depends on how many services a day has, not on its sources.

use std::hash::{BuildHasher, Hash};

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use super::rows::Row;

/// Sources that one pass holds about, at most: some 50 MB.
pub(super) const A_PASS: u64 = 1_000_000;

/// A point's place in the list of points, and a service, packed: protocol, port and ICMP type each
/// with a bit that says that there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ServiceOfPoint(pub(super) u64);

/// The counts of one kind of accesses to a service of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) service: ServiceOfPoint,
    /// The kind's number.
    pub(super) kind: u8,
    pub(super) accesses: u64,
    /// None where no access says.
    pub(super) packets: Option<u64>,
    /// Distinct sources.
    pub(super) sources: u64,
    /// Those of them that no other kind of the service had counted before: over all kinds of a
    /// service they add up to its distinct sources.
    pub(super) first: u64,
}

/// Counts the rows of a day.
pub(super) struct Counter {
    hasher: RandomState,
    passes: u64,
    pass: u64,
    places: HashMap<(ServiceOfPoint, u8), u32, RandomState>,
    counts: Vec<Counts>,
    /// Which kinds of a service a source was seen with: one bit each.
    v4: HashMap<(ServiceOfPoint, u32), u16, RandomState>,
    v6: HashMap<(ServiceOfPoint, u128), u16, RandomState>,
}

impl Counter {
    /// For a day of so many rows at most.
    pub(super) fn new(rows: u64) -> Self {
        Counter::with_passes(rows.div_ceil(A_PASS).max(1))
    }

    /// For a day that is read so often.
    pub(super) fn with_passes(passes: u64) -> Self {
        Counter {
            hasher: RandomState::default(),
            passes,
            pass: 0,
            places: HashMap::default(),
            counts: Vec::new(),
            v4: HashMap::default(),
            v6: HashMap::default(),
        }
    }

    /// How often the rows are to be read, each time followed by [`Counter::turn`].
    pub(super) fn passes(&self) -> u64 {
        self.passes
    }

    /// Ends a pass.
    pub(super) fn turn(&mut self) {
        self.pass += 1;
        self.v4.clear();
        self.v6.clear();
    }

    /// Counts a row, if it is this pass's.
    pub(super) fn add(&mut self, row: &Row<'_>) {
        if self.passes > 1 && self.hasher.hash_one(row.src) % self.passes != self.pass {
            return;
        }
        let bit = 1_u16 << row.kind;
        let seen = match *row.src {
            [a, b, c, d] => {
                let src = u32::from_be_bytes([a, b, c, d]);
                mark(self.v4.entry((row.service, src)), bit)
            }
            _ => {
                let wide = <[u8; 16]>::try_from(row.src).unwrap_or_default();
                mark(self.v6.entry((row.service, u128::from_be_bytes(wide))), bit)
            }
        };
        let Some(counts) = self.counts_of(row) else { return };
        counts.accesses += 1;
        counts.sources += u64::from(seen & bit == 0);
        counts.first += u64::from(seen == 0);
        if let Some(packets) = row.packets {
            *counts.packets.get_or_insert_default() += packets;
        }
    }

    fn counts_of(&mut self, row: &Row<'_>) -> Option<&mut Counts> {
        let Row { service, kind, .. } = *row;
        let next = u32::try_from(self.counts.len()).ok()?;
        let place = *self.places.entry((service, kind)).or_insert(next);
        if place == next {
            let none = Counts { service, kind, accesses: 0, packets: None, sources: 0, first: 0 };
            self.counts.push(none);
        }
        self.counts.get_mut(place as usize)
    }

    /// The counts, ordered by service and kind.
    pub(super) fn finish(mut self) -> Vec<Counts> {
        self.counts.sort_unstable_by_key(|counts| (counts.service, counts.kind));
        self.counts
    }
}

/// Marks a bit; says which had been marked before.
fn mark<K: Hash, S: BuildHasher>(entry: Entry<'_, K, u16, S>, bit: u16) -> u16 {
    let marks = entry.or_insert(0);
    let before = *marks;
    *marks |= bit;
    before
}

//! One civil day counted: accesses, packets and distinct sources of each point and service.
//!
//! The rows are read once or, on a day with very many, a few times: each pass counts the sources
//! whose addresses hash to it, and as the passes share no source, their counts add up. So the
//! count is exact in memory that does not depend on the day.

use std::collections::BTreeMap;
use std::hash::BuildHasher as _;

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use super::rows::Row;

/// Sources that one pass holds about, at most: some 50 MB.
pub(super) const A_PASS: u64 = 1_000_000;

/// A point's place in the list of points, and a service, packed: protocol, port and ICMP type each
/// with a bit that says that there is one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ServiceOfPoint(pub(super) u64);

/// The counts of one kind of a service.
#[derive(Clone, Copy, Default)]
pub(super) struct OfKind {
    pub(super) accesses: u64,
    /// Null where no access says.
    pub(super) packets: Option<u64>,
    pub(super) sources: u64,
}

/// The counts of a service: by kind, and the sources over all kinds.
#[derive(Default)]
pub(super) struct Counts {
    /// By the kind's number; most services are seen with one kind or two.
    pub(super) kinds: Vec<(u8, OfKind)>,
    pub(super) sources: u64,
}

impl Counts {
    fn of_kind(&mut self, kind: u8) -> &mut OfKind {
        let at = self.kinds.iter().position(|&(other, _)| other == kind);
        let at = at.unwrap_or_else(|| {
            self.kinds.push((kind, OfKind::default()));
            self.kinds.len() - 1
        });
        &mut self.kinds[at].1
    }
}

/// Counts the rows of a day.
pub(super) struct Counter {
    hasher: RandomState,
    passes: u64,
    pass: u64,
    services: HashMap<ServiceOfPoint, u32, RandomState>,
    counts: Vec<Counts>,
    /// Which kinds of a service a source was seen with: one bit each.
    v4: HashMap<u64, u16, RandomState>,
    v6: HashMap<(u32, u128), u16, RandomState>,
}

impl Counter {
    /// For a day of so many rows at most.
    pub(super) fn new(rows: u64) -> Self {
        Counter {
            hasher: RandomState::default(),
            passes: rows.div_ceil(A_PASS).max(1),
            pass: 0,
            services: HashMap::default(),
            counts: Vec::new(),
            v4: HashMap::default(),
            v6: HashMap::default(),
        }
    }

    /// The same with fewer sources a pass, so that tests need several.
    #[cfg(test)]
    pub(super) fn with_passes(passes: u64) -> Self {
        Counter { passes, ..Counter::new(0) }
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
        let index = self.index(row.service);
        let Some(counts) = self.counts.get_mut(index as usize) else { return };
        let bit = 1_u16 << row.kind;
        let seen = match *row.src {
            [a, b, c, d] => {
                let src = u32::from_be_bytes([a, b, c, d]);
                mark(self.v4.entry(u64::from(index) << 32 | u64::from(src)), bit)
            }
            _ => {
                let wide = <[u8; 16]>::try_from(row.src).unwrap_or_default();
                mark(self.v6.entry((index, u128::from_be_bytes(wide))), bit)
            }
        };
        counts.sources += u64::from(seen == 0);
        let of_kind = counts.of_kind(row.kind);
        of_kind.sources += u64::from(seen & bit == 0);
        of_kind.accesses += 1;
        if let Some(packets) = row.packets {
            *of_kind.packets.get_or_insert_default() += packets;
        }
    }

    fn index(&mut self, service: ServiceOfPoint) -> u32 {
        match self.services.entry(service) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                let index = u32::try_from(self.counts.len()).unwrap_or(u32::MAX);
                self.counts.push(Counts::default());
                *new.insert(index)
            }
        }
    }

    /// Every service with its counts, in order.
    pub(super) fn finish(self) -> BTreeMap<ServiceOfPoint, Counts> {
        let mut counts: Vec<Option<Counts>> = self.counts.into_iter().map(Some).collect();
        let of = |(service, index): (ServiceOfPoint, u32)| {
            Some((service, counts.get_mut(index as usize)?.take()?))
        };
        self.services.into_iter().filter_map(of).collect()
    }
}

/// Marks a bit; says which had been marked before.
fn mark<K: std::hash::Hash, S: std::hash::BuildHasher>(
    entry: Entry<'_, K, u16, S>,
    bit: u16,
) -> u16 {
    let marks = entry.or_insert(0);
    let before = *marks;
    *marks |= bit;
    before
}

//! One civil day counted: accesses, packets and distinct sources of each point, service and kind.
//!
//! Rows are packed into numbers and sorted, so that the sources of a service stand side by side and
//! are counted without a table of them. A day with very many rows is read a few times: each pass
//! takes the sources whose addresses hash to it, and as the passes share no source, their counts add
//! up. So the count is exact, and memory depends on how many services a day has, not on its rows.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;

use super::packed::{Narrow, Packed, Wide};
use super::rows::Row;

/// Rows that one pass holds about: 16 MB of them, where their sources are IPv4 addresses.
pub(super) const A_PASS: u64 = 1_000_000;

/// A point's place in the list of points, and a service, packed: protocol, port and ICMP type each
/// with a bit that says that there is one. 51 bits.
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
    /// Rows that a pass may hold before those that are alike are counted.
    most: usize,
    narrow: Vec<Narrow>,
    wide: Vec<Wide>,
    /// What has been counted, in order but for the last `loose`.
    counted: Vec<Counts>,
    loose: usize,
}

impl Counter {
    /// For a day of so many rows at most.
    pub(super) fn new(rows: u64) -> Self {
        Counter::with_passes(rows.div_ceil(A_PASS).max(1), 2 * A_PASS as usize)
    }

    /// For a day that is read so often, each time holding about so many rows at most.
    pub(super) fn with_passes(passes: u64, most: usize) -> Self {
        Counter {
            hasher: RandomState::default(),
            passes,
            pass: 0,
            most,
            narrow: Vec::new(),
            wide: Vec::new(),
            counted: Vec::new(),
            loose: 0,
        }
    }

    /// How often the rows are to be read, each time followed by [`Counter::turn`].
    pub(super) fn passes(&self) -> u64 {
        self.passes
    }

    /// Counts a row, if it is this pass's.
    pub(super) fn add(&mut self, row: &Row<'_>) {
        if self.passes > 1 && self.hasher.hash_one(row.src) % self.passes != self.pass {
            return;
        }
        match Narrow::new(row) {
            Some((narrow, too_many)) => {
                self.narrow.push(narrow);
                if too_many.is_some() {
                    self.add_packets(row, too_many);
                }
            }
            None => self.wide.push(Wide::new(row)),
        }
        if self.narrow.len() + self.wide.len() + self.loose >= self.most {
            self.unite();
        }
    }

    /// Counts packets that have no room in a row, as only a log can state them.
    fn add_packets(&mut self, row: &Row<'_>, packets: Option<u64>) {
        let Row { service, kind, .. } = *row;
        self.loose += 1;
        self.counted.push(Counts { service, kind, accesses: 0, packets, sources: 0, first: 0 });
    }

    /// Counts the rows that are alike in all but their packets, and keeps one of each. There is then
    /// room for as many again: a row for each source of a service must stay.
    fn unite(&mut self) {
        let counts = unite(&mut self.narrow);
        self.add_counts(counts);
        let counts = unite(&mut self.wide);
        self.add_counts(counts);
        self.most = self.most.max(2 * (self.narrow.len() + self.wide.len()));
    }

    /// Ends a pass.
    pub(super) fn turn(&mut self) {
        self.pass += 1;
        let counts = sources(&mut self.narrow);
        self.add_counts(counts);
        let counts = sources(&mut self.wide);
        self.add_counts(counts);
    }

    fn add_counts(&mut self, counts: Vec<Counts>) {
        self.loose = 0;
        if self.counted.is_empty() {
            self.counted = counts;
        } else {
            self.counted.extend(counts);
        }
        // Nearly sorted, or two sorted halves: this sort takes what is in order as it is.
        self.counted.sort_by_key(|counts| (counts.service, counts.kind));
        self.counted.dedup_by(|next, counts| counts.take(next));
    }

    /// The counts, ordered by service and kind.
    pub(super) fn finish(self) -> Vec<Counts> {
        self.counted
    }
}

impl Counts {
    fn of<P: Packed>(row: P) -> Self {
        let packets = row.packets();
        Counts {
            service: row.service(),
            kind: row.kind(),
            accesses: 1,
            packets,
            sources: 0,
            first: 0,
        }
    }

    /// Adds counts of the same kind of the same service. False: they are of another.
    fn take(&mut self, next: &Counts) -> bool {
        if (self.service, self.kind) != (next.service, next.kind) {
            return false;
        }
        self.accesses += next.accesses;
        self.packets = match (self.packets, next.packets) {
            (Some(a), Some(b)) => Some(a.saturating_add(b)),
            (a, b) => a.or(b),
        };
        self.sources += next.sources;
        self.first += next.first;
        true
    }
}

/// Counts the accesses and packets of rows of the same source, service and kind as one that stays,
/// which is itself not counted yet.
fn unite<P: Packed>(rows: &mut Vec<P>) -> Vec<Counts> {
    rows.sort_unstable();
    let mut counts: Vec<Counts> = Vec::new();
    rows.dedup_by(|next, row| {
        let alike = next.is_of_source(*row) && next.kind() == row.kind();
        if alike {
            put(&mut counts, Counts::of(*next));
        }
        alike
    });
    counts
}

/// Counts rows, their sources too; none is left.
fn sources<P: Packed>(rows: &mut Vec<P>) -> Vec<Counts> {
    rows.sort_unstable();
    let mut counts: Vec<Counts> = Vec::new();
    let mut before: Option<P> = None;
    // The kinds of a service take turns from source to source: each has a place of its own.
    let mut of_service: Vec<Counts> = Vec::new();
    for &row in &*rows {
        if before.is_some_and(|before| before.service() != row.service()) {
            of_service.sort_unstable_by_key(|counts| counts.kind);
            counts.append(&mut of_service);
        }
        let is_first = !before.is_some_and(|before| row.is_of_source(before));
        let is_new = is_first || before.is_some_and(|before| before.kind() != row.kind());
        let seen = Counts { sources: is_new.into(), first: is_first.into(), ..Counts::of(row) };
        if !of_service.iter_mut().any(|counts| counts.take(&seen)) {
            of_service.push(seen);
        }
        before = Some(row);
    }
    of_service.sort_unstable_by_key(|counts| counts.kind);
    counts.append(&mut of_service);
    rows.clear();
    counts
}

/// Adds counts to the last ones, if they are of the same.
fn put(all: &mut Vec<Counts>, counts: Counts) {
    if !all.last_mut().is_some_and(|last| last.take(&counts)) {
        all.push(counts);
    }
}

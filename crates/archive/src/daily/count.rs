//! One civil day counted: accesses, packets and distinct sources of each point, service and kind.
//!
//! Rows are packed into numbers and sorted, so that the rows of a service, and in it those of a
//! source, stand side by side: they are counted without a table of services or of sources, one
//! service after the other. So the count is exact, and memory depends neither on the rows of a day
//! nor on its services.

use std::io;

use super::packed::{Narrow, Packed, Wide};
use super::rows::Row;
use super::sorted::{Sorted, Sorter};

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

/// Takes the rows of a day.
pub(super) struct Counter {
    narrow: Sorter<Narrow>,
    wide: Sorter<Wide>,
}

/// The counts of a day, service after service.
pub(super) struct Counted {
    narrow: Sorted<Narrow>,
    wide: Sorted<Wide>,
}

impl Counter {
    pub(super) fn new() -> Self {
        Counter { narrow: Sorter::new(), wide: Sorter::new() }
    }

    /// With room in memory for so many rows of a family of addresses.
    #[cfg(test)]
    pub(super) fn with_room(rows: usize) -> Self {
        Counter { narrow: Sorter::with_room(rows), wide: Sorter::with_room(rows) }
    }

    /// Takes a row.
    ///
    /// # Errors
    /// There is no room for temporary files.
    pub(super) fn add(&mut self, row: &Row<'_>) -> io::Result<()> {
        match Narrow::new(row) {
            Some((narrow, None)) => self.narrow.push(narrow),
            Some((narrow, Some(rest))) => {
                self.narrow.push(narrow)?;
                self.narrow.push(rest)
            }
            None => self.wide.push(Wide::new(row)),
        }
    }

    /// Counts the rows.
    ///
    /// # Errors
    /// As [`Counter::add`].
    pub(super) fn finish(self) -> io::Result<Counted> {
        Ok(Counted { narrow: self.narrow.finish()?, wide: self.wide.finish()? })
    }
}

impl Counted {
    /// Sets `counts` to those of the next service, ordered by kind; to none at the end.
    ///
    /// # Errors
    /// A temporary file cannot be read.
    pub(super) fn next(&mut self, counts: &mut Vec<Counts>) -> io::Result<()> {
        counts.clear();
        let next = [self.narrow.head().map(Packed::service), self.wide.head().map(Packed::service)];
        if let Some(service) = next.into_iter().flatten().min() {
            count(&mut self.narrow, service, counts)?;
            count(&mut self.wide, service, counts)?;
            counts.sort_unstable_by_key(|counts| counts.kind);
        }
        Ok(())
    }
}

/// Counts the rows of a service, which are the next ones.
fn count<P: Packed>(
    rows: &mut Sorted<P>,
    service: ServiceOfPoint,
    counts: &mut Vec<Counts>,
) -> io::Result<()> {
    let mut before: Option<P> = None;
    while let Some(row) = rows.head().filter(|row| row.service() == service) {
        rows.advance()?;
        let is_first = !before.is_some_and(|before| row.is_of_source(before));
        let is_new = is_first || before.is_some_and(|before| before.kind() != row.kind());
        let mut seen = Counts::of(row);
        if !row.is_rest() {
            (seen.accesses, seen.sources, seen.first) = (1, is_new.into(), is_first.into());
            before = Some(row);
        }
        if !counts.iter_mut().any(|counts| counts.take(&seen)) {
            counts.push(seen);
        }
    }
    Ok(())
}

impl Counts {
    /// The packets of a row, which is not counted itself.
    fn of<P: Packed>(row: P) -> Self {
        let (service, kind, packets) = (row.service(), row.kind(), row.packets());
        Counts { service, kind, accesses: 0, packets, sources: 0, first: 0 }
    }

    /// Adds counts of the same kind. False: they are of another.
    fn take(&mut self, next: &Counts) -> bool {
        if self.kind != next.kind {
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

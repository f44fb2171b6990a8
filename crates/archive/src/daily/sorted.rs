//! Rows in order, however many: what has no room in memory is sorted piece by piece, and the pieces
//! are merged from a disk.
//!
//! A piece is a run of rows in order, in one temporary file that has no name and is gone with the
//! process. Runs are read side by side through small windows. Of [`MERGED`] runs of one level a
//! single run of the next level is made, so that the windows are bounded too: after n levels there
//! are 64^n runs' rows, and each row was written n times.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, Write as _};
use std::os::unix::fs::FileExt as _;

use super::packed::Packed;

/// Bytes of rows that are sorted in memory at most.
const IN_MEMORY: usize = 8 << 20;
/// Runs of one level that are made into one.
const MERGED: usize = 64;
/// Bytes of a run that are in memory while it is merged.
const WINDOW: usize = 32 << 10;

/// Takes rows in any order.
pub(super) struct Sorter<P> {
    rows: Vec<P>,
    /// Rows in memory at most.
    most: usize,
    spilled: Option<Spilled>,
}

/// Gives rows in order.
pub(super) enum Sorted<P> {
    /// All of them were in memory; the first ones are the last of the list.
    Memory(Vec<P>),
    Disk(Merge<P>),
}

/// Runs on a disk.
struct Spilled {
    file: File,
    end: u64,
    runs: Vec<Run>,
}

/// Where a run stands in the file.
#[derive(Clone, Copy)]
struct Run {
    level: u32,
    begin: u64,
    end: u64,
}

impl<P: Packed> Sorter<P> {
    pub(super) fn new() -> Self {
        Sorter::with_room(IN_MEMORY / size_of::<P>())
    }

    /// With room for so many rows in memory.
    pub(super) fn with_room(most: usize) -> Self {
        Sorter { rows: Vec::new(), most, spilled: None }
    }

    /// Takes a row.
    pub(super) fn push(&mut self, row: P) -> io::Result<()> {
        if self.rows.len() >= self.most {
            self.spill()?;
        }
        self.rows.push(row);
        Ok(())
    }

    fn spill(&mut self) -> io::Result<()> {
        self.rows.sort_unstable();
        let spilled = match &mut self.spilled {
            Some(spilled) => spilled,
            none => none.insert(Spilled { file: tempfile::tempfile()?, end: 0, runs: Vec::new() }),
        };
        let mut rows = self.rows.drain(..);
        spilled.add(0, || Ok(rows.next()))?;
        spilled.merge_full_levels::<P>()
    }

    /// The rows in order.
    pub(super) fn finish(mut self) -> io::Result<Sorted<P>> {
        if self.spilled.is_some() && !self.rows.is_empty() {
            self.spill()?;
        }
        if let Some(Spilled { file, runs, .. }) = self.spilled {
            return Ok(Sorted::Disk(Merge::new(file, &runs)?));
        }
        self.rows.sort_unstable_by(|a, b| b.cmp(a));
        Ok(Sorted::Memory(self.rows))
    }
}

impl Spilled {
    /// Writes rows, which come in order, as a run.
    fn add<P: Packed>(
        &mut self,
        level: u32,
        mut next: impl FnMut() -> io::Result<Option<P>>,
    ) -> io::Result<()> {
        let begin = self.end;
        let mut window = Vec::with_capacity(WINDOW);
        while let Some(row) = next()? {
            row.put(&mut window);
            if window.len() + P::BYTES > WINDOW {
                self.write(&mut window)?;
            }
        }
        self.write(&mut window)?;
        self.runs.push(Run { level, begin, end: self.end });
        Ok(())
    }

    fn write(&mut self, window: &mut Vec<u8>) -> io::Result<()> {
        (&self.file).write_all(window)?;
        self.end += window.len() as u64;
        window.clear();
        Ok(())
    }

    fn merge_full_levels<P: Packed>(&mut self) -> io::Result<()> {
        while let Some(first) = self.runs.len().checked_sub(MERGED)
            && let Some(full) = self.runs.get(first..)
            && let [Run { level, .. }, ..] = *full
            && full.iter().all(|run| run.level == level)
        {
            let mut merged = Sorted::Disk(Merge::<P>::new(self.file.try_clone()?, full)?);
            self.runs.truncate(first);
            self.add(level + 1, || {
                let row = merged.head();
                merged.advance().map(|()| row)
            })?;
        }
        Ok(())
    }
}

impl<P: Packed> Sorted<P> {
    /// The next row; none at the end.
    pub(super) fn head(&self) -> Option<P> {
        match self {
            Sorted::Memory(rows) => rows.last().copied(),
            Sorted::Disk(merge) => merge.heads.peek().map(|Reverse((row, _))| *row),
        }
    }

    /// Goes on to the row after it.
    pub(super) fn advance(&mut self) -> io::Result<()> {
        match self {
            Sorted::Memory(rows) => {
                rows.pop();
                Ok(())
            }
            Sorted::Disk(merge) => merge.advance(),
        }
    }
}

/// Runs that are read side by side.
pub(super) struct Merge<P> {
    file: File,
    windows: Vec<Window>,
    /// The next row of each run that has one, and the run's place.
    heads: BinaryHeap<Reverse<(P, usize)>>,
}

/// What is left of a run: some bytes in memory, and the rest.
struct Window {
    bytes: Vec<u8>,
    at: usize,
    begin: u64,
    end: u64,
}

impl<P: Packed> Merge<P> {
    fn new(file: File, runs: &[Run]) -> io::Result<Self> {
        let window =
            |run: &Run| Window { bytes: Vec::new(), at: 0, begin: run.begin, end: run.end };
        let mut windows: Vec<Window> = runs.iter().map(window).collect();
        let mut heads = BinaryHeap::with_capacity(windows.len());
        for (place, window) in windows.iter_mut().enumerate() {
            if let Some(row) = window.next(&file)? {
                heads.push(Reverse((row, place)));
            }
        }
        Ok(Merge { file, windows, heads })
    }

    fn advance(&mut self) -> io::Result<()> {
        let Merge { file, windows, heads } = self;
        let Some(mut head) = heads.peek_mut() else { return Ok(()) };
        let Reverse((row, place)) = &mut *head;
        let Some(window) = windows.get_mut(*place) else { return Ok(()) };
        match window.next(file)? {
            // The heap puts the changed head into its place.
            Some(next) => *row = next,
            None => drop(std::collections::binary_heap::PeekMut::pop(head)),
        }
        Ok(())
    }
}

impl Window {
    fn next<P: Packed>(&mut self, file: &File) -> io::Result<Option<P>> {
        if self.at >= self.bytes.len() {
            let whole = WINDOW / P::BYTES * P::BYTES;
            let left = usize::try_from(self.end - self.begin).unwrap_or(usize::MAX);
            self.bytes.resize(whole.min(left), 0);
            file.read_exact_at(&mut self.bytes, self.begin)?;
            self.begin += self.bytes.len() as u64;
            self.at = 0;
        }
        let row = self.bytes.get(self.at..self.at + P::BYTES).and_then(P::of);
        self.at += P::BYTES;
        Ok(row)
    }
}

#[cfg(test)]
mod tests {
    use super::super::count::ServiceOfPoint;
    use super::super::packed::{Narrow, Wide};
    use super::super::rows::Row;
    use super::*;

    fn all<P: Packed>(rows: impl Iterator<Item = P>, room: usize) -> Vec<P> {
        let mut sorter = Sorter::with_room(room);
        rows.for_each(|row| sorter.push(row).unwrap());
        let mut sorted = sorter.finish().unwrap();
        std::iter::from_fn(|| {
            let row = sorted.head();
            sorted.advance().unwrap();
            row
        })
        .collect()
    }

    /// Rows whose sources come in no order.
    fn row<P>(number: u32, make: impl Fn(&Row<'_>) -> P, wide: bool) -> P {
        let src = number.wrapping_mul(2_654_435_761).to_be_bytes();
        let long = [src; 4].concat();
        let src = if wide { &long[..] } else { &src[..] };
        let service = ServiceOfPoint(u64::from(number % 3));
        make(&Row {
            src,
            service,
            kind: 2,
            packets: Some(u64::from(number % 5)).filter(|&n| n > 0),
        })
    }

    #[test]
    fn rows_come_in_order_whatever_fits_into_memory() {
        for rows in [0, 1, 7, 8, 9, 20_000_u32] {
            let narrow = || (0..rows).map(|n| row(n, |row| Narrow::new(row).unwrap().0, false));
            let wide = || (0..rows).map(|n| row(n, Wide::new, true));
            let (mut sorted, mut sorted_wide): (Vec<_>, Vec<_>) =
                (narrow().collect(), wide().collect());
            sorted.sort_unstable();
            sorted_wide.sort_unstable();
            // With room for two rows there are runs of three levels.
            for room in [2, 8, 1_000, 1 << 20] {
                assert!(all(narrow(), room) == sorted, "{rows} rows, room for {room}");
                assert!(all(wide(), room) == sorted_wide, "{rows} wide rows, room for {room}");
            }
        }
    }

    #[test]
    fn many_runs_become_few() {
        let mut sorter = Sorter::with_room(2);
        (0..20_000).for_each(|n| sorter.push(row(n, Wide::new, true)).unwrap());
        let runs = &sorter.spilled.as_ref().unwrap().runs;
        assert!(runs.len() < 3 * MERGED, "{} runs", runs.len());
        assert!(runs.iter().any(|run| run.level == 2));
    }
}

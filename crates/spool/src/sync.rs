//! Syncing: what waits becomes durable, segments begin and go.
//!
//! The order of writes is the [crate's page](crate)'s.

use crate::disk::{Disk, DiskFile};
use crate::error::{DiskError, at};
use crate::header::{Family, HEADER, Header};
use crate::journal::Journal;
use crate::record::LANES;
use crate::segment::Segment;

impl<D: Disk> Journal<D> {
    /// Makes durable what was appended and what is to be forgotten, and gives back the room of what
    /// is forgotten.
    ///
    /// # Errors
    /// The disk fails. What was appended still waits and is written again by the next sync, from the
    /// beginning: what a failed fsync left behind is never counted on. [`durable`](Self::durable)
    /// says what is durable all the same.
    pub fn sync(&mut self) -> Result<(), DiskError> {
        let written = self.write().and_then(|()| self.turn());
        let settled = self.settle();
        self.free = self.disk.free().map_err(at("ask for free space of", "the folder"))?;
        written.and(settled)
    }

    /// Writes what waits, and syncs it.
    fn write(&mut self) -> Result<(), DiskError> {
        if self.waiting() == 0 {
            return Ok(());
        }
        let tails = [(Family::Rows, &self.rows), (Family::State, &self.state)];
        let due = || tails.iter().filter(|(_, tail)| !tail.buffer.is_empty());
        let active = self.segments.last_mut();
        let name =
            |family: Family| active.as_ref().map_or_else(String::new, |it| family.name(it.place));
        for (family, tail) in due() {
            tail.file.write_at(&tail.buffer, tail.length).map_err(at("write", name(*family)))?;
        }
        for (family, tail) in due() {
            tail.file.sync().map_err(at("sync", name(*family)))?;
        }
        for tail in [&mut self.rows, &mut self.state] {
            tail.length = tail.length.saturating_add(tail.buffer.len() as u64);
            tail.buffer.clear();
        }
        if let Some(active) = active {
            active.rows = Some(self.rows.length);
            active.state = Some(self.state.length);
        }
        self.durable = self.ends;
        self.durable_place = self.next;
        Ok(())
    }

    /// Begins a new segment where one is due and there is room for its headers.
    ///
    /// Everything is durable here, so whatever lies in a sealed segment is.
    fn turn(&mut self) -> Result<(), DiskError> {
        if let Some(place) = self.stray {
            self.unmake(place)?;
        }
        let header = HEADER as u64;
        let due = self.rows.length.max(self.state.length) >= self.limits.segment;
        let all_rows = self.limits.rows.saturating_add(self.limits.reserve);
        let room = self.used.rows.saturating_add(header) <= all_rows
            && self.used.state.saturating_add(header) <= self.limits.state;
        if !due || !room {
            return Ok(());
        }
        self.stray = Some(self.next);
        self.used.rows = self.used.rows.saturating_add(header);
        self.used.state = self.used.state.saturating_add(header);
        let (generation, place, bases) = (self.generation, self.next, self.ends);
        let [rows, state] = pair(&self.disk, generation, place, bases)?;
        self.stray = None;
        self.rows.file = rows;
        self.state.file = state;
        (self.rows.length, self.state.length) = (header, header);
        self.segments.push(Segment { place, bases, rows: Some(header), state: Some(header) });
        Ok(())
    }

    /// Removes the files of a segment whose making failed.
    fn unmake(&mut self, place: u64) -> Result<(), DiskError> {
        for family in Family::BOTH {
            let name = family.name(place);
            self.disk.remove(&name).map_err(at("remove", name))?;
        }
        self.disk.sync().map_err(at("sync", "the folder"))?;
        for family in Family::BOTH {
            let used = self.used.of(family);
            *used = used.saturating_sub(HEADER as u64);
        }
        self.stray = None;
        Ok(())
    }

    /// Makes durable what is forgotten, and then removes files.
    pub(crate) fn settle(&mut self) -> Result<(), DiskError> {
        let mut wanted = self.wanted;
        if wanted.replay > self.durable_place {
            wanted.replay = self.marks.replay;
        }
        if (wanted.replay, wanted.forgotten) != (self.marks.replay, self.marks.forgotten) {
            wanted.count = self.marks.count.saturating_add(1);
            wanted.write(&self.marks_file)?;
            self.marks = wanted;
        }
        // State first: if the marks are ever lost, no image is found whose access's row is gone.
        for family in [Family::State, Family::Rows] {
            self.clear(family)?;
        }
        Ok(())
    }

    fn clear(&mut self, family: Family) -> Result<(), DiskError> {
        let gone = self.segments.removable(family, &self.marks);
        if gone.is_empty() {
            return Ok(());
        }
        for (place, _) in &gone {
            let name = family.name(*place);
            self.disk.remove(&name).map_err(at("remove", name))?;
        }
        // Room counts as free only when a crash cannot bring the files back.
        self.disk.sync().map_err(at("sync", "the folder"))?;
        self.segments.removed(family, &gone);
        let used = self.used.of(family);
        *used = gone.iter().fold(*used, |used, (_, length)| used.saturating_sub(*length));
        Ok(())
    }
}

/// Makes the two files of a segment, durably.
pub(crate) fn pair<D: Disk>(
    disk: &D,
    generation: u128,
    place: u64,
    bases: [u64; LANES],
) -> Result<[D::File; 2], DiskError> {
    let make = |family| Header { family, generation, place, bases }.create(disk);
    let files = [make(Family::Rows)?, make(Family::State)?];
    disk.sync().map_err(at("sync", "the folder"))?;
    Ok(files)
}

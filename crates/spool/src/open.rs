//! Opening: which segments there are, where the last one ends, and what of it may be counted on.
//!
//! Records of the last segment are taken in the order of their places, from both files, up to the
//! first that is missing or damaged. What follows was never durable, and is cut off. What is taken is
//! written once more before it is counted on: it may be only in the operating system's memory, left
//! there by a process that died, or by a failed fsync.

use std::collections::BTreeMap;

use crate::bytes::Seal;
use crate::disk::{Disk, DiskFile};
use crate::error::{DiskError, OpenError, at};
use crate::header::{Family, HEADER, Header, fill};
use crate::journal::{Journal, Tail, Used};
use crate::limits::Limits;
use crate::marks::{self, Marks};
use crate::reach::{Pair, Part, Reach, last, places};
use crate::record::{LANES, Lane};
use crate::segment::{Segment, Segments};
use crate::sync::pair;

/// What was found damaged when a spool was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repairs {
    /// Bytes cut off the end: of records that were never durable, as after any crash.
    pub torn: u64,
    /// Files of sealed segments that begin with no header. What they held counts as lost when it is
    /// read; they stay for the operator to look at, and count against the budget.
    pub unreadable: Vec<String>,
    /// What was forgotten is no longer known: rows may be read that were delivered before.
    pub marks_lost: bool,
}

impl<D: Disk> Journal<D> {
    /// Opens the spool of a folder, and repairs its end. If there is none, one is begun, and
    /// `generation` is its random number.
    ///
    /// # Errors
    /// See [`OpenError`]. Nothing that could be read before is lost by trying.
    pub fn open(disk: D, limits: Limits, generation: u128) -> Result<(Self, Repairs), OpenError> {
        limits.check()?;
        let mut places = places(&disk)?;
        let mut repairs = Repairs::default();
        let Some((active, reach)) = last(&disk, &mut places)? else {
            return Ok((begin(disk, limits, generation)?, repairs));
        };
        let place = active.place;
        let (Some(rows), Some(state)) = (active.rows, active.state) else {
            return Err(OpenError::Damaged { name: Family::Rows.name(place) });
        };
        let header = rows.header.ok_or(OpenError::Damaged { name: Family::Rows.name(place) })?;
        repairs.torn =
            rows.length.saturating_sub(reach.rows) + state.length.saturating_sub(reach.state);
        let rows = secured(rows, reach.rows, &Family::Rows.name(place))?;
        let state = secured(state, reach.state, &Family::State.name(place))?;
        disk.sync().map_err(at("sync", "the folder"))?;

        places.remove(&place);
        let mut used = Used { rows: reach.rows, state: reach.state };
        let sealed = sealed(&disk, &places, &header, &mut used, &mut repairs)?;
        let (bases, lengths) = (header.bases, (Some(reach.rows), Some(reach.state)));
        let last = Segment { place, bases, rows: lengths.0, state: lengths.1 };
        let (marks_file, marks, lost) = known(&disk, header.generation, &sealed, &last)?;
        repairs.marks_lost = lost;
        check(&marks, &reach)?;
        let free = disk.free().map_err(at("ask for free space of", "the folder"))?;
        let mut journal = Journal {
            disk,
            limits,
            generation: header.generation,
            seal: Seal::of(header.generation),
            segments: Segments::new(sealed, last),
            rows,
            state,
            next: reach.next,
            durable_place: reach.next,
            ends: reach.ends,
            durable: reach.ends,
            marks,
            wanted: marks,
            marks_file,
            used,
            free,
            stray: None,
            cursors: [None; LANES],
        };
        journal.settle()?;
        Ok((journal, repairs))
    }
}

/// A file whose bytes up to a length are durable, and that has no more.
fn secured<F: DiskFile>(part: Part<F>, length: u64, name: &str) -> Result<Tail<F>, DiskError> {
    let file = part.file;
    if part.length > length {
        file.truncate(length).map_err(at("cut the torn end off", name))?;
    }
    let mut chunk = vec![0; 64 << 10];
    let mut offset = 0;
    while offset < length {
        let left = usize::try_from(length - offset).unwrap_or(usize::MAX).min(chunk.len());
        let bytes = chunk.get_mut(..left).unwrap_or_default();
        fill(&file, bytes, offset).map_err(at("read", name))?;
        file.write_at(bytes, offset).map_err(at("write", name))?;
        offset += bytes.len() as u64;
    }
    file.sync().map_err(at("sync", name))?;
    Ok(Tail { file, length, buffer: Vec::new() })
}

/// The segments before the last.
fn sealed<D: Disk>(
    disk: &D,
    places: &BTreeMap<u64, [bool; 2]>,
    last: &Header,
    used: &mut Used,
    repairs: &mut Repairs,
) -> Result<Vec<Segment>, OpenError> {
    let mut all: Vec<Segment> = Vec::new();
    for (&place, &there) in places {
        let pair = Pair::open(disk, place, there)?;
        let lengths = [&pair.rows, &pair.state].map(|part| part.as_ref().map(|part| part.length));
        let [rows, state] = lengths;
        used.rows = used.rows.saturating_add(rows.unwrap_or_default());
        used.state = used.state.saturating_add(state.unwrap_or_default());
        let header = [&pair.rows, &pair.state].into_iter().flatten().find_map(|part| part.header);
        let Some(header) = header else {
            let there =
                Family::BOTH.into_iter().zip(lengths).filter(|(_, length)| length.is_some());
            repairs.unreadable.extend(there.map(|(family, _)| family.name(place)));
            continue;
        };
        if header.generation != last.generation {
            let family = if rows.is_some() { Family::Rows } else { Family::State };
            return Err(OpenError::Foreign { name: family.name(place) });
        }
        all.push(Segment { place, bases: header.bases, rows, state });
    }
    Ok(all)
}

/// What is forgotten, and whether that is no longer known: then as little as the files allow.
fn known<D: Disk>(
    disk: &D,
    generation: u128,
    sealed: &[Segment],
    last: &Segment,
) -> Result<(D::File, Marks, bool), OpenError> {
    let names = disk.names().map_err(at("list", "the folder"))?;
    if names.iter().any(|name| name == marks::NAME) {
        let file = disk.open(marks::NAME).map_err(at("open", marks::NAME))?;
        let found = Marks::read(&file).map_err(at("read", marks::NAME))?;
        if let Some(found) = found.filter(|marks| marks.generation == generation) {
            // Written again for the reason that segments are: see the module's page.
            found.write(&file)?;
            return Ok((file, found, false));
        }
    }
    let all = || sealed.iter().chain([last]);
    let rows = all().find(|segment| segment.rows.is_some()).unwrap_or(last);
    let state = all().find(|segment| segment.state.is_some()).unwrap_or(last);
    let mut made = Marks::new(generation);
    (made.forgotten, made.replay) = (rows.bases, state.place);
    let file = made.create(disk)?;
    disk.sync().map_err(at("sync", "the folder"))?;
    Ok((file, made, true))
}

/// Refuses a journal that ends before what was durably forgotten: its next numbers were given before.
fn check(marks: &Marks, reach: &Reach) -> Result<(), OpenError> {
    let lanes = Lane::all().map(|lane| (lane.of(&reach.ends), lane.of(&marks.forgotten)));
    let places = (reach.next, marks.replay);
    match lanes.chain([places]).find(|(found, known)| found < known) {
        Some((found, known)) => Err(OpenError::RolledBack { found, known }),
        None => Ok(()),
    }
}

/// Begins a spool: the marks first, so that no segment is ever without them.
fn begin<D: Disk>(disk: D, limits: Limits, generation: u128) -> Result<Journal<D>, OpenError> {
    let marks = Marks::new(generation);
    let marks_file = marks.create(&disk)?;
    disk.sync().map_err(at("sync", "the folder"))?;
    let [rows, state] = pair(&disk, generation, 0, [0; LANES])?;
    let free = disk.free().map_err(at("ask for free space of", "the folder"))?;
    let length = HEADER as u64;
    let tail = |file| Tail { file, length, buffer: Vec::new() };
    let only = Segment { place: 0, bases: [0; LANES], rows: Some(length), state: Some(length) };
    Ok(Journal {
        disk,
        limits,
        generation,
        seal: Seal::of(generation),
        segments: Segments::new(Vec::new(), only),
        rows: tail(rows),
        state: tail(state),
        next: 0,
        durable_place: 0,
        ends: [0; LANES],
        durable: [0; LANES],
        marks,
        wanted: marks,
        marks_file,
        used: Used { rows: length, state: length },
        free,
        stray: None,
        cursors: [None; LANES],
    })
}

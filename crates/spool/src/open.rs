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
use crate::header::{Family, Header, fill};
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
        let Some((active, reach)) = last(&disk, &mut places)? else {
            return Ok((begin(disk, limits, generation)?, Repairs::default()));
        };
        places.remove(&active.place);
        let mut journal = go_on(disk, limits, active, reach, &places)?;
        journal.0.settle()?;
        Ok(journal)
    }

    /// A journal whose last segment reaches so far, and is durable.
    fn new(
        disk: D,
        limits: Limits,
        reach: Reach,
        [rows, state]: [D::File; 2],
        (marks_file, marks): (D::File, Marks),
        segments: Segments,
        used: Used,
    ) -> Result<Self, DiskError> {
        let free = disk.free().map_err(at("ask for free space of", "the folder"))?;
        let tail = |file, length| Tail { file, length, buffer: Vec::new() };
        Ok(Journal {
            disk,
            limits,
            generation: marks.generation,
            seal: Seal::of(marks.generation),
            segments,
            rows: tail(rows, reach.rows),
            state: tail(state, reach.state),
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
        })
    }
}

/// Begins a spool: the marks first, so that no segment is ever without them.
fn begin<D: Disk>(disk: D, limits: Limits, generation: u128) -> Result<Journal<D>, OpenError> {
    let marks = Marks::new(generation);
    let marks_file = marks.create(&disk)?;
    disk.sync().map_err(at("sync", "the folder"))?;
    let reach = Reach::of(0, [0; LANES]);
    let files = pair(&disk, generation, 0, reach.ends)?;
    let used = Used { rows: reach.rows, state: reach.state };
    let segments = Segments::new(Vec::new(), reach.segment(0, reach.ends));
    let marks = (marks_file, marks);
    Ok(Journal::new(disk, limits, reach, files, marks, segments, used)?)
}

/// Goes on with the spool that there is.
fn go_on<D: Disk>(
    disk: D,
    limits: Limits,
    active: Pair<D::File>,
    reach: Reach,
    places: &BTreeMap<u64, [bool; 2]>,
) -> Result<(Journal<D>, Repairs), OpenError> {
    let [rows_name, state_name] = Family::BOTH.map(|family| family.name(active.place));
    let (Some(rows), Some(state)) = (active.rows, active.state) else {
        return Err(OpenError::Damaged { name: rows_name });
    };
    let header = rows.header.ok_or_else(|| OpenError::Damaged { name: rows_name.clone() })?;
    let torn = rows.length.saturating_sub(reach.rows) + state.length.saturating_sub(reach.state);
    let mut repairs = Repairs { torn, ..Repairs::default() };
    let files = [secured(rows, reach.rows, &rows_name)?, secured(state, reach.state, &state_name)?];
    disk.sync().map_err(at("sync", "the folder"))?;

    let mut used = Used { rows: reach.rows, state: reach.state };
    let sealed = sealed(&disk, places, &header, &mut used, &mut repairs)?;
    let last = reach.segment(active.place, header.bases);
    let (marks_file, marks, lost) = known(&disk, header.generation, &sealed, &last)?;
    repairs.marks_lost = lost;
    check(&marks, &reach)?;
    let (marks, segments) = ((marks_file, marks), Segments::new(sealed, last));
    let journal = Journal::new(disk, limits, reach, files, marks, segments, used)?;
    Ok((journal, repairs))
}

/// A file whose bytes up to a length are durable, and that has no more.
fn secured<F: DiskFile>(part: Part<F>, length: u64, name: &str) -> Result<F, DiskError> {
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
    Ok(file)
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

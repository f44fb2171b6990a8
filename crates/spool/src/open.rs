//! Opening: which segments there are, where the last one ends, and what of it may be counted on.
//!
//! Records of the last segment are taken in the order of their places, from both files, up to the
//! first that is missing or damaged. What follows was never durable, and is cut off. What is taken is
//! written once more before it is counted on: it may be only in the operating system's memory, left
//! there by a process that died, or by a failed fsync.

use std::collections::BTreeMap;
use std::io;

use crate::bytes::Seal;
use crate::disk::{Disk, DiskFile};
use crate::error::{DiskError, OpenError, at};
use crate::header::{Family, HEADER, Header, fill, header_of};
use crate::journal::{Journal, Tail, Used, pair};
use crate::limits::Limits;
use crate::marks::{self, Marks};
use crate::record::{Head, LANES, Lane};
use crate::scan::Scan;
use crate::segment::{Segment, Segments};

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

/// The files of one segment.
struct Pair<F> {
    place: u64,
    rows: Option<Part<F>>,
    state: Option<Part<F>>,
}

struct Part<F> {
    file: F,
    length: u64,
    header: Option<Header>,
}

/// How far the records of the last segment reach.
struct Reach {
    next: u64,
    ends: [u64; LANES],
    rows: u64,
    state: u64,
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
        repairs.torn = rows.length.saturating_sub(reach.rows) + state.length.saturating_sub(reach.state);
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

/// The segments by their files' names: which of rows and state there are.
fn places(disk: &impl Disk) -> Result<BTreeMap<u64, [bool; 2]>, DiskError> {
    let mut places: BTreeMap<u64, [bool; 2]> = BTreeMap::new();
    for name in disk.names().map_err(at("list", "the folder"))? {
        let Some((family, place)) = Family::of(&name) else { continue };
        let [rows, state] = places.entry(place).or_default();
        match family {
            Family::Rows => *rows = true,
            Family::State => *state = true,
        }
    }
    Ok(places)
}

/// The segment to append to, and how far it reaches; none: there is no spool yet.
///
/// A segment without a record may be one whose making was cut short, or failed before more was
/// appended to the one before it. It goes, if the one before it is whole.
fn last<D: Disk>(
    disk: &D,
    places: &mut BTreeMap<u64, [bool; 2]>,
) -> Result<Option<(Pair<D::File>, Reach)>, OpenError> {
    let mut bare: Option<(Pair<D::File>, Reach)> = None;
    while let Some((&place, &there)) = places.last_key_value() {
        let found = Pair::open(disk, place, there)?;
        let reach = found.reach()?;
        if let Some((kept, kept_reach)) = bare.take() {
            // The one before it has lost records that were durable: it is a sealed, damaged one.
            if reach.as_ref().is_none_or(|reach| reach.next < kept.place) {
                places.insert(kept.place, [true, true]);
                return Ok(Some((kept, kept_reach)));
            }
            kept.remove(disk)?;
        }
        match (reach, found.is_bare()) {
            (Some(reach), false) => return Ok(Some((found, reach))),
            (Some(reach), true) => bare = Some((found, reach)),
            (None, true) => found.remove(disk)?,
            (None, false) => return Err(OpenError::Damaged { name: Family::Rows.name(place) }),
        }
        places.remove(&place);
    }
    if let Some((kept, _)) = &bare {
        places.insert(kept.place, [true, true]);
    }
    Ok(bare)
}

impl<F: DiskFile> Pair<F> {
    fn open<D: Disk<File = F>>(
        disk: &D,
        place: u64,
        [rows, state]: [bool; 2],
    ) -> Result<Self, OpenError> {
        let part = |there: bool, family| there.then(|| Part::open(disk, family, place)).transpose();
        Ok(Pair { place, rows: part(rows, Family::Rows)?, state: part(state, Family::State)? })
    }

    /// Whether no file has more than a header.
    fn is_bare(&self) -> bool {
        let parts = [&self.rows, &self.state];
        parts.into_iter().flatten().all(|part| part.length <= HEADER as u64)
    }

    fn remove(&self, disk: &impl Disk) -> Result<(), DiskError> {
        for family in Family::BOTH {
            let name = family.name(self.place);
            disk.remove(&name).map_err(at("remove", name))?;
        }
        disk.sync().map_err(at("sync", "the folder"))
    }

    /// How far the records reach; none: the segment is not whole.
    fn reach(&self) -> Result<Option<Reach>, OpenError> {
        let (Some(rows), Some(state)) = (&self.rows, &self.state) else { return Ok(None) };
        let (Some(header), Some(other)) = (rows.header, state.header) else { return Ok(None) };
        if (header.generation, header.bases) != (other.generation, other.bases) {
            return Err(OpenError::Foreign { name: Family::State.name(self.place) });
        }
        let seal = Seal::of(header.generation);
        let [rows, state] =
            [rows, state].map(|part| Scan::new(&part.file, seal, HEADER as u64, part.length));
        let reach = merge(rows, state, &header);
        Ok(Some(reach.map_err(at("read", Family::Rows.name(self.place)))?))
    }
}

impl<F: DiskFile> Part<F> {
    fn open<D: Disk<File = F>>(disk: &D, family: Family, place: u64) -> Result<Self, OpenError> {
        let name = family.name(place);
        let file = disk.open(&name).map_err(at("open", &name))?;
        let length = file.length().map_err(at("ask for the length of", &name))?;
        let header = header_of(&file, family, place)?;
        Ok(Part { file, length, header })
    }
}

/// Takes records in the order of their places until one is missing.
fn merge<F: DiskFile>(
    mut rows: Scan<F>,
    mut state: Scan<F>,
    header: &Header,
) -> io::Result<Reach> {
    let start = HEADER as u64;
    let mut reach = Reach { next: header.place, ends: header.bases, rows: start, state: start };
    let mut heads = [rows.next_unbroken()?, state.next_unbroken()?];
    loop {
        let [row, image] = &mut heads;
        if row.is_some_and(|head| reach.take_row(&head)) {
            reach.rows = rows.after();
            *row = rows.next_unbroken()?;
        } else if image.is_some_and(|head| head.place == reach.next && head.lane.is_none()) {
            reach.state = state.after();
            *image = state.next_unbroken()?;
        } else {
            return Ok(reach);
        }
        reach.next = reach.next.saturating_add(1);
    }
}

impl Reach {
    /// Takes a record of rows if it is the next one.
    fn take_row(&mut self, head: &Head) -> bool {
        let Some(lane) = head.lane else { return false };
        let follows = head.place == self.next && head.before() == Some(lane.of(&self.ends));
        if follows {
            lane.set(&mut self.ends, head.number);
        }
        follows
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
            let there = Family::BOTH.into_iter().zip(lengths).filter(|(_, length)| length.is_some());
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

//! The files of segments as they are found, and how far the last one reaches.

use std::collections::BTreeMap;
use std::io;

use crate::bytes::Seal;
use crate::disk::{Disk, DiskFile};
use crate::error::{DiskError, OpenError, at};
use crate::header::{Family, HEADER, Header, header_of};
use crate::record::{Head, LANES};
use crate::scan::Scan;
use crate::segment::Segment;

/// The files of one segment.
pub(crate) struct Pair<F> {
    pub(crate) place: u64,
    pub(crate) rows: Option<Part<F>>,
    pub(crate) state: Option<Part<F>>,
}

pub(crate) struct Part<F> {
    pub(crate) file: F,
    pub(crate) length: u64,
    pub(crate) header: Option<Header>,
}

/// The segment to append to.
type Last<F> = Option<(Pair<F>, Reach)>;

/// How far the records of the last segment reach.
pub(crate) struct Reach {
    pub(crate) next: u64,
    pub(crate) ends: [u64; LANES],
    pub(crate) rows: u64,
    pub(crate) state: u64,
}

/// The segments by their files' names: which of rows and state there are.
pub(crate) fn places(disk: &impl Disk) -> Result<BTreeMap<u64, [bool; 2]>, DiskError> {
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
pub(crate) fn last<D: Disk>(
    disk: &D,
    places: &mut BTreeMap<u64, [bool; 2]>,
) -> Result<Last<D::File>, OpenError> {
    let mut bare: Last<D::File> = None;
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
    pub(crate) fn open<D: Disk<File = F>>(
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
fn merge<F: DiskFile>(mut rows: Scan<F>, mut state: Scan<F>, header: &Header) -> io::Result<Reach> {
    let mut reach = Reach::of(header.place, header.bases);
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
    /// Of a segment that has no record.
    pub(crate) fn of(place: u64, bases: [u64; LANES]) -> Self {
        let start = HEADER as u64;
        Reach { next: place, ends: bases, rows: start, state: start }
    }

    /// The segment that reaches so far.
    pub(crate) fn segment(&self, place: u64, bases: [u64; LANES]) -> Segment {
        Segment { place, bases, rows: Some(self.rows), state: Some(self.state) }
    }

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

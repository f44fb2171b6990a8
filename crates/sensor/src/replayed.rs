//! A capture through the same fold into the journal, marked as replayed: the same rows as an import.
//!
//! Once: a note beside the spool, named by the SHA-256 of the capture's bytes, says from which numbers
//! on its rows were journalled, and up to which where a point has run since. The rows of a capture are
//! always the same in the same order, so that a replay that was cut short goes on behind them.

use std::fs;
use std::io;
use std::path::Path;

use capture::file::{CaptureFile, FileError, sha256_of};
use capture::fold::{Fold, Spans, TooManyHours, Watch};
use delivery::{Freshness, hex};
use observation::{Access, Point};
use serde::{Deserialize, Serialize};
use spool::{AppendError, DiskError, Folder, Journal, Lane, Share};

use crate::begin::BeginError;
use crate::record::{ACCESSES, COVERAGES, access, coverage, tag_of};
use crate::target::TargetError;

/// Frames between two looks at what is finished.
const BATCH: usize = 256;

/// Why a capture is not replayed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// The capture.
    #[error(transparent)]
    File(#[from] FileError),
    /// The capture's clock.
    #[error(transparent)]
    Clock(#[from] TooManyHours),
    /// The spool has no room, or fails: what was journalled stays, and the same again goes on.
    #[error("{0}; once there is room, the same again goes on where it stopped")]
    Append(#[from] AppendError),
    /// The spool fails.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The addresses.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The spool, or a note, cannot be opened.
    #[error(transparent)]
    Begin(#[from] BeginError),
}

/// What became of a replay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replay {
    /// Accesses of the capture.
    pub accesses: u64,
    /// Of them, those that were journalled now.
    pub journalled: u64,
    /// Rows of coverage.
    pub hours: u64,
    /// All of it had been journalled before.
    pub known: bool,
    /// Where the capture broke off, if it did.
    pub broken: Option<String>,
}

/// The numbers of a replay's rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    accesses: Part,
    coverage: Part,
    done: bool,
    /// The journal that they are of.
    generation: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Part {
    /// Rows of earlier attempts.
    before: u64,
    /// The lane's last number when this attempt began.
    from: u64,
    /// Its last number when this attempt had ended; none: nothing else was journalled since.
    to: Option<u64>,
}

impl Part {
    /// Rows that are journalled, where the lane ends with this number.
    fn journalled(&self, end: u64) -> u64 {
        self.before.saturating_add(self.to.unwrap_or(end).saturating_sub(self.from))
    }

    fn again(&mut self, end: u64) {
        *self = Part { before: self.journalled(end), from: end, to: None };
    }
}

/// Notes before anything else is journalled where each replay that is not done has ended.
pub(crate) fn close_notes(folder: &Path, journal: &Journal<Folder>) -> Result<(), BeginError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other.map_err(at("read", folder))?,
    };
    for entry in entries {
        let path = entry.map_err(at("read", folder))?.path();
        let Some(mut note) = load(&path)?.filter(|note| !note.done) else { continue };
        note.accesses.to.get_or_insert(journal.appended(ACCESSES));
        note.coverage.to.get_or_insert(journal.appended(COVERAGES));
        store(&path, &note)?;
    }
    Ok(())
}

fn at<'a>(what: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> BeginError + 'a {
    move |source| BeginError::Io { what, path: path.to_owned(), source }
}

fn load(path: &Path) -> Result<Option<Note>, BeginError> {
    if path.extension().is_none_or(|extension| extension != "json") {
        return Ok(None);
    }
    match fs::read(path) {
        Ok(bytes) => {
            let note = serde_json::from_slice(&bytes).map_err(io::Error::from);
            note.map(Some).map_err(at("understand", path))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(at("read", path)(error)),
    }
}

fn store(path: &Path, note: &Note) -> Result<(), BeginError> {
    let draft = path.with_extension("draft");
    let folder = path.parent().unwrap_or(Path::new("."));
    let written = fs::create_dir_all(folder)
        .and_then(|()| fs::write(&draft, serde_json::to_vec(note).map_err(io::Error::from)?))
        .and_then(|()| fs::File::open(&draft)?.sync_all())
        .and_then(|()| fs::rename(&draft, path))
        .and_then(|()| fs::File::open(folder)?.sync_all());
    written.map_err(at("write", path))
}

/// Replays a capture into a journal that nobody else has open.
///
/// # Errors
/// [`ReplayError`].
pub(crate) fn replay(
    path: &Path,
    journal: &mut Journal<Folder>,
    point: &Point,
    watch: Watch,
    spans: Spans,
    notes: &Path,
) -> Result<Replay, ReplayError> {
    close_notes(notes, journal)?;
    let digest = sha256_of(path)?;
    let note_path = notes.join(format!("{}-{point}.json", hex::encode(&digest.sha256)));
    let generation = format!("{:032x}", journal.generation());
    let mut note = load(&note_path)?.unwrap_or_default();
    if note.done {
        return Ok(Replay { known: true, ..Replay::default() });
    }
    if note.generation != generation {
        // What was journalled before went with its journal, or was delivered from there.
        note = Note { generation, ..Note::default() };
    }
    note.accesses.again(journal.appended(ACCESSES));
    note.coverage.again(journal.appended(COVERAGES));
    store(&note_path, &note)?;
    let mut keeper = Keeper { journal, skip: note.accesses.before, payload: Vec::new() };
    let replay = fold(path, Fold::new(watch, spans), &mut keeper, note.coverage.before)?;
    keeper.journal.sync()?;
    note.accesses.to = Some(journal.appended(ACCESSES));
    note.coverage.to = Some(journal.appended(COVERAGES));
    note.done = true;
    store(&note_path, &note)?;
    Ok(replay)
}

struct Keeper<'a> {
    journal: &'a mut Journal<Folder>,
    /// Rows that are journalled already.
    skip: u64,
    payload: Vec<u8>,
}

impl Keeper<'_> {
    fn keep(&mut self, rows: &[Access], replay: &mut Replay) -> Result<(), AppendError> {
        for row in rows {
            replay.accesses += 1;
            if replay.accesses <= self.skip {
                continue;
            }
            self.payload.clear();
            access::encode(row, &mut self.payload);
            self.append(ACCESSES)?;
            replay.journalled += 1;
        }
        Ok(())
    }

    fn append(&mut self, lane: Lane) -> Result<(), AppendError> {
        let tag = tag_of(Freshness::Replayed);
        self.journal.append(lane, Share::Ordinary, tag, 1, &self.payload).map(drop)
    }
}

fn fold(
    path: &Path,
    mut fold: Fold,
    keeper: &mut Keeper<'_>,
    told: u64,
) -> Result<Replay, ReplayError> {
    let mut file = CaptureFile::open(path)?;
    let mut replay = Replay::default();
    let mut more = true;
    while more {
        for _ in 0..BATCH {
            let frame = match file.next_frame() {
                Ok(Some(frame)) => frame,
                Ok(None) => {
                    more = false;
                    break;
                }
                Err(error) if error.is_partial() => {
                    replay.broken = Some(error.to_string());
                    more = false;
                    break;
                }
                Err(error) => return Err(error.into()),
            };
            let truncated = frame.bytes.len() < frame.wire_length as usize;
            let dissected = dissect::dissect(frame.link, frame.bytes, frame.wire_length);
            fold.push(frame.time, truncated, &dissected)?;
        }
        take(&mut fold, keeper, &mut replay)?;
    }
    let identity = file.finish()?;
    fold.push_unreadable(identity.unreadable_packets())?;
    while fold.close_some(BATCH) {
        take(&mut fold, keeper, &mut replay)?;
    }
    take(&mut fold, keeper, &mut replay)?;
    let hours = fold.coverage(identity.dropped);
    for row in hours.iter().skip(usize::try_from(told).unwrap_or(usize::MAX)) {
        keeper.payload.clear();
        coverage::encode(row, keeper.journal.appended(ACCESSES), &mut keeper.payload);
        keeper.append(COVERAGES)?;
        replay.hours += 1;
    }
    Ok(replay)
}

fn take(fold: &mut Fold, keeper: &mut Keeper<'_>, replay: &mut Replay) -> Result<(), AppendError> {
    let mut kept = Ok(());
    fold.take_finished(|rows| kept = keeper.keep(rows, replay));
    kept
}

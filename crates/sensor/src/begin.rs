//! How a point begins: its spool is opened, and what was open is taken up again.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use capture::fold::{Fold, Spans, Watch};
use observation::{Access, Point};
use spool::{DiskError, Folder, Journal, Limits, OpenError, Replayed};

use crate::account::Account;
use crate::record::{ACCESSES, CONVERSATIONS, COVERAGES, IMAGES, TURN, UNKEPT};
use crate::record::{access, account, conversation, coverage, framed};

/// Why a point cannot begin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BeginError {
    /// The spool.
    #[error(transparent)]
    Spool(#[from] OpenError),
    /// The spool, while it was read.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// Anything else of the disk.
    #[error("{what} {path}: {source}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// With what.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// A record of a later version of this program.
    #[error("the spool holds a record that is not read here: run the program that wrote it")]
    Version,
}

/// A spool, and where a damaged one before it was moved to.
pub(crate) struct Opened {
    pub(crate) journal: Journal<Folder>,
    pub(crate) aside: Option<PathBuf>,
}

/// Opens the spool. One that cannot be gone on with is moved aside, and a new generation begins: what
/// it holds is lost for the archive, and its seconds are missing from coverage.
pub(crate) fn open(folder: &Path, limits: Limits, at: i64) -> Result<Opened, BeginError> {
    match try_open(folder, limits) {
        Ok(journal) => Ok(Opened { journal, aside: None }),
        Err(BeginError::Spool(
            error @ (OpenError::Damaged { .. } | OpenError::RolledBack { .. }),
        )) => {
            let mut name = folder.as_os_str().to_owned();
            name.push(format!(".aside-{at}"));
            let aside = PathBuf::from(name);
            let io = |source| BeginError::Io { what: "move", path: folder.to_owned(), source };
            fs::rename(folder, &aside).map_err(io)?;
            tracing::error!(%error, aside = %aside.display(), "a new spool is begun");
            Ok(Opened { journal: try_open(folder, limits)?, aside: Some(aside) })
        }
        Err(error) => Err(error),
    }
}

fn try_open(folder: &Path, limits: Limits) -> Result<Journal<Folder>, BeginError> {
    let (journal, repairs) = Journal::open(Folder::open(folder)?, limits, random()?)?;
    if repairs.torn > 0 {
        tracing::info!(bytes = repairs.torn, "the spool ended within a record");
    }
    if repairs.marks_lost || !repairs.unreadable.is_empty() {
        tracing::error!(?repairs, "the spool was damaged");
    }
    Ok(journal)
}

fn random() -> Result<u128, BeginError> {
    let mut bytes = [0; 16];
    let read = fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes));
    let io = |source| BeginError::Io { what: "read", path: "/dev/urandom".into(), source };
    read.map_err(io)?;
    Ok(u128::from_be_bytes(bytes))
}

/// What a journal says of a point's past.
pub(crate) struct Past {
    /// A fold with the accesses that are open.
    pub(crate) fold: Fold,
    /// What is counted and not told.
    pub(crate) account: Account,
    /// The turn that was under way. Images that are taken up are of it or of earlier ones.
    pub(crate) turn: u32,
    /// The point.
    point: Point,
    /// Packets by which accesses grew since the last end of a turn: they are in no account yet.
    growth: Vec<(Access, u64)>,
    /// Accesses since then that were not kept.
    unkept: Vec<Access>,
    readable: bool,
}

impl Past {
    /// Reads a journal.
    pub(crate) fn read(
        journal: &Journal<Folder>,
        point: &Point,
        watch: Watch,
        spans: Spans,
    ) -> Result<Self, BeginError> {
        let mut past = Past::empty(point, watch.clone(), spans);
        journal.replay(|replayed| {
            if matches!(replayed, Replayed::Lost { .. }) {
                // The row that closed one of them may be lost: it would count twice.
                tracing::error!(accesses = past.fold.open(), "damage: open accesses are given up");
                past.fold = Fold::new(watch.clone(), spans);
            }
            if past.take(&replayed).is_none() {
                past.readable = false;
            }
        })?;
        if !past.readable {
            return Err(BeginError::Version);
        }
        past.settle();
        Ok(past)
    }

    /// No past.
    pub(crate) fn empty(point: &Point, watch: Watch, spans: Spans) -> Self {
        Past {
            fold: Fold::new(watch, spans),
            account: Account::default(),
            turn: 1,
            point: point.clone(),
            growth: Vec::new(),
            unkept: Vec::new(),
            readable: true,
        }
    }

    /// Takes a record; none: it cannot be read.
    pub(crate) fn take(&mut self, replayed: &Replayed<'_>) -> Option<()> {
        match *replayed {
            Replayed::Rows { lane: ACCESSES, tag: 0, payload, .. } => {
                let row = access::decode(&self.point, payload)?;
                self.closed(row);
            }
            Replayed::Rows { lane: COVERAGES, tag: 0, payload, .. } => {
                let (row, _) = coverage::decode(&self.point, payload)?;
                self.account.told_by(&row);
            }
            Replayed::State { tag: IMAGES, payload } => {
                for payload in framed(payload) {
                    let image = access::decode(&self.point, payload)?;
                    let before = self.fold.resume(&image, self.turn).unwrap_or(0);
                    self.grew(image, before);
                }
            }
            Replayed::State { tag: TURN, payload } => {
                let (turn, account) = account::decode(payload)?;
                self.turn = turn.checked_add(1)?;
                self.account = account;
                self.growth.clear();
                self.unkept.clear();
            }
            Replayed::State { tag: UNKEPT, payload } => {
                let row = access::decode(&self.point, payload)?;
                self.unkept.push(row.clone());
                self.closed(row);
            }
            Replayed::State { tag: CONVERSATIONS, payload } => {
                for payload in framed(payload) {
                    self.fold.resume_conversation(&conversation::decode(payload)?, self.turn);
                }
            }
            // Rows of captures that were replayed, and what damage took.
            Replayed::Rows { .. } | Replayed::Lost { .. } => {}
            Replayed::State { .. } => return None,
        }
        Some(())
    }

    fn closed(&mut self, row: Access) {
        let before = self.fold.retire(&row).unwrap_or(0);
        self.grew(row, before);
    }

    /// Only what has no end of its turn stays here: a turn's images at most.
    fn grew(&mut self, access: Access, before: u64) {
        let packets = access.packets.saturating_sub(before);
        if packets > 0 {
            self.growth.push((access, packets));
        }
    }

    /// Counts what a turn that was cut short left behind.
    pub(crate) fn settle(&mut self) {
        for (access, packets) in std::mem::take(&mut self.growth) {
            self.account.add_growth(&access, packets);
        }
        for access in std::mem::take(&mut self.unkept) {
            self.account.add_unkept(&access);
        }
    }
}

//! One file into the archive.

use std::collections::BTreeMap;
use std::path::Path;

use archive::{Archive, Delivered, Delivery, Stage, Staged};
use capture::file::{CaptureFile, FileError, Identity, sha256_of};
use capture::fold::{Fold, Spans, TooManyHours, Watch};
use observation::{Coverage, Micros, Origin, Point};

use crate::identity::{hex, settings};
use crate::summary::{Counts, FileSummary};

/// Packets between two looks at what is finished.
const BATCH: usize = 256;

/// Hears how many bytes of a file have been read, of how many.
pub type Progress<'a> = &'a (dyn Fn(u64, Option<u64>) + Sync);

/// Why a file was not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file is no capture that we read.
    #[error("{0}")]
    File(#[from] FileError),
    /// The archive failed.
    #[error("{0}")]
    Archive(#[from] archive::Error),
    /// The file's clock is damaged.
    #[error("{file}: {why}")]
    Clock {
        /// The file.
        file: String,
        /// What is wrong.
        why: TooManyHours,
    },
    /// The same bytes under other settings.
    #[error(
        "{file} was imported for point {point} with other settings (mode, watch list or points): \
         its accesses would be counted twice"
    )]
    OtherSettings {
        /// The file.
        file: String,
        /// The point.
        point: Point,
    },
    /// Another file of the same stretch of time.
    #[error(
        "{file} overlaps in time with {other}, which was imported for point {point}: \
         packets in both would be counted twice; if they hold different packets, add --overlap"
    )]
    Overlaps {
        /// The file.
        file: String,
        /// The file that was there.
        other: String,
        /// The point.
        point: Point,
    },
    /// Some points of a file had been imported and some had not.
    #[error("{0} was imported for some of these points only: remove those from the list")]
    Mixed(String),
}

/// Imports files for one set of points.
pub struct Import<'a> {
    archive: &'a Archive,
    watch: Watch,
    spans: Spans,
    settings: String,
    overlap: bool,
}

/// A file that has been read: all that it gives, nothing of it committed.
struct Read {
    identity: Identity,
    broken: Option<FileError>,
    fold: Fold,
    rows: BTreeMap<Point, u64>,
    staged: Staged,
    received: Micros,
}

impl<'a> Import<'a> {
    /// Imports into `archive` what `watch` names. `overlap` allows a file that overlaps in time with
    /// another of the same point.
    pub fn new(archive: &'a Archive, watch: Watch, spans: Spans, overlap: bool) -> Self {
        let settings = settings(&watch, spans);
        Import { archive, watch, spans, settings, overlap }
    }

    /// Imports one file; `-` is standard input. A file that breaks off is imported up to there, and
    /// the summary says so.
    ///
    /// # Errors
    /// The file is refused, or the archive failed; the archive is as it was before.
    pub async fn file(
        &self,
        path: &Path,
        progress: Progress<'_>,
    ) -> Result<FileSummary, ImportError> {
        let name = path.display().to_string();
        if let Some(summary) = self.known_by_name(path, &name).await? {
            return Ok(summary);
        }
        let read = self.read(path, &name, progress).await?;
        let sha256 = hex(&read.identity.sha256);
        let deliveries = self.deliveries(&sha256, &read.rows);
        let summary = read.summary(&name, &sha256);
        if self.is_complete(&deliveries).await? {
            self.archive.discard(read.staged).await;
            return Ok(already(&name, &sha256));
        }
        let admitted = self.archive.admits(&read.staged).await.map_err(ImportError::from);
        let entered = match admitted {
            Ok(()) => self.enter(path, &name, &sha256, &read).await,
            refused => refused,
        };
        if let Err(refused) = entered {
            self.archive.discard(read.staged).await;
            return Err(refused);
        }
        let Read { fold, identity, staged, received, .. } = read;
        let hours = fold.coverage(identity.dropped);
        self.deliver(&name, &deliveries, staged, &hours, received).await?;
        Ok(summary)
    }

    /// A file of a name that the ledger knows is hashed before anything else: most often it is the
    /// same file again.
    async fn known_by_name(
        &self,
        path: &Path,
        name: &str,
    ) -> Result<Option<FileSummary>, ImportError> {
        let file = file_name(path);
        let stdin = path.as_os_str() == "-";
        if stdin || !self.archive.ledger().await?.iter().any(|entry| entry.file == file) {
            return Ok(None);
        }
        let Ok(digest) = sha256_of(path) else { return Ok(None) };
        let sha256 = hex(&digest.sha256);
        let complete = self.is_complete(&self.deliveries(&sha256, &BTreeMap::new())).await?;
        Ok(complete.then(|| already(name, &sha256)))
    }

    async fn is_complete(&self, deliveries: &[Delivery]) -> Result<bool, ImportError> {
        Ok(self.archive.completed(deliveries).await?.into_iter().all(|done| done))
    }

    async fn read(
        &self,
        path: &Path,
        name: &str,
        progress: Progress<'_>,
    ) -> Result<Read, ImportError> {
        let mut file = CaptureFile::open(path)?;
        let mut fold = Fold::new(self.watch.clone(), self.spans);
        let received = jiff::Timestamp::now().as_microsecond();
        let mut stage = self.archive.stage(received, None).await;
        let clock = |why| ImportError::Clock { file: name.to_owned(), why };
        let broken = loop {
            let more = fold_some(&mut file, &mut fold).map_err(clock)?;
            take(&mut fold, &mut stage);
            stage.relieve().await?;
            progress(file.bytes_read(), file.input_length());
            match more {
                Ok(true) => {}
                Ok(false) => break None,
                Err(error) if error.is_partial() => break Some(error),
                Err(error) => return Err(error.into()),
            }
        };
        let identity = file.finish()?;
        fold.push_unreadable(identity.unreadable_packets()).map_err(clock)?;
        fold.close();
        take(&mut fold, &mut stage);
        let rows = fold.accesses().iter().cloned().collect();
        let staged = stage.finish().await?;
        Ok(Read { identity, broken, fold, rows, staged, received })
    }

    fn deliveries(&self, sha256: &str, rows: &BTreeMap<Point, u64>) -> Vec<Delivery> {
        let generation = format!("{sha256}:{}", self.settings);
        let of = |point: &Point| Delivery {
            point: point.clone(),
            generation: generation.clone(),
            rows: rows.get(point).copied().unwrap_or_default(),
        };
        self.watch.points().iter().map(|watched| of(&watched.point)).collect()
    }

    /// Enters the file into the ledger, or refuses it.
    async fn enter(
        &self,
        path: &Path,
        name: &str,
        sha256: &str,
        read: &Read,
    ) -> Result<(), ImportError> {
        let entry = |point: &Point| observation::Import {
            point: point.clone(),
            sha256: sha256.to_owned(),
            settings: self.settings.clone(),
            file: file_name(path),
            bytes: read.identity.bytes,
            span: read.fold.span(),
            packets: read.fold.fates().packets,
            accesses: read.rows.get(point).copied().unwrap_or_default(),
            whole: read.broken.is_none(),
        };
        let entries: Vec<_> =
            self.watch.points().iter().map(|watched| entry(&watched.point)).collect();
        let check = |ledger: &[observation::Import]| self.check(name, &entries, ledger);
        self.archive.enter(&entries, read.received, check).await
    }

    fn check(
        &self,
        name: &str,
        entries: &[observation::Import],
        ledger: &[observation::Import],
    ) -> Result<(), ImportError> {
        for entry in entries {
            let others =
                || ledger.iter().filter(|other| other.point == entry.point && !other.is(entry));
            if others().any(|other| other.sha256 == entry.sha256) {
                return Err(ImportError::OtherSettings {
                    file: name.to_owned(),
                    point: entry.point.clone(),
                });
            }
            if let Some(other) = others().find(|other| !self.overlap && other.overlaps(entry)) {
                return Err(ImportError::Overlaps {
                    file: name.to_owned(),
                    other: other.file.clone(),
                    point: entry.point.clone(),
                });
            }
        }
        Ok(())
    }

    async fn deliver(
        &self,
        name: &str,
        deliveries: &[Delivery],
        staged: Staged,
        hours: &[Coverage],
        received: Micros,
    ) -> Result<(), ImportError> {
        // Coverage after accesses: whoever sees the hours can rely on the rows.
        let accesses = self.archive.deliver_accesses(deliveries, staged).await?;
        let coverage = self.archive.deliver_coverage(deliveries, hours, received).await?;
        if [accesses, coverage].contains(&Delivered::Mixed) {
            return Err(ImportError::Mixed(name.to_owned()));
        }
        Ok(())
    }
}

impl Read {
    fn summary(&self, name: &str, sha256: &str) -> FileSummary {
        let tally = self.fold.tally();
        FileSummary {
            file: name.to_owned(),
            sha256: Some(sha256.to_owned()),
            counts: Counts::new(&self.fold.fates(), tally, self.fold.span()),
            error: self.broken.as_ref().map(ToString::to_string),
            partial: self.broken.is_some(),
            unreadable: self.identity.unreadable_packets(),
            evicted: tally.evicted,
            forgotten: tally.forgotten,
            clock_jumps: tally.jumps,
        }
    }
}

/// Folds the next packets. The inner result says whether there may be more.
fn fold_some(
    file: &mut CaptureFile,
    fold: &mut Fold,
) -> Result<Result<bool, FileError>, TooManyHours> {
    for _ in 0..BATCH {
        let frame = match file.next_frame() {
            Ok(Some(frame)) => frame,
            Ok(None) => return Ok(Ok(false)),
            Err(error) => return Ok(Err(error)),
        };
        let truncated = frame.bytes.len() < frame.wire_length as usize;
        let dissected = dissect::dissect(frame.link, frame.bytes, frame.wire_length);
        fold.push(frame.time, truncated, &dissected)?;
    }
    Ok(Ok(true))
}

fn take(fold: &mut Fold, stage: &mut Stage) {
    fold.take_finished(|access| stage.push(access, Origin::default()));
}

fn already(name: &str, sha256: &str) -> FileSummary {
    let counts = Counts { already_imported: true, ..Counts::default() };
    FileSummary {
        file: name.to_owned(),
        sha256: Some(sha256.to_owned()),
        counts,
        ..FileSummary::default()
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

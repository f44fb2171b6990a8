//! One file into the archive.

use std::path::Path;

use archive::{Archive, Delivered, Delivery};
use capture::file::{Opened, sha256_of};
use capture::fold::Watch;
use gazetteer::Atlas;
use observation::Coverage;

use crate::captured::Captured;
use crate::error::ImportError;
use crate::identity::hex;
use crate::logged::LogOf;
use crate::orders::Orders;
use crate::read::{Read, generation};
use crate::summary::{Counts, FileSummary};

/// Hears how many bytes of a file have been read, of how many.
pub type Progress<'a> = &'a (dyn Fn(u64, Option<u64>) + Sync);

/// Imports files as they were ordered.
pub struct Import<'a> {
    archive: &'a Archive,
    atlas: &'a Atlas,
    orders: Orders,
}

impl<'a> Import<'a> {
    /// Imports into `archive`, with places from `atlas`.
    pub fn new(archive: &'a Archive, atlas: &'a Atlas, orders: Orders) -> Self {
        Import { archive, atlas, orders }
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
        let deliveries = read.deliveries();
        let summary = read.summary(&name);
        if read.is_nothing() {
            // A log of another format, most often: it can be tried again in other words.
            self.archive.discard(read.staged).await;
            return Ok(summary);
        }
        if self.is_complete(&deliveries).await? {
            let sha256 = read.sha256();
            self.archive.discard(read.staged).await;
            return Ok(already(&name, &sha256));
        }
        if let Err(refused) = self.enter(path, &name, &read).await {
            self.archive.discard(read.staged).await;
            return Err(refused);
        }
        self.deliver(&name, &deliveries, read).await?;
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
        let ledger = self.archive.ledger().await?;
        if path.as_os_str() == "-" || !ledger.iter().any(|entry| entry.file == file) {
            return Ok(None);
        }
        let Ok(digest) = sha256_of(path) else { return Ok(None) };
        let sha256 = hex(&digest.sha256);
        let Some(settings) = self.settings_of(path) else { return Ok(None) };
        let ours =
            |entry: &&observation::Import| entry.sha256 == sha256 && entry.settings == settings;
        let delivery = |entry: &observation::Import| Delivery {
            point: entry.point.clone(),
            generation: generation(&sha256, &entry.settings),
            rows: entry.accesses,
        };
        let deliveries: Vec<Delivery> = ledger.iter().filter(ours).map(delivery).collect();
        let points = self.orders.watch.as_ref().map_or(1, |watch| watch.points().len());
        let complete = deliveries.len() >= points && self.is_complete(&deliveries).await?;
        Ok(complete.then(|| already(name, &sha256)))
    }

    /// The digest of the settings that a file would be imported with now.
    fn settings_of(&self, path: &Path) -> Option<String> {
        let mut opened = Opened::open(path).ok()?;
        let is_capture = opened.is_capture();
        match self.orders.format_of(is_capture, opened.first_bytes()) {
            None => self.orders.capture_settings(),
            Some(format) => {
                self.orders.rules(format).ok().map(|rules| self.orders.log_settings(&rules))
            }
        }
    }

    /// Whether there are deliveries, and all have been committed.
    async fn is_complete(&self, deliveries: &[Delivery]) -> Result<bool, ImportError> {
        let done = self.archive.completed(deliveries).await?;
        Ok(!done.is_empty() && done.into_iter().all(|done| done))
    }

    async fn read(
        &self,
        path: &Path,
        name: &str,
        progress: Progress<'_>,
    ) -> Result<Read, ImportError> {
        let Import { archive, atlas, ref orders } = *self;
        let wrong = |why| ImportError::Orders { file: name.to_owned(), why };
        let mut opened = Opened::open(path)?;
        let is_capture = opened.is_capture();
        let Some(format) = orders.format_of(is_capture, opened.first_bytes()) else {
            let file = opened.into_capture()?;
            let watch = orders.watch.as_ref().ok_or_else(|| wrong(NO_POINT))?;
            let settings = orders.capture_settings().unwrap_or_default();
            let captured = Captured { archive, atlas, watch, spans: orders.spans, settings };
            return captured.read(file, name, progress).await;
        };
        let rules = orders.rules(format).map_err(wrong)?;
        let watch = orders.watch.as_ref();
        if watch.is_some_and(Watch::has_live) {
            return Err(wrong(LIVE_LOG));
        }
        let log = LogOf { archive, atlas, watch, settings: orders.log_settings(&rules) };
        log.read(opened.into_text(), rules, name, progress).await
    }

    /// Enters the file into the ledger, or refuses it.
    async fn enter(&self, path: &Path, name: &str, read: &Read) -> Result<(), ImportError> {
        self.archive.admits(&read.staged).await?;
        let entries = read.entries(&file_name(path));
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
            if let Some(other) =
                others().find(|other| !self.orders.overlap && other.overlaps(entry))
            {
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
        read: Read,
    ) -> Result<(), ImportError> {
        let Read { staged, hours, received, .. } = read;
        let hours: &[Coverage] = &hours;
        // Coverage after accesses: whoever sees the hours can rely on the rows.
        let accesses = self.archive.deliver_accesses(deliveries, staged).await?;
        let coverage = self.archive.deliver_coverage(deliveries, hours, received).await?;
        if [accesses, coverage].contains(&Delivered::Mixed) {
            return Err(ImportError::Mixed(name.to_owned()));
        }
        Ok(())
    }
}

const NO_POINT: &str = "nothing says which point the capture is of: give --point or --points";
const LIVE_LOG: &str = "a log has no conversations to tell what its host began: \
    leave out --mode live, as every line of it was unwanted by whoever wrote it";

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

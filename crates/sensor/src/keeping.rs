//! The keeping thread: turns into the journal, and the journal onto the disk.
//!
//! A turn is journalled in this order: rows of what closed; images of what changed; the end of the turn
//! (the account with the turn added); then rows of coverage for what is to be told, which take from the
//! account. A crash leaves a prefix of this, and each prefix is told of exactly: see the crate's page.

use std::collections::VecDeque;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use delivery::Freshness;
use observation::{Coverage, HOUR, Micros, Point, SECOND};
use spool::{AppendError, DiskError, Share};
use tokio::sync::Notify;

use crate::account::Account;
use crate::begin::BeginError;
use crate::book::{Book, Inner};
use crate::record::{ACCESSES, CONVERSATIONS, COVERAGES, IMAGES, TURN, UNKEPT};
use crate::record::{access, account, coverage, framed, put_framed, tag_of};
use crate::run::Setup;
use crate::source::now;
use crate::turn::{Handover, Turn};

/// How long to wait before a disk that failed is tried again.
const RETRY: Duration = Duration::from_secs(1);
/// What images leave free of the journal's room for state, for the ends of turns and for the images of
/// one turn more.
const KEPT: u64 = 16 << 20;
/// Packets of an hour may come so long after it, µs.
const LATE: Micros = 10 * SECOND;
/// Turns whose places are remembered, at most: between two, a few are passed over.
const PLACES: usize = 256;
/// Bytes of what was not kept that wait to be noted. Beyond it a kill may take an access up again that
/// was counted as not kept.
const UNNOTED: usize = 1 << 20;
/// How often the report is written, µs.
const REPORT: Micros = 2 * SECOND;

/// Why keeping ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeepError {
    /// It was told to stop while the disk failed: what came since the last turn is lost.
    #[error("the disk failed to the end: {0}")]
    Disk(String),
    /// The journal takes no more: we are at fault, or it has no numbers.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// What we wrote cannot be read: we are at fault.
    #[error(transparent)]
    Begin(#[from] BeginError),
}

/// A point's memory.
pub(crate) struct Keeping<'a> {
    book: Book,
    handover: &'a Handover,
    account: Account,
    /// Where turns begin, in rising order.
    places: VecDeque<(u32, u64)>,
    /// Which part of time was told last, and how long a part is.
    told: i64,
    part: Micros,
    /// The journal's room for state, in bytes.
    state: u64,
    wake: Arc<Notify>,
    report: PathBuf,
    reported: Micros,
    /// Accesses that were not kept, and that the journal does not know of yet, framed.
    unnoted: Vec<u8>,
    /// Seconds that were watched, and that no durable end of a turn counts yet.
    untold: Vec<Range<i64>>,
}

impl<'a> Keeping<'a> {
    /// Keeps on in a journal whose past is counted by `account`.
    pub(crate) fn new(
        book: Book,
        handover: &'a Handover,
        account: Account,
        wake: Arc<Notify>,
        setup: &Setup,
    ) -> Self {
        Keeping {
            book,
            handover,
            account,
            places: VecDeque::new(),
            told: i64::MIN,
            part: setup.pace.coverage.max(1),
            state: setup.limits.state,
            wake,
            report: setup.places.report.clone(),
            reported: Micros::MIN,
            unnoted: Vec::new(),
            untold: Vec::new(),
        }
    }

    /// Keeps every turn until there is none.
    pub(crate) fn run(mut self) -> Result<(), KeepError> {
        while let Some(turn) = self.handover.take() {
            self.keep(&turn)?;
            self.wake.notify_one();
        }
        Ok(())
    }

    fn keep(&mut self, turn: &Turn) -> Result<(), KeepError> {
        let before = self.book.lock().journal.place();
        self.rows(&turn.rows)?;
        self.account.counted = turn.counted;
        for (hour, counted) in &turn.hours {
            self.account.add(*hour, counted);
        }
        let place = if turn.cleared { self.cleared() } else { before };
        self.untold.push(turn.watched.clone());
        let ended = self.note()? && self.images(turn)? && self.end(turn, place)?;
        if ended {
            self.tell(turn)?;
        } else {
            // Without its images a turn has no end, or its packets would be counted and not kept.
            self.handover.crowded.store(true, Relaxed);
        }
        self.sync()?;
        if ended {
            for watched in self.untold.drain(..).filter(|watched| !watched.is_empty()) {
                tracing::debug!(from = watched.start, to = watched.end, "seconds are durable");
            }
        }
        self.tell_report(turn);
        Ok(())
    }

    /// Everything from before has closed, and nothing has changed since: no image from before this
    /// place is needed.
    fn cleared(&mut self) -> u64 {
        self.places.clear();
        let mut book = self.book.lock();
        book.report.crowded += 1;
        book.journal.place()
    }

    /// Tries until the disk takes it, or the journal says that it never will.
    fn insist<T>(
        &self,
        mut attempt: impl FnMut(&mut Inner) -> Result<T, AppendError>,
    ) -> Result<Result<T, AppendError>, KeepError> {
        loop {
            let done = attempt(&mut self.book.lock());
            match done {
                Err(AppendError::Disk(error)) => self.wait(&error)?,
                done => return Ok(done),
            }
        }
    }

    fn wait(&self, error: &DiskError) -> Result<(), KeepError> {
        tracing::error!(%error, "journalling waits for the disk");
        if self.handover.stop.load(Relaxed) {
            return Err(KeepError::Disk(error.to_string()));
        }
        std::thread::sleep(RETRY);
        Ok(())
    }

    /// Rows of what closed; what finds no room is counted.
    fn rows(&mut self, rows: &[u8]) -> Result<(), KeepError> {
        let tag = tag_of(Freshness::Live);
        for payload in framed(rows) {
            let kept = self
                .insist(|book| book.journal.append(ACCESSES, Share::Ordinary, tag, 1, payload))?;
            match kept {
                Ok(_) => {}
                Err(AppendError::Full { .. } | AppendError::NoRoom { .. }) => {
                    self.count_unkept(payload)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn count_unkept(&mut self, payload: &[u8]) -> Result<(), KeepError> {
        let access = {
            let mut book = self.book.lock();
            book.report.not_kept += 1;
            access::decode(&book.point, payload).ok_or(BeginError::Version)?
        };
        self.account.add_unkept(&access);
        if self.unnoted.len() < UNNOTED {
            put_framed(payload, &mut self.unnoted);
        }
        Ok(())
    }

    /// Notes what was not kept, or a kill would take it up again; false: there is no room even for
    /// that.
    fn note(&mut self) -> Result<bool, KeepError> {
        let mut noted = 0;
        for payload in framed(&self.unnoted) {
            match self.insist(|book| book.journal.append_state(UNKEPT, payload))? {
                Ok(()) => noted += payload.len() + 2,
                Err(AppendError::Full { .. } | AppendError::NoRoom { .. }) => break,
                Err(error) => return Err(error.into()),
            }
        }
        self.unnoted.drain(..noted);
        Ok(self.unnoted.is_empty())
    }

    /// Images of what changed; false: there is no room for them.
    fn images(&mut self, turn: &Turn) -> Result<bool, KeepError> {
        let conversations = turn.conversations.iter().map(|part| (CONVERSATIONS, part));
        let parts = turn.images.iter().map(|part| (IMAGES, part)).chain(conversations);
        let bytes: usize = parts.clone().map(|(_, part)| part.len() + 64).sum();
        let used = self.book.lock().journal.usage().state.saturating_add(bytes as u64);
        if !turn.cleared && bytes > 0 && used.saturating_add(KEPT) > self.state {
            return Ok(false);
        }
        for (tag, part) in parts {
            match self.insist(|book| book.journal.append_state(tag, part))? {
                Ok(()) => {}
                Err(AppendError::Full { .. } | AppendError::NoRoom { .. }) => return Ok(false),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(true)
    }

    /// The end of a turn: from here on its packets are counted; false: there is no room for it.
    fn end(&mut self, turn: &Turn, place: u64) -> Result<bool, KeepError> {
        let mut payload = Vec::new();
        account::encode(turn.number, &self.account, &mut payload);
        match self.insist(|book| book.journal.append_state(TURN, &payload))? {
            Ok(()) => {}
            Err(AppendError::Full { .. } | AppendError::NoRoom { .. }) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        if self.places.len() >= PLACES {
            let mut keep = false;
            self.places.retain(|_| {
                keep = !keep;
                keep
            });
        }
        self.places.push_back((turn.number, place));
        while self.places.get(1).is_some_and(|(number, _)| *number <= turn.oldest) {
            self.places.pop_front();
        }
        if let Some(&(number, place)) = self.places.front()
            && number <= turn.oldest
        {
            self.supersede(place);
        }
        Ok(true)
    }

    fn supersede(&self, place: u64) {
        if let Err(error) = self.book.lock().journal.supersede(place) {
            tracing::error!(%error, "images cannot be given up");
        }
    }

    /// Tells of hours: of all when a part of time is over; and of what was not kept, when its hour is over,
    /// or the point has begun anew.
    fn tell(&mut self, turn: &Turn) -> Result<(), KeepError> {
        let part = turn.reached.saturating_sub(LATE.min(self.part)).div_euclid(self.part);
        if part == self.told {
            return Ok(());
        }
        let over = if self.told == i64::MIN { i64::MAX } else { turn.reached.div_euclid(HOUR) };
        self.told = part;
        let hours: Vec<i64> = self.account.hours.keys().copied().collect();
        let offset = self.book.lock().report.clock_offset;
        for hour in hours {
            self.tell_row(|account, point| account.row(hour, point, turn.addresses, offset))?;
        }
        for cell in self.account.unkept_before(over) {
            self.tell_row(|account, point| account.unkept_row(cell, point))?;
        }
        Ok(())
    }

    /// Journals a row of coverage, and takes from the account what it tells. Where there is no room, it stays
    /// there.
    fn tell_row(
        &mut self,
        row: impl Fn(&Account, &Point) -> Option<Coverage>,
    ) -> Result<(), KeepError> {
        let tag = tag_of(Freshness::Live);
        let account = &self.account;
        let told = self.insist(|book| {
            let Some(row) = row(account, &book.point) else { return Ok(None) };
            let mut payload = Vec::new();
            coverage::encode(&row, book.journal.appended(ACCESSES), &mut payload);
            book.journal.append(COVERAGES, Share::Reserved, tag, 1, &payload)?;
            Ok(Some(row))
        })?;
        if let Ok(Some(row)) = told {
            self.account.told_by(&row);
        }
        Ok(())
    }

    fn sync(&mut self) -> Result<(), KeepError> {
        loop {
            let synced = self.book.lock().journal.sync();
            match synced {
                Ok(()) => return Ok(()),
                Err(error) => self.wait(&error)?,
            }
        }
    }

    fn tell_report(&mut self, turn: &Turn) {
        let now = now();
        let mut book = self.book.lock();
        if book.depth() == 0 {
            book.idle = now;
        }
        book.report.dropped = self.handover.lost.load(Relaxed);
        if now.saturating_sub(self.reported).abs() < REPORT {
            return;
        }
        self.reported = now;
        let journal = &book.journal;
        let (accesses, delivered) = (journal.durable(ACCESSES), journal.forgotten(ACCESSES));
        let (usage, depth) = (journal.usage(), book.depth());
        let report = &mut book.report;
        report.written = now;
        (report.accesses, report.delivered, report.depth) = (accesses, delivered, depth);
        report.bytes = usage.rows.saturating_add(usage.state);
        report.addresses = turn.addresses;
        report.watching = turn.watching;
        report.open = turn.open;
        let report = report.clone();
        drop(book);
        if let Err(error) = report.store(&self.report) {
            tracing::warn!(%error, "the report cannot be written");
        }
    }
}

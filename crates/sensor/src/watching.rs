//! The watching thread: frames into the fold, and each second a turn.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use capture::fold::{Conversation, Fold, TooManyHours};
use interface::InterfaceError;
use observation::{Access, HOUR, Micros, SECOND};

use crate::account::Hour;
use crate::record::{access, conversation, put_framed};
use crate::sentry::Sentry;
use crate::source::{LAG, Source};
use crate::target::{Target, TargetError};
use crate::turn::{Handover, Turn};
use crate::uptime::Uptime;

/// Frames between two looks at what else there is.
const FRAMES: usize = 65_536;
/// Accesses closed before their rows are taken, where all are closed: each is three times as large as its
/// row's record.
const AT_ONCE: usize = 256;
/// The longest that is waited for frames.
const WAIT: Duration = Duration::from_millis(250);
/// Images of a second: where more changed, a turn takes longer, so that a flood neither fills the
/// journal nor wears out the disk.
const IMAGES: usize = 4_096;
/// The longest turn.
const LONGEST: Duration = Duration::from_secs(32);
/// Bytes of rows that may wait for the keeping thread, before frames do.
const ROWS: usize = 2 << 20;
/// Turns after which a conversation is journalled again, so that replay need not begin earlier.
const REFRESH: u32 = 64;
/// Bytes of a record of images.
const RECORD: usize = 60 << 10;

/// Why watching ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WatchError {
    /// The interfaces.
    #[error(transparent)]
    Interface(#[from] InterfaceError),
    /// The clock.
    #[error("the host's clock wanders: {0}")]
    Clock(#[from] TooManyHours),
    /// The addresses.
    #[error(transparent)]
    Target(#[from] TargetError),
}

/// How time is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// A turn, at least.
    pub turn: Duration,
    /// How much later than its stamp a packet may come, µs: see [`Fold::close_idle`].
    pub slack: Micros,
    /// After how long an hour's coverage is told, in parts, µs.
    pub coverage: Micros,
}

impl Default for Pace {
    /// A turn a second; parts of coverage of ten minutes, so that the latest rates have their
    /// denominators.
    fn default() -> Self {
        Pace { turn: Duration::from_secs(1), slack: 5 * SECOND, coverage: 600 * SECOND }
    }
}

/// A point's eyes.
pub(crate) struct Watching<'a, S> {
    source: S,
    fold: Fold,
    target: Target,
    uptime: Uptime,
    handover: &'a Handover,
    sentry: Option<Sentry>,
    pace: Pace,
    /// The number of the next turn.
    number: u32,
    /// What waits for the next turn.
    rows: Vec<u8>,
    hours: BTreeMap<i64, Hour>,
    /// Losses that were told of.
    lost: u64,
    /// Whether all was watched since the seconds were last counted.
    steady: bool,
    reached: Micros,
    cleared: bool,
}

impl<'a, S: Source> Watching<'a, S> {
    /// Watches on with a fold whose next turn has this number.
    pub(crate) fn new(
        source: S,
        fold: Fold,
        target: Target,
        uptime: Uptime,
        handover: &'a Handover,
        pace: Pace,
        number: u32,
    ) -> Self {
        let (rows, hours) = (Vec::new(), BTreeMap::new());
        let (lost, steady, reached, cleared) = (0, false, 0, false);
        Watching {
            source,
            fold,
            target,
            uptime,
            handover,
            sentry: None,
            pace,
            number,
            rows,
            hours,
            lost,
            steady,
            reached,
            cleared,
        }
    }

    /// Looks out for floods, too.
    pub(crate) fn with(mut self, sentry: Option<Sentry>) -> Self {
        self.sentry = sentry;
        self
    }

    /// Watches until it is told to stop. What came until then is handed over.
    pub(crate) fn run(mut self) -> Result<(), WatchError> {
        let (began, mut turned) = (Instant::now(), Instant::now());
        self.follow()?;
        self.count(began);
        loop {
            let stop = self.handover.stop.load(Relaxed);
            self.source.wait(WAIT)?;
            let news = self.source.news();
            self.steady &= !news.blinked && self.source.is_up();
            if news.addresses {
                self.follow()?;
            }
            self.read()?;
            if let Some(sentry) = &mut self.sentry {
                sentry.tick(self.source.now(), || self.source.addresses());
            }
            if self.is_due(turned.elapsed()) || stop {
                turned = Instant::now();
                let watched = self.count(began);
                let turn = self.turn(watched)?;
                if !self.handover.give(turn) || stop {
                    return Ok(());
                }
            }
        }
    }

    /// Watches the addresses that there are now.
    fn follow(&mut self) -> Result<(), WatchError> {
        let watch = self.target.watch(&self.source.addresses())?;
        self.steady &= self.target.is_found();
        // The point is the same.
        if let Err(error) = self.fold.rewatch(watch) {
            tracing::error!(%error, "addresses cannot be followed");
        }
        Ok(())
    }

    /// Folds what there is, and closes what nothing can join.
    fn read(&mut self) -> Result<(), WatchError> {
        let now = self.source.now();
        let mut last = None;
        let mut drained = false;
        for _ in 0..FRAMES {
            let Some(frame) = self.source.next_frame() else {
                drained = true;
                break;
            };
            let truncated = frame.bytes.len() < frame.wire_length as usize;
            let dissected = dissect::dissect(frame.link, frame.bytes, frame.wire_length);
            let fates = self.fold.push(frame.time, truncated, &dissected)?;
            if let Some(sentry) = &mut self.sentry {
                sentry.see(frame.time, &dissected, &fates);
            }
            last = frame.time;
        }
        let read = if drained { now } else { last.map_or(self.reached, |last| last.min(now)) };
        self.reached = read.saturating_sub(LAG);
        self.fold.close_idle(self.reached, self.pace.slack);
        self.take_rows();
        Ok(())
    }

    fn take_rows(&mut self) {
        let (rows, mut payload) = (&mut self.rows, Vec::with_capacity(128));
        self.fold.take_finished(|finished| {
            for row in finished {
                payload.clear();
                access::encode(row, &mut payload);
                put_framed(&payload, rows);
            }
        });
    }

    /// Whether the next turn is due: when there are few enough images for the time that it took, and
    /// the keeping thread is free; or when rows wait that memory has no room for.
    fn is_due(&self, elapsed: Duration) -> bool {
        if self.rows.len() > ROWS {
            return true;
        }
        if elapsed < self.pace.turn || !self.handover.is_free() {
            return false;
        }
        let most = IMAGES.saturating_mul(usize::try_from(elapsed.as_secs().max(1)).unwrap_or(1));
        elapsed >= LONGEST || self.fold.count_changed(most + 1) <= most
    }

    /// Counts the seconds that have passed, and gives them.
    fn count(&mut self, began: Instant) -> Range<i64> {
        let up = self.steady && self.source.is_up() && self.target.is_found();
        let now = self.source.now();
        let seconds = self.uptime.advance(now, began.elapsed(), self.reached, up);
        let mut from = seconds.start;
        while from < seconds.end {
            let hour = from.div_euclid(HOUR / SECOND);
            let to = seconds.end.min((hour + 1) * (HOUR / SECOND));
            let of = self.hours.entry(hour.max(0)).or_default();
            of.seconds = of.seconds.saturating_add(u32::try_from(to - from).unwrap_or(0));
            from = to;
        }
        self.steady = self.source.is_up() && self.target.is_found();
        seconds
    }

    /// Everything since the turn before.
    fn turn(&mut self, watched: Range<i64>) -> Result<Turn, WatchError> {
        if self.handover.crowded.swap(false, Relaxed) {
            while self.fold.close_some(AT_ONCE) {
                self.take_rows();
            }
            self.take_rows();
            self.cleared = true;
        }
        let hour = self.reached.div_euclid(HOUR).max(0);
        let lost = self.source.lost()?;
        self.handover.lost.store(lost, Relaxed);
        let of = self.hours.entry(hour).or_default();
        of.dropped = of.dropped.saturating_add(lost.saturating_sub(self.lost));
        self.lost = lost;
        let (number, reached) = (self.number, self.reached);
        let (mut images, mut conversations) = (Parts::default(), Parts::default());
        let put = |image: &Access| images.put(|out| access::encode(image, out));
        let oldest = self.fold.changed(number, put);
        let since = if self.cleared { number } else { number.saturating_sub(REFRESH) };
        let put = |image: &Conversation| conversations.put(|out| conversation::encode(image, out));
        let oldest = oldest.min(self.fold.changed_conversations(reached, number, since, put));
        let hours = &mut self.hours;
        self.fold.take_fates(|hour, _, fates| hours.entry(hour.max(0)).or_default().fates += fates);
        self.number = self.number.saturating_add(1);
        Ok(Turn {
            number,
            oldest,
            rows: std::mem::take(&mut self.rows),
            images: images.all(),
            conversations: conversations.all(),
            hours: std::mem::take(&mut self.hours),
            watched,
            counted: self.uptime.counted(),
            reached: self.reached,
            addresses: self.target.addresses(),
            cleared: std::mem::take(&mut self.cleared),
            watching: self.steady,
            open: self.fold.open() as u64,
        })
    }
}

/// Payloads, framed, in parts that a record takes.
#[derive(Default)]
struct Parts {
    parts: Vec<Vec<u8>>,
    part: Vec<u8>,
    payload: Vec<u8>,
}

impl Parts {
    fn put(&mut self, encode: impl FnOnce(&mut Vec<u8>)) {
        self.payload.clear();
        encode(&mut self.payload);
        if self.part.len() + self.payload.len() > RECORD {
            self.parts.push(std::mem::take(&mut self.part));
        }
        put_framed(&self.payload, &mut self.part);
    }

    fn all(mut self) -> Vec<Vec<u8>> {
        if !self.part.is_empty() {
            self.parts.push(self.part);
        }
        self.parts
    }
}

//! A point's threads.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use capture::fold::Spans;
use delivery::{Backoff, Generation};
use observation::{Point, SECOND};
use spool::Limits;
use tokio::sync::{Notify, watch};
use wire::{Courier, Identity};

use crate::begin::{self, BeginError, Past};
use crate::book::Book;
use crate::guarding::{Blocking, Guarding};
use crate::keeping::{KeepError, Keeping};
use crate::replayed::{self, Replay, ReplayError};
use crate::sentry::{Alarm, Sentry};
use crate::source::{Source, now};
use crate::status::Report;
use crate::target::Target;
use crate::turn::{Closing, Handover};
use crate::uptime::Uptime;
use crate::watching::{Pace, WatchError, Watching};

/// How long to wait before delivery is begun anew after the journal failed.
const AGAIN: Duration = Duration::from_secs(5);
/// How often it is looked whether everything is delivered.
const LOOK: Duration = Duration::from_millis(100);

/// What a point needs beside its packets.
#[derive(Clone, Debug)]
pub struct Setup {
    /// What is watched.
    pub target: Target,
    /// What one access is.
    pub spans: Spans,
    /// How time is cut.
    pub pace: Pace,
    /// Where the spool is, the identity and the report.
    pub places: Places,
    /// What the spool may use.
    pub limits: Limits,
    /// Who we are to the hub; none: nothing is delivered.
    pub identity: Option<Identity>,
    /// How a hub that does not answer is tried again.
    pub backoff: Backoff,
}

/// Files of a point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// The spool's folder.
    pub spool: PathBuf,
    /// The identity.
    pub identity: PathBuf,
    /// The report.
    pub report: PathBuf,
    /// Notes of captures that were replayed.
    pub replays: PathBuf,
    /// Floods that were found, a line of JSON each.
    pub findings: PathBuf,
    /// Sources that were blocked, a line of JSON each.
    pub blocks: PathBuf,
}

impl Places {
    /// Everything in one data folder.
    pub fn below(data: &Path) -> Self {
        Places {
            spool: data.join("spool"),
            identity: data.join("identity.json"),
            report: data.join("status.json"),
            replays: data.join("replays"),
            findings: data.join("findings.jsonl"),
            blocks: data.join("blocks.jsonl"),
        }
    }
}

/// Why a point ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// It could not begin.
    #[error(transparent)]
    Begin(#[from] BeginError),
    /// It could not watch.
    #[error(transparent)]
    Watch(#[from] WatchError),
    /// It could not keep.
    #[error(transparent)]
    Keep(#[from] KeepError),
    /// No thread or runtime could be had.
    #[error("the host gives no thread: {0}")]
    Thread(#[from] std::io::Error),
    /// A thread panicked: we are at fault.
    #[error("the {0} thread panicked")]
    Panicked(&'static str),
}

/// Stops a point.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<StopInner>);

#[derive(Debug, Default)]
struct StopInner {
    handover: Handover,
    delivery: watch::Sender<bool>,
}

impl Stop {
    /// Everything that came is journalled and synced; then the point ends. Deliveries that are under
    /// way are broken off: the hub will tell what it has.
    pub fn stop(&self) {
        self.0.handover.stop.store(true, Relaxed);
        self.0.delivery.send_replace(true);
    }
}

/// Runs a point until it is stopped: the calling thread watches, one keeps, one delivers.
///
/// Interfaces are opened and capabilities dropped before, for they belong to a thread.
///
/// # Errors
/// [`RunError`]. Whatever was journalled stays.
pub fn run<S: Source>(source: S, setup: &Setup, stop: &Stop) -> Result<(), RunError> {
    run_guarded(source, setup, None, stop)
}

/// As [`run`], and looks out for floods: one thread more acts on what is found.
///
/// # Errors
/// [`RunError`]. Whatever was journalled stays.
pub fn run_guarded<S: Source>(
    source: S,
    setup: &Setup,
    blocking: Option<Blocking>,
    stop: &Stop,
) -> Result<(), RunError> {
    let opened = begin::open(&setup.places.spool, setup.limits, now() / SECOND)?;
    let mut target = setup.target.clone();
    let watch = target.watch(&source.addresses()).map_err(WatchError::from)?;
    let point = target.point.clone();
    let past = Past::read(&opened.journal, &point, watch, setup.spans)?;
    replayed::close_notes(&setup.places.replays, &opened.journal)?;
    let report = report(&opened, setup, &point);
    tracing::info!(open = past.fold.open(), generation = report.generation, "journal read");
    let book = Book::new(opened.journal, point, report, setup.places.identity.clone());
    let handover = &stop.0.handover;
    let wake = Arc::new(Notify::new());
    let (sentry, guarding) = guards(&book, setup, blocking);
    let uptime = Uptime::new(past.account.counted);
    let keeping = Keeping::new(book.clone(), handover, past.account, wake.clone(), setup);
    let watching =
        Watching::new(source, past.fold, target, uptime, handover, setup.pace, past.turn + 1)
            .with(sentry);
    std::thread::scope(|scope| {
        let keeper = std::thread::Builder::new().name("keep".to_owned());
        let keeper = keeper.spawn_scoped(scope, move || {
            let _closing = Closing(handover);
            keeping.run()
        })?;
        let courier = std::thread::Builder::new().name("deliver".to_owned());
        let courier = courier.spawn_scoped(scope, || deliver(book, setup, &wake, stop))?;
        let guard = guarding.map(|(guarding, alarms)| {
            let guard = std::thread::Builder::new().name("guard".to_owned());
            guard.spawn_scoped(scope, move || guarding.run(&alarms))
        });
        let guard = guard.transpose()?;
        let watched = {
            let _closing = Closing(handover);
            watching.run()
        };
        let kept = keeper.join().map_err(|_| RunError::Panicked("keeping"))?;
        if let Some(guard) = guard {
            guard.join().map_err(|_| RunError::Panicked("guarding"))?;
        }
        stop.stop();
        let delivered = courier.join().map_err(|_| RunError::Panicked("delivering"))?;
        kept?;
        watched?;
        Ok(delivered?)
    })
}

/// Alarms that wait for the guarding thread.
const ALARMS: usize = 8;

/// Who looks out for floods, and who acts on what is found.
fn guards(
    book: &Book,
    setup: &Setup,
    blocking: Option<Blocking>,
) -> (Option<Sentry>, Option<(Guarding, Receiver<Alarm>)>) {
    let Some(blocking) = blocking else { return (None, None) };
    let (alarm, alarms) = std::sync::mpsc::sync_channel(ALARMS);
    let place = |identity: &Identity| identity.hub.to_string().replace("https://", "");
    let hub = setup.identity.as_ref().map(place);
    let Places { findings, blocks, .. } = &setup.places;
    let guarding = Guarding::new(book.clone(), blocking, hub, findings, blocks);
    (Some(Sentry::new(&setup.target.point, alarm)), Some((guarding, alarms)))
}

/// Journals a capture as replayed, once, and delivers what the journal holds, if there is a hub.
///
/// # Errors
/// [`ReplayError`]: above all where a point runs and has the spool.
pub fn replay(path: &Path, setup: &Setup, stop: &Stop) -> Result<Replay, ReplayError> {
    let mut opened = begin::open(&setup.places.spool, setup.limits, now() / SECOND)?;
    let Setup { target, spans, places, .. } = setup;
    let watch = target.clone().watch(&BTreeSet::new())?;
    let point = target.point.clone();
    let replay =
        replayed::replay(path, &mut opened.journal, &point, watch, *spans, &places.replays)?;
    let report = report(&opened, setup, &point);
    let book = Book::new(opened.journal, point, report, places.identity.clone());
    if setup.identity.is_some() {
        drain(&book, setup, stop)?;
    }
    Ok(replay)
}

/// Delivers until nothing waits, or it is told to stop.
fn drain(book: &Book, setup: &Setup, stop: &Stop) -> Result<(), ReplayError> {
    let wake = Notify::new();
    std::thread::scope(|scope| {
        let courier = scope.spawn(|| deliver(book.clone(), setup, &wake, stop));
        while !*stop.0.delivery.borrow() && !courier.is_finished() && book.lock().depth() > 0 {
            std::thread::sleep(LOOK);
        }
        stop.stop();
        // What it says of a panic stands on standard error already.
        drop(courier.join());
    });
    Ok(book.lock().journal.sync()?)
}

fn report(opened: &begin::Opened, setup: &Setup, point: &Point) -> Report {
    Report {
        point: point.to_string(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        since: now(),
        hub: setup.identity.as_ref().map(|identity| identity.hub.to_string()),
        generation: Generation(opened.journal.generation().to_be_bytes()).to_string(),
        aside: opened.aside.as_ref().map(|aside| aside.display().to_string()),
        ..Report::default()
    }
}

/// Delivers until it is told to stop.
pub(crate) fn deliver(
    mut book: Book,
    setup: &Setup,
    wake: &Notify,
    stop: &Stop,
) -> std::io::Result<()> {
    let Some(identity) = setup.identity.clone() else { return Ok(()) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut stopped = stop.0.delivery.subscribe();
    runtime.block_on(async {
        let mut identity = identity;
        while !*stopped.borrow() {
            let mut courier = Courier::new(identity.clone(), setup.backoff);
            match courier.run(&mut book, wake, stopped.clone()).await {
                Ok(()) => break,
                Err(error) => tracing::error!(error = %Chain(&error), "delivery begins anew"),
            }
            tokio::select! {
                () = tokio::time::sleep(AGAIN) => {}
                _ = stopped.wait_for(|stopped| *stopped) => {}
            }
            // It may have been renewed.
            if let Ok(Some(kept)) = Identity::load(&setup.places.identity) {
                let hub = std::mem::replace(&mut identity, kept).hub;
                identity.hub = hub;
            }
        }
    });
    Ok(())
}

/// An error with its causes.
struct Chain<'a>(&'a dyn std::error::Error);

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let causes = std::iter::successors(self.0.source(), |cause| cause.source());
        causes.into_iter().try_for_each(|cause| write!(f, ": {cause}"))
    }
}

//! The hub: receives what points deliver, commits it in groups, and says how the points are.
//!
//! Invariant: a delivery is acknowledged only after the commit that holds its rows and its lane's new
//! position, and that commit was made on the very version of the table on which the lane was seen to
//! stand where the delivery begins. So any number of hubs may write one archive, and any of them may
//! be killed at any moment.
//!
//! # The way of a delivery
//!
//! `wire` gives a checked delivery to [`Hub`], which is its [`wire::Inbox`]. It joins the group of its table, or
//! is refused as busy where the group is full: what waits is bounded by [`Settings`]. A group is due
//! [`Settings::group`] after its first delivery, or when it is nearly full. Then, for accesses first
//! and coverage after them: look at the table, [settle](delivery::receiver::Group::settle) the group, stage the rows with
//! their places, commit rows and positions, answer. Where somebody else has committed in between, the group is
//! settled anew; rows that are staged already are staged only once. While one group is committed the next
//! gathers, on other threads.
//!
//! # What the hub keeps
//!
//! Positions are in the archive alone. In its folder the hub keeps, beside `wire`'s registry, what each point told
//! last (`heard/NAME.json`): of no consequence for the rows, and not synced. [`points()`] makes of both
//! what `yagura point list` shows, with [`Finding`]s.

mod book;
mod commit;
mod finding;
mod fresh;
mod inbox;
mod metrics;
mod points;
mod queue;
mod ready;
mod settings;
#[cfg(test)]
mod tests;
mod upkeep;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, RwLock};

use archive::{Archive, Recipient};
use delivery::Table;
use gazetteer::Atlas;
use observation::Micros;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use wire::Registry;

pub use book::{BookError, Heard};
pub use finding::Finding;
pub use points::{PointState, points};
pub use ready::Unready;
pub use settings::Settings;

use book::Book;
use fresh::Fresh;
use metrics::Meters;
use queue::Queue;

/// A hub. Cloning is cheap: all clones are the same one.
#[derive(Clone)]
pub struct Hub {
    inner: Arc<Inner>,
}

struct Inner {
    archive: Arc<Archive>,
    atlas: Atlas,
    registry: Registry,
    settings: Settings,
    clock: Box<dyn Fn() -> Micros + Send + Sync>,
    book: Book,
    queue: Mutex<Queue>,
    /// Told when something has come, and when the hub closes.
    wake: Notify,
    fresh: [Fresh; 2],
    /// UTC days, counted from 1970-01-01, of which no row is taken any more.
    retired: RwLock<std::collections::BTreeSet<i32>>,
    meters: Meters,
    /// Whether the last commit that was tried failed.
    failing: AtomicBool,
}

/// The tasks of a hub.
pub struct Running {
    hub: Hub,
    committing: JoinHandle<()>,
    upkeep: JoinHandle<()>,
}

impl Hub {
    /// A hub that writes an archive, with places from `atlas`, the time from `clock` (µs since the epoch)
    /// and a folder in which its registry is. It begins to commit and to keep the archive small; call it
    /// within a runtime.
    ///
    /// # Errors
    /// The folder cannot be read or written.
    pub fn start(
        archive: Arc<Archive>,
        atlas: Atlas,
        registry: Registry,
        folder: &Path,
        settings: Settings,
        clock: impl Fn() -> Micros + Send + Sync + 'static,
    ) -> Result<(Hub, Running), BookError> {
        let inner = Arc::new(Inner {
            archive,
            atlas,
            registry,
            book: Book::open(folder)?,
            queue: Mutex::new(Queue::new(&settings)),
            settings,
            clock: Box::new(clock),
            wake: Notify::new(),
            fresh: Default::default(),
            retired: RwLock::default(),
            meters: Meters::default(),
            failing: AtomicBool::new(false),
        });
        let hub = Hub { inner: inner.clone() };
        let committing = tokio::spawn(commit::run(inner.clone()));
        let upkeep = tokio::spawn(upkeep::run(inner));
        Ok((hub.clone(), Running { hub, committing, upkeep }))
    }

    /// What the hub counts, in the text format of Prometheus, with what the server counts.
    pub fn metrics(&self, counts: &wire::Counts) -> String {
        let inner = &self.inner;
        let now = (inner.clock)();
        let points = points(&inner.registry, inner.book.folder(), now, &inner.settings);
        let waiting = inner.queue().waiting();
        inner.meters.text(counts, points.as_deref().unwrap_or_default(), waiting)
    }

    /// Takes nothing more in, and commits what waits at once.
    pub fn close(&self) {
        self.inner.queue().close();
        self.inner.wake.notify_one();
    }
}

impl Running {
    /// Closes the hub and waits until what it took in is committed and answered.
    pub async fn stop(self) {
        self.hub.close();
        self.upkeep.abort();
        if self.committing.await.is_err() {
            tracing::error!(
                "what waited for its commit was not committed: the points deliver it again"
            );
        }
    }
}

impl Inner {
    fn queue(&self) -> std::sync::MutexGuard<'_, Queue> {
        // Nothing that holds it can panic half-way through a change.
        self.queue.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn failing(&self, failing: bool) {
        self.failing.store(failing, Relaxed);
    }
}

/// The archive's table of a point's.
fn recipient(table: Table) -> Recipient {
    match table {
        Table::Access => Recipient::Access,
        Table::Coverage => Recipient::Coverage,
    }
}

/// The place of a table in what there is one of for each.
fn place(table: Table) -> usize {
    usize::from(table == Table::Coverage)
}

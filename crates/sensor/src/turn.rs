//! What the watching thread hands to the keeping one, about once a second.

use std::collections::BTreeMap;
use std::sync::Condvar;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use observation::Micros;

use crate::account::Hour;

/// Everything since the turn before.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    /// Its number.
    pub(crate) number: u32,
    /// The oldest turn whose images are still needed.
    pub(crate) oldest: u32,
    /// Rows of accesses that closed, framed.
    pub(crate) rows: Vec<u8>,
    /// Images of accesses that changed, framed, in parts that a record takes.
    pub(crate) images: Vec<Vec<u8>>,
    /// Conversations that a live host began, likewise.
    pub(crate) conversations: Vec<Vec<u8>>,
    /// What was counted.
    pub(crate) hours: BTreeMap<i64, Hour>,
    /// The seconds that were watched, and are counted in `hours`.
    pub(crate) watched: std::ops::Range<i64>,
    /// The second up to which seconds are counted.
    pub(crate) counted: i64,
    /// Up to when all frames have been folded.
    pub(crate) reached: Micros,
    /// Addresses that are watched.
    pub(crate) addresses: Option<u64>,
    /// Nothing was open when it began: no image from before is needed.
    pub(crate) cleared: bool,
    /// Whether there is something to watch, on interfaces that are up.
    pub(crate) watching: bool,
    /// Accesses that are open.
    pub(crate) open: u64,
}

/// One turn on its way: the watching thread never waits for the disk, but for want of memory.
#[derive(Debug, Default)]
pub(crate) struct Handover {
    waiting: Mutex<Waiting>,
    changed: Condvar,
    /// The journal has no room for images: everything open is to be closed.
    pub(crate) crowded: AtomicBool,
    /// Both threads shall come to their end.
    pub(crate) stop: AtomicBool,
    /// Packets lost, for the status.
    pub(crate) lost: AtomicU64,
}

#[derive(Debug, Default)]
struct Waiting {
    turn: Option<Box<Turn>>,
    busy: bool,
    closed: bool,
}

impl Handover {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a turn can be handed over without waiting.
    pub(crate) fn is_free(&self) -> bool {
        let waiting = self.lock();
        waiting.closed || (waiting.turn.is_none() && !waiting.busy)
    }

    /// Hands a turn over, and waits for the one before to be kept; false: nobody keeps any more.
    pub(crate) fn give(&self, turn: Turn) -> bool {
        let mut waiting = self.lock();
        while waiting.turn.is_some() && !waiting.closed {
            waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        let open = !waiting.closed;
        waiting.turn = open.then(|| Box::new(turn));
        self.changed.notify_all();
        open
    }

    /// Takes the next turn, and says that the one before is kept; none: there will be none.
    pub(crate) fn take(&self) -> Option<Box<Turn>> {
        let mut waiting = self.lock();
        waiting.busy = false;
        while waiting.turn.is_none() && !waiting.closed {
            waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        let turn = waiting.turn.take();
        waiting.busy = turn.is_some();
        self.changed.notify_all();
        turn
    }

    /// No turn comes any more, or none is kept.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.stop.store(true, Relaxed);
        self.changed.notify_all();
    }
}

/// Closes the way when a thread comes to its end, however it does.
pub(crate) struct Closing<'a>(pub(crate) &'a Handover);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

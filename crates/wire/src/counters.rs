//! What the hub's end counts.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use delivery::{Reason, Refusal};

/// Counters of a server, since it started.
#[derive(Debug)]
pub struct Counters {
    refused: BTreeMap<Reason, AtomicU64>,
    pub(crate) connections: AtomicU64,
    pub(crate) open: AtomicU64,
    pub(crate) turned_away: AtomicU64,
    pub(crate) handshakes: AtomicU64,
    pub(crate) deliveries: AtomicU64,
    pub(crate) rows: AtomicU64,
    pub(crate) bytes: AtomicU64,
}

/// What was counted at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Refusals, by their reason: every one that there is, also those that never happened.
    pub refused: BTreeMap<Reason, u64>,
    /// Connections that were taken.
    pub connections: u64,
    /// Connections that are open now.
    pub open: u64,
    /// Connections that were closed at once: too many.
    pub turned_away: u64,
    /// Handshakes that failed or took too long: no TLS, a certificate of another CA, an expired one.
    pub failed_handshakes: u64,
    /// Deliveries that reached the inbox.
    pub deliveries: u64,
    /// Their rows.
    pub rows: u64,
    /// Bytes of their bodies.
    pub bytes: u64,
}

impl Default for Counters {
    fn default() -> Self {
        Counters {
            refused: Reason::ALL.iter().map(|&reason| (reason, AtomicU64::new(0))).collect(),
            connections: AtomicU64::new(0),
            open: AtomicU64::new(0),
            turned_away: AtomicU64::new(0),
            handshakes: AtomicU64::new(0),
            deliveries: AtomicU64::new(0),
            rows: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
        }
    }
}

impl Counters {
    pub(crate) fn refuse(&self, refusal: &Refusal) {
        if let Some(counter) = self.refused.get(&refusal.reason) {
            counter.fetch_add(1, Relaxed);
        }
    }

    /// What was counted until now.
    pub fn counts(&self) -> Counts {
        let count = |counter: &AtomicU64| counter.load(Relaxed);
        Counts {
            refused: self
                .refused
                .iter()
                .map(|(&reason, counter)| (reason, count(counter)))
                .collect(),
            connections: count(&self.connections),
            open: count(&self.open),
            turned_away: count(&self.turned_away),
            failed_handshakes: count(&self.handshakes),
            deliveries: count(&self.deliveries),
            rows: count(&self.rows),
            bytes: count(&self.bytes),
        }
    }
}

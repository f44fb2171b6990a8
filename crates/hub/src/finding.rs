//! What is wrong with a point: typed, so that it can be shown, counted and told to somebody.

use std::fmt;

use delivery::{Blame, Reason, Table};
use observation::{Micros, SECOND};
use serde::Serialize;
use wire::Entry;

use crate::{Heard, Settings};

/// What is wrong with a point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "finding", rename_all = "kebab-case")]
pub enum Finding {
    /// It has joined, and never told of itself.
    NeverHeard {
        /// When it joined, µs since the epoch.
        joined: Micros,
    },
    /// It told of itself, and does not any more.
    Silent {
        /// When it told last, µs since the epoch.
        since: Micros,
    },
    /// Its journal and the archive differ: a backup was restored, a disk was cloned, or the archive was
    /// rolled back.
    RolledBack {
        /// Of which table.
        table: Table,
        /// What the hub said.
        reason: Reason,
    },
    /// It delivers a table no more until somebody acts.
    Stopped {
        /// Which table.
        table: Table,
        /// What the hub said.
        reason: Reason,
    },
    /// Its rows wait for long.
    Behind {
        /// When its oldest row that is not acknowledged was journalled, µs since the epoch.
        oldest: Micros,
    },
    /// Its clock and the hub's differ.
    Clock {
        /// How far the hub's is ahead, µs.
        offset: Micros,
    },
    /// It lost packets since it started.
    Dropped {
        /// How many.
        packets: u64,
    },
}

impl Finding {
    /// What is wrong with a point that was not revoked.
    pub fn of(entry: &Entry, heard: Option<&Heard>, now: Micros, settings: &Settings) -> Vec<Self> {
        let Some(Heard { at, status }) = heard else {
            let waits = now.saturating_sub(entry.joined) > settings.silent;
            let joined = entry.joined;
            return waits.then_some(Finding::NeverHeard { joined }).into_iter().collect();
        };
        let mut findings = Vec::new();
        if now.saturating_sub(*at) > settings.silent {
            findings.push(Finding::Silent { since: *at });
        }
        findings.extend(status.stopped.iter().map(|(&table, &reason)| match reason {
            Reason::RolledBack | Reason::OldGeneration | Reason::HubLost => {
                Finding::RolledBack { table, reason }
            }
            _ => Finding::Stopped { table, reason },
        }));
        let behind = |oldest: &Micros| status.sent.saturating_sub(*oldest) > settings.behind;
        findings.extend(status.oldest.filter(behind).map(|oldest| Finding::Behind { oldest }));
        let off = |offset: &Micros| offset.unsigned_abs() > settings.off.unsigned_abs();
        let offset = status.clock.map(|clock| clock.offset).filter(off);
        findings.extend(offset.map(|offset| Finding::Clock { offset }));
        if status.dropped > 0 {
            findings.push(Finding::Dropped { packets: status.dropped });
        }
        findings
    }

    /// The finding's name.
    pub const fn name(&self) -> &'static str {
        match self {
            Finding::NeverHeard { .. } => "never-heard",
            Finding::Silent { .. } => "silent",
            Finding::RolledBack { .. } => "rolled-back",
            Finding::Stopped { .. } => "stopped",
            Finding::Behind { .. } => "behind",
            Finding::Clock { .. } => "clock",
            Finding::Dropped { .. } => "dropped",
        }
    }
}

fn who(reason: Reason) -> &'static str {
    match reason.blame() {
        Blame::Point => "look at the point",
        Blame::Hub => "look at the hub",
        Blame::Nobody => "it passes by itself",
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Finding::NeverHeard { .. } => f.write_str("joined, and never told of itself"),
            Finding::Silent { .. } => f.write_str("silent"),
            Finding::RolledBack { table, reason } => {
                write!(f, "{table} was rolled back ({reason}): {}", who(*reason))
            }
            Finding::Stopped { table, reason } => {
                write!(f, "{table} stands still ({reason}): {}", who(*reason))
            }
            Finding::Behind { .. } => f.write_str("its rows wait for long"),
            Finding::Clock { offset } => {
                write!(f, "its clock is {} s off", offset / SECOND)
            }
            Finding::Dropped { packets } => write!(f, "lost {packets} packets"),
        }
    }
}

//! What a point tells of itself each minute, also when there is nothing to deliver, and what it
//! hears: where its lanes stand.
//!
//! Clock offset: the point notes when it sent its status (t1) and when the standing came (t4), the
//! hub says when it got the one (t2) and sent the other (t3). By RFC 5905, section 8, the hub's clock
//! is ahead of the point's by ((t2 − t1) + (t3 − t4)) / 2, with an error of at most half of the delay
//! (t4 − t1) − (t3 − t2). The point reports what it measured with its next status.

use std::collections::BTreeMap;

use observation::Micros;
use serde::{Deserialize, Serialize};

use crate::{Generation, Position, Reason, Table};

/// What a point tells of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The format of rows that it writes ([`crate::FORMAT`]).
    pub format: u16,
    /// The version of its program. At most [`Status::VERSION`] bytes.
    pub version: String,
    /// Its journal.
    pub generation: Generation,
    /// The last durable sequence number of its journal.
    pub last: u64,
    /// Rows that are not acknowledged yet.
    pub depth: u64,
    /// Bytes of its spool on disk.
    pub bytes: u64,
    /// When the oldest row that is not acknowledged was journalled.
    pub oldest: Option<Micros>,
    /// Packets that were lost since it started, by the kernel's word and its own.
    pub dropped: u64,
    /// Since when it runs.
    pub since: Micros,
    /// When it sent this, by its clock.
    pub sent: Micros,
    /// What it measured of the two clocks last time.
    pub clock: Option<Clock>,
    /// Lanes that stand still until somebody acts, and why.
    #[serde(default)]
    pub stopped: BTreeMap<Table, Reason>,
}

impl Status {
    /// The longest version, in bytes.
    pub const VERSION: usize = 64;

    /// Whether its texts are short and plain enough to be shown.
    pub fn is_plain(&self) -> bool {
        self.version.len() <= Self::VERSION
            && self.version.bytes().all(|byte| byte.is_ascii_graphic())
    }
}

/// Where the lanes of a point stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// What is committed of each table, in a snapshot taken after the status came.
    pub committed: BTreeMap<Table, Position>,
    /// When the status came, by the hub's clock.
    pub received: Micros,
    /// When this was sent, by the hub's clock.
    pub sent: Micros,
}

impl Standing {
    /// What is committed of a table.
    pub fn of(&self, table: Table) -> Position {
        self.committed.get(&table).copied().unwrap_or_default()
    }
}

/// How two clocks differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// How far the hub's clock is ahead of the point's, µs.
    pub offset: Micros,
    /// How long the messages were under way, both ways, µs: the offset's error is at most half of it.
    pub delay: Micros,
}

impl Clock {
    /// From the four times of an exchange: see the module.
    pub fn measured(t1: Micros, t2: Micros, t3: Micros, t4: Micros) -> Self {
        let there = i128::from(t2) - i128::from(t1);
        let back = i128::from(t3) - i128::from(t4);
        let narrow = |wide: i128| {
            Micros::try_from(wide).unwrap_or(if wide < 0 { Micros::MIN } else { Micros::MAX })
        };
        Clock { offset: narrow((there + back) / 2), delay: narrow((there - back).max(0)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks() {
        // The hub is 100 ahead; 10 there, 30 back, 5 in between.
        let clock = Clock::measured(1_000, 1_110, 1_115, 1_045);
        assert_eq!(clock, Clock { offset: 90, delay: 40 });
        let same = Clock::measured(0, 5, 5, 10);
        assert_eq!(same, Clock { offset: 0, delay: 10 });
        let hostile = Clock::measured(i64::MIN, i64::MAX, i64::MAX, i64::MIN);
        assert_eq!(hostile.offset, i64::MAX);
    }
}

//! What waits for the next commit.
//!
//! Invariant: rows, deliveries, bytes and days that wait are bounded, whatever points send.

use std::collections::BTreeSet;

use arrow_array::RecordBatch;
use delivery::receiver::Group;
use delivery::{Answer, Checked, Table};
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::{Settings, place};

/// A delivery that waits, and whom to answer.
pub(crate) struct Item {
    /// What tells it from every other that this hub took in.
    pub(crate) number: u64,
    pub(crate) rows: RecordBatch,
    /// The UTC days of its rows.
    pub(crate) days: BTreeSet<i32>,
    pub(crate) reply: oneshot::Sender<Answer>,
}

pub(crate) struct Queue {
    limits: (usize, usize, usize),
    groups: [Group<Item>; 2],
    bytes: usize,
    days: BTreeSet<i32>,
    number: u64,
    since: Option<Instant>,
    closed: bool,
}

/// Why a delivery is not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Full {
    /// As much waits as may.
    Full,
    /// The hub is going down.
    Closed,
}

/// What a hub is to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Nothing waits.
    Wait,
    /// Commit, but not before.
    At(Instant),
    /// Commit now.
    Now,
    /// Nothing waits, and nothing will.
    End,
}

impl Queue {
    pub(crate) fn new(settings: &Settings) -> Self {
        let limits = (settings.deliveries, settings.rows, settings.bytes);
        Queue {
            limits,
            groups: [(); 2].map(|()| Group::new(limits.0, limits.1)),
            bytes: 0,
            days: BTreeSet::new(),
            number: 0,
            since: None,
            closed: false,
        }
    }

    /// Takes a delivery in. Where a queue is empty it takes any one delivery.
    pub(crate) fn offer(
        &mut self,
        Checked { header, rows }: Checked,
        days: BTreeSet<i32>,
    ) -> Result<oneshot::Receiver<Answer>, Full> {
        if self.closed {
            return Err(Full::Closed);
        }
        let bytes = rows.get_array_memory_size();
        let fresh = days.difference(&self.days).count();
        let many = self.days.len().saturating_add(fresh) > archive::MOST_DAYS;
        if many || self.bytes.saturating_add(bytes) > self.limits.2 {
            return Err(Full::Full);
        }
        let (reply, answer) = oneshot::channel();
        self.number += 1;
        let item = Item { number: self.number, rows, days: days.clone(), reply };
        let Some(group) = self.groups.get_mut(place(header.lane.table)) else {
            return Err(Full::Closed);
        };
        group.offer(&header, item).map_err(|_| Full::Full)?;
        self.bytes += bytes;
        self.days.extend(days);
        self.since.get_or_insert_with(Instant::now);
        Ok(answer)
    }

    /// Takes all out that waits, by table, in the order in which it is committed.
    pub(crate) fn take(&mut self) -> [(Table, Group<Item>); 2] {
        self.bytes = 0;
        self.days.clear();
        self.since = None;
        let (most_entries, most_rows, _) = self.limits;
        let [access, coverage] = &mut self.groups;
        [(Table::Access, access), (Table::Coverage, coverage)].map(|(table, group)| {
            (table, std::mem::replace(group, Group::new(most_entries, most_rows)))
        })
    }

    /// What is to be done, where a group waits for `group` at most.
    pub(crate) fn next(&self, group: std::time::Duration) -> Next {
        let (most_entries, most_rows, most_bytes) = self.limits;
        let nearly = |is: usize, most: usize| is >= most - most / 4;
        let pressing = self
            .groups
            .iter()
            .any(|group| nearly(group.rows(), most_rows) || nearly(group.len(), most_entries));
        match self.since {
            None if self.closed => Next::End,
            None => Next::Wait,
            Some(_) if self.closed || pressing || nearly(self.bytes, most_bytes) => Next::Now,
            Some(since) => Next::At(since + group),
        }
    }

    /// Takes nothing more in.
    pub(crate) fn close(&mut self) {
        self.closed = true;
    }

    /// Deliveries, rows and bytes that wait.
    pub(crate) fn waiting(&self) -> (usize, usize, usize) {
        let deliveries = self.groups.iter().map(Group::len).sum();
        let rows = self.groups.iter().map(Group::rows).sum();
        (deliveries, rows, self.bytes)
    }
}

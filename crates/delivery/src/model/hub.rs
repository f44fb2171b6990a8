//! The archive, and the hubs that write it.

use std::collections::BTreeMap;

use super::Broken;
use super::point::Record;
use crate::receiver::{Group, Settled};
use crate::sender::Ticket;
use crate::{Answer, Freshness, Header, Lane, Position, Reason, Refusal, Table};

/// One Delta table: versions, rows, and the positions that were committed with them.
#[derive(Clone, Debug, Default)]
pub(super) struct Delta {
    pub(super) version: u64,
    pub(super) rows: Vec<Record>,
    pub(super) positions: BTreeMap<Lane, Position>,
}

impl Delta {
    pub(super) fn stands(&self, lane: &Lane) -> Position {
        self.positions.get(lane).copied().unwrap_or_default()
    }
}

/// Who asked, and what is to be committed for it.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) incarnation: u32,
    pub(super) ticket: Ticket,
    pub(super) rows: Vec<Record>,
}

/// An answer on its way.
pub(super) type Answered = (u32, Ticket, Answer);

/// A hub, for each table: what waits, and what is being committed on a snapshot.
pub(super) struct Hub {
    broken: Broken,
    groups: [Group<Item>; 2],
    settled: [Option<(u64, Settled<Item>)>; 2],
}

fn empty() -> Group<Item> {
    Group::new(6, 15)
}

impl Hub {
    pub(super) fn new(broken: Broken) -> Self {
        Hub { broken, groups: [empty(), empty()], settled: [None, None] }
    }

    pub(super) fn receives(
        &mut self,
        lane: Lane,
        (after, upto): (Position, Position),
        item: Item,
    ) -> Option<Answered> {
        let table = usize::from(lane.table == Table::Coverage);
        let rows = item.rows.len() as u32;
        let header = Header { lane, freshness: Freshness::Live, after, upto, rows, plain: 0 };
        let full = self.groups[table].offer(&header, item).err()?;
        let busy = Refusal::new(Reason::Busy, "the group is full");
        Some((full.incarnation, full.ticket, Answer::Refused(busy)))
    }

    /// Settles what waits on the archive as it is now; answers only if broken.
    pub(super) fn settle(&mut self, table: usize, delta: &Delta) -> Vec<Answered> {
        if self.settled[table].is_some() || self.groups[table].is_empty() {
            return Vec::new();
        }
        let group = std::mem::replace(&mut self.groups[table], empty());
        let settled = group.settle(|lane| delta.stands(lane));
        self.settled[table] = Some((delta.version, settled.clone()));
        let taken = settled.taken().count();
        let mut early: Vec<Answered> = settled.committed().map(addressed).collect();
        match self.broken {
            Broken::AnswersBeforeCommit => early,
            Broken::AnswersDoublesEarly => early.split_off(taken),
            _ => Vec::new(),
        }
    }

    /// Commits what is settled; `lost`: nobody tells the hub that it was.
    pub(super) fn commit(&mut self, table: usize, delta: &mut Delta, lost: bool) -> Vec<Answered> {
        let Some((version, settled)) = self.settled[table].take() else { return Vec::new() };
        let stale = version != delta.version && settled.positions().next().is_some();
        if stale && self.broken != Broken::CommitsOnStaleSnapshot {
            // What waits beside it stays where it is.
            let again = settled.again().settle(|lane| delta.stands(lane));
            self.settled[table] = Some((delta.version, again));
            return Vec::new();
        }
        if settled.positions().next().is_some() {
            delta.version += 1;
            delta.rows.extend(settled.taken().flat_map(|(_, item)| item.rows.iter().copied()));
            if self.broken == Broken::SplitsTheCommit && lost {
                return settled.failed(&unknown()).map(addressed).collect();
            }
            let positions = settled.positions().map(|(lane, at)| (lane.clone(), at));
            delta.positions.extend(positions);
        }
        if lost {
            return settled.failed(&unknown()).map(addressed).collect();
        }
        settled.committed().map(addressed).collect()
    }

    /// The store failed before the commit was made.
    pub(super) fn fail(&mut self, table: usize) -> Vec<Answered> {
        let Some((_, settled)) = self.settled[table].take() else { return Vec::new() };
        if self.broken == Broken::HopesForTheBest {
            return settled.committed().map(addressed).collect();
        }
        settled.failed(&unknown()).map(addressed).collect()
    }
}

fn unknown() -> Refusal {
    Refusal::new(Reason::Unavailable, "the commit failed, or nobody knows")
}

fn addressed((item, answer): (Item, Answer)) -> Answered {
    (item.incarnation, item.ticket, answer)
}

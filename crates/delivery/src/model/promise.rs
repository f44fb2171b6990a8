//! What must hold after each choice, and once faults have ceased.

use super::point::Record;
use super::world::World;
use crate::Table;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// The archive holds the journal.
    Delivered,
    /// The point was rolled back, and a lane stopped for it.
    Stopped,
}

impl World {
    /// The archive holds a beginning of one history; what is forgotten is committed; coverage comes
    /// after the accesses that were journalled before it.
    pub(super) fn check(&self) -> Result<(), String> {
        let durable = self.journal.records.iter().take(self.journal.durable);
        let journal: Vec<Record> = durable.copied().collect();
        for (delta, table) in self.archive.iter().zip(Table::ALL) {
            let held = std::iter::once(&journal).chain(&self.histories).any(|history| {
                let rows = history.iter().filter(|record| record.table == table);
                let count = rows.clone().zip(&delta.rows).take_while(|(a, b)| a == b).count();
                count == delta.rows.len()
            });
            if !held {
                return Err(format!("{table}: {:?} is no beginning of {journal:?}", delta.rows));
            }
            let forgotten = crate::Spool::forgotten(&self.journal, table);
            if forgotten > delta.rows.last().map_or(0, |record| record.sequence) {
                return Err(format!("{table}: forgotten up to {forgotten} is not committed"));
            }
        }
        self.check_order(&journal)
    }

    fn check_order(&self, journal: &[Record]) -> Result<(), String> {
        let [access, coverage] = &self.archive;
        let seen = coverage.rows.last().map_or(0, |record| record.sequence);
        let before = |record: &&Record| record.table == Table::Access && record.sequence < seen;
        let needed = journal.iter().rev().find(before).map_or(0, |record| record.sequence);
        let held = access.rows.last().map_or(0, |record| record.sequence);
        if self.histories.is_empty() && held < needed {
            return Err(format!("coverage up to {seen}, and accesses only up to {held}"));
        }
        Ok(())
    }

    /// Faults cease: everything must arrive, and nothing may have stopped that was not rolled back.
    pub(super) fn rest(mut self) -> Result<Fate, String> {
        self.journal.sync();
        for ticket in std::mem::take(&mut self.open) {
            self.sender.failed(ticket, self.now, 0);
        }
        for round in 0..2_000 {
            self.now += 1_000;
            self.sender.ask();
            for _ in 0..10 {
                self.send(0);
            }
            while !self.bag.is_empty() {
                self.receive(round);
            }
            for whom in 0..4 {
                self.settle(whom);
                self.commit(whom, false);
            }
            self.check()?;
            if self.sender.stopped().next().is_some() {
                let why: Vec<_> = self.sender.stopped().collect();
                let rolled_back = !self.histories.is_empty();
                return if rolled_back { Ok(Fate::Stopped) } else { Err(format!("{why:?}")) };
            }
            if self.is_delivered() {
                return Ok(Fate::Delivered);
            }
        }
        Err("it does not come to rest".to_owned())
    }

    fn is_delivered(&self) -> bool {
        self.archive
            .iter()
            .zip(Table::ALL)
            .all(|(delta, table)| delta.rows == self.journal.rows(table))
    }
}

//! Everything together, step by step.

use std::collections::BTreeMap;

use super::Broken;
use super::hub::{Delta, Hub, Item};
use super::point::{Journal, Record};
use crate::sender::{Step, Ticket};
use crate::{Answer, Backoff, Generation, Lane, Position, Sender, Standing, Table};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// The archive holds the journal.
    Delivered,
    /// The point was rolled back, and a lane stopped for it.
    Stopped,
}

#[derive(Clone, Debug)]
enum Message {
    Ask(u32, Ticket),
    Standing(u32, Ticket, Standing),
    Delivery { lane: Lane, range: (Position, Position), item: Item },
    Answer(u32, Ticket, Answer),
}

pub(super) struct World {
    now: i64,
    nonce: u64,
    journal: Journal,
    sender: Sender,
    /// Crashes of the point so far: what is meant for an earlier one reaches nobody.
    incarnation: u32,
    open: Vec<Ticket>,
    bag: Vec<Message>,
    hubs: [Hub; 2],
    archive: [Delta; 2],
    /// The journal as a backup has it.
    backup: Option<Journal>,
    /// What the archive may hold the beginning of: the rows of each history of the journal.
    histories: Vec<Vec<Record>>,
    rollbacks: bool,
    broken: Broken,
}

fn backoff() -> Backoff {
    Backoff { first: 10, most: 100 }
}

impl World {
    pub(super) fn new(broken: Broken, rollbacks: bool) -> Self {
        World {
            now: 0,
            nonce: 0,
            journal: Journal::new(broken),
            sender: Sender::new(backoff()),
            incarnation: 0,
            open: Vec::new(),
            bag: Vec::new(),
            hubs: [Hub::new(broken), Hub::new(broken)],
            archive: Default::default(),
            backup: None,
            histories: Vec::new(),
            rollbacks,
            broken,
        }
    }

    /// One choice: what happens, and to whom.
    pub(super) fn step(&mut self, choice: u32) {
        let (what, whom) = (choice % 64, (choice / 64) as usize);
        self.now += 1;
        match what {
            0..=9 => self.append(whom),
            10..=15 => self.journal.sync(),
            16..=27 => self.send(whom),
            28..=41 => self.receive(whom),
            42..=43 => self.double(whom),
            44..=45 => self.lose(whom),
            46..=47 => self.give_up(whom),
            48..=51 => self.settle(whom),
            52..=55 => self.commit(whom, false),
            56 => self.commit(whom, true),
            57 => self.fail(whom),
            58 => self.crash_point(),
            59 => self.hubs[whom % 2] = Hub::new(self.broken),
            60 => self.now += 100,
            61 => self.sender.ask(),
            62 => self.copy(whom),
            _ => self.restore(whom),
        }
    }

    fn append(&mut self, whom: usize) {
        self.nonce += 1;
        let table = if whom.is_multiple_of(3) { Table::Coverage } else { Table::Access };
        self.journal.append(table, self.nonce);
    }

    fn lane(table: Table) -> Lane {
        let point = "p".parse().unwrap_or_else(|_| unreachable!("a good name"));
        Lane { point, generation: Generation([1; 16]), table }
    }

    fn send(&mut self, _: usize) {
        let Ok(step) = self.sender.next(self.now, &mut self.journal);
        match step {
            Step::Ask(ticket) => {
                self.open.push(ticket);
                self.bag.push(Message::Ask(self.incarnation, ticket));
            }
            Step::Send { ticket, table, after, upto, rows } => {
                self.open.push(ticket);
                let item = Item { incarnation: self.incarnation, ticket, rows };
                let (lane, range) = (Self::lane(table), (after, upto));
                self.bag.push(Message::Delivery { lane, range, item });
            }
            Step::Wait(_) => {}
        }
    }

    /// Any message of the bag arrives.
    fn receive(&mut self, whom: usize) {
        if self.bag.is_empty() {
            return;
        }
        let message = self.bag.swap_remove(whom % self.bag.len());
        let random = whom as u64;
        match message {
            Message::Ask(incarnation, ticket) => {
                let stands = |table: Table| {
                    let delta = &self.archive[usize::from(table == Table::Coverage)];
                    (table, delta.stands(&Self::lane(table)))
                };
                let committed: BTreeMap<_, _> = Table::ALL.into_iter().map(stands).collect();
                let standing = Standing { committed, received: self.now, sent: self.now };
                self.bag.push(Message::Standing(incarnation, ticket, standing));
            }
            Message::Delivery { lane, range, item } => {
                let refused = self.hubs[whom / 7 % 2].receives(lane, range, item);
                self.reply(refused.into_iter().collect());
            }
            Message::Standing(incarnation, ticket, standing) if incarnation == self.incarnation => {
                self.open.retain(|open| *open != ticket);
                let Ok(()) = self.sender.standing(ticket, &standing, &mut self.journal);
            }
            Message::Answer(incarnation, ticket, answer) if incarnation == self.incarnation => {
                self.open.retain(|open| *open != ticket);
                let (now, journal) = (self.now, &mut self.journal);
                let Ok(()) = self.sender.answered(ticket, &answer, now, random, journal);
            }
            _ => {}
        }
    }

    fn reply(&mut self, answers: Vec<super::hub::Answered>) {
        let messages =
            answers.into_iter().map(|(who, ticket, what)| Message::Answer(who, ticket, what));
        self.bag.extend(messages);
    }

    fn double(&mut self, whom: usize) {
        if let Some(message) = self.bag.get(whom % self.bag.len().max(1)) {
            self.bag.push(message.clone());
        }
    }

    fn lose(&mut self, whom: usize) {
        if !self.bag.is_empty() {
            self.bag.swap_remove(whom % self.bag.len());
        }
    }

    /// The point loses patience, whether the message is lost or only late.
    fn give_up(&mut self, whom: usize) {
        if !self.open.is_empty() {
            let ticket = self.open.swap_remove(whom % self.open.len());
            self.sender.failed(ticket, self.now, whom as u64);
        }
    }

    fn settle(&mut self, whom: usize) {
        let table = whom / 2 % 2;
        let answers = self.hubs[whom % 2].settle(table, &self.archive[table]);
        self.reply(answers);
    }

    fn commit(&mut self, whom: usize, lost: bool) {
        let table = whom / 2 % 2;
        let answers = self.hubs[whom % 2].commit(table, &mut self.archive[table], lost);
        self.reply(answers);
    }

    fn fail(&mut self, whom: usize) {
        let answers = self.hubs[whom % 2].fail(whom / 2 % 2);
        self.reply(answers);
    }

    fn crash_point(&mut self) {
        self.journal.crash();
        self.sender = Sender::new(backoff());
        self.incarnation += 1;
        self.open.clear();
    }

    fn copy(&mut self, _: usize) {
        if self.rollbacks && self.backup.is_none() {
            self.journal.sync();
            self.backup = Some(self.journal.clone());
        }
    }

    /// The backup is put back, once in a run: what the journal was until now is a history of its own.
    fn restore(&mut self, _: usize) {
        let Some(backup) = self.backup.take().filter(|_| self.histories.is_empty()) else { return };
        let durable = self.journal.records.iter().take(self.journal.durable);
        self.histories.push(durable.copied().collect());
        self.journal = backup;
        self.crash_point();
    }

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

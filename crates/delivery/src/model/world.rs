//! Everything together, step by step.

use std::collections::BTreeMap;

use super::Broken;
use super::hub::{Delta, Hub, Item};
use super::point::{Journal, Record};
use crate::sender::{Step, Ticket};
use crate::{Answer, Backoff, Generation, Lane, Position, Sender, Standing, Table};

#[derive(Clone, Debug)]
pub(super) enum Message {
    Ask(u32, Ticket),
    Standing(u32, Ticket, Standing),
    Delivery { lane: Lane, range: (Position, Position), item: Item },
    Answer(u32, Ticket, Answer),
}

pub(super) struct World {
    pub(super) now: i64,
    pub(super) nonce: u64,
    pub(super) journal: Journal,
    pub(super) sender: Sender,
    /// Crashes of the point so far: what is meant for an earlier one reaches nobody.
    pub(super) incarnation: u32,
    pub(super) open: Vec<Ticket>,
    pub(super) bag: Vec<Message>,
    pub(super) hubs: [Hub; 2],
    pub(super) archive: [Delta; 2],
    /// The journal as a backup has it.
    pub(super) backup: Option<Journal>,
    /// What the archive may hold the beginning of: the rows of each history of the journal.
    pub(super) histories: Vec<Vec<Record>>,
    pub(super) rollbacks: bool,
    pub(super) broken: Broken,
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

    pub(super) fn send(&mut self, _: usize) {
        let Ok(step) = self.sender.next(self.now, &mut self.journal);
        match step {
            Step::Ask(ticket) => {
                self.open.push(ticket);
                self.bag.push(Message::Ask(self.incarnation, ticket));
            }
            Step::Send { ticket, table, after, upto, rows, .. } => {
                self.open.push(ticket);
                let item = Item { incarnation: self.incarnation, ticket, rows };
                let (lane, range) = (Self::lane(table), (after, upto));
                self.bag.push(Message::Delivery { lane, range, item });
            }
            Step::Wait(_) => {}
        }
    }

    /// Any message of the bag arrives.
    pub(super) fn receive(&mut self, whom: usize) {
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

    pub(super) fn settle(&mut self, whom: usize) {
        let table = whom / 2 % 2;
        let answers = self.hubs[whom % 2].settle(table, &self.archive[table]);
        self.reply(answers);
    }

    pub(super) fn commit(&mut self, whom: usize, lost: bool) {
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
}

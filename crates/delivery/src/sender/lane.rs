//! One lane as the sender sees it.

use std::collections::VecDeque;

use observation::Micros;

use super::{Spool, Ticket, WINDOW};
use crate::{Backoff, Position, Reason, Refusal, Table, Then};

/// What a lane is at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// It has to ask where it stands.
    Ask,
    /// It has asked. Only what was asked after the lane began anew tells where it stands.
    Asking,
    /// Deliveries go out.
    Flowing,
    /// Somebody has to act.
    Stopped(Refusal),
}

#[derive(Clone, Copy, Debug)]
struct Flight {
    ticket: Ticket,
    upto: Position,
}

/// A lane's deliveries.
#[derive(Clone, Debug)]
pub(super) struct Flow {
    pub(super) table: Table,
    pub(super) phase: Phase,
    pub(super) acknowledged: Position,
    flights: VecDeque<Flight>,
    failures: u32,
    not_before: Micros,
}

impl Flow {
    pub(super) fn new(table: Table) -> Self {
        Flow {
            table,
            phase: Phase::Ask,
            acknowledged: Position::START,
            flights: VecDeque::new(),
            failures: 0,
            not_before: Micros::MIN,
        }
    }

    /// Begins anew by asking.
    pub(super) fn begin(&mut self) {
        if !matches!(self.phase, Phase::Asking) {
            self.phase = Phase::Ask;
        }
        self.flights.clear();
        self.not_before = Micros::MIN;
    }

    pub(super) fn is_to_ask(&self, now: Micros) -> bool {
        self.phase == Phase::Ask && now >= self.not_before
    }

    /// The question has gone out, for a lane that would have to wait as well.
    pub(super) fn asked(&mut self) {
        if self.phase == Phase::Ask {
            self.phase = Phase::Asking;
        }
    }

    /// Whether another delivery may go out.
    pub(super) fn is_open(&self, now: Micros) -> bool {
        self.phase == Phase::Flowing && self.flights.len() < WINDOW && now >= self.not_before
    }

    /// Until when it waits by itself.
    pub(super) fn waits(&self, now: Micros) -> Option<Micros> {
        let timed = matches!(self.phase, Phase::Ask | Phase::Flowing) && self.not_before > now;
        timed.then_some(self.not_before)
    }

    /// After which the next delivery begins.
    pub(super) fn end(&self) -> Position {
        self.flights.back().map_or(self.acknowledged, |flight| flight.upto)
    }

    pub(super) fn sent(&mut self, ticket: Ticket, upto: Position) {
        self.flights.push_back(Flight { ticket, upto });
    }

    pub(super) fn flies(&self, ticket: Ticket) -> bool {
        self.flights.iter().any(|flight| flight.ticket == ticket)
    }

    /// The hub said where the lane stands.
    pub(super) fn stands<S: Spool>(
        &mut self,
        committed: Position,
        spool: &mut S,
    ) -> Result<(), S::Error> {
        match self.phase {
            Phase::Asking => self.phase = Phase::Flowing,
            // More than is known here is news; less is old, for answers have come since.
            Phase::Flowing if committed.sequence > self.acknowledged.sequence => {
                return self.advance(committed, spool);
            }
            _ => return Ok(()),
        }
        let known = self.acknowledged.sequence.max(spool.forgotten(self.table));
        if committed.sequence < known {
            let detail = format!(
                "the archive holds {} up to {}, and it had acknowledged {known}",
                self.table, committed.sequence
            );
            self.stop(Refusal::new(Reason::HubLost, detail));
            return Ok(());
        }
        if committed.sequence == known && self.acknowledged.sequence < known {
            // Forgotten by an earlier run: the record is gone, and with it what to compare.
            self.acknowledged = committed;
            return Ok(());
        }
        self.advance(committed, spool)
    }

    /// The hub acknowledged everything up to a position.
    pub(super) fn acknowledge<S: Spool>(
        &mut self,
        committed: Position,
        spool: &mut S,
    ) -> Result<(), S::Error> {
        self.failures = 0;
        if committed.sequence <= self.acknowledged.sequence {
            // It says of a delivery that it is committed, and of its rows that they are not.
            self.begin();
            return Ok(());
        }
        self.advance(committed, spool)
    }

    /// Moves on to what is committed, if the journal has that very record.
    fn advance<S: Spool>(&mut self, committed: Position, spool: &mut S) -> Result<(), S::Error> {
        if committed.sequence == self.acknowledged.sequence {
            if committed != self.acknowledged {
                self.rolled_back(committed);
            }
            return Ok(());
        }
        if spool.seal(self.table, committed.sequence)? != Some(committed.seal) {
            self.rolled_back(committed);
            return Ok(());
        }
        spool.forget(self.table, committed)?;
        self.acknowledged = committed;
        let ends = self.flights.iter().position(|flight| flight.upto == committed);
        match ends {
            Some(index) => drop(self.flights.drain(..=index)),
            // It ends within a delivery or beyond all: the rest is cut anew.
            None => self.flights.clear(),
        }
        Ok(())
    }

    fn rolled_back(&mut self, committed: Position) {
        let detail = format!(
            "row {} of {} is committed, and this journal has another or none: it was restored from a \
             backup, or two machines use it; begin a new spool",
            committed.sequence, self.table
        );
        self.stop(Refusal::new(Reason::RolledBack, detail));
    }

    fn stop(&mut self, refusal: Refusal) {
        self.flights.clear();
        self.phase = Phase::Stopped(refusal);
    }

    /// A delivery or the question was refused, or nothing is known of it.
    pub(super) fn refused(
        &mut self,
        refusal: &Refusal,
        now: Micros,
        random: u64,
        backoff: &Backoff,
    ) {
        if refusal.reason.then() == Then::Stop {
            return self.stop(refusal.clone());
        }
        self.flights.clear();
        self.phase = Phase::Ask;
        self.failures = self.failures.saturating_add(1);
        self.not_before = now.saturating_add(backoff.wait(self.failures, refusal.wait, random));
    }
}

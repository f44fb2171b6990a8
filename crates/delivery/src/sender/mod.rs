//! The point's side: what to send next, and what to make of the answers.
//!
//! Invariant: a record is forgotten only when the hub says that it is committed and the journal has
//! that very record. A restart needs nothing but the journal.
//!
//! Every step that goes out bears a ticket, and every ticket comes back once: as
//! [`Sender::standing`], [`Sender::answered`] or [`Sender::failed`]. Tickets that mean nothing any
//! more (the lane has begun again) are ignored. A hub that is slow holds tickets back and so slows
//! the sending, which never slows the journal.

mod lane;
mod spool;
#[cfg(test)]
mod tests;

use observation::Micros;

use self::lane::{Flow, Phase};
pub use self::spool::{Range, Spool};
use crate::{Answer, Backoff, Freshness, Position, Reason, Refusal, Standing, Table};

/// Deliveries that may be under way in one lane.
pub const WINDOW: usize = 4;

/// What tells one step from every other of this sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(u64);

/// What to do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<R> {
    /// Send the status and ask where the lanes stand.
    Ask(Ticket),
    /// Send a delivery.
    Send {
        /// Its ticket.
        ticket: Ticket,
        /// Its table.
        table: Table,
        /// Its rows come after this.
        after: Position,
        /// The last of them.
        upto: Position,
        /// Whether its rows are of now.
        freshness: Freshness,
        /// Its rows.
        rows: R,
    },
    /// Nothing until then, until a ticket comes back, or until the journal has more.
    Wait(Option<Micros>),
}

/// The sender of one journal.
#[derive(Clone, Debug)]
pub struct Sender {
    flows: [Flow; 2],
    asking: Option<Ticket>,
    /// Whether to ask although no lane has to.
    due: bool,
    tickets: u64,
    backoff: Backoff,
}

impl Sender {
    /// A sender that knows nothing: it asks first.
    pub fn new(backoff: Backoff) -> Self {
        Sender { flows: Table::ALL.map(Flow::new), asking: None, due: false, tickets: 0, backoff }
    }

    /// Lanes that stand still until somebody acts, and why.
    pub fn stopped(&self) -> impl Iterator<Item = (Table, &Refusal)> {
        self.flows.iter().filter_map(|flow| match &flow.phase {
            Phase::Stopped(refusal) => Some((flow.table, refusal)),
            _ => None,
        })
    }

    /// Begins anew with every lane, stopped ones too: somebody has acted, or it is time to see
    /// whether somebody has.
    pub fn resume(&mut self) {
        self.flows.iter_mut().for_each(Flow::begin);
    }

    /// It is time for a status, each minute: the next step asks, also where there is nothing to
    /// deliver. So a point that was rolled back learns it even if it has nothing new.
    pub fn ask(&mut self) {
        self.due = true;
    }

    /// What to do now. To be called until it says to wait.
    ///
    /// # Errors
    /// The journal failed.
    pub fn next<S: Spool>(
        &mut self,
        now: Micros,
        spool: &mut S,
    ) -> Result<Step<S::Rows>, S::Error> {
        let asks = self.due || self.flows.iter().any(|flow| flow.is_to_ask(now));
        if asks && self.asking.is_none() {
            self.due = false;
            let ticket = self.ticket();
            self.asking = Some(ticket);
            self.flows.iter_mut().for_each(Flow::asked);
            return Ok(Step::Ask(ticket));
        }
        for index in 0..self.flows.len() {
            if let Some(step) = self.send(index, now, spool)? {
                return Ok(step);
            }
        }
        Ok(Step::Wait(self.flows.iter().filter_map(|flow| flow.waits(now)).min()))
    }

    fn send<S: Spool>(
        &mut self,
        index: usize,
        now: Micros,
        spool: &mut S,
    ) -> Result<Option<Step<S::Rows>>, S::Error> {
        let acknowledged = self.accesses();
        let ticket = Ticket(self.tickets + 1);
        let Some(flow) = self.flows.get_mut(index).filter(|flow| flow.is_open(now)) else {
            return Ok(None);
        };
        let after = flow.end();
        let table = flow.table;
        let Some(range) = spool.rows(table, after.sequence)? else { return Ok(None) };
        if range.needs > acknowledged {
            return Ok(None);
        }
        flow.sent(ticket, range.upto);
        self.ticket();
        let Range { upto, freshness, rows, .. } = range;
        Ok(Some(Step::Send { ticket, table, after, upto, freshness, rows }))
    }

    /// Up to which number accesses are acknowledged.
    fn accesses(&self) -> u64 {
        let access = self.flows.iter().find(|flow| flow.table == Table::Access);
        access.map_or(0, |flow| flow.acknowledged.sequence)
    }

    fn ticket(&mut self) -> Ticket {
        self.tickets += 1;
        Ticket(self.tickets)
    }

    /// The hub said where the lanes stand.
    ///
    /// # Errors
    /// The journal failed; the ticket counts as failed.
    pub fn standing<S: Spool>(
        &mut self,
        ticket: Ticket,
        standing: &Standing,
        spool: &mut S,
    ) -> Result<(), S::Error> {
        if self.asking != Some(ticket) {
            return Ok(());
        }
        self.asking = None;
        for flow in &mut self.flows {
            flow.stands(standing.of(flow.table), spool)?;
        }
        Ok(())
    }

    /// The hub answered a delivery.
    ///
    /// # Errors
    /// The journal failed.
    pub fn answered<S: Spool>(
        &mut self,
        ticket: Ticket,
        answer: &Answer,
        now: Micros,
        random: u64,
        spool: &mut S,
    ) -> Result<(), S::Error> {
        let backoff = self.backoff;
        if self.asking == Some(ticket) {
            if let Answer::Refused(refusal) = answer {
                self.ask_refused(refusal, now, random);
            }
            return Ok(());
        }
        let Some(flow) = self.flows.iter_mut().find(|flow| flow.flies(ticket)) else {
            return Ok(());
        };
        match answer {
            Answer::Committed(position) => flow.acknowledge(*position, spool),
            Answer::Refused(refusal) => {
                flow.refused(refusal, now, random, &backoff);
                Ok(())
            }
        }
    }

    fn ask_refused(&mut self, refusal: &Refusal, now: Micros, random: u64) {
        self.asking = None;
        let backoff = self.backoff;
        for flow in self.flows.iter_mut().filter(|flow| flow.phase == Phase::Asking) {
            flow.refused(refusal, now, random, &backoff);
        }
    }

    /// Nothing is known of what became of a ticket: the connection broke, or time is up.
    pub fn failed(&mut self, ticket: Ticket, now: Micros, random: u64) {
        let lost = Refusal::new(Reason::Unavailable, "the hub did not answer");
        if self.asking == Some(ticket) {
            return self.ask_refused(&lost, now, random);
        }
        let backoff = self.backoff;
        if let Some(flow) = self.flows.iter_mut().find(|flow| flow.flies(ticket)) {
            flow.refused(&lost, now, random, &backoff);
        }
    }
}

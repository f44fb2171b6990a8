//! Carries what the sender says to the hub and the answers back: the whole of a point's delivery, for
//! a runtime of one thread.

use std::time::Duration;

use arrow_array::RecordBatch;
use delivery::body::{self, PackError};
use delivery::sender::{Step, Ticket};
use delivery::{Answer, Backoff, Clock, Lane, Reason, Refusal, Sender, Spool, Standing, Status};
use observation::{Micros, SECOND};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::client::{Client, ClientError};
use crate::identity::Identity;
use crate::tls;

/// How often a status is sent, also where there is nothing to deliver.
const STATUS: Micros = 60 * SECOND;
/// How often a lane that stands still sees whether somebody has acted.
const RESUME: Micros = 900 * SECOND;
/// How long to wait after a certificate could not be renewed.
const RENEWAL: Micros = 3_600 * SECOND;

/// The journal of a point, and what the point tells of itself.
pub trait Journal: Spool<Rows = RecordBatch> {
    /// What the point is at. `clock`, `stopped` and `sent` are filled in by the courier.
    fn status(&mut self) -> Status;

    /// Keeps a certificate that was renewed.
    ///
    /// # Errors
    /// The disk.
    fn keep(&mut self, identity: &Identity) -> Result<(), Self::Error>;

    /// The time, µs since the epoch.
    fn now(&self) -> Micros;

    /// Hears how delivery goes, whenever anything came back or time went by: how the clocks differed
    /// last, which tables stand still and why, and what failed if nothing has come through since.
    fn heard(
        &mut self,
        _clock: Option<Clock>,
        _stopped: &mut dyn Iterator<Item = (delivery::Table, &Refusal)>,
        _failure: Option<&ClientError>,
    ) {
    }
}

/// Why a courier gave up. Everything that passes by itself is waited for instead.
#[derive(Debug, thiserror::Error)]
pub enum CourierError<E> {
    /// The journal failed: begin again with a new courier.
    #[error("the journal failed")]
    Journal(E),
    /// The journal gave rows that make no delivery: we are at fault.
    #[error(transparent)]
    Pack(#[from] PackError),
}

/// What came back.
enum Came {
    Standing(Ticket, Result<(Standing, Clock), ClientError>),
    Answer(Ticket, Result<Answer, ClientError>),
    Renewed(Box<Result<Identity, ClientError>>),
}

/// Delivers one journal to one hub.
pub struct Courier {
    identity: Identity,
    backoff: Backoff,
    sender: Sender,
    client: Option<Client>,
    clock: Option<Clock>,
    failure: Option<ClientError>,
    /// Where [`Courier::steady`] begins.
    epoch: tokio::time::Instant,
    /// When the next status and another try of what stands still are due, by the steady clock.
    status: Micros,
    resume: Micros,
    /// When the next certificate is due, by the wall clock.
    renewal: Micros,
    under_way: JoinSet<Came>,
}

fn random() -> u64 {
    // Without random numbers there is no jitter, and no TLS either.
    tls::random().map_or(0, u64::from_le_bytes)
}

impl Courier {
    /// A courier for a point.
    pub fn new(identity: Identity, backoff: Backoff) -> Self {
        let renewal = identity.renewal(random());
        Courier {
            identity,
            backoff,
            sender: Sender::new(backoff),
            client: None,
            clock: None,
            failure: None,
            epoch: tokio::time::Instant::now(),
            status: Micros::MIN,
            resume: Micros::MIN,
            renewal,
            under_way: JoinSet::new(),
        }
    }

    /// Lanes that stand still until somebody acts, and why.
    pub fn stopped(&self) -> impl Iterator<Item = (delivery::Table, &Refusal)> {
        self.sender.stopped()
    }

    /// How the hub's clock and ours differed last.
    pub fn clock(&self) -> Option<Clock> {
        self.clock
    }

    /// What failed last, if nothing has come through since.
    pub fn failure(&self) -> Option<&ClientError> {
        self.failure.as_ref()
    }

    /// Delivers until `stop` says true or its sender is gone. `wake` is told when more is durable. May be
    /// dropped at any await and called again: it begins by asking, as after a kill.
    ///
    /// # Errors
    /// The journal failed.
    pub async fn run<J: Journal>(
        &mut self,
        journal: &mut J,
        wake: &Notify,
        mut stop: watch::Receiver<bool>,
    ) -> Result<(), CourierError<J::Error>> {
        self.under_way = JoinSet::new();
        self.sender = Sender::new(self.backoff);
        loop {
            let until = self.turn(journal).await?;
            journal.heard(self.clock, &mut self.sender.stopped(), self.failure.as_ref());
            let wait = until.saturating_sub(self.steady()).clamp(1, STATUS);
            let wait = Duration::from_micros(wait.unsigned_abs());
            tokio::select! {
                Some(came) = self.under_way.join_next() => match came {
                    Ok(came) => self.came(journal, came)?,
                    // Its ticket is lost with it.
                    Err(_) => self.sender.resume(),
                },
                () = wake.notified() => {}
                () = tokio::time::sleep(wait) => {}
                _ = stop.wait_for(|stop| *stop) => return Ok(()),
            }
        }
    }

    /// The clock by which everything is paced: one that nobody sets. By the wall clock, a point whose clock
    /// is set back would wait for as long again.
    fn steady(&self) -> Micros {
        Micros::try_from(self.epoch.elapsed().as_micros()).unwrap_or(Micros::MAX)
    }

    /// Everything that can be done now; until when, by the steady clock, there is nothing more.
    async fn turn<J: Journal>(
        &mut self,
        journal: &mut J,
    ) -> Result<Micros, CourierError<J::Error>> {
        let now = self.steady();
        if now >= self.status {
            self.status = now.saturating_add(STATUS);
            self.sender.ask();
        }
        if now >= self.resume {
            self.resume = now.saturating_add(RESUME);
            if self.sender.stopped().next().is_some() {
                self.sender.resume();
            }
        }
        let mut until = self.status;
        loop {
            match self.sender.next(self.steady(), journal).map_err(CourierError::Journal)? {
                Step::Ask(ticket) => self.ask(journal, ticket).await,
                Step::Send { ticket, table, after, upto, freshness, rows } => {
                    let lane = Lane {
                        point: self.identity.point.clone(),
                        generation: journal.generation(),
                        table,
                    };
                    let body = body::pack(&lane, freshness, (after, upto), &rows)?;
                    self.send(ticket, body).await;
                }
                Step::Wait(at) => {
                    until = at.map_or(until, |at| at.min(until));
                    return Ok(until);
                }
            }
        }
    }

    /// The connection, made anew where it has ended.
    async fn connected(&mut self) -> Result<Client, ClientError> {
        if let Some(client) = self.client.as_ref().filter(|client| !client.is_closed()) {
            return Ok(client.clone());
        }
        let client = Client::connect(&self.identity).await?;
        self.client = Some(client.clone());
        Ok(client)
    }

    async fn ask<J: Journal>(&mut self, journal: &mut J, ticket: Ticket) {
        let client = match self.connected().await {
            Ok(client) => client,
            Err(error) => return self.lost(ticket, error),
        };
        let mut status = journal.status();
        status.clock = self.clock;
        status.stopped = self.sender.stopped().map(|(table, why)| (table, why.reason)).collect();
        // The wait for the answer is measured by a clock that nobody sets.
        let (sent, began) = (journal.now(), tokio::time::Instant::now());
        status.sent = sent;
        if sent >= self.renewal {
            self.renewal = sent.saturating_add(RENEWAL);
            let (client, identity) = (client.clone(), self.identity.clone());
            self.under_way
                .spawn(async move { Came::Renewed(Box::new(client.renew(&identity).await)) });
        }
        self.under_way.spawn(async move {
            let standing = client.status(&status).await.map(|standing| {
                let took = Micros::try_from(began.elapsed().as_micros()).unwrap_or(Micros::MAX);
                let came = sent.saturating_add(took);
                let clock = Clock::measured(sent, standing.received, standing.sent, came);
                (standing, clock)
            });
            Came::Standing(ticket, standing)
        });
    }

    async fn send(&mut self, ticket: Ticket, body: Vec<u8>) {
        match self.connected().await {
            Ok(client) => {
                let sent = async move { Came::Answer(ticket, client.deliver(body).await) };
                self.under_way.spawn(sent);
            }
            Err(error) => self.lost(ticket, error),
        }
    }

    fn lost(&mut self, ticket: Ticket, error: ClientError) {
        self.failure = Some(error);
        self.sender.failed(ticket, self.steady(), random());
    }

    fn came<J: Journal>(
        &mut self,
        journal: &mut J,
        came: Came,
    ) -> Result<(), CourierError<J::Error>> {
        let now = self.steady();
        let done = match came {
            Came::Standing(ticket, Ok((standing, clock))) => {
                self.clock = Some(clock);
                self.failure = None;
                self.sender.standing(ticket, &standing, journal)
            }
            Came::Answer(ticket, Ok(answer)) => {
                self.sender.answered(ticket, &answer, now, random(), journal)
            }
            Came::Standing(ticket, Err(error)) | Came::Answer(ticket, Err(error)) => {
                let answer = Answer::Refused(refusal(&error));
                if matches!(error, ClientError::Lost(_)) {
                    // It may be half open: the next one is made anew.
                    self.client = None;
                }
                self.failure = Some(error);
                self.sender.answered(ticket, &answer, now, random(), journal)
            }
            Came::Renewed(renewed) => match *renewed {
                Ok(identity) => {
                    self.renewal = identity.renewal(random());
                    // The next connection shows the new certificate.
                    self.client = None;
                    let kept = journal.keep(&identity);
                    self.identity = identity;
                    kept
                }
                Err(error) => {
                    self.failure = Some(error);
                    Ok(())
                }
            },
        };
        done.map_err(CourierError::Journal)
    }
}

/// What a failure is to the sender: a refusal as it is, all else passes.
fn refusal(error: &ClientError) -> Refusal {
    match error {
        ClientError::Refused(refusal) => refusal.clone(),
        other => Refusal::new(Reason::Unavailable, other.to_string()),
    }
}

//! Both ends over real TLS on the loopback interface.

#![allow(clippy::unwrap_used, clippy::panic)]

mod delivering;
mod fuzzed;
mod joining;
mod strangers;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arrow_array::RecordBatch;
use delivery::receiver::{Verdict, decide};
use delivery::{
    Answer, Checked, Generation, Lane, Position, Reason, Refusal, Seal, Status, Table, Token,
};
use observation::{Coverage, Fates, HOUR, Micros, Point, SECOND, coverage_batch};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::client::join_with;
use crate::identity::Key;
use crate::{Address, Authority, Client, Counts, Identity, Inbox, Limits, Registry, Server};

/// The hub's clock in tests, moved by hand. Certificates are checked by the machine's.
fn machine() -> Micros {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Micros::try_from(now.as_micros()).unwrap()
}

/// What an archive holds.
#[derive(Default)]
struct Held {
    positions: BTreeMap<Lane, Position>,
    rows: Vec<(Lane, RecordBatch)>,
    statuses: Vec<(Point, Status)>,
}

/// An archive in memory that commits at once.
#[derive(Clone, Default)]
struct Book {
    held: Arc<Mutex<Held>>,
    busy: Arc<AtomicBool>,
    /// The commit is made, and the answer never given.
    mute: Arc<AtomicBool>,
}

impl Inbox for Book {
    async fn status(
        &self,
        point: Point,
        status: Status,
    ) -> Result<Vec<(Table, Position)>, Refusal> {
        let mut held = self.held.lock().unwrap();
        let generation = status.generation;
        held.statuses.push((point.clone(), status));
        let stands = |table| {
            let lane = Lane { point: point.clone(), generation, table };
            (table, held.positions.get(&lane).copied().unwrap_or_default())
        };
        Ok(Table::ALL.into_iter().map(stands).collect())
    }

    async fn deliver(&self, delivery: Checked) -> Answer {
        if self.busy.load(Relaxed) {
            return Answer::Refused(Refusal::new(Reason::Busy, "the group is full").after(SECOND));
        }
        let answer = self.commit(delivery);
        if self.mute.load(Relaxed) {
            std::future::pending::<()>().await;
        }
        answer
    }
}

impl Book {
    fn commit(&self, Checked { header, rows }: Checked) -> Answer {
        let mut held = self.held.lock().unwrap();
        let stands = held.positions.get(&header.lane).copied().unwrap_or_default();
        match decide(stands, header.after, header.upto) {
            Verdict::Accept => {
                held.positions.insert(header.lane.clone(), header.upto);
                held.rows.push((header.lane, rows));
                Answer::Committed(header.upto)
            }
            Verdict::Have(position) => Answer::Committed(position),
            Verdict::Gap(_) => Answer::Refused(Refusal::new(Reason::Gap, "")),
            Verdict::RolledBack(_) => Answer::Refused(Refusal::new(Reason::RolledBack, "")),
        }
    }

    fn is_untouched(&self) -> bool {
        let held = self.held.lock().unwrap();
        held.rows.is_empty() && held.positions.is_empty()
    }
}

/// A hub that serves.
struct Hub {
    folder: tempfile::TempDir,
    book: Book,
    server: Arc<Server<Book>>,
    registry: Registry,
    address: Address,
    now: Arc<AtomicI64>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Hub {
    async fn new(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::at(folder, Book::default(), limits, 0).await
    }

    async fn at(folder: tempfile::TempDir, book: Book, limits: Limits, port: u16) -> Self {
        let authority = Authority::open(folder.path()).unwrap();
        let registry = Registry::open(folder.path()).unwrap();
        let now = Arc::new(AtomicI64::new(machine()));
        let clock = now.clone();
        let clock = move || clock.load(Relaxed);
        let server = Server::new(book.clone(), authority, registry.clone(), limits, clock);
        let server = Arc::new(server.unwrap());
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let address = format!("https://{}", listener.local_addr().unwrap()).parse().unwrap();
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn({
            let server = server.clone();
            async move { server.serve(listener, stopped, Duration::from_millis(200)).await }
        });
        Hub { folder, book, server, registry, address, now, stop, serving }
    }

    fn authority(&self) -> Authority {
        Authority::open(self.folder.path()).unwrap()
    }

    fn now(&self) -> Micros {
        self.now.load(Relaxed)
    }

    fn invite(&self, point: &str) -> Token {
        let point = point.parse().unwrap();
        self.registry.invite(&self.authority(), &point, HOUR, self.now()).unwrap()
    }

    async fn joined(&self, point: &str) -> Identity {
        let key = Key::generate().unwrap();
        join_with(&self.address, &self.invite(point), &key).await.unwrap()
    }

    /// A client that has joined and told its status.
    async fn greeted(&self, point: &str) -> Client {
        let client = Client::connect(&self.joined(point).await).await.unwrap();
        client.status(&status(GENERATION)).await.unwrap();
        client
    }

    fn counts(&self) -> Counts {
        self.server.counters().counts()
    }

    fn refused(&self, reason: Reason) -> u64 {
        self.counts().refused[&reason]
    }
}

const GENERATION: Generation = Generation([5; 16]);

fn status(generation: Generation) -> Status {
    Status {
        format: delivery::FORMAT,
        version: "0.1.0".to_owned(),
        generation,
        last: 10,
        depth: 10,
        bytes: 100,
        oldest: None,
        dropped: 0,
        since: 0,
        sent: 0,
        clock: None,
        stopped: BTreeMap::new(),
    }
}

fn at(sequence: u64) -> Position {
    if sequence == 0 {
        return Position::START;
    }
    Position { sequence, seal: Seal::of(sequence, b"record") }
}

/// Rows of coverage whose number of addresses is their sequence number.
fn rows(point: &str, numbers: std::ops::Range<u64>) -> RecordBatch {
    let hour = machine().div_euclid(HOUR) * HOUR;
    let row = |number| Coverage {
        point: Some(point.parse().unwrap()),
        hour,
        seconds_up: Some(1),
        assumed: false,
        fates: Fates::default(),
        dropped: Some(0),
        addresses: Some(number),
        unkept: None,
        clock_offset: None,
    };
    coverage_batch(&numbers.map(row).collect::<Vec<_>>(), 0)
}

/// The body of a delivery of rows 1 to 3 of coverage.
fn a_body(point: &str) -> Vec<u8> {
    let lane =
        Lane { point: point.parse().unwrap(), generation: GENERATION, table: Table::Coverage };
    let range = (at(0), at(3));
    delivery::body::pack(&lane, delivery::Freshness::Live, range, &rows(point, 1..4)).unwrap()
}

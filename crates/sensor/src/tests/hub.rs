//! A hub on the loopback interface, with an archive in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arrow_array::cast::AsArray as _;
use arrow_array::types::Int64Type;
use arrow_array::{Array as _, RecordBatch};
use delivery::receiver::{Verdict, decide};
use delivery::{Answer, Checked, Freshness, Lane, Position, Reason, Refusal, Status, Table};
use observation::{HOUR, Point};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use wire::{Address, Authority, Identity, Inbox, Limits, Registry, Server};

use crate::source::now;

/// What the archive holds.
#[derive(Clone, Default)]
pub(super) struct Archive(Arc<Mutex<Held>>);

#[derive(Default)]
struct Held {
    positions: BTreeMap<Lane, Position>,
    rows: Vec<(Table, Freshness, RecordBatch)>,
}

impl Inbox for Archive {
    async fn status(
        &self,
        point: Point,
        status: Status,
    ) -> Result<Vec<(Table, Position)>, Refusal> {
        let held = self.0.lock().unwrap();
        let stands = |table| {
            let lane = Lane { point: point.clone(), generation: status.generation, table };
            (table, held.positions.get(&lane).copied().unwrap_or_default())
        };
        Ok(Table::ALL.into_iter().map(stands).collect())
    }

    async fn deliver(&self, Checked { header, rows }: Checked) -> Answer {
        let mut held = self.0.lock().unwrap();
        let stands = held.positions.get(&header.lane).copied().unwrap_or_default();
        match decide(stands, header.after, header.upto) {
            Verdict::Accept => {
                held.positions.insert(header.lane.clone(), header.upto);
                held.rows.push((header.lane.table, header.freshness, rows));
                Answer::Committed(header.upto)
            }
            Verdict::Have(position) => Answer::Committed(position),
            Verdict::Gap(_) => Answer::Refused(Refusal::new(Reason::Gap, "")),
            Verdict::RolledBack(_) => Answer::Refused(Refusal::new(Reason::RolledBack, "")),
        }
    }
}

impl Archive {
    /// The batches of a table.
    pub(super) fn batches(&self, table: Table) -> Vec<(Freshness, RecordBatch)> {
        let held = self.0.lock().unwrap();
        let of = held.rows.iter().filter(|(of, ..)| *of == table);
        of.map(|(_, freshness, rows)| (*freshness, rows.clone())).collect()
    }

    /// A column of numbers, summed.
    pub(super) fn sum(&self, table: Table, column: &str) -> i64 {
        let batches = self.batches(table);
        let sum = |rows: &RecordBatch| {
            let column = rows.column_by_name(column).unwrap().as_primitive::<Int64Type>();
            column.iter().flatten().sum::<i64>()
        };
        batches.iter().map(|(_, rows)| sum(rows)).sum()
    }

    /// Packets by source.
    pub(super) fn sources(&self) -> BTreeMap<Vec<u8>, i64> {
        let mut sources = BTreeMap::new();
        for (_, rows) in self.batches(Table::Access) {
            let packets = rows.column_by_name("packets").unwrap().as_primitive::<Int64Type>();
            let src = rows.column_by_name("src").unwrap().as_binary::<i32>();
            for row in 0..src.len() {
                *sources.entry(src.value(row).to_vec()).or_default() += packets.value(row);
            }
        }
        sources
    }
}

/// A hub that serves.
pub(super) struct Hub {
    pub(super) archive: Archive,
    pub(super) identity: Identity,
    _folder: tempfile::TempDir,
    _runtime: Runtime,
    _stop: watch::Sender<bool>,
}

impl Hub {
    /// A hub, and a point that has joined it.
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let archive = Archive::default();
        let authority = Authority::open(folder.path()).unwrap();
        let registry = Registry::open(folder.path()).unwrap();
        let point: Point = "tokyo".parse().unwrap();
        let token = registry.invite(&authority, &point, HOUR, now()).unwrap();
        let server =
            Server::new(archive.clone(), authority, registry, Limits::default(), now).unwrap();
        let server = Arc::new(server);
        let (stop, stopped) = watch::channel(false);
        let identity = runtime.block_on(async {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
            let address = format!("https://{}", listener.local_addr().unwrap());
            let address: Address = address.parse().unwrap();
            tokio::spawn(async move {
                server.serve(listener, stopped, Duration::from_millis(100)).await;
            });
            wire::join(&address, &token).await.unwrap()
        });
        Hub { archive, identity, _folder: folder, _runtime: runtime, _stop: stop }
    }
}

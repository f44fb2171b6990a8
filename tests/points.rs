//! Points that deliver to `yagura up`: once, whatever is killed, and shown as they are.

use std::convert::Infallible;
use std::net::TcpListener;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use arrow_array::RecordBatch;
use delivery::sender::{Range, Spool};
use delivery::{Backoff, FORMAT, Freshness, Generation, Position, Seal, Status, Table};
use observation::{Access, AccessBatch, Kind, Micros, Origin, Payload, Point, SECOND};
use testkit::Random;
use tokio::sync::{Notify, watch};
use wire::{Courier, Identity, Journal};

use crate::common::{Observatory, count, number_from, text};

const PATIENCE: Duration = Duration::from_secs(120);

fn now() -> Micros {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Micros::try_from(since.as_micros()).unwrap()
}

/// How far a point's journal goes, and what of it is acknowledged.
#[derive(Default)]
struct Marks {
    last: AtomicU64,
    acknowledged: AtomicU64,
    more: Notify,
}

/// A journal of accesses in memory; the length of a payload is the row's number.
struct Pages {
    point: Point,
    marks: Arc<Marks>,
    begin: Micros,
}

fn at(sequence: u64) -> Position {
    if sequence == 0 {
        return Position::START;
    }
    Position { sequence, seal: Seal::of(sequence, b"record") }
}

impl Pages {
    fn access(&self, number: u64) -> Access {
        let time = self.begin + i64::try_from(number).unwrap();
        Access {
            protocol: 17,
            ports: Some((1_024, 53)),
            kind: Kind::Udp,
            syns: 0,
            tcp_flags: None,
            payload: Some(Payload { length: u32::try_from(number).unwrap(), hash: None }),
            ..testkit::syn(time, &self.point, "192.168.2.1".parse().unwrap())
        }
    }
}

impl Spool for Pages {
    type Rows = RecordBatch;
    type Error = Infallible;

    fn generation(&self) -> Generation {
        Generation([3; 16])
    }

    fn rows(&mut self, table: Table, after: u64) -> Result<Option<Range<RecordBatch>>, Infallible> {
        let end = self.marks.last.load(Relaxed).min(after + 11);
        if table == Table::Coverage || end <= after {
            return Ok(None);
        }
        let rows: Vec<Access> = (after + 1..=end).map(|number| self.access(number)).collect();
        let mut batch = AccessBatch::new(0, 0, None);
        batch.extend(&rows, rows.iter().map(|_| Origin::default()));
        let rows = batch.finish();
        Ok(Some(Range { upto: at(end), needs: 0, freshness: Freshness::Live, rows }))
    }

    fn seal(&mut self, table: Table, sequence: u64) -> Result<Option<Seal>, Infallible> {
        let last = self.marks.last.load(Relaxed);
        let kept = sequence > self.forgotten(table) && sequence <= last;
        Ok(kept.then(|| at(sequence).seal))
    }

    fn forget(&mut self, table: Table, upto: Position) -> Result<(), Infallible> {
        if table == Table::Access {
            self.marks.acknowledged.store(upto.sequence, Relaxed);
        }
        Ok(())
    }

    fn forgotten(&self, table: Table) -> u64 {
        if table == Table::Access { self.marks.acknowledged.load(Relaxed) } else { 0 }
    }
}

impl Journal for Pages {
    fn status(&mut self) -> Status {
        let last = self.marks.last.load(Relaxed);
        Status {
            format: FORMAT,
            version: "0.1.0-test".to_owned(),
            generation: self.generation(),
            last,
            depth: last - self.marks.acknowledged.load(Relaxed),
            bytes: 4_096,
            oldest: None,
            dropped: 0,
            since: 0,
            sent: 0,
            clock: None,
            stopped: Default::default(),
        }
    }

    fn keep(&mut self, _: &Identity) -> Result<(), Infallible> {
        Ok(())
    }

    fn now(&self) -> Micros {
        now()
    }
}

/// An observatory whose hub is on a port of its own.
fn observatory() -> Observatory {
    let observatory = Observatory::new();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    observatory.settings(&format!(
        "[hub]\nlisten = \"{free}\"\ngroup_seconds = 0.05\n[point]\nrun = false\n"
    ));
    observatory
}

fn up(observatory: &Observatory) -> Child {
    let mut command = observatory.command(&["up", "--listen", "127.0.0.1:0"]);
    command.env("YAGURA_LOG", "warn").stdout(Stdio::null()).stderr(Stdio::inherit());
    command.spawn().unwrap()
}

/// Joins a point by the command that an invitation prints; the hub is up, or soon.
fn join(observatory: &Observatory, runtime: &tokio::runtime::Runtime, name: &str) -> Identity {
    let said = observatory.run(&["point", "invite", name, "--ttl", "10m"]).ended(0).out;
    let words: Vec<&str> = said.split_whitespace().collect();
    let ["yagura-point", "join", address, token] = words[..] else { panic!("{said}") };
    let (address, token) = (address.parse().unwrap(), token.parse().unwrap());
    let start = Instant::now();
    loop {
        match runtime.block_on(wire::join(&address, &token)) {
            Ok(identity) => return identity,
            Err(error) => assert!(start.elapsed() < PATIENCE, "{error}"),
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// In the archive are the first rows of each journal, each once, and at least what is acknowledged.
fn assert_first_rows(observatory: &Observatory, points: &[(&str, Arc<Marks>)]) {
    let acknowledged = points.iter().map(|(_, marks)| marks.acknowledged.load(Relaxed));
    let acknowledged: Vec<u64> = acknowledged.collect();
    let query = "select point, count(*) as n, count(distinct payload_length) as d, \
        max(payload_length) as m from access group by point";
    let rows = observatory.sql(query);
    for ((name, _), acknowledged) in points.iter().zip(acknowledged) {
        let row = rows.iter().find(|row| text(row, "point") == *name);
        let there = |key| row.map_or(0, |row| count(row, key));
        assert_eq!((there("n"), there("d")), (there("m"), there("m")), "{name}");
        assert!(there("n") >= acknowledged, "{name}: {acknowledged} were acknowledged");
    }
}

#[test]
fn a_hub_that_is_killed_many_times_loses_nothing_and_doubles_nothing() {
    let observatory = observatory();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut hub = up(&observatory);
    let (end, _) = watch::channel(false);
    let mut points = Vec::new();
    for name in ["kyoto", "osaka", "tokyo"] {
        let identity = join(&observatory, &runtime, name);
        let marks = Arc::<Marks>::default();
        let point = name.parse().unwrap();
        let mut journal = Pages { point, marks: marks.clone(), begin: now() - 60 * SECOND };
        let (told, stop) = (marks.clone(), end.subscribe());
        runtime.spawn(async move {
            let backoff = Backoff { first: 20_000, most: 200_000 };
            let mut courier = Courier::new(identity, backoff);
            courier.run(&mut journal, &told.more, stop).await.unwrap();
        });
        points.push((name, marks));
    }
    let grow = |rows: u64| {
        for (_, marks) in &points {
            marks.last.fetch_add(rows, Relaxed);
            marks.more.notify_one();
        }
    };
    let kills = number_from("YAGURA_KILLS", 10);
    let mut random = Random::new(2_004);
    let mut halfway = 0;
    for _ in 0..kills {
        grow(400);
        std::thread::sleep(Duration::from_millis(300 + random.below(900)));
        hub.kill().unwrap();
        hub.wait().unwrap();
        let behind = |(_, marks): &(&str, Arc<Marks>)| {
            let acknowledged = marks.acknowledged.load(Relaxed);
            acknowledged > 0 && acknowledged < marks.last.load(Relaxed)
        };
        halfway += u64::from(points.iter().any(behind));
        assert_first_rows(&observatory, &points);
        hub = up(&observatory);
    }
    let start = Instant::now();
    let whole = |(_, marks): &(&str, Arc<Marks>)| {
        marks.acknowledged.load(Relaxed) == marks.last.load(Relaxed)
    };
    while !points.iter().all(whole) {
        assert!(start.elapsed() < PATIENCE, "not everything is acknowledged");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_first_rows(&observatory, &points);
    let rows = observatory.sql("select count(*) as n from access");
    assert_eq!(count(&rows[0], "n"), 3 * 400 * kills);
    assert!(halfway > 0, "no kill came while rows were under way");
    println!("{kills} kills, {halfway} of them with rows under way");
    end.send_replace(true);
    hub.kill().unwrap();
    hub.wait().unwrap();
}

#[test]
fn points_are_listed_and_revoked() {
    let observatory = observatory();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let none = observatory.run(&["point", "list"]).ended(0).out;
    assert!(none.contains("yagura point invite"), "{none}");
    let mut hub = up(&observatory);
    let identity = join(&observatory, &runtime, "tokyo");
    let client = runtime.block_on(wire::Client::connect(&identity)).unwrap();
    let point = "tokyo".parse().unwrap();
    let mut journal = Pages { point, marks: Arc::default(), begin: now() };
    runtime.block_on(client.status(&journal.status())).unwrap();
    let listed = observatory.run(&["point", "list", "--json"]).ended(0).json();
    assert_eq!(text(&listed[0], "point"), "tokyo");
    assert_eq!(text(&listed[0], "version"), "0.1.0-test");
    assert_eq!(count(&listed[0], "bytes"), 4_096);
    assert_eq!(listed[0]["findings"], serde_json::json!([]));
    let table = observatory.run(&["point", "list"]).ended(0).out;
    assert!(table.contains("findings") && table.contains("0.1.0-test"), "{table}");
    observatory.run(&["point", "revoke", "tokyo"]).ended(0);
    assert!(runtime.block_on(client.status(&journal.status())).is_err());
    let table = observatory.run(&["point", "list"]).ended(0).out;
    assert!(table.contains("revoked"), "{table}");
    observatory.run(&["point", "revoke", "nobody"]).ended(1);
    observatory.run(&["point", "invite", "Tokyo"]).ended(2);
    observatory.run(&["point", "invite", "osaka", "--ttl", "never"]).ended(2);
    hub.kill().unwrap();
    hub.wait().unwrap();
    // Where points find the hub has to be said, if nothing else says it.
    observatory.settings("[hub]\n");
    let said = observatory.run(&["point", "invite", "osaka"]).ended(2).err;
    assert!(said.contains("address"), "{said}");
}

//! Load on a hub: points that deliver all the time, over TLS on the loopback interface, into an archive
//! in a temporary folder.
//!
//! `cargo run --release --example load -- POINTS SECONDS ROWS GROUP_SECONDS`
//!
//! Each point makes a delivery of ROWS accesses, waits for its answer and makes the next. Told are deliveries
//! and rows a second, rows a second of this process's processor time (points and hub share it), and
//! how long a delivery took from being sent until its answer, and until SQL saw its rows: a query every
//! half second asks how far each point is. Ratios in one run are what these figures are good for.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use archive::{Archive, Format, Limits, Query};
use delivery::{Answer, Freshness, Generation, Lane, Position, Seal, Status, Table};
use gazetteer::Atlas;
use hub::{Hub, Settings};
use observation::{Access, AccessBatch, HOUR, Micros, Origin, Payload, Point};
use tokio::net::TcpListener;
use tokio::sync::watch;
use url::Url;
use wire::{Authority, Client, Registry, Server};

fn now() -> Micros {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Micros::try_from(since.as_micros()).unwrap()
}

/// Seconds of processor time that this process used.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    // utime and stime, in ticks of 10 ms (proc(5)).
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

#[derive(Default)]
struct Seen {
    /// When each point's deliveries were sent, by their last row, until SQL shows them.
    sent: Mutex<HashMap<String, Vec<(u64, Instant)>>>,
    answered: Mutex<Vec<Duration>>,
    visible: Mutex<Vec<Duration>>,
    rows: AtomicU64,
    busy: AtomicU64,
}

fn accesses(point: &Point, from: u64, rows: u64) -> arrow_array::RecordBatch {
    let begin = now();
    let src = |number: u64| {
        std::net::Ipv4Addr::from_bits((number as u32).wrapping_mul(2_654_435_761)).into()
    };
    let access = |number: u64| Access {
        ports: Some((1_024, (number % 1_000) as u16)),
        payload: Some(Payload { length: number as u32, hash: None }),
        ..testkit::syn(begin + i64::try_from(number - from).unwrap(), point, src(number))
    };
    let all: Vec<Access> = (from..from + rows).map(access).collect();
    let mut batch = AccessBatch::new(0, 0, None);
    batch.extend(&all, all.iter().map(|_| Origin::default()));
    batch.finish()
}

fn at(sequence: u64) -> Position {
    if sequence == 0 {
        return Position::START;
    }
    Position { sequence, seal: Seal::of(sequence, b"record") }
}

async fn point(client: Client, name: Point, rows: u64, seen: Arc<Seen>, end: Arc<AtomicBool>) {
    let generation = Generation([1; 16]);
    let status = Status {
        format: delivery::FORMAT,
        version: "load".to_owned(),
        generation,
        last: 0,
        depth: 0,
        bytes: 0,
        oldest: None,
        dropped: 0,
        since: 0,
        sent: 0,
        clock: None,
        stopped: Default::default(),
    };
    client.status(&status).await.unwrap();
    let lane = Lane { point: name.clone(), generation, table: Table::Access };
    let mut done = 0;
    while !end.load(Relaxed) {
        let batch = accesses(&name, done + 1, rows);
        let range = (at(done), at(done + rows));
        let body = delivery::body::pack(&lane, Freshness::Live, range, &batch).unwrap();
        let began = Instant::now();
        seen.sent.lock().unwrap().entry(name.to_string()).or_default().push((done + rows, began));
        loop {
            match client.deliver(body.clone()).await {
                Ok(Answer::Committed(_)) => break,
                Ok(Answer::Refused(_)) | Err(wire::ClientError::Refused(_)) => {
                    seen.busy.fetch_add(1, Relaxed);
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
                Err(other) => panic!("{other}"),
            }
        }
        seen.answered.lock().unwrap().push(began.elapsed());
        seen.rows.fetch_add(rows, Relaxed);
        done += rows;
    }
}

/// Asks SQL how far each point is.
async fn look(archive: &Archive, seen: &Seen) {
    let text = "select point, max(payload_length) as m from access group by point";
    let query = Query { text, limits: Limits::default(), format: Format::Csv };
    let mut out = Vec::new();
    archive.sql(query, &mut out).await.unwrap();
    let now = Instant::now();
    let mut sent = seen.sent.lock().unwrap();
    let mut visible = seen.visible.lock().unwrap();
    for line in String::from_utf8(out).unwrap().lines().skip(1) {
        let (name, upto) = line.split_once(',').unwrap();
        let upto: u64 = upto.parse().unwrap();
        let waiting = sent.entry(name.to_owned()).or_default();
        let (there, still) =
            std::mem::take(waiting).into_iter().partition(|(last, _)| *last <= upto);
        *waiting = still;
        let there: Vec<(u64, Instant)> = there;
        visible.extend(there.into_iter().map(|(_, sent)| now - sent));
    }
}

fn quantiles(times: &Mutex<Vec<Duration>>) -> (f64, f64) {
    let mut times = times.lock().unwrap().clone();
    times.sort();
    let at = |share: f64| {
        let place = (times.len().saturating_sub(1) as f64 * share) as usize;
        times.get(place).map_or(f64::NAN, Duration::as_secs_f64)
    };
    (at(0.5), at(0.99))
}

#[tokio::main]
async fn main() {
    let given: Vec<f64> = std::env::args().skip(1).map(|text| text.parse().unwrap()).collect();
    let [points, seconds, rows, group] = given[..] else { panic!("POINTS SECONDS ROWS GROUP") };
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("hub");
    let location = Url::from_directory_path(folder.path().join("archive")).unwrap();
    let authority = Authority::open(&place).unwrap();
    let registry = Registry::open(&place).unwrap();
    let archive = Arc::new(Archive::open(&location, "UTC").await.unwrap());
    let group = Duration::from_secs_f64(group);
    let settings = Settings { group, ..Settings::default() };
    let atlas = Atlas::shipped();
    let (hub, _running) =
        Hub::start(archive, atlas, registry.clone(), &place, settings, now).unwrap();
    let limits = wire::Limits::default();
    let server =
        Server::new(hub.clone(), Authority::open(&place).unwrap(), registry.clone(), limits, now);
    let server = Arc::new(server.unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address: wire::Address =
        format!("https://{}", listener.local_addr().unwrap()).parse().unwrap();
    let (_stop, stopped) = watch::channel(false);
    let serving = server.clone();
    tokio::spawn(async move { serving.serve(listener, stopped, Duration::ZERO).await });

    let (seen, end) = (Arc::<Seen>::default(), Arc::<AtomicBool>::default());
    let mut clients = Vec::new();
    for number in 0..points as u64 {
        let name: Point = format!("p{number}").parse().unwrap();
        let token = registry.invite(&authority, &name, HOUR, now()).unwrap();
        let identity = wire::join(&address, &token).await.unwrap();
        clients.push((name, Client::connect(&identity).await.unwrap()));
    }
    let (began, used) = (Instant::now(), processor());
    let mut tasks = tokio::task::JoinSet::new();
    for (name, client) in clients {
        tasks.spawn(point(client, name, rows as u64, seen.clone(), end.clone()));
    }
    let reader = Archive::open(&location, "UTC").await.unwrap();
    while began.elapsed().as_secs_f64() < seconds {
        tokio::time::sleep(Duration::from_millis(500)).await;
        look(&reader, &seen).await;
    }
    end.store(true, Relaxed);
    tasks.join_all().await;
    look(&reader, &seen).await;
    let (took, used) = (began.elapsed().as_secs_f64(), processor() - used);
    let deliveries = seen.answered.lock().unwrap().len();
    let total = seen.rows.load(Relaxed) as f64;
    let ((a50, a99), (v50, v99)) = (quantiles(&seen.answered), quantiles(&seen.visible));
    println!(
        "{points} points, {rows} rows a delivery, group {group:?}: {:.0} deliveries/s, {:.0} rows/s, \
         {:.0} rows a CPU second ({used:.1} CPU s in {took:.1} s), {} refused as busy; \
         to the answer p50 {a50:.2} s p99 {a99:.2} s; to SQL p50 {v50:.2} s p99 {v99:.2} s",
        deliveries as f64 / took,
        total / took,
        total / used,
        seen.busy.load(Relaxed),
    );
    let text = hub.metrics(&server.counters().counts());
    for line in text.lines().filter(|line| {
        line.starts_with("yagura_hub_commit") && line.contains("access") && !line.contains("bucket")
    }) {
        println!("  {line}");
    }
}

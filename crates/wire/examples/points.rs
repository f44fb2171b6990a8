//! Simulated points that deliver to a hub that runs: `cargo xtask bench --hub` starts both.
//!
//! `points DATA PAGES HUB PID YAGURA POINTS SECONDS RATE`
//!
//! DATA is the hub's data folder, PAGES and HUB where it serves pages and receives deliveries (HOST:PORT), PID its
//! process, YAGURA the program. Each of POINTS joins by an invitation and delivers by the courier that
//! `yagura-point` has: its own key, mutual TLS, several deliveries under way, statuses. Its journal is made up:
//! RATE accesses a second, durable at the end of each second; with a RATE of 0 there is always more to deliver, as
//! after an outage. A process of YAGURA asks SQL all the time how far each point is: a row is seen when such an
//! answer is there, and it was sensed when the journal says.
//!
//! Prints one line of JSON. Rows, deliveries and commits are the hub's own counts, its processor time and memory
//! those of the kernel; all of them from when every point has joined.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::HashMap;
use std::convert::Infallible;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use arrow_array::RecordBatch;
use delivery::sender::{Range, Spool};
use delivery::{Backoff, Freshness, Generation, Position, Seal, Status, Table};
use observation::{Access, AccessBatch, HOUR, Micros, Origin, Payload, Point, SECOND};
use tokio::sync::{Notify, watch};
use wire::{Authority, Courier, Identity, Journal, Registry};

/// Rows of a delivery at most, as a point has it.
const ROWS: u64 = 2_000;
/// Between two questions.
const PAUSE: Duration = Duration::from_millis(500);

fn now() -> Micros {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Micros::try_from(since.as_micros()).unwrap()
}

/// What a point senses, and when.
#[derive(Clone)]
struct Sensed {
    point: Point,
    /// By the wall clock, µs. Points begin within the first second.
    begin: Micros,
    rate: u64,
    forgotten: u64,
}

impl Sensed {
    /// When an access came, µs.
    fn at(&self, number: u64) -> Micros {
        let number = i64::try_from(number).unwrap();
        match i64::try_from(self.rate).unwrap() {
            0 => self.begin,
            rate => self.begin + number * SECOND / rate,
        }
    }

    /// How many are durable.
    fn last(&self) -> u64 {
        match self.rate {
            0 => u64::MAX >> 8,
            rate => {
                let seconds = now().saturating_sub(self.begin) / SECOND;
                u64::try_from(seconds).unwrap_or(0) * rate
            }
        }
    }

    fn access(&self, number: u64) -> Access {
        let src = Ipv4Addr::from_bits((number as u32).wrapping_mul(2_654_435_761));
        Access {
            ports: Some((1_024, (number % 1_000) as u16)),
            payload: Some(Payload { length: number as u32, hash: None }),
            ..testkit::syn(self.at(number), &self.point, src.into())
        }
    }
}

fn at(sequence: u64) -> Position {
    if sequence == 0 {
        return Position::START;
    }
    Position { sequence, seal: Seal::of(sequence, b"record") }
}

impl Spool for Sensed {
    type Rows = RecordBatch;
    type Error = Infallible;

    fn generation(&self) -> Generation {
        Generation([1; 16])
    }

    fn rows(&mut self, table: Table, after: u64) -> Result<Option<Range<RecordBatch>>, Infallible> {
        let last = self.last().min(after + ROWS);
        if table == Table::Coverage || last <= after {
            return Ok(None);
        }
        let rows: Vec<Access> = (after + 1..=last).map(|number| self.access(number)).collect();
        let mut batch = AccessBatch::new(0, 0, None);
        batch.extend(&rows, rows.iter().map(|_| Origin::default()));
        let rows = batch.finish();
        Ok(Some(Range { upto: at(last), needs: 0, freshness: Freshness::Live, rows }))
    }

    fn seal(&mut self, _: Table, sequence: u64) -> Result<Option<Seal>, Infallible> {
        Ok(Some(at(sequence).seal))
    }

    fn forget(&mut self, table: Table, upto: Position) -> Result<(), Infallible> {
        if table == Table::Access {
            self.forgotten = upto.sequence;
        }
        Ok(())
    }

    fn forgotten(&self, table: Table) -> u64 {
        if table == Table::Access { self.forgotten } else { 0 }
    }
}

impl Journal for Sensed {
    fn status(&mut self) -> Status {
        Status {
            format: delivery::FORMAT,
            version: "bench".to_owned(),
            generation: self.generation(),
            last: self.last(),
            depth: self.last() - self.forgotten,
            bytes: 0,
            oldest: None,
            dropped: 0,
            since: self.begin,
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

/// One point, until it is stopped. It is woken each second, as by the sync of a journal.
async fn deliver(identity: Identity, mut journal: Sensed, stop: watch::Receiver<bool>) {
    let wake = Arc::new(Notify::new());
    let waking = wake.clone();
    let to_next = SECOND - (now() - journal.begin).rem_euclid(SECOND);
    let each = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_micros(to_next.unsigned_abs() + 1_000)).await;
        loop {
            waking.notify_one();
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
    let mut courier = Courier::new(identity, Backoff::default());
    courier.run(&mut journal, &wake, stop).await.unwrap();
    each.abort();
}

/// How far each point is, by SQL.
fn ask(yagura: &str, data: &str) -> HashMap<String, u64> {
    let query = "select point, max(payload_length) from access group by point";
    let words = ["sql", "--format", "csv", "--data", data, query];
    let output = Command::new(yagura).args(words).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let line = |line: &str| {
        let (name, upto) = line.split_once(',')?;
        Some((name.to_owned(), upto.parse().ok()?))
    };
    text.lines().skip(1).filter_map(line).collect()
}

/// Asks until it is stopped, and gives how long each row took from being sensed until it was seen, µs.
fn look(yagura: &str, data: &str, points: &[Sensed], stop: &watch::Receiver<bool>) -> Vec<Micros> {
    let (mut seen, mut took) = (HashMap::<String, u64>::new(), Vec::new());
    while !*stop.borrow() {
        let there = ask(yagura, data);
        let came = now();
        for point in points {
            let Some(&upto) = there.get(point.point.as_str()) else { continue };
            let before = seen.insert(point.point.to_string(), upto).unwrap_or(0);
            took.extend((before + 1..=upto).map(|number| came - point.at(number)));
        }
        std::thread::sleep(PAUSE);
    }
    took
}

/// A number of the hub's metrics, summed over its labels.
fn metric(pages: &str, name: &str) -> f64 {
    let mut stream = TcpStream::connect(pages).unwrap();
    write!(stream, "GET /metrics HTTP/1.0\r\nHost: {pages}\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let of = |line: &str| {
        let (key, value) = line.rsplit_once(' ')?;
        (key.split('{').next() == Some(name)).then(|| value.parse::<f64>().ok())?
    };
    text.lines().filter_map(of).sum()
}

/// Seconds of processor time that a process used: utime and stime, in ticks of 10 ms (proc(5)).
fn processor(pid: &str) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

/// The most memory that a process had, MiB.
fn memory(pid: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1_024.0
}

fn quantile(times: &[Micros], share: f64) -> Option<f64> {
    let place = (times.len().saturating_sub(1) as f64 * share) as usize;
    times.get(place).map(|&micros| micros as f64 / 1e6)
}

async fn join(data: &str, hub: &str, points: u64) -> Vec<(Identity, Point)> {
    let folder = Path::new(data).join("hub");
    let (authority, registry) =
        (Authority::open(&folder).unwrap(), Registry::open(&folder).unwrap());
    let address = format!("https://{hub}").parse().unwrap();
    let mut joined = Vec::new();
    for number in 0..points {
        let name: Point = format!("p{number}").parse().unwrap();
        let token = registry.invite(&authority, &name, HOUR, now()).unwrap();
        joined.push((wire::join(&address, &token).await.unwrap(), name));
    }
    joined
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [data, pages, hub, pid, yagura, points, seconds, rate] = &words[..] else {
        panic!("points DATA PAGES HUB PID YAGURA POINTS SECONDS RATE");
    };
    let (points, rate): (u64, u64) = (points.parse().unwrap(), rate.parse().unwrap());
    let seconds: u64 = seconds.parse().unwrap();
    let joined = join(data, hub, points).await;
    let (stop, stopped) = watch::channel(false);
    let begin = now();
    let spread = |number: usize| i64::try_from(number).unwrap() * SECOND / joined.len() as i64;
    let sensed = |(number, (_, point)): (usize, &(Identity, Point))| Sensed {
        point: point.clone(),
        begin: begin + spread(number),
        rate,
        forgotten: 0,
    };
    let journals: Vec<Sensed> = joined.iter().enumerate().map(sensed).collect();
    const COUNTS: [&str; 3] =
        ["yagura_hub_deliveries_total", "yagura_hub_rows_total", "yagura_hub_commits_total"];
    let counts = || COUNTS.map(|name| metric(pages, name));
    let (before, used, began) = (counts(), processor(pid), Instant::now());

    let (asking, stop_asking) = (journals.clone(), stopped.clone());
    let (program, folder) = (yagura.clone(), data.clone());
    let looking =
        tokio::task::spawn_blocking(move || look(&program, &folder, &asking, &stop_asking));
    let local = tokio::task::LocalSet::new();
    for ((identity, _), journal) in joined.into_iter().zip(journals) {
        local.spawn_local(deliver(identity, journal, stopped.clone()));
    }
    local.run_until(tokio::time::sleep(Duration::from_secs(seconds))).await;
    let (after, used, took) = (counts(), processor(pid) - used, began.elapsed().as_secs_f64());
    stop.send_replace(true);
    local.await;
    let mut times = looking.await.unwrap();
    times.sort_unstable();
    let [deliveries, rows, commits] = [0, 1, 2].map(|at| after[at] - before[at]);
    let mut shown = serde_json::json!({
        "points": points, "seconds": took, "deliveries": deliveries, "rows": rows, "commits": commits, "cpu": used,
        "memory_mib": memory(pid), "refused": metric(pages, "yagura_hub_refused_total"),
    });
    if rate > 0 {
        let seen = times.len();
        let (p50, p99) = (quantile(&times, 0.5), quantile(&times, 0.99));
        shown["seen"] = serde_json::json!({ "rows": seen, "p50": p50, "p99": p99 });
    }
    println!("{shown}");
}

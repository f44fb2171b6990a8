//! The program on a wire between two ends of a network namespace of its own: it watches, is killed, goes
//! on, follows addresses, and delivers to a hub.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, missing_docs)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use delivery::{Answer, Checked, Position, Refusal, Status, Table};
use observation::{HOUR, Micros, Point};
use sensor::Report;
use testkit::file::{Frame, pcapng};
use testkit::frame::{Ip, Segment, ethernet, tcp};
use testkit::host::{self, ip};

const PROGRAM: &str = env!("CARGO_BIN_EXE_yagura-point");
const PATIENCE: Duration = Duration::from_secs(20);

/// A hub that keeps nothing but where the lanes stand.
#[derive(Clone, Default)]
struct Hub {
    statuses: Arc<AtomicU64>,
    committed: Arc<Mutex<BTreeMap<Table, Position>>>,
}

impl wire::Inbox for Hub {
    async fn status(&self, _: Point, _: Status) -> Result<Vec<(Table, Position)>, Refusal> {
        self.statuses.fetch_add(1, Relaxed);
        Ok(self.committed.lock().unwrap().iter().map(|(table, at)| (*table, *at)).collect())
    }

    async fn deliver(&self, delivery: Checked) -> Answer {
        let header = delivery.header;
        let mut committed = self.committed.lock().unwrap();
        let stands = committed.entry(header.lane.table).or_default();
        assert_eq!(*stands, header.after);
        *stands = header.upto;
        Answer::Committed(header.upto)
    }
}

#[test]
fn a_point_on_a_wire() {
    if host::within("a_point_on_a_wire", &["tcpreplay"]) {
        on_a_wire();
    }
}

fn good(output: Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
    out
}

/// SYNs from so many sources.
fn send(folder: &Path, to: &str, sources: std::ops::Range<u32>) {
    let syn = |number| {
        let ip =
            Ip::new(std::net::Ipv4Addr::from(0xcb00_7100 + number).into(), to.parse().unwrap());
        let segment = Segment { ports: (4_000, 23), flags: 2, ..Segment::default() };
        let bytes = ethernet(&tcp(&ip, &segment).bytes, &[]);
        let wire_length = u32::try_from(bytes.len()).unwrap();
        Frame { time: Micros::from(number) * 1_000, bytes, wire_length }
    };
    let frames: Vec<Frame> = sources.map(syn).collect();
    let path = folder.join("syns.pcapng");
    pcapng(&mut std::fs::File::create(&path).unwrap(), &frames).unwrap();
    let path = path.to_str().unwrap();
    good(Command::new("tcpreplay").args(["--pps", "1000", "-i", "va", path]).output().unwrap());
}

fn point(data: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.arg("--data").arg(data).args(words);
    command
}

fn begin(data: &Path) -> Child {
    let log = std::fs::File::options().append(true).create(true).open(data.join("log")).unwrap();
    point(data, &["run"]).stdout(Stdio::null()).stderr(log).spawn().unwrap()
}

/// Waits for a report that was written from now on.
fn wait_for(data: &Path, what: &str, reached: impl Fn(&Report) -> bool) -> Report {
    let (began, since) = (Instant::now(), now());
    loop {
        let report = Report::load(&data.join("status.json")).unwrap().unwrap_or_default();
        if report.written > since && reached(&report) {
            return report;
        }
        let log = || std::fs::read_to_string(data.join("log"));
        assert!(began.elapsed() < PATIENCE, "{what}: {report:?}\n{}", log().unwrap());
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn now() -> Micros {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Micros::try_from(since.as_micros()).unwrap()
}

fn on_a_wire() {
    ip("addr add 198.18.0.7/24 dev vb");
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let hub = Hub::default();
    join(&runtime, &hub, folder.path(), &data);
    let settings = "mode = 'live'\ninterfaces = ['vb']\n[spool]\nkeep_free_mib = 0\n";
    std::fs::write(data.join("yagura-point.toml"), settings).unwrap();
    let understood = good(point(&data, &["check-config"]).output().unwrap());
    assert!(understood.contains("198.18.0.7") && understood.contains("as tokyo"), "{understood}");

    let mut child = begin(&data);
    wait_for(&data, "it watches", |report| report.watching && report.addresses == Some(1));
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    assert!(status.contains("CapPrm:\t0000000000000000"), "{status}");
    send(folder.path(), "198.18.0.7", 0..300);
    wait_for(&data, "accesses are open", |report| report.open == 300);
    // SIGKILL. What was open goes on.
    child.kill().unwrap();
    child.wait().unwrap();
    child = begin(&data);
    wait_for(&data, "what was open goes on", |report| report.watching && report.open == 300);
    send(folder.path(), "198.18.0.7", 200..400);
    wait_for(&data, "the same accesses go on", |report| report.open == 400);

    // Another address, as a home line gets: the old one is watched no more.
    ip("addr del 198.18.0.7/24 dev vb");
    wait_for(&data, "without an address", |report| !report.watching);
    ip("addr add 198.18.0.8/24 dev vb");
    wait_for(&data, "with another", |report| report.watching && report.addresses == Some(1));
    send(folder.path(), "198.18.0.8", 0..50);
    send(folder.path(), "198.18.0.7", 500..600);
    let report = wait_for(&data, "accesses to it", |report| report.open >= 450);
    assert_eq!((report.open, report.dropped), (450, 0));
    ip("link set vb down");
    wait_for(&data, "down", |report| !report.watching);
    ip("link set vb up");
    wait_for(&data, "up", |report| report.watching);
    // The hub was told of it, and what was told to it is forgotten.
    assert!(hub.statuses.load(Relaxed) >= 2);
    assert!(hub.committed.lock().unwrap().contains_key(&Table::Coverage));
    let told = good(point(&data, &["status"]).output().unwrap());
    assert!(told.contains("watching") && told.contains("450 open"), "{told}");
    good(Command::new("kill").args(["-TERM", &child.id().to_string()]).output().unwrap());
    assert!(child.wait().unwrap().success());
}

fn join(runtime: &tokio::runtime::Runtime, hub: &Hub, folder: &Path, data: &Path) {
    let authority = wire::Authority::open(folder).unwrap();
    let registry = wire::Registry::open(folder).unwrap();
    let token = registry.invite(&authority, &"tokyo".parse().unwrap(), HOUR, now()).unwrap();
    let limits = wire::Limits::default();
    let server = wire::Server::new(hub.clone(), authority, registry, limits, now).unwrap();
    let address = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (_open, stop) = tokio::sync::watch::channel(false);
            Arc::new(server).serve(listener, stop, Duration::ZERO).await;
        });
        address
    });
    let (url, token) = (format!("https://{address}"), token.to_string());
    let said = good(point(data, &["join", &url, &token]).output().unwrap());
    assert!(said.contains("as tokyo"), "{said}");
    assert!(!point(data, &["join", &url, &token]).output().unwrap().status.success());
}

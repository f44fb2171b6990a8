//! A point, a hub, and the line between them, and what can be done to each.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;
use testkit::host::{Namespace, Tcpdump, ip, run, skip};

use super::fault::Fault;
use super::load;
use crate::common::Observatory;
use crate::live::parts::{Point, Running, inside, log};
use crate::live::point_program;

/// Sizes of the two small disks.
const POINT_DISK: &str = "size=96m";
const HUB_DISK: &str = "size=160m";
/// Less than a spool's rows leave free (1 MiB), and more than all else does (half of it), bytes.
const TIGHT: u64 = 768 << 10;
/// Packets that are made: more than are sent.
const PACKETS: u32 = 120_000;

/// When a clock was set, by the machine's clock, and how far ahead it has been since, µs.
pub(super) type Steps = Vec<(i64, i64)>;

/// What a run leaves behind.
pub(super) struct Remains {
    pub(super) hub: Observatory,
    pub(super) seen: PathBuf,
    pub(super) report: Value,
    /// The point's log, all its lives in one.
    pub(super) log: String,
    pub(super) steps: Steps,
    pub(super) point_kills: u64,
    pub(super) generations: std::collections::BTreeSet<String>,
    pub(super) not_kept: u64,
}

pub(super) struct World {
    hub: Observatory,
    point: Point,
    relay: Child,
    line: ChildStdin,
    load: Child,
    dump: Tcpdump,
    seen: PathBuf,
    at_hub: Namespace,
    _between: Namespace,
    up: Option<Running>,
    watching: Option<Running>,
    faketime: Option<PathBuf>,
    /// What ends when.
    ends: Vec<(Instant, Fault)>,
    steps: Steps,
    hub_skew: i64,
    point_kills: u64,
    generations: std::collections::BTreeSet<String>,
    /// What lives before this one did not keep, and this one so far.
    not_kept: (u64, u64),
}

pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_micros()).unwrap()
}

fn disk(at: &Path, size: &str) {
    std::fs::create_dir_all(at).unwrap();
    run("mount", &["-t", "tmpfs", "-o", size, "tmpfs", at.to_str().unwrap()]);
}

/// The line from us by the relay to the hub. Checksums are in the frames, not left to a card.
fn line(at_hub: &Namespace, between: &Namespace) {
    for (ours, theirs) in [("pa", "rp"), ("ha", "rh")] {
        ip(&format!("link add {ours} type veth peer name {theirs}"));
        between.take(theirs);
        between.run(&format!("ip link set {theirs} up"));
    }
    at_hub.take("ha");
    at_hub.run("ip link set lo up");
    at_hub.run("ip addr add 192.0.2.2/24 dev ha");
    at_hub.run("ip link set ha up");
    ip("addr add 192.0.2.1/24 dev pa");
    ip("link set pa up");
    at_hub.run("ethtool -K ha tx off tso off gso off");
    run("ethtool", &["-K", "pa", "tx", "off", "tso", "off", "gso", "off"]);
}

fn relay(between: &Namespace) -> (Child, ChildStdin) {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/live/relay.py");
    let mut command = between.command("python3");
    command.args([program, "rp", "rh"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut ready = [0; 5];
    std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut ready).unwrap();
    let stdin = child.stdin.take().unwrap();
    (child, stdin)
}

fn libfaketime() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").ok()?.flatten();
    let mut paths = folders.map(|entry| entry.path().join("faketime/libfaketimeMT.so.1"));
    let found = paths.find(|path| path.exists());
    if found.is_none() {
        skip("libfaketime is not installed: no hub's clock is set");
    }
    found
}

impl World {
    pub(super) fn new() -> Option<World> {
        let program = point_program()?;
        let faketime = libfaketime();
        let (at_hub, between) = (Namespace::new(), Namespace::new());
        line(&at_hub, &between);
        let (relay, line) = relay(&between);
        let hub = Observatory::new();
        disk(&hub.data(), HUB_DISK);
        hub.settings("[hub]\nlisten = \"192.0.2.2:8631\"\ngroup_seconds = 0.5\n");
        let data = hub.data().with_file_name("point");
        disk(&data, POINT_DISK);
        let settings = "mode = 'dark'\ninterfaces = ['vb']\nwatch = ['198.18.0.0/24']\n[spool]\n\
            rows_mib = 16\nreserve_mib = 1\nstate_mib = 64\nkeep_free_mib = 1\nsegment_kib = 64\n";
        let frames = hub.file("load.pcapng", "");
        load::write(&frames, PACKETS);
        let seen = frames.with_file_name("tcpdump.pcap");
        hub.file("hub.clock", "+0\n");
        let up = Some(start_hub(&hub, &at_hub, faketime.as_deref()));
        let point = Point::join(&hub, &program, data, "tokyo", settings);
        hub.file("point.clock", "0");
        let dump = Tcpdump::start("vb", &seen, 128);
        let watching = Some(start_point(&hub, &point));
        point.wait_for("it watches", |report| report["watching"] == true);
        let rate = format!("--pps={}", load::RATE);
        let load = Command::new("tcpreplay")
            .args(["-q", &rate, "-i", "va"])
            .arg(&frames)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Some(World {
            hub,
            point,
            relay,
            line,
            load,
            dump,
            seen,
            at_hub,
            _between: between,
            up,
            watching,
            faketime,
            ends: Vec::new(),
            steps: vec![(0, 0)],
            hub_skew: 0,
            point_kills: 0,
            generations: Default::default(),
            not_kept: (0, 0),
        })
    }

    /// How far the clocks are ahead, s.
    pub(super) fn point_skew(&self) -> i64 {
        self.steps.last().map_or(0, |(_, skew)| skew / 1_000_000)
    }

    pub(super) fn hub_skew(&self) -> i64 {
        self.hub_skew
    }

    /// Begins a fault. One of a kind that is under way ends with the new one.
    pub(super) fn begin(&mut self, fault: Fault) {
        match fault {
            Fault::KillPoint(_) => {
                self.note();
                if let Some(watching) = self.watching.take() {
                    watching.kill();
                    self.point_kills += 1;
                }
            }
            Fault::KillHub(_) => {
                if let Some(up) = self.up.take() {
                    up.kill();
                }
            }
            Fault::Cut(_) => self.set_line(0, 0, 1_000),
            Fault::Bad(_, delay, loss) => self.set_line(delay / 10, delay, loss),
            Fault::PointFull(_) => fill(&self.point.data, 0),
            Fault::PointTight(_) => fill(&self.point.data, TIGHT),
            Fault::HubFull(_) => fill(&self.hub.data(), 0),
            Fault::PointClock(skew) => self.set_point_clock(skew),
            Fault::HubClock(skew) => self.set_hub_clock(skew),
        }
        let lasts = match fault {
            Fault::KillPoint(long) | Fault::KillHub(long) | Fault::Cut(long) => long,
            Fault::Bad(long, ..) | Fault::PointFull(long) | Fault::PointTight(long) => long,
            Fault::HubFull(long) => long,
            Fault::PointClock(_) | Fault::HubClock(_) => return,
        };
        self.ends.push((Instant::now() + lasts, fault));
        self.ends.sort_by_key(|(at, _)| *at);
    }

    /// Goes on for a while; what is over ends.
    pub(super) fn go_on(&mut self, span: Duration) {
        let until = Instant::now() + span;
        loop {
            let next = self.ends.first().map_or(until, |(at, _)| *at).min(until);
            std::thread::sleep(next.saturating_duration_since(Instant::now()));
            self.all_run();
            match self.ends.first() {
                Some(&(at, fault)) if at <= Instant::now() => {
                    self.ends.remove(0);
                    self.over(fault);
                }
                _ if Instant::now() >= until => return,
                _ => {}
            }
        }
    }

    /// Nobody ends but by our hand.
    fn all_run(&mut self) {
        self.note();
        for (name, running) in [("the hub", &mut self.up), ("the point", &mut self.watching)] {
            if let Some(running) = running
                && let Some(status) = running.0.try_wait().unwrap()
            {
                let hub = std::fs::read_to_string(self.hub.data().with_file_name("hub.log"));
                let hub: Vec<_> = hub.iter().flat_map(|said| said.lines().rev().take(30)).collect();
                panic!("{name} ended: {status}\n{}\n{}", hub.join("\n"), self.point.said());
            }
        }
    }

    /// Notes what the point says of itself.
    fn note(&mut self) {
        if let Some(report) = self.point.report() {
            self.generations.insert(report["generation"].to_string());
            let not_kept = report["not_kept"].as_u64().unwrap_or(0);
            if not_kept < self.not_kept.1 {
                self.not_kept.0 += self.not_kept.1;
            }
            self.not_kept.1 = not_kept;
        }
    }

    fn over(&mut self, fault: Fault) {
        match fault {
            Fault::KillPoint(_) if self.watching.is_none() => {
                self.watching = Some(start_point(&self.hub, &self.point));
            }
            Fault::KillHub(_) if self.up.is_none() => {
                let faketime = self.faketime.as_deref();
                self.up = Some(start_hub(&self.hub, &self.at_hub, faketime));
            }
            Fault::Cut(_) | Fault::Bad(..) => self.set_line(0, 0, 0),
            Fault::PointFull(_) | Fault::PointTight(_) => empty(&self.point.data),
            Fault::HubFull(_) => empty(&self.hub.data()),
            _ => {}
        }
    }

    fn set_line(&mut self, least: u64, most: u64, lost: u64) {
        writeln!(self.line, "{least} {most} {lost}").unwrap();
    }

    fn set_point_clock(&mut self, skew: i64) {
        let micros = skew * 1_000_000;
        replace(&self.hub, "point.clock", &micros.to_string());
        self.steps.push((now(), micros));
    }

    fn set_hub_clock(&mut self, skew: i64) {
        self.hub_skew = skew;
        replace(&self.hub, "hub.clock", &format!("{skew:+}\n"));
    }

    /// Ends every fault and the load, and waits until everything has arrived.
    pub(super) fn end(mut self) -> Remains {
        for (_, fault) in std::mem::take(&mut self.ends) {
            self.over(fault);
        }
        // What was open before a clock was set back would stay open until the clock is there again.
        let ahead = self.steps.iter().map(|(_, skew)| skew / 1_000_000).max().unwrap_or(0);
        self.set_point_clock(ahead);
        self.set_hub_clock(ahead);
        self.go_on(Duration::from_secs(4));
        self.load.kill().unwrap();
        self.load.wait().unwrap();
        self.go_on(Duration::from_secs(2));
        self.dump.stop();
        let watching = self.watching.take().unwrap();
        self.point.wait_for("all is open no more", |report| report["open"] == 0);
        watching.end();
        // The next life tells what is counted up to here; its own seconds wait for the one after it.
        let log = std::fs::read_to_string(self.hub.data().with_file_name("point.log")).unwrap();
        let again = start_point(&self.hub, &self.point);
        let report = self.point.wait_for("everything is delivered", |report| {
            report["watching"] == true && report["open"] == 0 && report["depth"] == 0
        });
        again.end();
        self.up.take().unwrap().end();
        self.relay.kill().unwrap();
        self.relay.wait().unwrap();
        Remains {
            seen: self.seen,
            log,
            hub: self.hub,
            report,
            steps: self.steps,
            point_kills: self.point_kills,
            generations: self.generations,
            not_kept: self.not_kept.0 + self.not_kept.1,
        }
    }
}

fn start_point(hub: &Observatory, point: &Point) -> Running {
    let mut command = point.command(&["run"]);
    command.env("YAGURA_POINT_SKEW", hub.data().with_file_name("point.clock"));
    command.env("YAGURA_LOG", "debug");
    Running::start(command, log(&hub.data().with_file_name("point.log")))
}

fn start_hub(hub: &Observatory, at: &Namespace, faketime: Option<&Path>) -> Running {
    let mut command = inside(at, &hub.command(&["up", "--listen", "127.0.0.1:0"]));
    if let Some(faketime) = faketime {
        command
            .env("LD_PRELOAD", faketime)
            .env("FAKETIME_TIMESTAMP_FILE", hub.data().with_file_name("hub.clock"))
            .env("FAKETIME_CACHE_DURATION", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .env("DONT_FAKE_MONOTONIC", "1");
    }
    Running::start(command, log(&hub.data().with_file_name("hub.log")))
}

/// Puts a file in place whole.
fn replace(hub: &Observatory, name: &str, text: &str) {
    let draft = hub.file(&format!("{name}.draft"), text);
    std::fs::rename(&draft, draft.with_file_name(name)).unwrap();
}

/// Writes until there is no room but for so many bytes.
fn fill(disk: &Path, leave: u64) {
    let mut file = File::options().append(true).create(true).open(disk.join("filler")).unwrap();
    let zeros = vec![0; 64 << 10];
    while file.write_all(&zeros).is_ok() {}
    while file.write_all(&zeros[..4 << 10]).is_ok() {}
    let length = file.metadata().unwrap().len();
    file.set_len(length.saturating_sub(leave)).unwrap();
}

fn empty(disk: &Path) {
    let _ = std::fs::remove_file(disk.join("filler"));
}

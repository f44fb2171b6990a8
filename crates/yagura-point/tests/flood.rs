//! Floods by hping3 against the program in a network namespace, with a real client at the same time.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, missing_docs)]

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};

use serde_json::Value;
use testkit::host::{Namespace, ip, run, within};

const PROGRAM: &str = env!("CARGO_BIN_EXE_yagura-point");
const PATIENCE: Duration = Duration::from_secs(30);
const HOST: &str = "198.18.0.7";
const CLIENT: &str = "198.18.0.9";
const FLOODER: &str = "198.18.0.66";
const FRIEND: &str = "198.18.0.77";
const SERVER: &str = "import http.server as h\n\
    h.ThreadingHTTPServer(('198.18.0.7', 8080), h.SimpleHTTPRequestHandler).serve_forever()";
const NEEDS: [&str; 5] = ["nft", "hping3", "curl", "python3", "nsenter"];

#[test]
fn floods_are_found_and_their_sources_blocked() {
    if within("floods_are_found_and_their_sources_blocked", &NEEDS) {
        with_a_client();
    }
}

/// The stranger's end of the wire, with several addresses.
fn stranger() -> Namespace {
    let stranger = Namespace::new();
    stranger.take("va");
    ip(&format!("addr add {HOST}/24 dev vb"));
    stranger.run("ip link set va up");
    stranger.run("ip link set lo up");
    for address in [CLIENT, FLOODER, FRIEND] {
        stranger.run(&format!("ip addr add {address}/24 dev va"));
    }
    stranger
}

/// Sends so many packets, so many µs apart.
fn send(stranger: &Namespace, packets: u32, apart: u32, words: &str) {
    let mut hping = stranger.command("hping3");
    hping.args(["-q", "-c", &packets.to_string(), "-i", &format!("u{apart}")]);
    // It says by its status that nothing was answered.
    drop(hping.args(words.split(' ')).arg(HOST).output().unwrap());
}

fn wait_for(what: &str, reached: impl Fn() -> bool) {
    let began = Instant::now();
    while !reached() {
        assert!(began.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

struct Running(Child);

impl Running {
    fn new(data: &Path, settings: &str) -> Self {
        std::fs::create_dir_all(data).unwrap();
        let always = "name = 'tokyo'\ninterfaces = ['vb']\nexpect = ['8080/tcp']\n\
            [spool]\nkeep_free_mib = 0\n[flood]\n";
        std::fs::write(data.join("yagura-point.toml"), format!("{always}{settings}")).unwrap();
        let log = std::fs::File::create(data.join("log")).unwrap();
        let mut run = Command::new(PROGRAM);
        run.arg("--data").arg(data).arg("run").stdout(Stdio::null()).stderr(log);
        let running = Running(run.spawn().unwrap());
        let report = || sensor::Report::load(&data.join("status.json")).unwrap();
        wait_for("it watches", || report().is_some_and(|report| report.watching));
        running
    }

    fn end(mut self, signal: &str) {
        run("kill", &[&format!("-{signal}"), &self.0.id().to_string()]);
        self.0.wait().unwrap();
        wait_for("the table is removed", || !tables().contains(guard::TABLE));
    }
}

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn tables() -> String {
    run("nft", &["list", "tables"])
}

/// The blocked sources, as the kernel has them.
fn blocked() -> Vec<String> {
    let text = run("nft", &["-j", "list", "set", "inet", guard::TABLE, "blocked4"]);
    let all: Value = serde_json::from_str(&text).unwrap();
    let elements = all.pointer("/nftables/1/set/elem").and_then(Value::as_array);
    let address = |element: &Value| element.pointer("/elem/val").unwrap().as_str().unwrap().into();
    elements.into_iter().flatten().map(address).collect()
}

fn is(line: &Value, rule: &str) -> bool {
    line.get("rule").is_some_and(|value| value == rule)
}

fn time(line: &Value, key: &str) -> Duration {
    let text = line.get(key).unwrap().as_str().unwrap();
    let seconds = run("date", &["-d", text, "+%s.%N"]);
    Duration::from_secs_f64(seconds.trim().parse().unwrap())
}

fn with_a_client() {
    let stranger = stranger();
    let folder = tempfile::tempdir().unwrap();
    let mut server = Command::new("python3");
    server.args(["-c", SERVER]).current_dir(&folder);
    let mut server = server.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let (asked, failed, over) = (AtomicU32::new(0), AtomicU32::new(0), AtomicBool::new(false));
    let ask = || {
        let url = format!("http://{HOST}:8080/");
        let words = ["-s", "-o", "/dev/null", "--max-time", "10", "--interface", CLIENT, &url];
        stranger.command("curl").args(words).output().unwrap().status.success()
    };
    wait_for("the server answers", ask);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Relaxed) {
                asked.fetch_add(1, Relaxed);
                failed.fetch_add(u32::from(!ask()), Relaxed);
            }
        });
        // The client is stopped also where a check fails.
        struct Over<'a>(&'a AtomicBool);
        impl Drop for Over<'_> {
            fn drop(&mut self) {
                self.0.store(true, Relaxed);
            }
        }
        let _over = Over(&over);
        a_source_is_blocked_and_the_block_ends(&stranger, &folder.path().join("on"));
        friends_and_dry_runs(&stranger, &folder.path().join("dry"));
        a_killed_point_leaves_nothing(&folder.path().join("killed"));
    });
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(asked.load(Relaxed) > 20, "{asked:?}");
    assert_eq!(failed.load(Relaxed), 0, "of {asked:?}");
}

fn a_source_is_blocked_and_the_block_ends(stranger: &Namespace, data: &Path) {
    let point = Running::new(data, "block = 'on'\nseconds = 4\n");
    let (findings, blocks) = (data.join("findings.jsonl"), data.join("blocks.jsonl"));
    send(stranger, 100, 20_000, &format!("-S -p 8080 -a {FLOODER}"));
    assert_eq!((lines(&findings).len(), blocked()), (0, vec![]), "a low rate is no flood");

    std::thread::scope(|scope| {
        let flood =
            scope.spawn(|| send(stranger, 40_000, 100, &format!("-S -p 8080 -a {FLOODER}")));
        wait_for("it is blocked", || blocked() == [FLOODER] || flood.is_finished());
        assert_eq!(blocked(), [FLOODER]);
        flood.join().unwrap();
    });
    wait_for("the block ends", || blocked().is_empty());
    let found = lines(&findings);
    let flood = found.iter().find(|line| is(line, "flood-syn")).unwrap();
    let delay = time(flood, "detected_at") - time(flood, "first_seen");
    assert!(delay <= Duration::from_secs(5), "{delay:?}");
    assert_eq!(flood.get("target").unwrap(), HOST);
    assert_eq!(flood.get("dst_port").unwrap(), 8_080);
    let told = lines(&blocks);
    assert!(!told.is_empty() && told.iter().all(|line| line.get("source").unwrap() == FLOODER));
    println!("found after {delay:?}, told of {} blocks", told.len());
    point.end("TERM");
}

fn friends_and_dry_runs(stranger: &Namespace, data: &Path) {
    let settings = format!("block = 'dry-run'\nseconds = 4\nallow = ['{FRIEND}']\n");
    let point = Running::new(data, &settings);
    let (findings, blocks) = (data.join("findings.jsonl"), data.join("blocks.jsonl"));
    let outcome = |source: &str| {
        let told = lines(&blocks);
        let line = told.iter().find(|line| line.get("source").unwrap() == source);
        line.map(|line| line.get("outcome").unwrap().as_str().unwrap().to_owned())
    };
    let found = |rule: &str| lines(&findings).iter().any(|line| is(line, rule));
    send(stranger, 10_000, 200, &format!("-S -p 8080 -a {FRIEND}"));
    let spared = "not blocked: the settings allow it";
    wait_for("a friend is spared", || outcome(FRIEND).as_deref() == Some(spared));
    send(stranger, 10_000, 200, &format!("--udp -p 5000 -a {FLOODER}"));
    wait_for("datagrams", || found("flood-udp"));
    wait_for("a dry run", || outcome(FLOODER).as_deref() == Some("dry run"));
    send(stranger, 10_000, 200, &format!("--icmp -a {FLOODER}"));
    wait_for("echoes", || found("flood-icmp"));
    send(stranger, 10_000, 200, "-S -A -s 80 -p 7000 --rand-source");
    wait_for("reflections", || found("flood-reflection"));
    assert!(!tables().contains(guard::TABLE), "a dry run changes nothing");
    point.end("TERM");
}

fn a_killed_point_leaves_nothing(data: &Path) {
    let point = Running::new(data, "block = 'on'\n");
    assert!(tables().contains(guard::TABLE));
    point.end("KILL");
}

//! Alerts to receivers that others wrote: aiosmtpd, the library of Standard Webhooks, rsyslog.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, missing_docs)]

use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use alert::{Desk, Notice, Outcome, Settings};
use observation::{DAY, HOUR, Micros, SECOND};
use serde_json::{Value, json};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const PATIENCE: Duration = Duration::from_secs(20);

/// Skipped unless all is there; in continuous integration it is.
fn python() -> Option<PathBuf> {
    let python = std::env::var_os("YAGURA_TEST_PYTHON").map(PathBuf::from);
    if python.is_none() {
        println!("skipped: YAGURA_TEST_PYTHON names no Python with xtask/requirements.txt");
        assert!(std::env::var("CI").is_err(), "skipped in continuous integration");
    }
    python
}

/// Receivers in Python.
struct Receivers {
    child: Child,
    said: BufReader<ChildStdout>,
    smtp: u64,
    http: u64,
}

impl Receivers {
    fn new(python: &Path) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/receivers.py");
        let mut command = Command::new(python);
        command.args([script, SECRET]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let mut receivers = Receivers { child, said, smtp: 0, http: 0 };
        let ports = receivers.next();
        receivers.smtp = ports["smtp"].as_u64().unwrap();
        receivers.http = ports["http"].as_u64().unwrap();
        receivers
    }

    fn next(&mut self) -> Value {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for Receivers {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn now() -> Micros {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Micros::try_from(since.as_micros()).unwrap()
}

fn notice(number: u32, kind: &str, detected_at: Micros) -> Notice {
    let id = format!("{number:016x}");
    let line = json!({
        "id": id, "kind": kind, "rule": "surge-accesses", "protocol": 6, "dst_port": 1433,
        "target": null, "points": ["a", "b"], "sources": 120 + number, "confidence": 0.9,
        "first_seen": "2026-11-28T00:00:00Z", "times_usual": 4.6, "note": "a ] \" \\ 塔",
    });
    let Value::Object(line) = line else { panic!() };
    Notice { id, kind: kind.to_owned(), detected_at, line }
}

fn desk(folder: &Path, settings: &str) -> Desk {
    let settings: Settings = toml(settings);
    Desk::open(settings, &folder.join("alerts.json")).unwrap()
}

/// The grammar's other half is serde's: JSON does as well.
fn toml(json: &str) -> Settings {
    serde_json::from_str(json).unwrap()
}

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(work)
}

#[test]
fn a_thousand_findings_are_one_mail_and_one_signed_request() {
    let Some(python) = python() else { return };
    let mut receivers = Receivers::new(&python);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("secret"), format!("{SECRET}\n")).unwrap();
    let secret = folder.path().join("secret");
    let settings = json!({
        "page": "https://yagura.example/finding/",
        "mail": [{ "server": format!("smtp://127.0.0.1:{}", receivers.smtp),
            "from": "yagura@example.jp", "to": ["csirt@example.jp", "noc@example.jp"] }],
        "webhook": [{ "url": format!("http://127.0.0.1:{}/hook", receivers.http),
            "secret_file": secret }],
    })
    .to_string();
    let now = now();
    let mut found: Vec<Notice> = (0..1_000).map(|at| notice(at, "surge", now - HOUR)).collect();
    // Neither what nobody wants to hear of, nor what is old.
    found.push(notice(5_000, "backscatter", now));
    found.push(notice(5_001, "surge", now - 5 * DAY));
    let outcomes = run(desk(folder.path(), &settings).tell(now, &found)).unwrap();
    assert!(outcomes.iter().all(|(_, outcome)| matches!(outcome, Outcome::Told(1_000))));
    let mail = receivers.next();
    assert_eq!(mail["to"], json!(["csirt@example.jp", "noc@example.jp"]));
    assert_eq!(mail["subject"], "[Yagura] surge of 1433/tcp, and 999 more findings");
    assert_eq!((&mail["automatic"], &mail["defects"]), (&json!("auto-generated"), &json!([])));
    let text = mail["text"].as_str().unwrap();
    assert!(text.contains("4.6 times its usual level, 2 points, 120 sources"), "{text}");
    assert!(text.contains("https://yagura.example/finding/0000000000000000"), "{text}");
    assert!(text.contains("And 975 more"), "{text}");
    let hook = receivers.next();
    assert_eq!((&hook["status"], &hook["verified"]["count"]), (&json!(200), &json!(1_000)));
    assert_eq!(hook["verified"]["findings"][0]["note"], "a ] \" \\ 塔");

    // A new desk remembers; a new finding waits until the channel may speak again.
    let mut desk = desk(folder.path(), &settings);
    let outcomes = run(desk.tell(now + SECOND, &found)).unwrap();
    assert!(outcomes.iter().all(|(_, outcome)| matches!(outcome, Outcome::Nothing)));
    found.push(notice(2_000, "flood", now));
    let outcomes = run(desk.tell(now + SECOND, &found)).unwrap();
    assert!(outcomes.iter().all(|(_, outcome)| matches!(outcome, Outcome::Waits(1))));
}

#[test]
fn what_no_channel_takes_waits_and_is_told_later() {
    let Some(python) = python() else { return };
    let mut receivers = Receivers::new(&python);
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    let settings = json!({
        "mail": [{ "server": format!("smtp://127.0.0.1:{}", receivers.smtp),
            "from": "yagura@example.jp", "to": ["refused@example.jp"] }],
        "webhook": [{ "url": format!("http://127.0.0.1:{}/", receivers.http),
            "secret_file": &secret }],
    });
    let now = now();
    let found = [notice(1, "surge", now)];
    // The secret is another's.
    std::fs::write(&secret, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").unwrap();
    let mut desk = desk(folder.path(), &settings.to_string());
    let outcomes = run(desk.tell(now - HOUR, &found)).unwrap();
    let failures: Vec<String> = outcomes
        .iter()
        .map(|(_, outcome)| match outcome {
            Outcome::Failed(error) => error.to_string(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(failures.iter().any(|why| why.contains("nobody of that name")), "{failures:?}");
    assert!(failures.iter().any(|why| why.contains("401")), "{failures:?}");
    assert_eq!(receivers.next()["status"], 401);
    std::fs::write(&secret, SECRET).unwrap();
    let outcomes = run(desk.tell(now, &found)).unwrap();
    assert!(matches!(outcomes[1].1, Outcome::Told(1)), "{outcomes:?}");
}

#[test]
fn a_flooded_address_is_told_only_where_it_is_asked_for() {
    let Some(python) = python() else { return };
    let mut receivers = Receivers::new(&python);
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, SECRET).unwrap();
    let now = now();
    let mut flood = notice(1, "flood", now);
    flood.line.insert("target".to_owned(), json!("192.0.2.7"));
    for (targets, expected) in [(false, Value::Null), (true, json!("192.0.2.7"))] {
        let url = format!("http://127.0.0.1:{}/", receivers.http);
        let settings = json!({
            "targets": targets, "webhook": [{ "url": url, "secret_file": &secret }],
        });
        let memory = folder.path().join(targets.to_string());
        std::fs::create_dir(&memory).unwrap();
        run(desk(&memory, &settings.to_string()).tell(now, &[flood.clone()])).unwrap();
        assert_eq!(receivers.next()["verified"]["findings"][0]["target"], expected);
    }
}

fn free_port() -> u16 {
    UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

#[test]
fn rsyslog_reads_what_we_write() {
    let folder = tempfile::tempdir().unwrap();
    let (port, log) = (free_port(), folder.path().join("log"));
    let rules = format!(
        "module(load=\"imudp\")\nmodule(load=\"imtcp\")\n\
         input(type=\"imudp\" address=\"127.0.0.1\" port=\"{port}\")\n\
         input(type=\"imtcp\" address=\"127.0.0.1\" port=\"{port}\")\n\
         template(name=\"t\" type=\"list\") {{ property(name=\"pri\") constant(value=\"|\")\n\
         property(name=\"app-name\") constant(value=\"|\") property(name=\"msgid\")\n\
         constant(value=\"|\") property(name=\"structured-data\") constant(value=\"|\")\n\
         property(name=\"msg\") constant(value=\"\\n\") }}\n\
         *.* action(type=\"omfile\" file=\"{}\" template=\"t\")\n",
        log.display()
    );
    let configuration = folder.path().join("rsyslog.conf");
    std::fs::write(&configuration, rules).unwrap();
    let mut daemon = Command::new("rsyslogd");
    daemon.arg("-n").arg("-i").arg(folder.path().join("pid")).arg("-f").arg(&configuration);
    let Ok(mut daemon) = daemon.stderr(Stdio::null()).spawn() else {
        println!("skipped: rsyslog is not installed");
        assert!(std::env::var("CI").is_err(), "skipped in continuous integration");
        return;
    };
    let now = now();
    let mut odd = notice(7, "surge", now);
    odd.line.insert("rule".to_owned(), json!("a\"b]c\\d"));
    for scheme in ["udp", "tcp"] {
        let settings = json!({ "syslog": [{ "address": format!("{scheme}://127.0.0.1:{port}") }] });
        let memory = folder.path().join(scheme);
        std::fs::create_dir(&memory).unwrap();
        let began = Instant::now();
        let mut desk = desk(&memory, &settings.to_string());
        let mut at = now;
        let read = || std::fs::read_to_string(&log).unwrap_or_default();
        let before = read().len();
        // It may be a while until it listens; a datagram says nothing of it.
        while read().len() == before {
            assert!(began.elapsed() < PATIENCE, "{scheme}: {}", read());
            odd.id = format!("{at:016x}");
            run(desk.tell(at, &[odd.clone()])).unwrap();
            at += HOUR;
            std::thread::sleep(Duration::from_millis(300));
        }
        let text = read();
        let line = text.lines().last().unwrap();
        assert!(line.starts_with("132|yagura|finding|[finding@32473 id="), "{line}");
        assert!(line.contains(r#"rule="a\"b\]c\\d""#), "{line}");
        assert!(line.contains("surge of 1433/tcp: 4.6 times its usual level"), "{line}");
    }
    daemon.kill().unwrap();
    daemon.wait().unwrap();
}

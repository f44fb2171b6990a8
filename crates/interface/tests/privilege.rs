//! Opening needs CAP_NET_RAW alone; after it nothing is left, and watching goes on.
//!
//! A program of its own, of one thread: it runs itself in a namespace (the host), and there, with
//! that one capability, as the point.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{BufRead, BufReader};
use std::net::UdpSocket;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use interface::{Change, InterfaceError, Interfaces, Ring, Settings, drop_capabilities};

const STAGE: &str = "YAGURA_TEST_STAGE";

fn main() {
    // Asked by test runners that list tests.
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    match std::env::var(STAGE).as_deref() {
        Ok("host") => host(),
        Ok("point") => point(),
        Ok("unprivileged") => unprivileged(),
        _ => outside(),
    }
}

fn outside() {
    let possible = Command::new("unshare").args(["--net", "setpriv", "--dump"]).output();
    if !possible.is_ok_and(|output| output.status.success()) {
        println!("skipped: namespaces or setpriv (util-linux) are not allowed or not there");
        let continuous = std::env::var("CI").is_ok_and(|value| value == "true" || value == "1");
        assert!(!continuous, "skipped in continuous integration");
        return;
    }
    let status = run_as("host", "unshare", &["--net"]).wait().unwrap();
    assert!(status.success());
    println!("test result: ok. 1 passed; 0 failed; opening and dropping privileges");
}

/// Runs this program again.
fn run_as(stage: &str, through: &str, arguments: &[&str]) -> Child {
    Command::new(through)
        .args(arguments)
        .arg(std::env::current_exe().unwrap())
        .env(STAGE, stage)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn host() {
    wire();
    let none = ["--bounding-set", "-all", "--inh-caps", "-all"];
    assert!(run_as("unprivileged", "setpriv", &none).wait().unwrap().success());
    let raw = ["--bounding-set", "-all,+net_raw", "--inh-caps", "-all"];
    let mut point = run_as("point", "setpriv", &raw);
    let mut said = BufReader::new(point.stdout.take().unwrap()).lines();
    let mut hear = |word: &str| assert_eq!(said.next().unwrap().unwrap(), word);
    hear("watching");
    send();
    hear("seen");
    ip("link del va");
    hear("gone");
    wire();
    hear("back");
    send();
    hear("seen");
    assert!(point.wait().unwrap().success());
}

fn wire() {
    ip("link add va type veth peer name vb");
    ip("link set va up");
    ip("link set vb up");
    ip("addr add 192.0.2.1/24 dev va");
    ip("neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev va");
}

fn ip(words: &str) {
    assert!(Command::new("ip").args(words.split(' ')).status().unwrap().success(), "ip {words}");
}

fn send() {
    UdpSocket::bind("192.0.2.1:0").unwrap().send_to(b"seen?", "192.0.2.2:9").unwrap();
}

fn unprivileged() {
    let opened = Interfaces::open(&["vb".to_owned()], &Settings::default());
    let Err(InterfaceError::NotAllowed { name }) = opened else { panic!("it was allowed") };
    assert_eq!(name, "vb");
}

fn point() {
    let settings = Settings { promiscuous: true, ..Settings::default() };
    let mut interfaces = Interfaces::open(&["vb".to_owned()], &settings).unwrap();
    assert_ne!(status("CapPrm"), "0000000000000000");
    drop_capabilities().unwrap();
    for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] {
        assert_eq!(status(set), "0000000000000000", "{set}");
    }
    assert_eq!(status("NoNewPrivs"), "1");
    let second = Ring::open("vb", &settings);
    assert!(matches!(second, Err(InterfaceError::NotAllowed { .. })));
    println!("watching");
    see(&mut interfaces);
    tell(&mut interfaces, Change::Gone);
    println!("gone");
    tell(&mut interfaces, Change::Back);
    println!("back");
    see(&mut interfaces);
}

fn see(interfaces: &mut Interfaces) {
    loop {
        interfaces.wait(Duration::from_secs(1)).unwrap();
        while let Some(arrival) = interfaces.next_frame() {
            if arrival.frame.bytes.ends_with(b"seen?") {
                println!("seen");
                return;
            }
        }
    }
}

fn tell(interfaces: &mut Interfaces, wanted: Change) {
    loop {
        interfaces.wait(Duration::from_secs(1)).unwrap();
        while interfaces.next_frame().is_some() {}
        while let Some(event) = interfaces.next_event() {
            if event.change == wanted {
                return;
            }
        }
    }
}

/// A line of this process's status.
fn status(name: &str) -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    line.unwrap().trim().to_owned()
}

//! `yagura up` watches the host that it runs on, where it may, and says how to allow it where it may not.

use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use testkit::file::{Frame, pcapng};
use testkit::frame::{Ip, Segment, ethernet, tcp};
use testkit::host::{ip, replay, within};

use super::parts::{PATIENCE, Running, log};
use crate::common::{Observatory, count};

const HOST: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
/// Sources, of a SYN each.
const SOURCES: u32 = 100;

/// SYNs to the host's closed port, which it answers with resets.
fn scan(path: &Path) {
    let frame = |number: u32| {
        let source = Ipv4Addr::from(u32::from(Ipv4Addr::new(100, 64, 0, 1)) + number);
        let segment = Segment { ports: (4_000, 23), flags: 2, ..Segment::default() };
        let bytes = ethernet(&tcp(&Ip::new(source.into(), HOST.into()), &segment).bytes, &[]);
        let wire_length = u32::try_from(bytes.len()).unwrap();
        Frame { time: i64::from(number), bytes, wire_length }
    };
    let frames: Vec<Frame> = (0..SOURCES).map(frame).collect();
    pcapng(&mut std::fs::File::create(path).unwrap(), &frames).unwrap();
}

/// `up`, and the file with what it says.
fn up(observatory: &Observatory, through: &[&str], name: &str) -> (Running, std::path::PathBuf) {
    let said = observatory.data().with_file_name(name);
    let up = observatory.command(&["up", "--listen", "127.0.0.1:0"]);
    let mut command = match through {
        [] => up,
        [program, words @ ..] => {
            let mut command = Command::new(program);
            command.args(words).arg(up.get_program()).args(up.get_args());
            for (key, value) in up.get_envs() {
                if let Some(value) = value {
                    command.env(key, value);
                }
            }
            command
        }
    };
    command.stdin(Stdio::null()).stdout(log(&said)).stderr(log(&said));
    (Running(command.spawn().unwrap()), said)
}

/// Waits until it has said so.
fn wait_for(said: &Path, words: &str) {
    wait(words, || std::fs::read_to_string(said).unwrap().contains(words), said);
}

fn wait(what: &str, reached: impl Fn() -> bool, said: &Path) {
    let began = Instant::now();
    while !reached() {
        let said = || std::fs::read_to_string(said).unwrap();
        assert!(began.elapsed() < PATIENCE, "{what}:\n{}", said());
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// What the one row of a query says.
fn asked(observatory: &Observatory, query: &str) -> u64 {
    count(&observatory.sql(&format!("select {query}"))[0], "n")
}

#[test]
fn up_watches_its_own_host_where_it_may() {
    const NEEDS: [&str; 2] = ["tcpreplay", "setpriv"];
    if !within("live::local::up_watches_its_own_host_where_it_may", &NEEDS) {
        return;
    }
    ip("addr add 192.0.2.1/24 dev vb");
    ip("route add default via 192.0.2.254 dev vb");
    let observatory = Observatory::new();
    let frames = observatory.file("scan.pcapng", "");
    scan(&frames);

    let (running, said) = up(&observatory, &[], "first.log");
    wait_for(&said, "This host is watched as the point local: vb.");
    replay("va", &[&frames]);
    let rows = "count(*) as n from access where point = 'local' and kind = 'tcp-syn'";
    // An access ends a minute after its last packet.
    wait("rows", || asked(&observatory, rows) == u64::from(SOURCES), &said);
    let list = observatory.run(&["point", "list", "--json"]).ended(0).json();
    assert_eq!((&list[0]["point"], list.as_array().unwrap().len()), (&"local".into(), 1), "{list}");
    running.end();

    // Again: the same point, which tells now what it had counted.
    let (running, said) = up(&observatory, &[], "again.log");
    wait_for(&said, "This host is watched as the point local: vb.");
    let packets = "coalesce(sum(access_packets), 0) as n from coverage where point = 'local'";
    wait("coverage", || asked(&observatory, packets) >= u64::from(SOURCES), &said);
    assert_eq!(asked(&observatory, rows), u64::from(SOURCES), "each once");
    running.end();

    let not = ["setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw"];
    let (running, said) = up(&observatory, &not, "not.log");
    wait_for(
        &said,
        "This host is not watched: watching vb needs the capability CAP_NET_RAW: run as",
    );
    running.end();

    observatory.settings("[point]\nrun = false\n");
    let (running, said) = up(&observatory, &[], "off.log");
    wait_for(&said, "Yagura is up");
    std::thread::sleep(Duration::from_secs(3));
    assert!(!std::fs::read_to_string(&said).unwrap().contains("This host"), "nobody asked for it");
    running.end();
}

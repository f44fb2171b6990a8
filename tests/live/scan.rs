//! Real scans and real captures: what the archive says is what tcpdump wrote, and nothing that the host
//! itself began is an access.

use std::collections::BTreeSet;
use std::io::BufRead as _;
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;

use ipnet::IpNet;
use serde_json::Value;
use testkit::host::{Namespace, Tcpdump, ip, run, shared, within};

use super::parts::{Point, Running, inside, log};
use super::point_program;
use super::read::{Came, Ports, came};
use crate::common::{Observatory, count, text};

const NEEDS: [&str; 9] =
    ["tcpdump", "tcpreplay", "nmap", "nsenter", "curl", "dig", "ping", "ssh", "python3"];

/// nmap's scans: SYN, connect, UDP, Xmas, and IPv6.
const SCANS: [&str; 5] = [
    "-sS -p 1-200 192.0.2.1 198.51.100.0/29",
    "-sT -p 20-30,80,8080 192.0.2.1 198.51.100.1",
    "-sU -p 53,123,161 192.0.2.1 198.51.100.2",
    "-sX -p 1-50 192.0.2.1 198.51.100.3",
    "-6 -sS -p 1-100 2001:db8:1::1 2001:db8:d::1",
];

/// A sweep of a telnet port, a scan of one host, and a worm at home.
const CAPTURES: [&str; 3] = [
    "captures/attack/lbl-scan-ng/23-tcp-scan.pcap",
    "captures/attack/ndpi/synscan.pcap",
    "captures/attack/slips/test7-malicious.pcap",
];

/// What nobody lives at, here and in the captures.
const DARK: [&str; 4] = ["198.51.100.0/28", "2001:db8:d::/64", "131.243.0.0/16", "64.13.134.52/32"];
/// Who began the scan of one host, and whom the worm has.
const LAN: [&str; 2] = ["172.16.0.8/32", "192.168.2.16/32"];
/// The host itself.
const HOME: [&str; 2] = ["192.0.2.1/32", "2001:db8:1::1/128"];

fn nets(texts: &[&str]) -> Vec<IpNet> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

/// Addresses at both ends. The stranger is .2; the hub and what else the host turns to are .3.
fn connect(stranger: &Namespace) {
    std::fs::write("/proc/sys/net/ipv6/conf/vb/disable_ipv6", "0").unwrap();
    stranger.take("va");
    stranger.run("ip link set lo up");
    stranger.run("ip link set va up");
    for end in ["192.0.2.2/24 dev va", "192.0.2.3/24 dev va", "2001:db8:1::2/64 dev va nodad"] {
        stranger.run(&format!("ip addr add {end}"));
    }
    ip("addr add 192.0.2.1/24 dev vb");
    ip("addr add 2001:db8:1::1/64 dev vb nodad");
    stranger.run("ip route add 198.51.100.0/28 via 192.0.2.1");
    stranger.run("ip route add 2001:db8:d::/64 via 2001:db8:1::1");
}

fn serve(stranger: &Namespace) -> Running {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/live/services.py");
    let mut command = stranger.command("python3");
    let mut child = command.args([program, "192.0.2.3"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut said = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(said.next().is_some_and(|line| line.unwrap() == "ready"));
    Running(child)
}

/// What the host itself begins: by real programs, to services that answer, and to ports where nobody does.
fn own_traffic() {
    let page = run("curl", &["-s", "-m", "10", "http://192.0.2.3/"]);
    assert!(page.starts_with("page"), "{page}");
    let names = run("dig", &["@192.0.2.3", "+tries=1", "name.example", "A"]);
    assert!(names.contains("NXDOMAIN"), "{names}");
    run("ping", &["-c", "3", "-i", "0.2", "192.0.2.3"]);
    let fails = |program: &str, words: &[&str]| {
        let said = std::process::Command::new(program).args(words).output().unwrap();
        assert!(!said.status.success(), "{program} {words:?}");
    };
    fails("ssh", &["-o", "BatchMode=yes", "-o", "ConnectTimeout=5", "192.0.2.3", "true"]);
    fails("curl", &["-s", "-m", "5", "http://192.0.2.3:81/"]);
    fails("dig", &["@192.0.2.3", "-p", "54", "+tries=1", "+timeout=1", "name.example"]);
}

#[test]
fn archives_hold_what_tcpdump_saw() {
    if !within("live::scan::archives_hold_what_tcpdump_saw", &NEEDS) {
        return;
    }
    let Some(program) = point_program() else { return };
    let Some(captures) = CAPTURES.iter().map(|path| shared(path)).collect::<Option<Vec<_>>>()
    else {
        return;
    };
    let stranger = Namespace::new();
    connect(&stranger);
    let services = serve(&stranger);
    let hub = Observatory::new();
    hub.settings("[hub]\nlisten = \"192.0.2.3:8631\"\ngroup_seconds = 0.5\n");
    let up = inside(&stranger, &hub.command(&["up", "--listen", "127.0.0.1:0"]));
    let up = Running::start(up, log(&hub.data().join("log")));
    let join = |name: &str, settings: &str| {
        let settings = format!("interfaces = ['vb']\n{settings}\n[spool]\nkeep_free_mib = 0\n");
        let data = hub.data().with_file_name(name);
        Point::join(&hub, &program, data, name, &settings)
    };
    let points = [
        join("home", "mode = 'live'\nexpect = ['80/tcp']"),
        join("dark", &format!("mode = 'dark'\nwatch = {DARK:?}")),
        join("lan", &format!("mode = 'live'\nwatch = {LAN:?}")),
    ];
    let seen = hub.data().with_file_name("tcpdump.pcap");
    let dump = Tcpdump::start("vb", &seen, 262_144);
    let watching = points.each_ref().map(|point| {
        let running = point.start();
        point.wait_for("it watches", |report| report["watching"] == true);
        running
    });
    let offered = ["192.0.2.1:80", "192.0.2.1:8080"].map(|at| TcpListener::bind(at).unwrap());
    for scan in SCANS {
        stranger.run(&format!("nmap -n -Pn -T5 --max-retries 0 --min-rate 2000 {scan}"));
        own_traffic();
    }
    for capture in &captures {
        stranger.run(&format!("tcpreplay -q --pps 20000 -i va {}", capture.display()));
    }
    drop(offered);
    // What is under way arrives, and tcpdump writes it.
    std::thread::sleep(std::time::Duration::from_secs(2));
    dump.stop();
    for (point, running) in points.iter().zip(watching) {
        let report = point.settle(running);
        assert_eq!((count(&report, "dropped"), count(&report, "not_kept")), (0, 0), "{report}");
    }
    up.end();
    drop(services);
    against_tcpdump(&hub, &seen);
    nothing_of_its_own(&hub);
    against_imports(&hub, &seen);
    coverage_agrees(&hub);
}

/// What the archive says came to a point.
fn archived(hub: &Observatory, point: &str) -> Ports {
    let query = format!(
        "select coalesce(dst_port, 0) as port, ip_text(src) as source, sum(packets) as packets, \
         sum(syns) as syns from access where point = '{point}' group by 1, 2"
    );
    let mut ports = Ports::new();
    for row in hub.sql(&query) {
        let came: &mut Came = ports.entry(count(&row, "port").try_into().unwrap()).or_default();
        came.packets += count(&row, "packets");
        came.syns += count(&row, "syns");
        came.sources.insert(text(&row, "source").parse().unwrap());
    }
    ports
}

/// Packets, SYNs, ports and sources are those that tcpdump tells of the file that it wrote.
fn against_tcpdump(hub: &Observatory, seen: &Path) {
    let dark = came(seen, &nets(&DARK), "ip or ip6");
    let strangers = "(src host 192.0.2.2 or src host 2001:db8:1::2) and not tcp dst port 80 \
                     and not icmp6";
    let home = came(seen, &nets(&HOME), strangers);
    let packets = |ports: &Ports| ports.values().map(|came| came.packets).sum::<u64>();
    println!(
        "tcpdump: {} packets to the dark point, {} to the live one",
        packets(&dark),
        packets(&home)
    );
    assert!(packets(&dark) > 30_000 && packets(&home) > 300);
    assert_eq!(archived(hub, "dark"), dark);
    assert_eq!(archived(hub, "home"), home);
}

/// Whom the host turned to is no source, and what the scanner of the capture began is no access to it.
fn nothing_of_its_own(hub: &Observatory) {
    let count_of = |which: &str| {
        count(&hub.sql(&format!("select count(*) as n from access where {which}"))[0], "n")
    };
    assert_eq!(count_of("ip_text(src) in ('192.0.2.3', '192.0.2.1', '2001:db8:1::1')"), 0);
    assert_eq!(count_of("ip_text(dst) = '172.16.0.8'"), 0);
    assert_eq!(count_of("dst_port = 80 and point = 'home'"), 0);
    let sums = "select sum(solicited) as solicited, sum(expected) as expected from coverage \
                where point = 'home'";
    let row = &hub.sql(sums)[0];
    println!("solicited and expected at home: {row}");
    assert!(count(row, "solicited") > 100 && count(row, "expected") > 0, "{row}");
}

/// The same rows as an import of tcpdump's file, but for their times, which differ by microseconds.
fn against_imports(hub: &Observatory, seen: &Path) {
    for (name, mode, nets) in
        [("home", "live", &HOME[..]), ("dark", "dark", &DARK[..]), ("lan", "live", &LAN[..])]
    {
        let other = Observatory::new();
        let expect = if name == "home" { "expect = ['80/tcp']\n" } else { "" };
        let point =
            format!("[[point]]\nname = '{name}'\nmode = '{mode}'\nwatch = {nets:?}\n{expect}");
        let points = other.file("points.toml", point).display().to_string();
        other.import(&["--points", &points], &[seen], 0);
        let (ours, theirs) = (timeless(hub, name), timeless(&other, name));
        let only = |a: &BTreeSet<String>, b: &BTreeSet<String>| {
            a.difference(b).take(5).cloned().collect::<Vec<_>>()
        };
        let (a, b) = (ours.iter().cloned().collect(), theirs.iter().cloned().collect());
        assert_eq!((only(&a, &b), only(&b, &a)), (vec![], vec![]), "{name}");
        assert_eq!(ours, theirs, "{name}");
        println!("{name}: {} rows, as of an import", ours.len());
    }
}

fn timeless(observatory: &Observatory, point: &str) -> Vec<String> {
    let mut lines =
        observatory.csv(&format!("select * from access where point = '{point}'")).into_iter();
    let header = lines.next().unwrap();
    let kept: Vec<bool> = header
        .split(',')
        .map(|name| !["received", "first_seen", "last_seen", "duration"].contains(&name))
        .collect();
    let without = |line: String| {
        let cells = line.split(',').zip(&kept).filter(|(_, kept)| **kept);
        cells.map(|(cell, _)| cell).collect::<Vec<_>>().join(",")
    };
    let mut rows: Vec<String> = lines.map(without).collect();
    rows.sort();
    rows
}

/// The packets of rows are those that coverage calls accesses', and both sums hold.
fn coverage_agrees(hub: &Observatory) {
    let query = "select c.point, c.fated, a.packets, c.up, c.dropped, c.sums from \
        (select point, sum(access_packets) as fated, sum(seconds_up) as up, \
            sum(dropped) as dropped, \
            bool_and(packets = inbound + outbound + elsewhere + malformed + not_ip \
                and inbound = access_packets + solicited + expected) as sums \
         from coverage group by point) c \
        left join (select point, sum(packets) as packets from access group by point) a \
        on c.point = a.point";
    let rows = hub.sql(query);
    assert_eq!(rows.len(), 3);
    for row in rows {
        println!("{row}");
        assert_eq!(row["fated"], row["packets"], "{row}");
        assert_eq!((&row["sums"], count(&row, "dropped")), (&Value::Bool(true), 0), "{row}");
        assert!(count(&row, "up") > 60, "{row}");
    }
}

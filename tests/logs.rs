//! Logs of firewalls and honeypots as points.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::process::Stdio;

use serde_json::Value;
use testkit::Random;

use crate::common::{Observatory, add_up, count, index, shared, text};

/// The map of the Slammer telescope's files: time, source, port.
const SLAMMER: &str = r#"
[csv]
header = true
time = { column = "frame.time", format = "%Y-%m-%d %H:%M:%S", zone = "UTC" }
src = { column = "ip.src", form = "text" }
protocol = { value = 17 }
dst_port = { column = "udp.dstport" }
"#;

/// Four years of a telescope that saw the worm Slammer, against the index's counts (awk).
#[test]
fn slammer_by_a_map() {
    let files = index("tables/slammer-ibr/");
    let observatory = Observatory::new();
    let map = observatory.file("slammer.toml", SLAMMER);
    for file in &files {
        let year = &file.name[file.name.len() - "2011.csv.gz".len()..][..4];
        let options = ["--format", "csv", "--map", map.to_str().unwrap(), "--point", year];
        let summary = observatory.import(&options, &[&file.path], 0);
        assert_eq!(Some(count(&summary, "accesses")), file.truth["packets"].as_u64(), "{year}");
        assert_eq!(summary["packets"], file.truth["packets"], "a line stands for one packet");
        let rows = observatory.sql(&format!(
            "select count(*) as n, count(distinct src) as sources, count(packets) as packets,
                    count(dst) as dst, min(dst_port) as port from access where point = '{year}'"
        ));
        assert_eq!(rows[0]["n"], file.truth["packets"]);
        assert_eq!(rows[0]["sources"], file.truth["distinct_src"]);
        assert_eq!(rows[0]["port"], 1434);
        assert_eq!((&rows[0]["packets"], &rows[0]["dst"]), (&0.into(), &0.into()), "null, never 0");
        let months = observatory.sql(&format!(
            "select substr(cast(day as varchar), 1, 7) as month, count(*) as n
             from access where point = '{year}' group by month"
        ));
        for row in &months {
            assert_eq!(row["n"], file.truth["per_month"][text(row, "month")], "{row}");
        }
        assert_eq!(
            Some(months.len()),
            file.truth["per_month"].as_object().map(serde_json::Map::len)
        );
        let again = observatory.import(&options, &[&file.path], 0);
        assert_eq!(again["already_imported"], true);
    }
    if !files.is_empty() {
        counts_agree(&observatory);
    }
}

/// The rollup and the pages' questions hold without packets, kinds and destinations too.
fn counts_agree(observatory: &Observatory) {
    let totals = &observatory.ask(&["totals", "--point", "2011"])["rows"][0];
    assert_eq!((count(totals, "accesses"), &totals["packets"]), (55_013, &Value::Null));
    assert_eq!(count(totals, "plain_sources"), 1_351);
    assert_eq!(totals["coverage_assumed"], true);
    let ports = observatory.ask(&["ports", "--point", "2011"]);
    assert_eq!(text(&ports["rows"][0], "service"), "1434/udp");
    let known = observatory.sql(
        "select count(*) as n, count(country) as known, count(distinct geo_date) as dates from access",
    );
    let share = count(&known[0], "known") as f64 / count(&known[0], "n") as f64;
    assert!(share > 0.97, "countries of {share} of the accesses are known");
    assert_eq!(known[0]["dates"], 1);
}

/// Every line of every log of psad's tests is an access, with the index's protocols and addresses.
#[test]
fn psad_logs_leave_nothing_uncounted() {
    let observatory = Observatory::new();
    for (number, file) in index("tables/psad-iptables/").iter().enumerate() {
        let point = format!("f{number}");
        let options = ["--point", &point, "--format", "iptables", "--year", "2015"];
        let summary = observatory.import(&options, &[&file.path], 0);
        let lines = file.truth["log_lines"].as_u64().unwrap();
        for key in ["packets", "accesses", "access_packets"] {
            assert_eq!(count(&summary, key), lines, "{} {key}", file.name);
        }
        let rows = observatory.sql(&format!(
            "select count(distinct src) as src, count(distinct dst) as dst from access
             where point = '{point}'"
        ));
        assert_eq!(rows[0]["src"], file.truth["distinct_src"], "{}", file.name);
        assert_eq!(rows[0]["dst"], file.truth["distinct_dst"], "{}", file.name);
    }
}

/// A honeypot's days, found out to be such, against what Python reads in them.
#[test]
fn cowrie_days() {
    let Some(folder) = shared("data/tables/cowrie") else { return };
    let observatory = Observatory::new();
    let mut accesses = 0;
    for (name, truth) in [("cowrie.json.2018-05-06.gz", 64), ("cowrie.json.2018-05-07.gz", 110)] {
        let summary = observatory.import(&["--point", "pot"], &[folder.join(name)], 0);
        assert_eq!(count(&summary, "accesses"), truth, "{name}");
        accesses += truth;
    }
    let rows = observatory.sql(
        "select count(*) as n, min(kind) as kind, count(packets) as packets from access
         where protocol = 6 and dst_port = 2222",
    );
    assert_eq!(count(&rows[0], "packets"), 0);
    assert_eq!(text(&rows[0], "kind"), "tcp-syn");
    assert!(count(&rows[0], "n") <= accesses);
}

/// A map may name the point of each row, in a column or for all rows.
#[test]
fn a_map_names_the_points() {
    let observatory = Observatory::new();
    let log = observatory.file(
        "log.csv",
        "1700000000;east;192.0.2.1;3221225985;tcp;445\n1700000001;west;192.0.2.1;;udp;\n\
         1700000002;WEST!;192.0.2.1;;udp;\nnever;west;192.0.2.1;;udp;\n",
    );
    let map = observatory.file(
        "map.toml",
        "[csv]\ndelimiter = ';'\nheader = false\ntime = { column = 1, format = 'unix' }\n\
         point = { column = 2 }\nsrc = { column = 3 }\ndst = { column = 4, form = 'integer' }\n\
         protocol = { column = 5, names = { tcp = 6, udp = 17 } }\ndst_port = { column = 6 }\n",
    );
    let options = ["--map", map.to_str().unwrap()];
    let summary = observatory.import(&options, &[&log], 0);
    assert_eq!((count(&summary, "accesses"), count(&summary, "malformed")), (2, 2));
    let unread = summary["files"][0]["lines"]["unread"].as_array().unwrap().clone();
    let lines: BTreeSet<u64> = unread
        .iter()
        .flat_map(|tally| tally["first"].as_array().unwrap())
        .filter_map(Value::as_u64)
        .collect();
    assert_eq!(lines, BTreeSet::from([3, 4]));
    let rows =
        observatory.csv("select point, ip_text(dst) as dst, dst_port from access order by point");
    assert_eq!(rows, ["point,dst,dst_port", "east,192.0.2.1,445", "west,,"]);
    let again = observatory.import(&options, &[&log], 0);
    assert_eq!(again["already_imported"], true);
    let said = observatory.run(&[
        "import",
        "--map",
        map.to_str().unwrap(),
        "--watch",
        "192.0.2.0/24",
        log.to_str().unwrap(),
    ]);
    assert_eq!(said.ended(2).out, "");
}

/// What cannot be read as it was asked is refused with a word on what to do.
#[test]
fn logs_that_are_refused() {
    let observatory = Observatory::new();
    let line = "Mar 15 20:58:59 gw kernel: IN=eth0 OUT= SRC=192.0.2.7 DST=198.51.100.1 LEN=40 TTL=56 ID=1 PROTO=TCP SPT=4 DPT=23 WINDOW=1024 RES=0x00 SYN URGP=0\n";
    let log = observatory.file("fw.log", line);
    let path = log.to_str().unwrap();
    let said = observatory.run(&["import", "--point", "fw", path]).ended(1);
    assert!(said.err.contains("--year"), "{}", said.err);
    let said = observatory
        .run(&[
            "import",
            "--point",
            "fw",
            "--year",
            "2015",
            "--mode",
            "live",
            "--watch",
            "198.51.100.1",
            path,
        ])
        .ended(1);
    assert!(said.err.contains("--mode live"), "{}", said.err);
    let said = observatory.run(&["import", "--year", "2015", path]).ended(2);
    assert!(said.err.contains("--point"), "{}", said.err);
    let said = observatory.run(&["import", "--point", "fw", "--format", "csv", path]).ended(1);
    assert!(said.err.contains("--map"), "{}", said.err);
    // Taken for what it is not, it gives nothing, and nothing keeps it from being tried again.
    let summary = observatory.import(&["--point", "fw", "--format", "cowrie"], &[&log], 0);
    assert_eq!((count(&summary, "accesses"), count(&summary, "malformed")), (0, 1));
    let watched =
        ["--point", "fw", "--year", "2015", "--zone", "Asia/Tokyo", "--watch", "198.51.100.2"];
    let summary = observatory.import(&watched, &[&log], 0);
    assert_eq!((count(&summary, "elsewhere"), count(&summary, "accesses")), (1, 0));
    assert_eq!(text(&summary, "first"), "2015-03-15T11:58:59Z");
}

/// Of ten thousand damaged lines of each format none is lost and none harms.
#[test]
fn damaged_lines_are_counted() {
    let observatory = Observatory::new();
    let map = observatory.file(
        "slammer.toml",
        SLAMMER
            .replace("header = true", "header = false")
            .replace("\"frame.time\"", "1")
            .replace("\"ip.src\"", "2")
            .replace("\"udp.dstport\"", "3"),
    );
    let map = map.to_str().unwrap();
    for (format, line, more) in [
        (
            "iptables",
            "2015-03-07T05:09:30.045015+02:00 gw kernel: DROP: IN=eth0 OUT= MAC=00:00 SRC=4.4.4.4 DST=1.2.3.4 LEN=40 TOS=0x00 PREC=0x00 TTL=228 ID=54321 PROTO=TCP SPT=58923 DPT=21 WINDOW=65535 RES=0x00 SYN URGP=0",
            &[][..],
        ),
        (
            "cowrie",
            r#"{"eventid": "cowrie.session.connect", "src_ip": "88.223.26.58", "src_port": 52577, "timestamp": "2018-05-06T17:44:05.866769Z", "dst_ip": "172.17.0.3", "session": "173332e506ca", "dst_port": 2222, "sensor": "920497a79896"}"#,
            &[][..],
        ),
        ("csv", r#""2011-01-01 00:01:43","60.161.78.155","1434""#, &["--map", map][..]),
    ] {
        let mut random = Random::new(3);
        let mut log = Vec::new();
        for _ in 0..10_000 {
            let mut line = line.as_bytes().to_vec();
            for _ in 0..random.below(4) {
                let at = random.below(line.len() as u64) as usize;
                match random.below(3) {
                    0 => line[at] = random.below(256) as u8,
                    1 => drop(line.remove(at)),
                    _ => line.truncate(at),
                }
                line.push(b'x');
            }
            line.retain(|&byte| byte != b'\n');
            log.extend(line);
            log.push(b'\n');
        }
        let name = format!("{format}.log");
        let log = observatory.file(&name, log);
        let options = [&["--point", format, "--format", format, "--overlap"], more].concat();
        let summary = observatory.import(&options, &[&log], 0);
        assert_eq!(count(&summary, "packets"), 10_000, "{format}");
        let accesses = count(&summary, "accesses");
        assert!((1_000..10_000).contains(&accesses), "{format}: {accesses}");
    }
}

/// A log comes through a pipe, compressed or not, as captures do.
#[test]
fn a_log_from_standard_input() {
    let observatory = Observatory::new();
    let mut log = String::new();
    for second in 10..20 {
        writeln!(log, "2015-03-07T05:09:{second}Z gw kernel: IN=eth0 OUT= SRC=4.4.4.{second} DST=1.2.3.4 LEN=28 TTL=1 ID=1 PROTO=ICMP TYPE=8 CODE=0 ID=5 SEQ=1").unwrap();
    }
    let mut import = observatory.command(&["import", "--json", "--point", "p", "-"]);
    let mut child = import.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), log.as_bytes()).unwrap();
    let said = child.wait_with_output().unwrap();
    let summary: Value = serde_json::from_slice(&said.stdout).unwrap();
    add_up(&summary);
    assert_eq!(count(&summary, "accesses"), 10);
    let kinds = observatory.csv("select distinct kind, icmp_type from access");
    assert_eq!(kinds, ["kind,icmp_type", "icmp-echo,8"]);
}

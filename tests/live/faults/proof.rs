//! What must hold after the faults.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::path::Path;

use testkit::host::run;

use super::load::is_single;
use super::world::{Remains, Steps};
use crate::common::{Observatory, count};

const SECOND: i64 = 1_000_000;
/// So near to a step of the clock it is not said by which clock a packet was stamped, µs.
const DOUBT: i64 = 2 * SECOND;

/// What tcpdump saw: when each packet of a source came, by the machine's clock.
type Seen = BTreeMap<Ipv4Addr, Vec<i64>>;

fn seen(file: &Path) -> Seen {
    let file = file.to_str().unwrap();
    let said = run("tcpdump", &["-nn", "-tt", "-r", file, "dst net 198.18.0.0/24"]);
    let mut seen = Seen::new();
    for line in said.lines() {
        // 1732806000.123456 IP 100.64.0.1.4000 > 198.18.0.1.23: Flags [S], …
        let words: Vec<&str> = line.split(' ').take(3).collect();
        let [time, "IP", source] = words[..] else { continue };
        let (seconds, micros) = time.split_once('.').unwrap();
        let time = seconds.parse::<i64>().unwrap() * SECOND + micros.parse::<i64>().unwrap();
        let source = source.rsplit_once('.').unwrap().0.parse().unwrap();
        seen.entry(source).or_default().push(time);
    }
    seen
}

/// Packets in the archive by source, and rows.
fn archived(hub: &Observatory) -> (BTreeMap<Ipv4Addr, (u64, u64)>, u64) {
    let query = "select ip_text(src) as source, sum(packets) as packets, count(*) as rows \
                 from access group by 1";
    let mut rows = 0;
    let mut sources = BTreeMap::new();
    for line in hub.csv(query).iter().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let counts = (cells[1].parse().unwrap(), cells[2].parse().unwrap());
        rows += counts.1;
        sources.insert(cells[0].parse().unwrap(), counts);
    }
    (sources, rows)
}

/// Seconds that the point says are durable as watched: by its clock, and how far that was ahead then, s. A
/// clock that was set back shows a second twice, and only one of the two may be counted.
fn watched(log: &str, steps: &Steps) -> BTreeMap<i64, i64> {
    let number = |line: &str, key: &str| -> i64 {
        let at = line.find(key).unwrap() + key.len();
        line[at..].split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap()
    };
    let mut watched = BTreeMap::new();
    for line in log.lines().filter(|line| line.contains("seconds are durable")) {
        // The log has the machine's time, of a moment after the seconds.
        let said: jiff::Timestamp = line.split(' ').next().unwrap().parse().unwrap();
        let (from, to) = (number(line, "from="), number(line, "to="));
        let before = steps.iter().rev().filter(|(at, _)| *at <= said.as_microsecond());
        let mut skews = before.map(|(_, skew)| skew / SECOND);
        let skew = skews.find(|skew| (0..=40).contains(&(said.as_second() + skew - to)));
        let skew = skew.unwrap_or_else(|| panic!("by no clock of its: {line}"));
        for second in from..to {
            assert_eq!(watched.insert(second, skew), None, "{second} is counted twice");
        }
    }
    watched
}

/// Whether the point's clock was set about then.
fn is_doubtful(time: i64, steps: &Steps) -> bool {
    steps.iter().any(|(at, _)| time.abs_diff(*at) < DOUBT.unsigned_abs())
}

/// What a run showed, as one line of JSON for who tables seeds.
#[derive(serde::Serialize)]
pub(super) struct Figures {
    /// Packets that tcpdump saw, and those that rows of the archive count.
    packets: u64,
    archived: u64,
    /// Rows of the archive, which are as many as were journalled.
    rows: u64,
    /// Packets that coverage tells as not kept.
    unkept: u64,
    /// Packets of sources that sent one, which are neither in a row nor told; and those of them so near to a
    /// step of the clock that the check leaves them out.
    lost: u64,
    doubtful: u64,
    /// Seconds that coverage counts as watched.
    watched: u64,
    kills: u64,
}

pub(super) fn of(remains: Remains) -> Figures {
    let Remains { hub, seen: file, report, log, steps, point_kills, generations, not_kept } =
        remains;
    assert_eq!(generations.len(), 1, "a spool was given up: {generations:?}");
    let (archive, rows) = archived(&hub);
    assert_eq!(rows, count(&report, "accesses"), "rows of the archive and of the journal");
    let seen = seen(&file);
    let sum =
        |counts: &BTreeMap<_, (u64, u64)>| counts.values().map(|(packets, _)| packets).sum::<u64>();
    let packets: u64 = seen.values().map(|times| times.len() as u64).sum();
    for (source, (packets, rows)) in &archive {
        let sent = seen.get(source).map_or(0, Vec::len) as u64;
        assert!(*packets <= sent, "{source} sent {sent} packets, and {packets} are in the archive");
        assert!(!is_single(*source) || *rows == 1, "{source} is there {rows} times");
    }
    let coverage = &hub.sql(
        "select sum(access_packets) as packets, sum(seconds_up) as up, sum(dropped) as dropped, \
         coalesce(sum(unkept_packets), 0) as unkept from coverage",
    )[0];
    println!(
        "{packets} packets, {} in {rows} rows, {not_kept} accesses not kept, {point_kills} kills of the point; {coverage}",
        sum(&archive)
    );
    let unkept = count(coverage, "unkept");
    assert_eq!(sum(&archive) + unkept, count(coverage, "packets"), "rows and what was not kept");
    assert!(unkept >= not_kept, "{not_kept} accesses were not kept, and {unkept} packets of them");

    let watched = watched(&log, &steps);
    let of_machine: BTreeSet<i64> = watched.iter().map(|(second, skew)| second - skew).collect();
    let (mut lost, mut doubtful, mut wrong) = (0, 0, 0_u64);
    let singles =
        seen.iter().filter(|(source, _)| is_single(**source) && !archive.contains_key(source));
    for (source, times) in singles {
        lost += 1;
        if is_doubtful(times[0], &steps) {
            doubtful += 1;
        } else if of_machine.contains(&times[0].div_euclid(SECOND)) {
            if wrong == unkept {
                println!("{source} at {} is lost, in a second that was watched", times[0]);
            }
            wrong += 1;
        }
    }
    println!("{lost} single packets lost, {doubtful} of them about a step of the clock");
    assert!(wrong <= unkept, "{wrong} packets are lost in seconds that are said to be watched");
    assert!(lost > 0, "a kill costs something");
    let (archived, kills) = (sum(&archive), point_kills);
    let watched = seconds_agree(&hub, &watched, point_kills);
    Figures { packets, archived, rows, unkept, lost, doubtful, watched, kills }
}

/// Coverage counts the seconds that the point says are durable, by the hour; a kill may hide a word of it.
fn seconds_agree(hub: &Observatory, watched: &BTreeMap<i64, i64>, kills: u64) -> u64 {
    let query =
        "select cast(hour as bigint) as hour, sum(seconds_up) as up from coverage group by 1";
    let mut up: BTreeMap<i64, u64> = BTreeMap::new();
    for row in hub.sql(query) {
        up.insert(row["hour"].as_i64().unwrap(), count(&row, "up"));
    }
    let told: u64 = up.values().sum();
    println!("{told} seconds watched, {} of them said", watched.len());
    let mut said: BTreeMap<i64, u64> = BTreeMap::new();
    for second in watched.keys() {
        *said.entry(second.div_euclid(3_600) * 3_600 * SECOND).or_default() += 1;
    }
    for (hour, said) in &said {
        let told = up.get(hour).copied().unwrap_or(0);
        assert!((*said..=said + 2 * kills).contains(&told), "hour {hour}: {told} for {said}");
    }
    assert!(told > 60, "{told} seconds watched");
    told
}

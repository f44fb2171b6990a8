//! Victims and password cracking of known size, put into a background.
//!
//! All detectors are driven over the background as it is, and again with events put into it. An event
//! is found if a finding of its kind names its address; other findings of that kind which the
//! background alone gives count as false alarms, as nobody knows better, and so do those that only
//! came with the events.
//!
//! * A **victim** answers SYN-ACKs (or RSTs, every second one) from one port to forged addresses: the
//!   background's watched addresses, each as likely as the other, and ports as they come, for half
//!   an hour. Its size is the number of answers that reach us.
//! * A **cracker** connects to port 22 of one watched address, every two to six seconds. Its size is
//!   the number of connections.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

use observation::{DAY, HOUR, Kind, Micros, SECOND, protocol, tcp_flag};

use super::inject::Random;
use super::{Background, Line};
use crate::{Finding, FindingKind, Hour, PointId, Replay, Settings, Sighting};

/// Events of each size.
const EVENTS: usize = 40;
/// How long a victim is flooded.
const FLOOD: Micros = 1_800 * SECOND;

/// What is put in.
struct Event {
    address: IpAddr,
    begins: Micros,
}

/// Makes the rows of an event of a size that goes to some of the watched addresses.
type Maker = fn(&mut Random, &Event, u32, &[(PointId, IpAddr)]) -> Vec<Sighting>;

/// A sort of events.
struct Sort {
    name: &'static str,
    kind: FindingKind,
    sizes: [u32; 5],
    rows: Maker,
}

const SORTS: [Sort; 2] = [
    Sort {
        name: "backscatter",
        kind: FindingKind::Backscatter,
        sizes: [5, 10, 20, 50, 200],
        rows: answers,
    },
    Sort {
        name: "password-cracking",
        kind: FindingKind::PasswordCracking,
        sizes: [10, 20, 30, 60, 200],
        rows: connections,
    },
];

/// Every sort of events at every size. Nothing, where no watched address is known.
pub fn evaluate_events(background: &Background, seed: u64) -> Vec<Line> {
    let watched: BTreeSet<(PointId, IpAddr)> =
        background.sightings.iter().filter_map(|row| Some((row.point, row.dst?))).collect();
    let watched: Vec<(PointId, IpAddr)> = watched.into_iter().collect();
    let (Some(first), Some(last)) = (background.sightings.first(), background.sightings.last())
    else {
        return Vec::new();
    };
    // Events end within what is looked at.
    let span = (first.time, last.time - 4 * HOUR);
    if watched.is_empty() || span.0 >= span.1 {
        return Vec::new();
    }
    let months = (last.time - first.time) as f64 / (30 * DAY) as f64;
    let before = replay(background, &background.sightings);
    let mut lines = Vec::new();
    for sort in &SORTS {
        for size in sort.sizes {
            let mut random = Random::new(seed ^ u64::from(size) << 32 ^ sort.kind as u64);
            let events: Vec<Event> = (0..EVENTS).map(|_| event(&mut random, span)).collect();
            let mut all = background.sightings.clone();
            for event in &events {
                all.extend((sort.rows)(&mut random, event, size, &watched));
            }
            all.sort_by_key(|row| row.time);
            lines.push(judge(sort, size, &events, &replay(background, &all), &before, months));
        }
    }
    for line in &mut lines {
        line.background.clone_from(&background.name);
    }
    lines
}

/// An address that is nobody's (240.0.0.0/4, RFC 1112), at a time.
fn event(random: &mut Random, (first, last): (Micros, Micros)) -> Event {
    let address = Ipv4Addr::from_bits(0xf000_0000 + random.below(0x0fff_0000) as u32);
    let begins = first + random.below(usize::try_from(last - first).unwrap_or(1)) as Micros;
    Event { address: address.into(), begins }
}

fn row(time: Micros, src: IpAddr, (point, dst): (PointId, IpAddr)) -> Sighting {
    Sighting {
        time,
        duration: 0,
        point,
        src,
        dst: Some(dst),
        protocol: protocol::TCP,
        src_port: None,
        dst_port: None,
        icmp_type: None,
        kind: None,
        packets: 1,
        tcp_flags: 0,
        tool: None,
        quoted: None,
        payload: None,
        is_scanner: false,
    }
}

fn answers(
    random: &mut Random,
    event: &Event,
    size: u32,
    watched: &[(PointId, IpAddr)],
) -> Vec<Sighting> {
    let resets = random.below(2) == 0;
    let (kind, flags) = match resets {
        true => (Kind::TcpRst, tcp_flag::RST | tcp_flag::ACK),
        false => (Kind::TcpSynAck, tcp_flag::SYN | tcp_flag::ACK),
    };
    let answer = |_| {
        let time = event.begins + random.below(FLOOD as usize) as Micros;
        let to = *watched.get(random.below(watched.len()))?;
        Some(Sighting {
            src_port: Some(80),
            dst_port: Some(1_024 + random.below(64_512) as u16),
            kind: Some(kind),
            tcp_flags: flags,
            ..row(time, event.address, to)
        })
    };
    (0..size).filter_map(answer).collect()
}

fn connections(
    random: &mut Random,
    event: &Event,
    size: u32,
    watched: &[(PointId, IpAddr)],
) -> Vec<Sighting> {
    let Some(&to) = watched.get(random.below(watched.len())) else { return Vec::new() };
    let mut time = event.begins;
    let connection = |_| {
        time += (2 + random.below(5) as Micros) * SECOND;
        Sighting {
            src_port: Some(32_768 + random.below(28_000) as u16),
            dst_port: Some(22),
            kind: Some(Kind::TcpSyn),
            tcp_flags: tcp_flag::SYN,
            ..row(time, event.address, to)
        }
    };
    (0..size).map(connection).collect()
}

/// The last word on every finding.
fn replay(background: &Background, sightings: &[Sighting]) -> BTreeMap<u64, Finding> {
    let mut replay = Replay::new(Settings::default());
    replay.roll().clone_from(&background.roll);
    let mut found = BTreeMap::new();
    let (Some(first), Some(last)) = (sightings.first(), sightings.last()) else { return found };
    let mut hour = first.time.div_euclid(HOUR) * HOUR;
    let mut rows = sightings.iter().peekable();
    while hour <= last.time {
        while let Some(row) = rows.next_if(|row| row.time < hour + HOUR) {
            replay.access(row);
        }
        let coverage = background.coverage.get(&hour).map_or(&[][..], Vec::as_slice);
        let told = replay.hour(Hour { begin: hour, coverage });
        found.extend(told.into_iter().map(|finding| (finding.id, finding)));
        hour += HOUR;
    }
    found
}

/// The address that a finding is about.
fn about(finding: &Finding) -> Option<IpAddr> {
    let source = || finding.evidence.iter().find(|(name, _)| *name == "source");
    finding.target.or_else(|| source()?.1.as_str()?.parse().ok())
}

fn judge(
    sort: &Sort,
    size: u32,
    events: &[Event],
    found: &BTreeMap<u64, Finding>,
    before: &BTreeMap<u64, Finding>,
    months: f64,
) -> Line {
    let of_kind = |finding: &&Finding| finding.kind == sort.kind;
    let met = |event: &Event| {
        let found = found.values().filter(of_kind);
        let known = found.filter(|finding| about(finding) == Some(event.address));
        let known = known.map(|finding| finding.detected_at).min()?;
        u32::try_from((known - event.begins).max(0) / HOUR).ok()
    };
    let met: Vec<Option<u32>> = events.iter().map(met).collect();
    let put_in: BTreeSet<IpAddr> = events.iter().map(|event| event.address).collect();
    let strange = |finding: &&Finding| !about(finding).is_some_and(|it| put_in.contains(&it));
    let alarms = found.values().filter(of_kind).filter(strange).count();
    let own = before.values().filter(of_kind).count();
    Line {
        detector: sort.name,
        unit: "rows",
        own: own.min(alarms),
        ..Line::new("", "yagura", f64::from(size), &met, alarms.saturating_sub(own), months)
    }
}

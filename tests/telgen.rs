//! A month of a telescope of ten points, made by a program that is none of ours, and counted once
//! more in the plainest way.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::{Observatory, count, shared};

const PACKETS: &str = "200000";
const SEED: &str = "7";
const SECOND: u64 = 1_000_000;

/// A point by its number, and a UTC day counted from 1970-01-01.
type Place = (u8, u64);

/// What is counted of one point and day.
#[derive(Debug, Default, PartialEq)]
struct Figures {
    /// Packets that came on this day.
    came: u64,
    /// Accesses that began on this day, and all their packets.
    accesses: u64,
    packets: u64,
    sources: BTreeSet<[u8; 4]>,
}

/// The figures by which points are compared are right for a shared capture of many points.
#[test]
fn ten_points_equal_an_independent_count() {
    let Some(source) = shared("tools/telgen.rs") else { return };
    let observatory = Observatory::new();
    let capture = made(&observatory, &source);
    let points: String = (0..10)
        .map(|k| {
            format!("[[point]]\nname = \"p{k}\"\nwatch = [\"198.18.{k}.0/27\"]\nmode = \"dark\"\n")
        })
        .collect();
    let points = observatory.file("points.toml", points);
    let summary = observatory.import(&["--points", points.to_str().unwrap()], &[&capture], 0);
    let bytes = std::fs::read(&capture).unwrap();
    let theirs = counted(&bytes);
    assert!(count(&summary, "packets") > 190_000 && theirs.len() == 310, "{}", theirs.len());
    assert_eq!(count(&summary, "access_packets"), count(&summary, "packets"));

    let ours = asked(&observatory);
    for (place, theirs) in &theirs {
        let expected = [theirs.came, theirs.accesses, theirs.packets, theirs.sources.len() as u64];
        assert_eq!(ours.get(place), Some(&expected), "{place:?}: came, accesses, packets, sources");
    }
    assert_eq!(ours.len(), theirs.len());
}

fn made(observatory: &Observatory, source: &Path) -> PathBuf {
    let program = observatory.file("telgen", "");
    let mut compile = Command::new("rustc");
    compile.args(["-O", "--edition", "2021", "--cap-lints", "allow", "-o"]).arg(&program);
    assert!(compile.arg(source).status().unwrap().success(), "telgen compiles");
    let capture = observatory.file("telgen.pcap", "");
    let mut make = Command::new(program);
    assert!(make.arg(&capture).args([PACKETS, SEED]).status().unwrap().success(), "telgen runs");
    capture
}

/// The archive's figures, in the order of [`Figures`].
fn asked(observatory: &Observatory) -> BTreeMap<Place, [u64; 4]> {
    let rows = observatory.sql(
        "select cast(substr(a.point, 2) as int) as point, cast(a.day as int) as day, came,
                accesses, packets, sources
           from (select point, day, count(*) as accesses, sum(packets) as packets,
                        count(distinct src) as sources from access group by point, day) a
           join (select point, cast(hour as date) as day, sum(packets) as came
                   from coverage group by point, cast(hour as date)) c
             on a.point = c.point and a.day = c.day",
    );
    let place = |row| (count(row, "point") as u8, count(row, "day"));
    let keys = ["came", "accesses", "packets", "sources"];
    rows.iter().map(|row| (place(row), keys.map(|key| count(row, key)))).collect()
}

/// What tells accesses apart: source, destination, protocol and the bytes in which ports, type and
/// code, or the quoted packet's protocol, destination and ports lie.
type Key = (u64, u8, Vec<u8>);

/// Counts frames of Ethernet and IPv4 without options, which are all that telgen makes, at fixed
/// offsets. Its packets are in order of time, so that an access only grows forwards.
fn counted(file: &[u8]) -> BTreeMap<Place, Figures> {
    let mut places: BTreeMap<Place, Figures> = BTreeMap::new();
    let mut open: HashMap<Key, (u64, u64)> = HashMap::new();
    let number = |at: usize| u64::from(u32::from_le_bytes(file[at..at + 4].try_into().unwrap()));
    let mut at = 24;
    while at < file.len() {
        let time = number(at) * SECOND + number(at + 4);
        let frame = &file[at + 16..at + 16 + number(at + 8) as usize];
        at += 16 + frame.len();
        let point = frame[32];
        places.entry((point, time / (86_400 * SECOND))).or_default().came += 1;
        let key = key(frame);
        let joins = |&(first, last): &(u64, u64)| {
            time - last <= 60 * SECOND && time - first < 3_600 * SECOND
        };
        let joined = open.get(&key).copied().filter(joins);
        let first = joined.map_or(time, |(first, _)| first);
        open.insert(key, (first, time));
        let place = places.entry((point, first / (86_400 * SECOND))).or_default();
        place.packets += 1;
        place.accesses += u64::from(joined.is_none());
        place.sources.insert(frame[26..30].try_into().unwrap());
    }
    places
}

fn key(frame: &[u8]) -> Key {
    let addresses = u64::from_be_bytes(frame[26..34].try_into().unwrap());
    let (protocol, transport) = (frame[23], &frame[34..]);
    let rest = match (protocol, transport[0]) {
        (1, 3) => [&transport[..2], &transport[17..18], &transport[24..32]].concat(),
        (1, _) => transport[..2].to_vec(),
        _ => transport[..4].to_vec(),
    };
    (addresses, protocol, rest)
}

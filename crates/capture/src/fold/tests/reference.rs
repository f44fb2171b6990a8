//! The fold against testkit's reference, which knows no bounds and no cleverness.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use dissect::Dissected;
use testkit::Scenario;
use testkit::reference::{self, Seen, Settings, Sighting, sort};

use super::*;
use crate::file::CaptureFile;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");

/// So many frames of each capture: the reference is slow by design, and the beginning of a capture
/// is a capture.
const FRAMES: usize = 1_000;

/// A frame, and how it is to be read.
type Linked = (LinkType, Frame);

/// Folds frames in both ways. Frames without a time, of which the reference knows nothing, are not
/// among them.
fn compare(name: &str, watchers: &[Watcher], frames: &[Linked]) {
    let mut fold = Fold::new(watch(watchers), Spans::default());
    let mut sightings = Vec::new();
    for (link, frame) in frames {
        let truncated = (frame.bytes.len() as u32) < frame.wire_length;
        let dissected = dissect(*link, &frame.bytes, frame.wire_length);
        sightings.push(Sighting { time: frame.time, truncated, seen: Seen::of(&dissected) });
        fold.push(Some(frame.time), truncated, &dissected).unwrap();
    }
    let mut folded = close(fold, String::new());
    sort(&mut folded.rows);
    let outcome = reference::fold(watchers, &Settings::default(), &sightings);
    assert_eq!((folded.tally.evicted, folded.tally.forgotten), (0, 0), "{name}");
    assert_eq!((folded.fates, folded.tally.jumps), (outcome.fates, outcome.jumps), "{name}");
    let differing = folded.rows.iter().zip(&outcome.accesses).find(|(ours, theirs)| ours != theirs);
    assert_eq!(differing, None, "{name}");
    assert_eq!(folded.rows.len(), outcome.accesses.len(), "{name}");
}

#[test]
fn scenarios() {
    for seed in 0..60 {
        let mut scenario = Scenario::new(seed);
        scenario.everything(6);
        let ethernet = |frame| (LinkType::Ethernet, frame);
        let frames: Vec<Linked> = scenario.frames().into_iter().map(ethernet).collect();
        compare(&format!("seed {seed}"), scenario.watchers(), &frames);
    }
}

/// The captures of the shared data.
fn captures() -> Vec<PathBuf> {
    let index = fs::read_to_string(Path::new(DATA).join("INDEX.tsv")).unwrap();
    let names = index.lines().filter_map(|line| line.split('\t').next());
    let chosen =
        |name: &&str| name.starts_with("captures/attack/") || name.starts_with("captures/formats/");
    names.filter(chosen).map(|name| Path::new(DATA).join(name)).collect()
}

/// The first frames that can be read and have a time.
fn frames(path: &Path) -> Vec<Linked> {
    let mut frames = Vec::new();
    let Ok(mut file) = CaptureFile::open(path) else { return frames };
    while frames.len() < FRAMES
        && let Ok(Some(frame)) = file.next_frame()
    {
        let (bytes, wire_length) = (frame.bytes.to_vec(), frame.wire_length);
        let kept = |time| (frame.link, Frame { time, bytes, wire_length });
        frames.extend(frame.time.map(kept));
    }
    frames
}

/// The two addresses that most packets are for.
fn busiest(frames: &[Linked]) -> Vec<IpAddr> {
    let mut packets: BTreeMap<IpAddr, u64> = BTreeMap::new();
    for (link, frame) in frames {
        if let Dissected::Ip(packet) = dissect(*link, &frame.bytes, frame.wire_length) {
            *packets.entry(packet.dst).or_default() += 1;
        }
    }
    let mut packets: Vec<_> = packets.into_iter().collect();
    packets.sort_by_key(|&(address, count)| (std::cmp::Reverse(count), address));
    packets.into_iter().map(|(address, _)| address).take(2).collect()
}

/// A dark point for all; a live one for the busiest address; a live one for each of two.
fn watches(frames: &[Linked]) -> Vec<Vec<Watcher>> {
    let expects: [&[(u8, u16)]; 2] = [&[(6, 80), (17, 53)], &[(6, 22)]];
    let live = |(address, expect): (IpAddr, &&[(u8, u16)])| {
        let prefix = if address.is_ipv4() { 32 } else { 128 };
        let name = format!("host-{prefix}-{}", expect.len());
        Watcher::live(name.parse().unwrap(), &[(address, prefix)], expect)
    };
    let hosts: Vec<Watcher> = busiest(frames).into_iter().zip(&expects).map(live).collect();
    let live = (1..=hosts.len()).map(|count| hosts.iter().take(count).cloned().collect());
    std::iter::once(everything()).chain(live).collect()
}

#[test]
fn real_captures() {
    if !Path::new(DATA).exists() {
        println!("skipped: {DATA} is not there");
        return;
    }
    let mut compared = 0;
    for path in captures() {
        let frames = frames(&path);
        for watchers in watches(&frames) {
            compare(&path.to_string_lossy(), &watchers, &frames);
        }
        compared += usize::from(!frames.is_empty());
    }
    assert!(compared > 1_000, "only {compared} captures held frames");
}

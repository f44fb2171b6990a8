//! `findings CAPTURE [NAME=CIDR]...`: every finding of a capture, a JSON line each, as replay gives
//! them, and the time that each part took (on standard error).
//!
//! Without points the capture is one dark point without a watch list. `telgen` stands for the ten
//! points of the project's telescope generator, 198.18.K.0/27.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::time::Instant;

use capture::file::CaptureFile;
use capture::fold::{Fold, Mode, Spans, Watch, WatchedPoint};
use detect::backscatter::Victims;
use detect::{Finding, Hour, PointHour, Replay, Settings, Sighting};
use observation::{Coverage, HOUR};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (path, points) = arguments.split_first().ok_or("usage: findings CAPTURE [NAME=CIDR]...")?;
    let begun = Instant::now();
    let mut replay = Replay::new(Settings::default());
    let (mut rows, coverage) = fold(Path::new(path), watch(points)?, &mut replay)?;
    rows.sort_by_key(|row| (row.time, row.src, row.dst, row.src_port, row.dst_port));
    eprintln!("{} accesses folded and sorted in {:.2?}", rows.len(), begun.elapsed());
    victims(&rows, &mut replay);
    let begun = Instant::now();
    let findings = drive(&mut replay, &rows, &coverage);
    eprintln!("all detectors: {:.2?}", begun.elapsed());
    let mut kinds: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for finding in findings.values() {
        *kinds.entry((finding.kind.as_str(), finding.rule)).or_default() += 1;
        println!("{}", finding.line());
    }
    eprintln!("{kinds:?}");
    Ok(())
}

fn watch(points: &[String]) -> Result<Watch, Box<dyn Error>> {
    let mut named: Vec<(String, Vec<ipnet::IpNet>)> = Vec::new();
    for point in points {
        if point == "telgen" {
            for k in 0..10 {
                named.push((format!("p{k}"), vec![format!("198.18.{k}.0/27").parse()?]));
            }
            continue;
        }
        let (name, net) = point.split_once('=').ok_or("a point is NAME=CIDR")?;
        named.push((name.to_owned(), vec![net.parse()?]));
    }
    if named.is_empty() {
        named.push(("all".to_owned(), Vec::new()));
    }
    let mut watched = Vec::new();
    for (name, nets) in named {
        let (point, mode) = (name.parse()?, Mode::Dark);
        watched.push(WatchedPoint { point, mode, nets, expect: Vec::new() });
    }
    Ok(Watch::new(watched)?)
}

fn fold(
    path: &Path,
    watch: Watch,
    replay: &mut Replay,
) -> Result<(Vec<Sighting>, Vec<Coverage>), Box<dyn Error>> {
    let mut file = CaptureFile::open(path)?;
    let mut fold = Fold::new(watch, Spans::default());
    let mut rows = Vec::new();
    while let Some(frame) = file.next_frame()? {
        let dissected = dissect::dissect(frame.link, frame.bytes, frame.wire_length);
        let cut = frame.wire_length as usize > frame.bytes.len();
        fold.push(frame.time, cut, &dissected)?;
        take(&mut fold, replay, &mut rows);
    }
    fold.close();
    take(&mut fold, replay, &mut rows);
    Ok((rows, fold.coverage(None)))
}

fn take(fold: &mut Fold, replay: &mut Replay, rows: &mut Vec<Sighting>) {
    fold.take_finished(|accesses| {
        for access in accesses {
            if let Some(point) = replay.roll().id(&access.point) {
                rows.push(Sighting::of_access(access, point, false));
            }
        }
    });
}

/// What the search for victims alone costs.
fn victims(rows: &[Sighting], replay: &mut Replay) {
    let begun = Instant::now();
    let mut victims = Victims::default();
    victims.watching(Some(320));
    let (mut found, mut hour) = (0, rows.first().map_or(0, |row| row.time / HOUR * HOUR));
    for row in rows {
        while row.time >= hour + HOUR {
            found += victims.close(hour, replay.roll()).len();
            hour += HOUR;
        }
        victims.add(row);
    }
    eprintln!("backscatter alone: {:.2?}, {found} told", begun.elapsed());
}

fn drive(
    replay: &mut Replay,
    rows: &[Sighting],
    coverage: &[Coverage],
) -> BTreeMap<(i64, u64), Finding> {
    let mut hours: BTreeMap<i64, Vec<PointHour>> = BTreeMap::new();
    for row in coverage {
        let Some(point) = row.point.as_ref().and_then(|point| replay.roll().id(point)) else {
            continue;
        };
        let (seconds_up, addresses) = (row.seconds_up, row.addresses);
        hours.entry(row.hour).or_default().push(PointHour { point, seconds_up, addresses });
    }
    let (Some(first), Some(last)) = (hours.keys().next(), hours.keys().next_back()) else {
        return BTreeMap::new();
    };
    let (mut begin, last, mut at) = (*first, *last, 0);
    let mut findings = BTreeMap::new();
    while begin <= last {
        while let Some(row) = rows.get(at).filter(|row| row.time < begin + HOUR) {
            replay.access(row);
            at += 1;
        }
        let coverage = hours.get(&begin).map_or(&[][..], Vec::as_slice);
        for finding in replay.hour(Hour { begin, coverage }) {
            findings.insert((finding.first_seen, finding.id), finding);
        }
        begin += HOUR;
    }
    findings
}

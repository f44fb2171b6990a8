//! Frames to findings, without an archive.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use capture::file::CaptureFile;
use capture::fold::{Fold, Mode, Spans, Watch, WatchedPoint};
use detect::{Finding, FindingKind, Hour, PointHour, Replay, Settings, Sighting};
use dissect::{LinkType, dissect};
use observation::{Coverage, HOUR};
use testkit::file::Frame;

/// The telescope's ten points.
pub(crate) fn telescope() -> Watch {
    let point = |k: u32| WatchedPoint {
        point: format!("p{k}").parse().unwrap(),
        mode: Mode::Dark,
        nets: vec![format!("198.18.{k}.0/27").parse().unwrap()],
        expect: Vec::new(),
    };
    Watch::new((0..testkit::telescope::POINTS).map(point).collect()).unwrap()
}

/// One dark point that watches everything.
pub(crate) fn everything() -> Watch {
    let point = "all".parse().unwrap();
    let all = WatchedPoint { point, mode: Mode::Dark, nets: Vec::new(), expect: Vec::new() };
    Watch::new(vec![all]).unwrap()
}

/// The last word on each finding, by when it began.
pub(crate) type Findings = Vec<Finding>;

/// Replays frames.
pub(crate) fn replay(watch: Watch, frames: impl Iterator<Item = Frame>) -> Findings {
    let mut fold = Fold::new(watch, Spans::default());
    for frame in frames {
        let dissected = dissect(LinkType::Ethernet, &frame.bytes, frame.wire_length);
        fold.push(Some(frame.time), false, &dissected).unwrap();
    }
    drive(fold)
}

/// Replays a capture that nobody watched as a telescope; frames that cannot be read end it.
pub(crate) fn replay_file(path: &Path) -> Findings {
    let mut fold = Fold::new(everything(), Spans::default());
    let Ok(mut file) = CaptureFile::open(path) else { return Vec::new() };
    while let Ok(Some(frame)) = file.next_frame() {
        let dissected = dissect(frame.link, frame.bytes, frame.wire_length);
        let cut = frame.wire_length as usize > frame.bytes.len();
        if fold.push(frame.time, cut, &dissected).is_err() {
            break;
        }
    }
    drive(fold)
}

fn drive(mut fold: Fold) -> Findings {
    let mut replay = Replay::new(Settings::default());
    let mut rows: Vec<Sighting> = Vec::new();
    fold.close();
    fold.take_finished(|accesses| {
        rows.extend(accesses.iter().map(|access| {
            let point = replay.roll().id(&access.point).unwrap();
            Sighting::of_access(access, point, false)
        }));
    });
    rows.sort_by_key(|row| (row.time, row.src, row.dst, row.src_port, row.dst_port));
    hours(&mut replay, &rows, &fold.coverage(None))
}

/// Drives a replay hour by hour.
pub(crate) fn hours(replay: &mut Replay, rows: &[Sighting], coverage: &[Coverage]) -> Findings {
    let mut by_hour: BTreeMap<i64, Vec<PointHour>> = BTreeMap::new();
    for row in coverage {
        let Some(point) = row.point.as_ref().and_then(|point| replay.roll().id(point)) else {
            continue;
        };
        let (seconds_up, addresses) = (row.seconds_up, row.addresses);
        by_hour.entry(row.hour).or_default().push(PointHour { point, seconds_up, addresses });
    }
    let (Some(first), Some(last)) = (by_hour.keys().next(), by_hour.keys().next_back()) else {
        return Vec::new();
    };
    let (mut begin, last) = (*first, *last);
    // A capture of strange clocks may span centuries; a year is enough to look at.
    let last = last.min(begin + 366 * 24 * HOUR);
    let mut found: BTreeMap<(i64, u64), Finding> = BTreeMap::new();
    let mut rows = rows.iter().peekable();
    while begin <= last {
        while let Some(row) = rows.next_if(|row| row.time < begin + HOUR) {
            replay.access(row);
        }
        let coverage = by_hour.get(&begin).map_or(&[][..], Vec::as_slice);
        for finding in replay.hour(Hour { begin, coverage }) {
            assert!(finding.detected_at <= begin + HOUR, "{finding:?}");
            found.insert((finding.first_seen, finding.id), finding);
        }
        begin += HOUR;
    }
    found.into_values().collect()
}

/// Those of a kind.
pub(crate) fn of(findings: &Findings, kind: FindingKind) -> Vec<&Finding> {
    findings.iter().filter(|finding| finding.kind == kind).collect()
}

/// A file of the shared data; none, and a word about it, where it is absent. In continuous
/// integration nothing may be skipped.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let file =
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(path);
    if !file.exists() {
        assert!(
            std::env::var_os("CI").is_none_or(|ci| ci != "true"),
            "{} is absent",
            file.display()
        );
        eprintln!("skipped: {} is absent", file.display());
        return None;
    }
    Some(file)
}

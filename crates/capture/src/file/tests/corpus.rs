//! Every capture of the shared data against what its index says.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::super::{CaptureFile, FileError, sha256_of};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");

/// What came of one file.
enum Outcome {
    /// Frames and packets that could not be read, the frames' span, and the error that ended them.
    Read {
        packets: u64,
        span: Option<(i64, i64)>,
        error: Option<FileError>,
    },
    Refused(FileError),
}

fn outcome(path: &Path) -> Outcome {
    let mut file = match CaptureFile::open(path) {
        Ok(file) => file,
        Err(error) => return Outcome::Refused(error),
    };
    let (mut frames, mut span, mut error) = (0, None, None);
    loop {
        match file.next_frame() {
            Ok(Some(frame)) => {
                frames += 1;
                span = widen(span, frame.time);
            }
            Ok(None) => break,
            Err(stop) => error = Some(stop),
        }
    }
    assert_eq!(Some(file.bytes_read()), file.input_length(), "{path:?}");
    let identity = file.finish().unwrap();
    let digest = sha256_of(path).unwrap();
    assert_eq!((digest.sha256, digest.bytes), (identity.sha256, identity.bytes), "{path:?}");
    Outcome::Read { packets: frames + identity.unreadable_packets(), span, error }
}

fn widen(span: Option<(i64, i64)>, time: Option<i64>) -> Option<(i64, i64)> {
    match (span, time) {
        (Some((from, to)), Some(time)) => Some((from.min(time), to.max(time))),
        (None, Some(time)) => Some((time, time)),
        (span, None) => span,
    }
}

/// What the index says of a file.
struct Indexed {
    packets: u64,
    /// The earliest and the latest time in microseconds, where it has a form that we understand.
    span: Option<(i64, i64)>,
}

/// The index's files of which the packets are known.
fn index() -> BTreeMap<PathBuf, Indexed> {
    let index = fs::read_to_string(Path::new(DATA).join("INDEX.tsv")).unwrap();
    let row = |line: &str| {
        let columns: Vec<&str> = line.split('\t').collect();
        let span = columns[8].split_once(" .. ");
        let indexed = Indexed {
            packets: columns[7].parse().ok()?,
            span: span.and_then(|(from, to)| Some((micros(from)?, micros(to)?))),
        };
        Some((Path::new(DATA).join(columns[0]), indexed))
    };
    index.lines().filter_map(row).collect()
}

/// Reads `2018-03-27T23:53:55.466548`, whatever follows and whatever separates.
fn micros(text: &str) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| {
        let digits = text.get(range)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<i64>().ok())?
    };
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    // Days from 1970-01-01, with years that begin in March and so end with their leap day.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year / 4 - year / 100 + year / 400;
    let days = year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468;
    let seconds = ((days * 24 + number(11..13)?) * 60 + number(14..16)?) * 60 + number(17..19)?;
    Some(seconds * 1_000_000 + number(20..26)?)
}

/// Files in which the index counts custom blocks as packets, as tshark does: they carry none.
const CUSTOM_BLOCKS: [(&str, u64, u64); 3] = [
    ("captures/formats/libtrace/complex.pcapng", 8, 5),
    ("captures/formats/pcap-parser-crate/test017-be.pcapng", 4, 0),
    ("captures/formats/pcap-parser-crate/test017-le.pcapng", 4, 0),
];

/// How many packets we mean to find, by the index.
fn expected(name: &str, indexed: u64) -> u64 {
    match CUSTOM_BLOCKS.iter().find(|(file, ..)| *file == name) {
        Some(&(_, with_custom_blocks, packets)) => {
            assert_eq!(indexed, with_custom_blocks, "{name}");
            packets
        }
        None => indexed,
    }
}

/// Where fuzzed files say fractions of many seconds: we carry them, the index's reader overflows.
const DAMAGED_TIMES: &str = "captures/formats/tcpdump/";

/// The index rounds nanoseconds, we truncate them.
fn near(ours: i64, indexed: i64) -> bool {
    (ours..=ours + 1).contains(&indexed)
}

/// The link types and formats that are refused, with the number of files.
#[derive(Default)]
struct Refusals(BTreeMap<String, u64>);

impl Refusals {
    fn add(&mut self, error: &FileError) {
        let what = match error {
            FileError::LinkType { number, link, .. } => format!("link type {link} ({number})"),
            FileError::Format { format, .. } => (*format).to_owned(),
            FileError::NotACapture { .. } => "no capture".to_owned(),
            other => panic!("{other}"),
        };
        *self.0.entry(what).or_default() += 1;
    }
}

#[test]
fn every_capture_is_read_as_the_index_says() {
    if !Path::new(DATA).exists() {
        println!("skipped: {DATA} is not there");
        return;
    }
    let index = index();
    let (mut read, mut spans, mut broken, mut refusals) = (0, 0, 0, Refusals::default());
    let folders = ["captures", "fuzz"].map(|folder| Path::new(DATA).join(folder));
    for path in folders.iter().flat_map(|folder| testkit::files_below(folder).unwrap()) {
        let start = Instant::now();
        let outcome = outcome(&path);
        assert!(start.elapsed() < Duration::from_secs(10), "{path:?}");
        let name = path.strip_prefix(DATA).unwrap().to_str().unwrap();
        match outcome {
            Outcome::Refused(error) => refusals.add(&error),
            Outcome::Read { packets, span, error } => {
                let indexed = &index[&path];
                assert_eq!(packets, expected(name, indexed.packets), "{name}");
                if let (Some(span), Some(indexed)) = (span, indexed.span) {
                    let same = near(span.0, indexed.0) && near(span.1, indexed.1);
                    assert!(
                        same || name.starts_with(DAMAGED_TIMES),
                        "{name}: {span:?}, {indexed:?}"
                    );
                    spans += u64::from(same);
                }
                match error {
                    Some(error) if error.is_partial() => broken += 1,
                    Some(error) => refusals.add(&error),
                    None => read += 1,
                }
            }
        }
    }
    println!(
        "{read} read, {spans} of these with the index's span of time, {broken} read in part, refused:"
    );
    refusals.0.iter().for_each(|(what, files)| println!("{files:5} {what}"));
    assert!(read > 1_500 && spans > 1_400, "{read} read, {spans} with the index's span");
}

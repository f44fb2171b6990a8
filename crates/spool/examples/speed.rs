//! What the journal costs: `cargo run --release -p spool --example speed [FOLDER]`.
//!
//! FOLDER (a new one in the present folder if none is given) decides which disk is measured. The last
//! figures are the point's usual second: so many rows, and twice as many images, then one sync.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use spool::{Folder, Journal, Lane, Limits, Most, Replayed, Share};

/// Bytes of a small record.
const SMALL: usize = 60;

/// A second at a busy point.
const ROWS: usize = 100_000;

fn main() -> Result<(), Box<dyn Error>> {
    let given = std::env::args_os().nth(1).map(PathBuf::from);
    let folder = given.unwrap_or_else(|| PathBuf::from("spool-speed"));
    let lane = Lane::new(0).ok_or("no lane")?;
    appends(&folder.join("appends"), lane)?;
    syncs(&folder.join("syncs"), lane)?;
    seconds(&folder.join("seconds"), lane)?;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

fn open(path: &Path) -> Result<Journal<Folder>, Box<dyn Error>> {
    let _ = std::fs::remove_dir_all(path);
    let limits = Limits { free: 0, state: 512 << 20, ..Limits::default() };
    Ok(Journal::open(Folder::open(path)?, limits, 1)?.0)
}

/// As many as there is time for, synced when the buffer is full; then read, and replayed.
fn appends(path: &Path, lane: Lane) -> Result<(), Box<dyn Error>> {
    const COUNT: u64 = 4_000_000;
    let mut journal = open(path)?;
    let (start, cpu) = (Instant::now(), processor());
    for _ in 0..COUNT {
        journal.append(lane, Share::Ordinary, 0, 1, &[7; SMALL])?;
    }
    journal.sync()?;
    told("append, 60 bytes", COUNT, start, cpu);

    let (start, cpu) = (Instant::now(), processor());
    let mut number = 0;
    while number < COUNT {
        number = journal.read(lane, number, Most { records: 10_000, bytes: 1 << 20 })?.to;
    }
    told("read", COUNT, start, cpu);

    let (start, cpu) = (Instant::now(), processor());
    let mut count = 0;
    journal.replay(|one| count += u64::from(matches!(one, Replayed::Rows { .. })))?;
    told("replay", count, start, cpu);
    drop(journal);

    let start = Instant::now();
    Journal::open(Folder::open(path)?, Limits::default(), 1)?;
    println!("open: {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    Ok(())
}

/// One small record and one sync.
fn syncs(path: &Path, lane: Lane) -> Result<(), Box<dyn Error>> {
    const COUNT: u32 = 500;
    let mut journal = open(path)?;
    for state in [false, true] {
        let (start, cpu) = (Instant::now(), processor());
        for _ in 0..COUNT {
            journal.append(lane, Share::Ordinary, 0, 1, &[7; SMALL])?;
            if state {
                journal.append_state(0, &[7; SMALL])?;
            }
            journal.sync()?;
        }
        let name = if state { "sync of rows and state" } else { "sync of rows" };
        told(name, u64::from(COUNT), start, cpu);
    }
    Ok(())
}

/// Seconds of a busy point, one after the other.
fn seconds(path: &Path, lane: Lane) -> Result<(), Box<dyn Error>> {
    const COUNT: u32 = 10;
    let mut journal = open(path)?;
    let (start, cpu) = (Instant::now(), processor());
    for _ in 0..COUNT {
        let place = journal.place();
        for _ in 0..ROWS {
            journal.append(lane, Share::Ordinary, 0, 1, &[7; SMALL])?;
            journal.append_state(0, &[7; SMALL])?;
            journal.append_state(0, &[8; SMALL])?;
        }
        journal.supersede(place)?;
        journal.forget(lane, journal.durable(lane))?;
        journal.sync()?;
    }
    let (real, cpu) = (start.elapsed() / COUNT, processor().saturating_sub(cpu) / COUNT);
    println!("a second of {ROWS} rows and {} images: {real:.0?}, processor {cpu:.0?}", 2 * ROWS);
    println!("most memory: {}", status("VmHWM:"));
    Ok(())
}

fn told(name: &str, count: u64, start: Instant, cpu: Duration) {
    let (real, cpu) = (start.elapsed().as_secs_f64(), processor().saturating_sub(cpu));
    let each = cpu.as_secs_f64() / count as f64 * 1e9;
    println!("{name}: {:.0} a second, processor {each:.0} ns each", count as f64 / real);
}

/// Time that the processor spent for us, by /proc/self/stat in hundredths of seconds.
fn processor() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(10 * ticks)
}

fn status(key: &str) -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(key));
    line.unwrap_or("unknown").trim().to_owned()
}

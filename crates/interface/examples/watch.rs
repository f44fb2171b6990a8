//! Watches interfaces, and prints each second what came: packets, bytes, kernel drops.
//!
//! ```text
//! watch [--seconds N] [--idle N] [--ring KIB] [--count] INTERFACE…
//! ```
//! Every packet is dissected and folded as at a dark point that watches all addresses; `--count`
//! only counts. It ends after so many seconds, or so many without a packet once one has come. Its
//! last line says what was lost, how much memory it took at most, and how much time of a processor.

#![allow(clippy::arithmetic_side_effects)]

use std::error::Error;
use std::io::Write;
use std::time::{Duration, Instant};

use capture::file::Frame;
use capture::fold::{Fold, Mode, Spans, Watch, WatchedPoint};
use interface::{InterfaceError, Interfaces, Ring, Settings, drop_capabilities};

/// What the command line says.
#[derive(Default)]
struct Options {
    seconds: Option<u64>,
    idle: Option<u64>,
    count: bool,
    settings: Settings,
    names: Vec<String>,
}

impl Options {
    fn read(mut words: impl Iterator<Item = String>) -> Result<Options, Box<dyn Error>> {
        let mut options = Options::default();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("{word} needs a value"));
            match word.as_str() {
                "--seconds" => options.seconds = Some(value()?.parse()?),
                "--idle" => options.idle = Some(value()?.parse()?),
                "--ring" => options.settings.ring = value()?.parse()?,
                "--count" => options.count = true,
                _ => options.names.push(word),
            }
        }
        Ok(options)
    }
}

/// What came so far.
struct Seen {
    fold: Option<Fold>,
    packets: u64,
    bytes: u64,
    rows: u64,
}

impl Seen {
    fn new(count: bool) -> Result<Seen, Box<dyn Error>> {
        let point = WatchedPoint {
            point: "watch".parse()?,
            mode: Mode::Dark,
            nets: Vec::new(),
            expect: Vec::new(),
        };
        let watch = Watch::new(vec![point])?;
        let fold = (!count).then(|| Fold::new(watch, Spans::default()));
        Ok(Seen { fold, packets: 0, bytes: 0, rows: 0 })
    }

    fn push(&mut self, frame: &Frame<'_>) -> Result<(), Box<dyn Error>> {
        self.packets += 1;
        self.bytes += u64::from(frame.wire_length);
        let Some(fold) = &mut self.fold else { return Ok(()) };
        let truncated = frame.bytes.len() < frame.wire_length as usize;
        let dissected = dissect::dissect(frame.link, frame.bytes, frame.wire_length);
        fold.push(frame.time, truncated, &dissected)?;
        // Rows are taken while they are still in the cache, and do not pile up.
        if self.packets.is_multiple_of(256) {
            fold.take_finished(|finished| self.rows += finished.len() as u64);
        }
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::read(std::env::args().skip(1))?;
    let mut interfaces = Interfaces::open(&options.names, &options.settings)?;
    drop_capabilities()?;
    if let Some(name) = options.names.first()
        && !matches!(Ring::open(name, &options.settings), Err(InterfaceError::NotAllowed { .. }))
    {
        return Err("a second socket could be opened after capabilities were dropped".into());
    }
    say("watching");
    let mut seen = Seen::new(options.count)?;
    let began = Instant::now();
    let mut turned = began;
    let (mut last, mut came) = (0, began);
    while options.seconds.is_none_or(|seconds| began.elapsed().as_secs() < seconds) {
        interfaces.wait(Duration::from_millis(250))?;
        while let Some(event) = interfaces.next_event() {
            say(&format!("{} {:?}", options.names[event.interface], event.change));
        }
        let before = seen.packets;
        while let Some(arrival) = interfaces.next_frame() {
            seen.push(&arrival.frame)?;
            // A flood must not keep us from the clock.
            if seen.packets.is_multiple_of(1 << 16) {
                break;
            }
        }
        if seen.packets > before {
            came = Instant::now();
        }
        let over = |idle| seen.packets > 0 && came.elapsed().as_secs() >= idle;
        if options.idle.is_some_and(over) {
            break;
        }
        if turned.elapsed() >= Duration::from_secs(1) {
            turned = Instant::now();
            say(&format!("{} packets, {} bytes", seen.packets - last, seen.bytes));
            last = seen.packets;
        }
    }
    finish(&mut interfaces, &seen)
}

fn finish(interfaces: &mut Interfaces, seen: &Seen) -> Result<(), Box<dyn Error>> {
    for interface in 0..interfaces.names().len() {
        if let Some(losses) = interfaces.losses(interface)? {
            say(&format!("{losses:?}"));
        }
    }
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let mut times = stat.split(' ').skip(13).map_while(|ticks| ticks.parse::<u64>().ok());
    let ticks = times.next().unwrap_or(0) + times.next().unwrap_or(0);
    let (packets, rows) = (seen.packets, seen.rows);
    let evicted = seen.fold.as_ref().map_or(0, |fold| fold.tally().evicted);
    say(&format!("total {packets} packets, {rows} rows, {evicted} evicted, {peak}, {ticks} ticks"));
    Ok(())
}

fn say(line: &str) {
    // Whoever reads may have gone.
    let _ = writeln!(std::io::stdout(), "{line}");
}

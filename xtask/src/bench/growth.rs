//! How the import grows with its input: a table and a picture.

use std::path::Path;

use anyhow::{Context, Result};

use super::goal::{beside, table};
use super::work::{Work, take_turns};
use super::{BYTES, Bench, IMPORT, MEMORY, machine, picture, traffic};
use crate::options::Options;

/// The sizes, in fiftieths of the largest.
const SIZES: [u64; 6] = [1, 2, 5, 10, 20, 50];

/// Bytes of disk that a packet may need: 79 in the capture, 16 in the archive, 16 while rows wait
/// for their commit, and room to spare.
const ROOM: u64 = 150;

/// What an import of some size showed, in medians.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Growth {
    pub(super) packets: u64,
    /// CPU time, s.
    pub(super) cpu: f64,
    /// CPU time in multiples of tcpdump's.
    pub(super) ratio: f64,
    /// Peak memory, MB.
    pub(super) memory: f64,
    /// Bytes of Parquet an access.
    pub(super) bytes: f64,
}

/// Measures every size that the disk has room for, prints the table, draws the picture.
pub(super) fn measure(bench: &Bench, options: &Options) -> Result<()> {
    bench.describe(options);
    let mut points = Vec::new();
    for packets in sizes(options.packets()) {
        let free = machine::free(&bench.folder)?;
        if free < packets.saturating_mul(ROOM) {
            println!("{packets} packets and more: skipped, only {} MB are free", free / 1_000_000);
            break;
        }
        println!("a capture of {packets} packets");
        points.push(one(bench, packets, options)?);
    }
    let mut rows = vec![heading()];
    rows.extend(points.iter().map(Growth::line));
    println!("\n{}\n", table(&rows));
    draw(bench, options, &points)
}

fn draw(bench: &Bench, options: &Options, points: &[Growth]) -> Result<()> {
    let standard = bench.folder.join("growth.svg");
    let path = options.picture.as_deref().unwrap_or(&standard);
    std::fs::write(path, picture::growth(points)?)
        .with_context(|| format!("cannot write the picture {}", path.display()))?;
    println!("the same as a picture: {}", path.display());
    Ok(())
}

fn sizes(largest: u64) -> impl Iterator<Item = u64> {
    SIZES.into_iter().map(move |size| (largest / 50).saturating_mul(size).max(1))
}

/// Measures one size. The capture is removed, unless it was there before.
fn one(bench: &Bench, packets: u64, options: &Options) -> Result<Growth> {
    let there = traffic::path(&bench.folder, packets, options.seed).exists();
    let capture = traffic::capture(&bench.folder, packets, options.seed)?;
    let outcome = measured(bench, &capture, packets, options.runs);
    if !there {
        std::fs::remove_file(&capture).context("cannot remove the capture")?;
    }
    outcome
}

fn measured(bench: &Bench, capture: &Path, packets: u64, runs: usize) -> Result<Growth> {
    let archive = bench.archive("growth");
    let mut works = [bench.yardstick(capture), bench.import(capture, &archive)];
    take_turns(&mut works, runs)?;
    let bytes = archive.size()?.each();
    std::fs::remove_dir_all(&archive.data).context("cannot remove the archive")?;
    let [yardstick, import] = &works;
    let ratio = import.cpu() / yardstick.cpu();
    Ok(Growth { packets, cpu: import.cpu(), ratio, memory: Work::peak(import), bytes })
}

fn heading() -> Vec<String> {
    ["packets", "CPU s", "packets a CPU second", "x tcpdump", "peak memory MB", "bytes an access"]
        .map(str::to_owned)
        .to_vec()
}

impl Growth {
    fn line(&self) -> Vec<String> {
        vec![
            self.packets.to_string(),
            format!("{:.2}", self.cpu),
            format!("{:.0}", self.packets as f64 / self.cpu),
            beside(self.ratio, 2, Some(IMPORT)),
            beside(self.memory, 0, Some(MEMORY)),
            beside(self.bytes, 1, Some(BYTES)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_grow_to_the_largest() {
        let million = |size: u64| size * 1_000_000;
        assert!(sizes(50_000_000).eq([1, 2, 5, 10, 20, 50].map(million)));
        assert!(sizes(1).all(|size| size >= 1));
    }

    #[test]
    fn a_line_holds_all_figures() {
        let (cpu, ratio, memory, bytes) = (2.0, 7.0, 130.0, 14.04);
        let line = Growth { packets: 1_000_000, cpu, ratio, memory, bytes }.line();
        assert_eq!(line[2], "500000");
        assert_eq!(line[3], "7.00 (goal 7.5: met)");
        assert_eq!(line[4], "130 (goal 128: missed)");
        assert_eq!(line.len(), heading().len());
    }
}

//! Import, questions and start-up, beside tcpdump, nfpcapd and DuckDB.

use std::path::Path;

use anyhow::Result;

use super::archive::{Archive, Size};
use super::goal::beside;
use super::work::{Work, print, take_turns};
use super::{ASK, BYTES, Bench, SQL, compacted, start, traffic};
use crate::options::Options;

/// Measures everything and prints the tables.
pub(super) fn measure(bench: &Bench, options: &Options) -> Result<()> {
    let capture = traffic::capture(&bench.folder, options.packets(), options.seed)?;
    bench.describe(options);
    let archive = bench.archive("data");
    let flows = bench.folder.join("flows");
    let mut works = works(bench, &archive, &capture, &flows);
    take_turns(&mut works, options.runs)?;
    print(&works);
    let size = archive.size()?;
    print_sizes(size, &flows)?;
    print_agreement(bench, &archive)?;
    start::measure(bench, &archive, options.runs)?;
    compacted::measure(bench, &capture, size, options.runs)
}

/// The yardstick first: every ratio is to it. The questions follow the import that they ask.
/// What writes thousands of small files comes late, so that what they leave to the file system
/// burdens no figure of ours.
fn works(bench: &Bench, archive: &Archive, capture: &Path, flows: &Path) -> Vec<Work> {
    let shown = capture.display().to_string();
    vec![
        bench.yardstick(capture),
        bench.import(capture, archive),
        bench.sql(archive).within(SQL),
        super::beside::duckdb(archive, &bench.folder),
        super::beside::python(archive),
        bench.ask(archive, "ask ports", "ports").within(ASK),
        bench.ask(archive, "ask sources", "sources"),
        super::beside::nfpcapd(&shown, flows),
        super::beside::nfpcapd_daily(&shown, flows),
    ]
}

fn print_sizes(size: Size, flows: &Path) -> Result<()> {
    let each = beside(size.each(), 1, Some(BYTES));
    println!("{} accesses in {} files, {each} bytes an access, as written", size.rows, size.files);
    let (flows, bytes) = super::beside::flows(flows)?;
    let each = bytes as f64 / flows.max(1) as f64;
    println!("nfpcapd, a file a day: {flows} flows, {each:.1} bytes a flow");
    Ok(())
}

fn print_agreement(bench: &Bench, archive: &Archive) -> Result<()> {
    let sums = super::beside::agree(archive, &bench.folder)?;
    println!("yagura sql and DuckDB agree on groups, packets, sources: {sums}\n");
    Ok(())
}

//! What compaction makes of the archive.
//!
//! Only days of several files are compacted, and one import writes a file a day. So the capture is
//! parted by the points that the packets go to, which changes no access, and imported as two.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};

use super::archive::{Archive, Size, renew};
use super::goal::beside;
use super::work::{Work, print, take_turns};
use super::{Bench, beside};
use crate::commands::run;

/// The first five of ten points, as tcpdump's filter says it.
const FIRST_FIVE: &str = "dst net 198.18.0.0/22 or dst net 198.18.4.0/24";

/// Bytes an access once compacted, at most: goal of issue 3.
const BYTES: f64 = 10.0;

/// Imports the parts, compacts, prints the size, and asks again. The archive goes at the end.
pub(super) fn measure(bench: &Bench, capture: &Path, whole: Size, runs: usize) -> Result<()> {
    let archive = bench.archive("parts");
    renew(&archive.data)?;
    import(bench, capture, &archive)?;
    let before = archive.size()?;
    if before.rows != whole.rows {
        println!(
            "{} accesses in two parts, {} in one: the table was full",
            before.rows, whole.rows
        );
    }
    let data = archive.data.display().to_string();
    let arguments = ["archive", "compact", "--many", "2", "--data", &data];
    let mut compact = Work::new("archive compact, once", &bench.yagura, &arguments);
    compact.run()?;
    let after = archive.size()?;
    ensure!(after.rows == before.rows, "compaction changed the rows: {before:?}, {after:?}");
    println!(
        "compacted: {} files made {}, {} bytes an access before, {} after\n",
        before.files,
        after.files,
        beside(before.each(), 1, None),
        beside(after.each(), 1, Some(BYTES)),
    );
    let mut works = vec![
        bench.yardstick(capture),
        bench.sql(&archive).within(super::SQL),
        beside::duckdb(&archive, &bench.folder),
        bench.ask(&archive, "ask ports, compacted", "ports").within(super::ASK),
    ];
    take_turns(&mut works, runs)?;
    works.push(compact);
    print(&works);
    renew(&archive.data)
}

fn import(bench: &Bench, capture: &Path, archive: &Archive) -> Result<()> {
    let rest = format!("not ({FIRST_FIVE})");
    let parts = [part(bench, capture, "first", FIRST_FIVE)?, part(bench, capture, "rest", &rest)?];
    let mut command = Command::new(&bench.yagura);
    command.args(["import", "--overlap", "--data"]).arg(&archive.data);
    run(command.arg("--points").arg(&bench.points).args(&parts))?;
    for part in parts {
        std::fs::remove_file(part)?;
    }
    Ok(())
}

fn part(bench: &Bench, capture: &Path, name: &str, filter: &str) -> Result<PathBuf> {
    let part = bench.folder.join(format!("{name}.pcap"));
    run(Command::new("tcpdump").arg("-r").arg(capture).arg("-w").arg(&part).arg(filter))?;
    Ok(part)
}

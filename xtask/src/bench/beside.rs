//! Other programs that do the like: nfpcapd writes flows, DuckDB answers from our Parquet files.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::archive::{Archive, last_line, renew, script};
use super::work::Work;
use crate::commands::output;

/// Packets and exact sources per day, protocol and port, over raw rows.
pub(super) const SOURCES: &str = "SELECT day, protocol, dst_port, sum(packets) AS packets, \
    count(DISTINCT src) AS sources FROM access GROUP BY day, protocol, dst_port";

/// Makes nfpcapd compress with LZ4, which it does not unless told to; and expire a flow after
/// 3,600 s, or 60 s without a packet, as our accesses do.
const ALIKE: [&str; 3] = ["-y", "-e", "3600,60"];

/// nfpcapd with its default of a file every five minutes.
pub(super) fn nfpcapd(capture: &str, flows: &Path) -> Work {
    nfpcapd_with("nfpcapd, LZ4, a file every 5 min", capture, flows, &[])
}

/// nfpcapd with a file a day, as our table has.
pub(super) fn nfpcapd_daily(capture: &str, flows: &Path) -> Work {
    nfpcapd_with("nfpcapd, LZ4, a file a day", capture, flows, &["-t", "86400"])
}

fn nfpcapd_with(name: &'static str, capture: &str, flows: &Path, more: &[&str]) -> Work {
    let folder = flows.display().to_string();
    let arguments = [&["-r", capture, "-w", &folder], &ALIKE[..], more].concat();
    let flows = flows.to_owned();
    Work::new(name, Path::new("nfpcapd"), &arguments).after(move || renew(&flows))
}

/// How many flows nfpcapd wrote, and their bytes on disk.
pub(super) fn flows(folder: &Path) -> Result<(u64, u64)> {
    let answer = output(Command::new("nfdump").arg("-R").arg(folder).arg("-I"))?;
    let flows = counted(&answer).context("nfdump did not say how many flows there are")?;
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder).context("cannot list the flows")? {
        bytes += entry?.metadata()?.len();
    }
    Ok((flows, bytes))
}

/// The figure of `Flows: 12` among the lines of `nfdump -I`.
fn counted(answer: &str) -> Option<u64> {
    answer.lines().find_map(|line| line.strip_prefix("Flows: ")?.trim().parse().ok())
}

/// DuckDB with the same question, over the files that the table consists of.
pub(super) fn duckdb(archive: &Archive, folder: &Path) -> Work {
    let (listing, script) = (listing(folder), script("duck.py"));
    let (program, archive) = (archive.python.clone(), archive.clone());
    let arguments = [&*script.to_string_lossy(), &*listing.to_string_lossy(), SOURCES];
    let work = Work::new("DuckDB, the same query and files", &program, &arguments);
    work.after(move || archive.list(&listing))
}

/// What the line of DuckDB holds beside the query.
pub(super) fn python(archive: &Archive) -> Work {
    let name = "of which: Python's start";
    Work::new(name, &archive.python, &["-c", "import duckdb; duckdb.connect()"])
}

/// Asks both for the sums of the answer; they must be equal, or one of them counted wrongly.
pub(super) fn agree(archive: &Archive, folder: &Path) -> Result<String> {
    let query = format!("SELECT count(*), sum(packets), sum(sources) FROM ({SOURCES})");
    let ours = archive.sql(&query)?;
    archive.list(&listing(folder))?;
    let mut command = Command::new(&archive.python);
    let theirs = output(command.arg(script("duck.py")).arg(listing(folder)).arg(&query))?;
    let theirs = last_line(&theirs);
    ensure!(ours == theirs, "the answers differ: yagura sql {ours}, DuckDB {theirs}");
    Ok(ours)
}

fn listing(folder: &Path) -> PathBuf {
    folder.join("live.txt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flows_are_read() {
        assert_eq!(counted("Ident: none\nFlows: 187176\nFlows_tcp: 177425\n"), Some(187_176));
        assert_eq!(counted("Flows: many\n"), None);
        assert_eq!(counted(""), None);
    }
}

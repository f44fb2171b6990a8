//! The capture that is measured.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::commands::run;
use crate::house::root;
use crate::suite::ours;

/// Where the capture of so many packets is kept.
pub(super) fn path(folder: &Path, packets: u64, seed: u64) -> PathBuf {
    let maker = if telgen().exists() { "telgen" } else { "testkit" };
    folder.join(format!("{maker}-{packets}-{seed}.pcap"))
}

/// The capture's path; it is made unless an earlier run made it.
pub(super) fn capture(folder: &Path, packets: u64, seed: u64) -> Result<PathBuf> {
    let capture = path(folder, packets, seed);
    if capture.exists() {
        return Ok(capture);
    }
    let begun = folder.join("unfinished.pcap");
    let source = telgen();
    let mut command = if source.exists() { compiled(&source, folder)? } else { example() };
    run(command.arg(&begun).args([packets.to_string(), seed.to_string()]))?;
    std::fs::rename(&begun, &capture).context("cannot name the capture")?;
    Ok(capture)
}

fn telgen() -> PathBuf {
    root().join("../shared/tools/telgen.rs")
}

fn compiled(source: &Path, folder: &Path) -> Result<Command> {
    let program = folder.join("telgen");
    run(Command::new("rustc").args(["-O", "--edition", "2021", "-o"]).arg(&program).arg(source))?;
    Ok(Command::new(program))
}

/// The like of telgen in our own house: same points, same month, other traffic.
fn example() -> Command {
    let mut command = ours();
    command.args(["run", "--release", "--package", "testkit", "--example", "telescope", "--"]);
    command
}

/// The file of ten points, each of 32 dark addresses.
pub(super) fn points(folder: &Path) -> Result<PathBuf> {
    let point =
        |k| format!("[[point]]\nname = \"p{k}\"\nwatch = [\"198.18.{k}.0/27\"]\nmode = \"dark\"\n");
    let file = folder.join("points.toml");
    std::fs::write(&file, (0..10).map(point).collect::<String>())
        .context("cannot write points.toml")?;
    Ok(file)
}

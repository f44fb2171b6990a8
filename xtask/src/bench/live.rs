//! A point on a wire: the highest rate without a drop beside tcpdump and softflowd, and its memory.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::machine;
use crate::commands::run;
use crate::house::{House, root};
use crate::options::Options;
use crate::suite::ours;

/// Measures the point that was given, or a release build of today's, and prints the lines.
pub(super) fn measure(house: &House, options: &Options, folder: &Path) -> Result<()> {
    let point = match &options.program {
        Some(given) => {
            given.canonicalize().with_context(|| format!("no program {}", given.display()))?
        }
        None => {
            run(ours().args(["build", "--release", "--package", "yagura-point"]))?;
            house.target().join("release/yagura-point")
        }
    };
    println!("{}, medians of {} turns", machine::describe(), options.runs);
    let folder = folder.join("live");
    std::fs::create_dir_all(&folder).context("cannot make a folder in the build folder")?;
    let script = root().join("xtask/src/bench/rates.py");
    run(Command::new("python3").arg(script).args([point, folder]).arg(options.runs.to_string()))
}

//! The archive that was measured: its size on disk.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::commands::output;

/// Removes the archive of the turn before.
pub(super) fn forget(data: &Path) -> Result<()> {
    if data.exists() {
        std::fs::remove_dir_all(data).context("cannot remove the data of the turn before")?;
    }
    Ok(())
}

/// Prints bytes of Parquet per row of `access`, as written.
pub(super) fn print_size(yagura: &Path, data: &Path) -> Result<()> {
    let mut count = Command::new(yagura);
    count.args(["sql", "--format", "csv", "--data"]).arg(data).arg("SELECT count(*) FROM access");
    let answer = output(&mut count)?;
    let rows: u64 = answer
        .lines()
        .last()
        .and_then(|line| line.trim().parse().ok())
        .context("yagura sql gave no number of accesses")?;
    let bytes = parquet(&data.join("archive/access"))?;
    println!("{rows} accesses, {:.1} bytes each", bytes as f64 / rows.max(1) as f64);
    Ok(())
}

/// Bytes of the data files under a table's folder; its log's checkpoints are none.
fn parquet(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            bytes += if entry.file_name() == "_delta_log" { 0 } else { parquet(&path)? };
        } else if path.extension().is_some_and(|extension| extension == "parquet") {
            bytes += entry.metadata()?.len();
        }
    }
    Ok(bytes)
}

//! The archive that was measured: its live files and its rows.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::commands::output;
use crate::house::root;

/// A program, the Python beside it, and a data folder.
#[derive(Clone)]
pub(super) struct Archive {
    pub(super) yagura: PathBuf,
    pub(super) python: PathBuf,
    pub(super) data: PathBuf,
}

impl Archive {
    /// The table `access` in numbers.
    pub(super) fn size(&self) -> Result<Size> {
        let rows = self.sql("SELECT count(*) FROM access")?;
        let rows = rows.parse().context("yagura sql gave no number of accesses")?;
        let mut bytes = 0;
        let files = self.live()?;
        for file in &files {
            let length = std::fs::metadata(file).with_context(|| format!("cannot see {file}"))?;
            bytes += length.len();
        }
        Ok(Size { rows, bytes, files: files.len() })
    }

    /// The only line of a query's answer.
    pub(super) fn sql(&self, query: &str) -> Result<String> {
        let mut command = Command::new(&self.yagura);
        command.args(["sql", "--format", "csv", "--data"]).arg(&self.data).arg(query);
        Ok(last_line(&output(&mut command)?))
    }

    /// Writes which files the table `access` consists of, for DuckDB.
    ///
    /// Compaction leaves the files before it for a day: only Delta's log knows which ones count.
    pub(super) fn list(&self, listing: &Path) -> Result<()> {
        std::fs::write(listing, self.live()?.join("\n")).context("cannot write the list of files")
    }

    fn live(&self) -> Result<Vec<String>> {
        let mut command = Command::new(&self.python);
        command.arg(script("live.py")).arg(self.data.join("archive/access"));
        Ok(output(&mut command)?.lines().map(str::to_owned).collect())
    }
}

/// A table's live rows and files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) rows: u64,
    pub(super) bytes: u64,
    pub(super) files: usize,
}

impl Size {
    /// Bytes of Parquet an access.
    pub(super) fn each(self) -> f64 {
        self.bytes as f64 / self.rows.max(1) as f64
    }
}

/// One of our Python scripts.
pub(super) fn script(name: &str) -> PathBuf {
    root().join("xtask/src/bench").join(name)
}

/// The last line of an answer.
pub(super) fn last_line(answer: &str) -> String {
    answer.lines().last().unwrap_or_default().trim().to_owned()
}

/// Makes a folder that is empty, whatever was there before.
pub(super) fn renew(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).context("cannot remove what the turn before wrote")?;
    }
    std::fs::create_dir_all(folder).context("cannot make a folder in the build folder")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_an_access() {
        assert_eq!(Size { rows: 4, bytes: 10, files: 1 }.each(), 2.5);
        assert_eq!(Size { rows: 0, bytes: 0, files: 0 }.each(), 0.0);
    }

    #[test]
    fn the_last_line_counts() {
        assert_eq!(last_line("count(*)\n12\n"), "12");
        assert_eq!(last_line(""), "");
    }
}

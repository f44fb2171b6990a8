//! A line of JSON for each block.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// Bytes of a file; then it takes the place of the one before, `NAME.1`.
const MOST: u64 = 4 << 20;

/// A block, or what would be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// When, RFC 3339; none where the clock is beyond all dates.
    pub at: Option<String>,
    /// Whom.
    pub source: IpAddr,
    /// What it flooded.
    pub target: IpAddr,
    /// Packets by which it took part, at least.
    pub packets: u32,
    /// For how long, s.
    pub seconds: u32,
    /// What came of it: `blocked`, `dry run`, or why not.
    pub outcome: String,
}

/// A file of lines that grows to 4 MiB, twice.
#[derive(Debug)]
pub struct Register {
    path: PathBuf,
    file: Option<File>,
    bytes: u64,
}

impl Register {
    /// A register in a file, which is made with the first line.
    pub fn new(path: &Path) -> Self {
        Register { path: path.to_owned(), file: None, bytes: 0 }
    }

    /// Notes a block.
    ///
    /// # Errors
    /// The disk.
    pub fn note(&mut self, block: &Block) -> io::Result<()> {
        let Block { at, source, target, packets, seconds, outcome } = block;
        self.put(&json!({
            "at": at, "source": source, "target": target, "packets": packets,
            "seconds": seconds, "outcome": outcome,
        }))
    }

    /// Notes anything.
    ///
    /// # Errors
    /// The disk.
    pub fn put(&mut self, value: &Value) -> io::Result<()> {
        let mut line = value.to_string();
        line.push('\n');
        if self.bytes > MOST {
            self.file = None;
            fs::rename(&self.path, self.path.with_extension("jsonl.1"))?;
        }
        let file = match &mut self.file {
            Some(file) => file,
            none => {
                let file = File::options().append(true).create(true).open(&self.path)?;
                self.bytes = file.metadata()?.len();
                none.insert(file)
            }
        };
        file.write_all(line.as_bytes())?;
        self.bytes += line.len() as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_register_does_not_fill_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("blocks.jsonl");
        let mut register = Register::new(&path);
        let line = json!({ "text": "x".repeat(100_000) });
        for _ in 0..200 {
            register.put(&line).unwrap();
        }
        let sizes: u64 = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().metadata().unwrap().len())
            .sum();
        assert!((MOST..=2 * MOST + 300_000).contains(&sizes), "{sizes}");
    }
}

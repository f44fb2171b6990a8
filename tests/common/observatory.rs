//! A data folder of its own for each test, and the commands that work on it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::{Said, count, program};

/// A data folder that goes with its test.
pub(crate) struct Observatory(TempDir);

impl Observatory {
    pub(crate) fn new() -> Self {
        Observatory(tempfile::tempdir().unwrap())
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    /// Writes a file beside the data folder.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Writes the settings.
    pub(crate) fn settings(&self, toml: &str) {
        std::fs::create_dir_all(self.data()).unwrap();
        std::fs::write(self.data().join("yagura.toml"), toml).unwrap();
    }

    /// A command that works on the data folder, not started yet.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = program(self.0.path());
        command.env("YAGURA_DATA", self.data()).args(arguments);
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Said {
        self.command(arguments).output().expect("the program can be started").into()
    }

    /// The arguments of an import.
    pub(crate) fn import_of(options: &[&str], files: &[impl AsRef<Path>]) -> Vec<String> {
        let words = ["import", "--json"].into_iter().chain(options.iter().copied());
        let files = files.iter().map(|file| file.as_ref().display().to_string());
        words.map(str::to_owned).chain(files).collect()
    }

    /// Imports files and gives the JSON line, whose sums hold; fails unless it ended so.
    #[track_caller]
    pub(crate) fn import(
        &self,
        options: &[&str],
        files: &[impl AsRef<Path>],
        status: i32,
    ) -> Value {
        let summary = self.run(&Self::import_of(options, files)).ended(status).json();
        add_up(&summary);
        summary
    }

    /// The rows that a query gives.
    #[track_caller]
    pub(crate) fn sql(&self, query: &str) -> Vec<Value> {
        let answer = self.run(&["sql", "--format", "json", query]).ended(0).json();
        answer.as_array().expect("an array of rows").clone()
    }

    /// What a query gives as CSV: the header, then the rows.
    #[track_caller]
    pub(crate) fn csv(&self, query: &str) -> Vec<String> {
        let said = self.run(&["sql", "--format", "csv", query]).ended(0);
        said.out.lines().map(str::to_owned).collect()
    }

    /// What a question answers.
    #[track_caller]
    pub(crate) fn ask(&self, words: &[&str]) -> Value {
        self.run(&[&["ask", "--json"], words].concat()).ended(0).json()
    }
}

/// The keys of a summary, and so of each of its files, that are sums over packets.
pub(crate) const SUMS: [&str; 11] = [
    "packets",
    "inbound",
    "outbound",
    "elsewhere",
    "malformed",
    "not_ip",
    "accesses",
    "access_packets",
    "solicited",
    "expected",
    "truncated",
];

/// Fails unless a summary's counts add up: within each file, and over the files.
#[track_caller]
pub(crate) fn add_up(summary: &Value) {
    let files = summary["files"].as_array().expect("files");
    for counts in files.iter().chain([summary]) {
        let sum = |keys: &[&str]| keys.iter().map(|key| count(counts, key)).sum::<u64>();
        let directions = ["inbound", "outbound", "elsewhere", "malformed", "not_ip"];
        assert_eq!(sum(&["packets"]), sum(&directions), "{counts}");
        assert_eq!(
            sum(&["inbound"]),
            sum(&["access_packets", "solicited", "expected"]),
            "{counts}"
        );
        assert!(sum(&["accesses"]) <= sum(&["access_packets"]), "{counts}");
    }
    for key in SUMS {
        let of_files: u64 = files.iter().map(|file| count(file, key)).sum();
        assert_eq!(count(summary, key), of_files, "{key}");
    }
}

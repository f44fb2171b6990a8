//! Imports that are killed: all of a file's step or none, and in the end the very same rows.

use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use testkit::{Random, Scenario};

use crate::common::{Observatory, count, number_from};

const TABLES: [&str; 4] = ["access", "coverage", "daily", "import"];

/// What is killed: one call that imports several files for two points.
struct Work {
    folder: Observatory,
    files: Vec<PathBuf>,
    points: String,
}

impl Work {
    fn new() -> Work {
        let folder = Observatory::new();
        let points = Scenario::new(0).points_toml();
        let points = folder.file("points.toml", points).display().to_string();
        // So many that the days of the last are compacted.
        let hours = [12, 48, 4, 24, 2, 3, 2, 3, 2];
        let files = (1..).zip(hours).map(|(seed, hours)| {
            let path = folder.file(&format!("{seed}.pcap"), "");
            Scenario::new(seed).everything(hours).write_pcap(&path).unwrap();
            path
        });
        Work { files: files.collect(), folder, points }
    }

    /// Scenarios begin at the same moment, and so the files overlap.
    fn import(&self) -> Vec<String> {
        Observatory::import_of(&["--points", &self.points, "--overlap"], &self.files)
    }

    fn begin(&self, observatory: &Observatory) -> Child {
        let mut command = observatory.command(&self.import());
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }
}

/// Every row of every table, but for when it was received, in an order of its own.
fn rows(observatory: &Observatory) -> Vec<Vec<String>> {
    TABLES.iter().map(|table| rows_of(observatory, table)).collect()
}

fn rows_of(observatory: &Observatory, table: &str) -> Vec<String> {
    let mut lines = observatory.csv(&format!("select * from {table}")).into_iter();
    let header = lines.next().unwrap();
    let received = header.split(',').position(|name| name == "received");
    let without = |line: String| {
        let cells = line.split(',').enumerate().filter(|(at, _)| Some(*at) != received);
        cells.map(|(_, cell)| cell).collect::<Vec<_>>().join(",")
    };
    let mut rows: Vec<String> = lines.map(without).collect();
    rows.sort();
    rows
}

/// Nobody can promise that a machine stays up: whatever moment it dies at, the import is done again,
/// and nothing is there twice or missing.
#[test]
fn a_killed_import_ends_in_the_rows_of_an_undisturbed_one() {
    let work = Work::new();
    let start = Instant::now();
    let summary = work.folder.run(&work.import()).ended(0).json();
    let undisturbed = start.elapsed();
    let whole = rows(&work.folder);
    assert!(whole[0].len() > 5_000, "{} rows", whole[0].len());
    let mut steps = vec![0];
    for file in summary["files"].as_array().unwrap() {
        steps.push(steps[steps.len() - 1] + count(file, "accesses"));
    }

    let kills = number_from("YAGURA_KILLS", 10);
    let mut random = Random::new(2_005);
    let (mut killed, mut runs, mut found) = (0, 0, vec![0; steps.len()]);
    while killed < kills {
        runs += 1;
        let observatory = Observatory::new();
        while killed < kills {
            // What is left to do grows less: soon after the start is where most of it is.
            let most = random
                .one_of(&[undisturbed / 8, undisturbed / 2, undisturbed * 6 / 5], undisturbed);
            let after = Duration::from_micros(random.below(most.as_micros() as u64));
            if !is_killed(work.begin(&observatory), after) {
                break;
            }
            killed += 1;
            let step = step(&observatory, &steps);
            found[step] += 1;
            // Little is left to be killed: the kills of a new archive tell more.
            if step + 1 == steps.len() {
                break;
            }
        }
        observatory.run(&work.import()).ended(0);
        assert_eq!(rows(&observatory), whole, "after {killed} kills");
    }
    println!("{killed} kills in {runs} runs of {undisturbed:?}; files there after them: {found:?}");
}

/// Kills a child after a while; false where it had ended by itself.
fn is_killed(mut child: Child, after: Duration) -> bool {
    sleep(after);
    child.kill().unwrap();
    let status = child.wait().unwrap();
    assert!(status.success() || status.code().is_none(), "{status}");
    !status.success()
}

/// How many files' accesses are there; fails where it is a part of a file's.
fn step(observatory: &Observatory, steps: &[u64]) -> usize {
    let rows = observatory.sql("select count(*) as n from access");
    let there = count(&rows[0], "n");
    steps.iter().position(|&step| step == there).unwrap_or_else(|| {
        panic!("{there} accesses are there, and files are committed whole: {steps:?}")
    })
}

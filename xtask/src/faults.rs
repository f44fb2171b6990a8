//! The test of faults over several seeds, and its figures as a table.

use std::ops::RangeInclusive;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::commands::run;
use crate::suite::ours;

const TEST: &str = "live::faults::faults_lose_no_row_and_double_none";

/// Which seeds, and how they are run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Faults {
    /// A run each, of 200 faults.
    pub(crate) seeds: RangeInclusive<u64>,
    /// Runs side by side, each in namespaces of its own.
    pub(crate) at_once: usize,
    /// Whether in the dev profile.
    pub(crate) dev: bool,
}

impl Default for Faults {
    fn default() -> Self {
        Faults { seeds: 1..=10, at_once: 1, dev: false }
    }
}

/// What one seed showed.
struct Shown {
    seed: u64,
    seconds: u64,
    figures: Option<Value>,
    said: String,
}

impl Faults {
    /// Reads `--seeds A-B`, `--at-once N` and `--dev`.
    pub(crate) fn parse(words: &[String]) -> Result<Self> {
        let mut faults = Faults::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} needs a value"));
            match word.as_str() {
                "--dev" => faults.dev = true,
                "--at-once" => faults.at_once = value()?.parse().context("--at-once N")?,
                "--seeds" => {
                    let value = value()?;
                    let (first, last) = value.split_once('-').unwrap_or((value, value));
                    faults.seeds = first.parse().context("--seeds A-B")?
                        ..=last.parse().context("--seeds A-B")?;
                }
                _ => bail!("soak --faults knows --seeds A-B, --at-once N and --dev, not {word}"),
            }
        }
        ensure!(faults.at_once > 0 && !faults.seeds.is_empty(), "nothing is to be run");
        Ok(faults)
    }

    /// Runs every seed, whether those before it failed or not, and prints the table.
    pub(crate) fn measure(&self) -> Result<()> {
        run(self.tests().arg("--no-run"))?;
        let (next, shown) = (AtomicU64::new(*self.seeds.start()), Mutex::new(Vec::new()));
        std::thread::scope(|scope| {
            for _ in 0..self.at_once {
                scope.spawn(|| {
                    loop {
                        let seed = next.fetch_add(1, Relaxed);
                        if !self.seeds.contains(&seed) {
                            break;
                        }
                        let one = self.one(seed);
                        println!("{}", line(&one));
                        if let Ok(mut shown) = shown.lock() {
                            shown.push(one);
                        }
                    }
                });
            }
        });
        let mut shown = shown.into_inner().unwrap_or_default();
        shown.sort_by_key(|one| one.seed);
        print(&shown);
        let failed: Vec<&Shown> = shown.iter().filter(|one| one.figures.is_none()).collect();
        for one in &failed {
            println!("\nseed {}:\n{}", one.seed, one.said);
        }
        ensure!(failed.is_empty(), "{} of {} seeds failed", failed.len(), shown.len());
        Ok(())
    }

    /// The tests and, for the yagura-point beside them, a test of its package.
    fn tests(&self) -> Command {
        let mut command = ours();
        command.args(["test", "--quiet", "--workspace", "--test", "program", "--test", "unit"]);
        if !self.dev {
            command.arg("--release");
        }
        command
    }

    fn one(&self, seed: u64) -> Shown {
        let begun = Instant::now();
        let mut command = self.tests();
        command.args(["--", "--exact", TEST, "--nocapture"]).stdin(Stdio::null());
        let output = command.env("YAGURA_FAULT_SEED", seed.to_string()).output();
        let seconds = begun.elapsed().as_secs();
        let (well, said) = match output {
            Ok(output) => {
                let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
                (output.status.success(), text(&output.stdout) + &text(&output.stderr))
            }
            Err(error) => (false, error.to_string()),
        };
        let figures = said.lines().find_map(|line| line.trim().strip_prefix("figures "));
        let figures = figures.filter(|_| well).and_then(|text| serde_json::from_str(text).ok());
        Shown { seed, seconds, figures, said }
    }
}

fn number(figures: &Value, name: &str) -> u64 {
    figures[name].as_u64().unwrap_or_default()
}

fn line(shown: &Shown) -> String {
    let Shown { seed, seconds, figures, .. } = shown;
    let Some(figures) = figures else { return format!("| {seed} | failed after {seconds} s |") };
    let n = |name| number(figures, name);
    format!(
        "| {seed} | {} | {} | {} | {} | {}, {} | {} | {} | {seconds} |",
        n("packets"),
        n("archived"),
        n("rows"),
        n("unkept"),
        n("lost"),
        n("doubtful"),
        n("watched"),
        n("kills"),
    )
}

fn print(shown: &[Shown]) {
    println!(
        "\n| seed | packets | in rows | rows journalled, and as many in the archive | packets told as not \
         kept | lost (single sources), of them about a step of the clock | seconds counted | kills | took, s |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    shown.iter().for_each(|one| println!("{}", line(one)));
    let sum = |name| {
        shown.iter().filter_map(|one| one.figures.as_ref()).map(|f| number(f, name)).sum::<u64>()
    };
    println!(
        "{} packets, {} rows, {} kills; every row that was journalled is in the archive, once; no packet is lost in \
         a second that counts as watched",
        sum("packets"),
        sum("rows"),
        sum("kills")
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Faults> {
        Faults::parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn options() {
        assert_eq!(parse("").unwrap(), Faults::default());
        let given = parse("--seeds 8-10 --at-once 3 --dev").unwrap();
        assert_eq!(given, Faults { seeds: 8..=10, at_once: 3, dev: true });
        assert_eq!(parse("--seeds 4").unwrap().seeds, 4..=4);
        for wrong in ["--seeds", "--seeds x", "--seeds 3-1", "--at-once 0", "--speed"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}

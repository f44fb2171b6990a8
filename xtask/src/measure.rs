//! What a program costs: CPU time, wall time and peak memory, by the system's own account of the
//! finished process.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use wait4::Wait4 as _;

use crate::commands::shown;

/// What one run cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cost {
    /// User and system time of all threads, s.
    pub(crate) cpu: f64,
    /// From the start of the process to its end, s.
    pub(crate) wall: f64,
    /// Peak resident memory, MB (10⁶ bytes). The system counts what the process was before it
    /// became the program, too: nothing is shown smaller than we are ourselves, some MB.
    pub(crate) memory: f64,
}

/// Runs a program and measures it. What it prints is thrown away, but for the standard error of
/// one that fails: a terminal costs time.
pub(crate) fn cost(program: &Path, arguments: &[String]) -> Result<Cost> {
    let mut command = Command::new(program);
    let messages = messages();
    let stderr = File::create(&messages).context("cannot write into the temporary folder")?;
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(stderr);
    let failed = format!("cannot run {}", shown(&command));
    let begun = Instant::now();
    let child = command.spawn().with_context(|| failed.clone())?;
    let ended = child.wait4().context(failed.clone())?;
    let wall = begun.elapsed().as_secs_f64();
    let said = std::fs::read(&messages).unwrap_or_default();
    // A file that stays in the temporary folder does no harm.
    let _ = std::fs::remove_file(&messages);
    if !ended.status.success() {
        bail!("{failed}: it ended with {} and said:\n{}", ended.status, last_lines(&said));
    }
    let usage = ended.rusage;
    let cpu = (usage.utime + usage.stime).as_secs_f64();
    Ok(Cost { cpu, wall, memory: usage.maxrss as f64 / 1e6 })
}

/// A file of its own for each run.
fn messages() -> PathBuf {
    static RUNS: AtomicU64 = AtomicU64::new(0);
    let (process, run) = (std::process::id(), RUNS.fetch_add(1, Ordering::Relaxed));
    std::env::temp_dir().join(format!("yagura-bench-{process}-{run}.txt"))
}

fn last_lines(said: &[u8]) -> String {
    let text = String::from_utf8_lossy(said);
    let lines: Vec<&str> = text.lines().collect();
    lines.get(lines.len().saturating_sub(10)..).unwrap_or_default().join("\n")
}

/// The middle value, or the mean of the two in the middle; 0 of none.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.into_iter().collect();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    let upper = sorted.get(half).copied().unwrap_or(0.0);
    if sorted.len().is_multiple_of(2) {
        let lower = half.checked_sub(1).and_then(|lower| sorted.get(lower)).copied();
        return (lower.unwrap_or(0.0) + upper) / 2.0;
    }
    upper
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median([]), 0.0);
        assert_eq!(median([3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median([4.0, 1.0, 2.0, 3.0]), 2.5);
    }

    #[test]
    fn what_fails_says_why() {
        let script = |words: &str| ["-c".to_owned(), words.to_owned()];
        let cost = |words| cost(Path::new("sh"), &script(words));
        let slept = cost("sleep 0.05").unwrap();
        assert!(slept.wall >= 0.05 && slept.cpu < slept.wall, "{slept:?}");
        let error = cost("echo no room >&2; exit 3").unwrap_err().to_string();
        assert!(error.contains("no room"), "{error}");
    }

    #[test]
    fn the_end_of_a_long_complaint_is_kept() {
        let said = (1..=30).map(|line| format!("{line}\n")).collect::<String>();
        assert!(last_lines(said.as_bytes()).starts_with("21\n22"));
        assert_eq!(last_lines(b""), "");
    }
}

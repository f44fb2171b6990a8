//! What a program costs: CPU time and peak memory.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;

use crate::commands::shown;

/// The hidden command by which xtask measures: `xtask measured PROGRAM ARGUMENT...`.
///
/// The system keeps the peak memory of a process's children only as one maximum over all of them,
/// so that each measured program gets a parent of its own.
pub(crate) const COMMAND: &str = "measured";

/// The beginning of the line in which the parent reports.
const MARK: &str = "xtask-cost";

/// What one run cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cost {
    /// User and system time, s.
    pub(crate) cpu: f64,
    /// Peak resident memory, MB (10⁶ bytes).
    pub(crate) memory: f64,
}

/// Runs a program and measures it; what it prints on standard output is thrown away.
pub(crate) fn cost(program: &Path, arguments: &[&str]) -> Result<Cost> {
    let ourselves = std::env::current_exe().context("cannot find xtask itself")?;
    let mut command = Command::new(ourselves);
    command.arg(COMMAND).arg(program).args(arguments);
    let output = command.output().with_context(|| format!("cannot start {}", shown(&command)))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("{} {} failed: {said}", program.display(), arguments.join(" "));
    }
    said.lines().find_map(parse).context("the measured program's cost was not reported")
}

fn parse(line: &str) -> Option<Cost> {
    let mut words = line.strip_prefix(MARK)?.split_whitespace();
    let mut number = || words.next()?.parse().ok();
    Some(Cost { cpu: number()?, memory: number()? })
}

/// The parent's part: runs the program to its end and reports its cost on standard error.
pub(crate) fn child(arguments: &[String]) -> Result<ExitCode> {
    let (program, rest) = arguments.split_first().context("nothing to measure")?;
    let status = Command::new(program)
        .args(rest)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .with_context(|| format!("cannot start {program}"))?;
    if !status.success() {
        bail!("{program} ended with {status}");
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).context("the system tells no usage")?;
    let cpu = seconds(usage.user_time()) + seconds(usage.system_time());
    eprintln!("\n{MARK} {cpu} {}", kibibytes(usage.max_rss()) / 1e6);
    Ok(ExitCode::SUCCESS)
}

fn seconds(time: TimeVal) -> f64 {
    time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6
}

/// Linux counts ru_maxrss in KiB (getrusage(2)).
fn kibibytes(count: impl Into<i64>) -> f64 {
    count.into() as f64 * 1024.0
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
    fn reports() {
        assert_eq!(parse("xtask-cost 0.36 4.5"), Some(Cost { cpu: 0.36, memory: 4.5 }));
        assert_eq!(parse("tcpdump: listening"), None);
        assert_eq!(parse("xtask-cost 0.36"), None);
    }
}

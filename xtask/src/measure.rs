//! What a program costs: CPU time and peak memory, by the system's own account of the finished
//! process.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use wait4::Wait4 as _;

use crate::commands::shown;

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
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null());
    let failed = format!("cannot run {}", shown(&command));
    let child = command.spawn().with_context(|| failed.clone())?;
    let ended = child.wait4().context(failed.clone())?;
    if !ended.status.success() {
        bail!("{failed}: it ended with {}", ended.status);
    }
    let usage = ended.rusage;
    let cpu = (usage.utime + usage.stime).as_secs_f64();
    Ok(Cost { cpu, memory: usage.maxrss as f64 / 1e6 })
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
}

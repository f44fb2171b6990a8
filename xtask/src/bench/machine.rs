//! The machine: one core of it, its name, its free disk.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::commands::{output, works};

/// The core that everything is measured on.
const CORE: &str = "0";

/// Pins this process, and so all that it starts from now on, to one core. Says what was done.
pub(super) fn pin() -> String {
    let process = std::process::id().to_string();
    if works("taskset", &["--cpu-list", "--pid", CORE, &process]) {
        return format!("pinned to core {CORE} by taskset");
    }
    "not pinned to one core: there is no taskset here, or it failed".to_owned()
}

/// The processor, the cores and how busy they are, as far as the system says it.
pub(super) fn describe() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let processor = processor(&read("/proc/cpuinfo")).unwrap_or("unknown processor").to_owned();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = read("/proc/loadavg");
    let load = load.split(' ').next().filter(|load| !load.is_empty()).unwrap_or("unknown");
    format!("{processor}, {cores} cores, load {load} before we began")
}

/// The first processor's name in the text of `/proc/cpuinfo`.
fn processor(text: &str) -> Option<&str> {
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim())
}

/// Bytes that may still be written into a folder's file system.
pub(super) fn free(folder: &Path) -> Result<u64> {
    let answer = output(Command::new("df").arg("-Pk").arg(folder))?;
    available(&answer).context("df did not say how much is free")
}

/// The fourth column of the second line of `df -Pk` (POSIX), in bytes.
fn available(answer: &str) -> Option<u64> {
    let kibibytes: u64 = answer.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    kibibytes.checked_mul(1_024)
}

/// The first line in which a program tells its version.
pub(super) fn version(program: &Path, arguments: &[&str]) -> String {
    let answer = Command::new(program).args(arguments).output();
    let text = answer.map(|answer| answer.stdout).unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    text.lines().next().map_or("unknown version".to_owned(), |line| line.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_read() {
        let text = "processor\t: 0\nmodel name\t: AMD EPYC\nmodel name\t: other\n";
        assert_eq!(processor(text), Some("AMD EPYC"));
        assert_eq!(processor("model name"), None);
        let answer = "Filesystem 1024-blocks Used Available Capacity Mounted on\n\
                      /dev/vda 264212084 24916092 70369796 27% /\n";
        assert_eq!(available(answer), Some(70_369_796 * 1_024));
        assert_eq!(available("Filesystem\n"), None);
        assert_eq!(available(""), None);
    }

    #[test]
    fn a_program_that_is_not_there_has_no_version() {
        assert_eq!(version(Path::new("/nowhere/x"), &[]), "unknown version");
    }
}

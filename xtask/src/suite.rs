//! `cargo xtask test`: what every change must pass.

use std::io::{BufRead, BufReader};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};

use crate::commands::{cargo, run, works};
use crate::house::{House, root};
use crate::steps::{Steps, Tally};
use crate::{fences, fuzz, needs, packages};

/// Seconds that each fuzz target gets in the smoke.
const SMOKE: u32 = 10;

/// Runs every step and prints the closing line.
pub(crate) fn test() -> Result<ExitCode> {
    let house = House::of(None)?;
    let mut steps = Steps::default();
    steps.step("system needs", |_| needs::meet(&house));
    steps.step("formatting", |_| run(ours().args(["fmt", "--all", "--check"])));
    steps.step("fences", |_| fences::hold(&house));
    steps.step("clippy", |_| {
        run(ours().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
    });
    steps.step("cargo-deny", |_| deny());
    steps.step("tests", |tally| tests(&house, tally));
    steps.step("fuzz smoke", |_| fuzz::all(&house, SMOKE));
    Ok(steps.close())
}

/// Cargo, in the root of the checkout.
pub(crate) fn ours() -> Command {
    let mut command = cargo();
    command.current_dir(root());
    command
}

/// cargo-deny says the same as the fences and more, but takes longer to build than all else that
/// tests need: it runs where it is installed.
fn deny() -> Result<()> {
    if !works("cargo-deny", &["--version"]) {
        println!("cargo-deny is not installed: the step \"fences\" stands for it");
        return Ok(());
    }
    run(ours().args(["deny", "--all-features", "check", "bans", "licenses", "sources"]))
}

fn tests(house: &House, tally: &mut Tally) -> Result<()> {
    let mut command = ours();
    command
        .args(["test", "--workspace", "--no-fail-fast", "--", "--show-output"])
        .env("YAGURA_TEST_PYTHON", packages::python(house))
        .env("YAGURA_TEST_NODE_MODULES", packages::node(house));
    let skipped = counted(&mut command, tally)?;
    if !skipped.is_empty() && continuous() {
        bail!("{} tests were skipped, and nothing may be in continuous integration", skipped.len());
    }
    Ok(())
}

/// Runs `cargo test`, adds its result lines to the tally, and gives what tests said they skipped.
pub(crate) fn counted(command: &mut Command, tally: &mut Tally) -> Result<Vec<String>> {
    let mut child = command.stdout(Stdio::piped()).spawn().context("cannot start cargo test")?;
    let mut skipped = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines() {
            let line = line.context("cargo test printed what is no text")?;
            println!("{line}");
            add(&line, tally);
            skipped.extend(is_skip(&line).then_some(line));
        }
    }
    let status = child.wait().context("cannot wait for cargo test")?;
    if !status.success() {
        bail!("cargo test ended with {status}");
    }
    Ok(skipped)
}

/// Whether a test says in this line that it was skipped.
fn is_skip(line: &str) -> bool {
    line.starts_with("skipped:")
}

/// Adds `test result: ok. 3 passed; 0 failed; …` to the tally.
fn add(line: &str, tally: &mut Tally) {
    let Some(counts) = line.strip_prefix("test result: ") else { return };
    let count = |name: &str| -> u64 {
        let before = counts.split(name).next().unwrap_or_default().trim_end();
        before.rsplit(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0)
    };
    tally.passed += count("passed;");
    tally.failed += count("failed;");
}

fn continuous() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true" || value == "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_lines_are_summed() {
        let mut tally = Tally::default();
        add(
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out",
            &mut tally,
        );
        add("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured", &mut tally);
        add("test broken ... ok", &mut tally);
        assert_eq!(tally, Tally { passed: 15, failed: 2 });
    }

    #[test]
    fn skips_are_seen() {
        assert!(is_skip("skipped: no shared data"));
        assert!(!is_skip("test skipped: ok"));
    }

    #[test]
    fn what_fails_is_an_error() {
        let mut tally = Tally::default();
        assert!(counted(&mut Command::new("true"), &mut tally).is_ok());
        assert!(counted(&mut Command::new("false"), &mut tally).is_err());
        assert_eq!(tally, Tally::default());
    }
}

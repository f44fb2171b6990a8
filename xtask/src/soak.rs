//! `cargo xtask soak`: what takes longer than a change should wait for.

use std::process::ExitCode;

use anyhow::Result;

use crate::house::House;
use crate::steps::Steps;
use crate::suite::{counted, ours};
use crate::{fuzz, needs};

/// Seconds that each fuzz target gets.
const LONG: u32 = 600;

/// How often the test of kills kills an import.
const KILLS: &str = "500";

/// Runs every step and prints the closing line.
pub(crate) fn soak() -> Result<ExitCode> {
    let house = House::of(None)?;
    let mut steps = Steps::default();
    steps.step("system needs", |_| needs::meet(&house));
    steps.step("integration tests with many kills", |tally| {
        let mut command = ours();
        command
            .args([
                "test",
                "--package",
                "yagura",
                "--release",
                "--test",
                "program",
                "--",
                "--show-output",
            ])
            .env("YAGURA_KILLS", KILLS)
            .env("YAGURA_SWEEP", "all")
            .env("YAGURA_TEST_PYTHON", needs::python(&house));
        counted(&mut command, tally).map(drop)
    });
    steps.step("long fuzzing", |_| fuzz::all(&house, LONG));
    Ok(steps.close())
}

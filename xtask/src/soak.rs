//! `cargo xtask soak`: what takes longer than a change should wait for.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::commands::run;
use crate::house::House;
use crate::steps::Steps;
use crate::suite::{counted, ours};
use crate::{fuzz, needs, packages};

/// Seconds that each fuzz target gets.
const LONG: u32 = 600;

/// How often the test of kills kills an import.
const KILLS: &str = "500";

/// Seeds of the test of faults, 200 faults each.
const SEEDS: std::ops::RangeInclusive<u64> = 1..=10;

/// Runs every step and prints the closing line.
pub(crate) fn soak() -> Result<ExitCode> {
    let house = House::of(None)?;
    let mut steps = Steps::default();
    steps.step("system needs", |_| needs::meet(&house));
    // The tests find it beside the program that they test.
    steps.step("the point's program", |_| {
        run(ours().args(["build", "--release", "--package", "yagura-point"]))
    });
    steps.step("ten seeds of faults", |tally| {
        SEEDS.into_iter().try_for_each(|seed| {
            let mut command = program();
            command.arg("live::faults").env("YAGURA_FAULT_SEED", seed.to_string());
            counted(&mut command, tally).map(drop)
        })
    });
    steps.step("integration tests with many kills", |tally| {
        let mut command = program();
        command
            .env("YAGURA_KILLS", KILLS)
            .env("YAGURA_SWEEP", "all")
            .env("YAGURA_TEST_PYTHON", packages::python(&house))
            .env("YAGURA_TEST_NODE_MODULES", packages::node(&house));
        counted(&mut command, tally).map(drop)
    });
    steps.step("long fuzzing", |_| fuzz::all(&house, LONG));
    Ok(steps.close())
}

/// The integration tests, against release builds.
fn program() -> Command {
    let mut command = ours();
    let tests = ["test", "--package", "yagura", "--release", "--test", "program"];
    command.args(tests).args(["--", "--show-output"]);
    command
}

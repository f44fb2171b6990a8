//! `cargo xtask soak`: what takes longer than a change should wait for.

use std::process::{Command, ExitCode};

use anyhow::{Result, ensure};

use crate::faults::Faults;
use crate::house::House;
use crate::steps::Steps;
use crate::suite::{counted, ours};
use crate::{fuzz, needs, packages};

/// Seconds that each fuzz target gets.
const LONG: u32 = 600;

/// How often the test of kills kills an import.
const KILLS: &str = "500";

/// Runs every step and prints the closing line; with `--faults`, only the seeds of faults.
pub(crate) fn soak(arguments: &[String]) -> Result<ExitCode> {
    if let [first, options @ ..] = arguments {
        ensure!(first == "--faults", "soak knows --faults, not {first}");
        let faults = Faults::parse(options)?;
        needs::meet(&House::of(None)?)?;
        faults.measure()?;
        return Ok(ExitCode::SUCCESS);
    }
    let house = House::of(None)?;
    let mut steps = Steps::default();
    steps.step("system needs", |_| needs::meet(&house));
    steps.step("ten seeds of faults", |_| Faults::default().measure());
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

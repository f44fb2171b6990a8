//! `cargo xtask soak`: what takes longer than a change should wait for.

use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use crate::faults::Faults;
use crate::house::House;
use crate::steps::Steps;
use crate::suite::{counted, ours};
use crate::{clocks, fuzz, needs, packages};

/// Seconds that each fuzz target gets.
const LONG: u32 = 600;

/// How often the test of kills kills an import.
const KILLS: &str = "500";

/// Runs every step and prints the closing line; with `--faults` or `--clocks`, only that one.
pub(crate) fn soak(arguments: &[String]) -> Result<ExitCode> {
    let house = House::of(None)?;
    if let [first, options @ ..] = arguments {
        match first.as_str() {
            "--faults" => {
                let faults = Faults::parse(options)?;
                needs::meet(&house)?;
                faults.measure()?;
            }
            "--clocks" => {
                needs::meet(&house)?;
                clocks::measure(options)?;
            }
            _ => bail!("soak knows --faults and --clocks, not {first}"),
        }
        return Ok(ExitCode::SUCCESS);
    }
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
    steps.step("tests at the ends of days, months and years", |_| clocks::measure(&[]));
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

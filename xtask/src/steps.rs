//! Steps, announced and timed, and the line that sums them up.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;

/// What has passed and failed so far: tests and steps together.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Tests and steps that passed.
    pub(crate) passed: u64,
    /// Tests and steps that failed.
    pub(crate) failed: u64,
}

/// One after the other; nothing runs after a failure.
#[derive(Default)]
pub(crate) struct Steps {
    tally: Tally,
    broken: bool,
}

impl Steps {
    /// Runs a step, unless one before it failed.
    pub(crate) fn step(&mut self, name: &str, work: impl FnOnce(&mut Tally) -> Result<()>) {
        if self.broken {
            return;
        }
        println!("==> {name}");
        let begun = Instant::now();
        let outcome = work(&mut self.tally);
        let seconds = begun.elapsed().as_secs_f64();
        match outcome {
            Ok(()) => {
                self.tally.passed += 1;
                println!("<== {name}: passed in {seconds:.1} s\n");
            }
            Err(error) => {
                self.tally.failed += 1;
                self.broken = true;
                println!("<== {name}: failed after {seconds:.1} s: {error:#}\n");
            }
        }
    }

    /// Prints the closing line.
    pub(crate) fn close(self) -> ExitCode {
        println!("{} passed, {} failed", self.tally.passed, self.tally.failed);
        if self.tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_runs_after_a_failure() {
        let mut steps = Steps::default();
        steps.step("good", |_| Ok(()));
        steps.step("bad", |_| anyhow::bail!("as planned"));
        steps.step("never", |_| panic!("ran after a failure"));
        assert_eq!(steps.tally, Tally { passed: 1, failed: 1 });
        assert_eq!(format!("{:?}", steps.close()), format!("{:?}", ExitCode::FAILURE));
    }
}

//! What developers run: `cargo xtask test`, `bench`, `soak`, `fuzz`.

mod bench;
mod clocks;
mod commands;
mod faults;
mod fences;
mod fuzz;
mod house;
mod measure;
mod needs;
mod options;
mod packages;
mod soak;
mod steps;
mod suite;

use std::process::ExitCode;

use options::Options;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  test                     what every change must pass; what continuous integration runs
  bench [--packets N] [--seed S] [--runs R] [--program FILE]
                           import, questions and start-up beside tcpdump, nfpcapd and DuckDB:
                           N packets (5,000,000) of seed S (1), medians of R turns (5);
                           FILE is measured instead of a release build
  bench --growth [--picture FILE] [the same options]
                           the import of six captures, up to N packets (50,000,000), as a
                           table and a picture (growth.svg in the build folder)
  bench --bulletin [the same options]
                           the bulletin of a month of N packets (54,000,000: 50,000,000
                           accesses) and 5,000 reports: made, and verified
  bench --live [--runs R] [--program FILE]
                           a point (FILE is one) on a wire, as root: the highest rate without
                           a drop beside tcpdump and softflowd, and its memory
  bench --hub [--program FILE]
                           a hub (FILE is yagura) with 10 to 1,000 points that deliver: rows a
                           CPU second, and how long until SQL sees a row
  soak                     what takes longer: ten seeds of faults, many kills, long fuzzing
  soak --faults [--seeds A-B] [--at-once N] [--dev]
                           only the faults: seeds A to B (1 to 10), N side by side (1), in a
                           release build unless --dev, and a table of what they showed
  soak --clocks [MOMENT…]  only the tests, with the clock at the ends of days, months and years,
                           or at moments in the words of date(1)
  fuzz TARGET [SECONDS]    fuzz one target (60 s)
  fences                   only the check of who may depend on what, and of licences";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let outcome = run(&command, &arguments.collect::<Vec<_>>());
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &str, arguments: &[String]) -> anyhow::Result<ExitCode> {
    match command {
        "test" => suite::test(),
        "soak" => soak::soak(arguments),
        // Of soak --clocks alone.
        "at" => clocks::at(arguments),
        "bench" => bench::bench(&Options::parse(arguments)?).map(|()| ExitCode::SUCCESS),
        "fuzz" => fuzz::one(arguments).map(|()| ExitCode::SUCCESS),
        "fences" => fences::check().map(|()| ExitCode::SUCCESS),
        _ => {
            eprintln!("{USAGE}");
            Ok(ExitCode::from(2))
        }
    }
}

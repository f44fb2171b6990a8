//! The tests at moments at which a day, a month or a year ends: what leans on the hour fails here,
//! and not for whoever runs it at midnight.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};

use crate::commands::output;
use crate::house::House;
use crate::packages;
use crate::steps::Tally;
use crate::suite::{counted, ours};

/// When the tests begin, in the words of date(1): around the ends of days, months and years, of UTC
/// and of Tokyo, where the samples' books are kept; on a leap day; and where New York's clocks jump.
const MOMENTS: [&str; 8] = [
    "2026-12-10 23:59:55 UTC",
    "2026-12-11 00:00:01 UTC",
    "2026-12-31 14:59:55 UTC",
    "2026-12-31 15:00:01 UTC",
    "2026-12-31 23:59:55 UTC",
    "2027-01-01 00:02:00 UTC",
    "2027-03-14 06:59:55 UTC",
    "2028-02-29 00:00:01 UTC",
];

/// Who keeps the true clock: a browser does nothing but ask for the time, rustc stands still, and the
/// library's shared memory is root's, while PostgreSQL is run by another user.
const UNSHIFTED: [&str; 4] = ["chromium", "java", "runuser", "rustc"];

/// What no clock of a process shifts: the kernel stamps what comes from a wire, and the file system
/// its files.
const LEFT_OUT: [&str; 3] = ["live::", "on_a_wire", "files_that_nobody_needs_are_deleted"];

/// Runs the tests at every moment, whether those before failed or not.
pub(crate) fn measure(moments: &[String]) -> Result<()> {
    let house = House::of(None)?;
    let usual = || MOMENTS.map(str::to_owned).to_vec();
    let moments = if moments.is_empty() { usual() } else { moments.to_vec() };
    // All are understood before the first is run.
    let begins = moments.iter().map(|moment| seconds(moment)).collect::<Result<Vec<_>>>()?;
    let path = path_to_the_unshifted(&house.build().join("clocks"))?;
    let mut lines = Vec::new();
    let mut failed = 0;
    for (moment, begin) in moments.iter().zip(begins) {
        let mut tally = Tally::default();
        let well = counted(tests(&house, begin)?.env("PATH", &path), &mut tally);
        failed += usize::from(well.is_err());
        lines.push(format!("{moment}  {} passed, {} failed", tally.passed, tally.failed));
    }
    println!("\n{}", lines.join("\n"));
    ensure!(failed == 0, "tests failed at {failed} of {} moments", moments.len());
    Ok(())
}

/// Each test program starts by way of ours, which shifts its clock.
fn tests(house: &House, begin: u64) -> Result<Command> {
    let ourselves = std::env::current_exe().context("cannot find xtask's own program")?;
    let runner = format!("target.'cfg(unix)'.runner=['{}', 'at', '{begin}']", ourselves.display());
    let mut command = ours();
    command
        .args(["--config", &runner, "test", "--workspace", "--lib", "--bins", "--tests"])
        .args(["--no-fail-fast", "--"])
        .env("YAGURA_TEST_PYTHON", packages::python(house))
        .env("YAGURA_TEST_NODE_MODULES", packages::node(house));
    for name in LEFT_OUT {
        command.args(["--skip", name]);
    }
    Ok(command)
}

/// A path on which the unshifted are found by scripts that take the library away from them.
fn path_to_the_unshifted(folder: &Path) -> Result<OsString> {
    std::fs::create_dir_all(folder).context("cannot make a folder in the build folder")?;
    for name in UNSHIFTED {
        let script = folder.join(name);
        let text = "#!/bin/sh\nunset LD_PRELOAD\nPATH=${PATH#*:}\nexec \"${0##*/}\" \"$@\"\n";
        std::fs::write(&script, text).context("cannot write into the build folder")?;
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755))?;
    }
    let usual = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&usual));
    std::env::join_paths(folders).context("the build folder's path has a colon in it")
}

/// Becomes a program whose clock shows so many seconds since 1970. An offset and no moment is told to
/// it: whatever it starts has the same clock.
pub(crate) fn at(words: &[String]) -> Result<ExitCode> {
    let [begin, program, rest @ ..] = words else { bail!("usage: at SECONDS PROGRAM …") };
    let begin: i64 = begin.parse().context("seconds since 1970")?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let offset = begin - i64::try_from(now)?;
    let error = Command::new(program)
        .args(rest)
        .env("LD_PRELOAD", libfaketime()?)
        .env("FAKETIME", format!("{offset:+}s"))
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        .exec();
    Err(error).with_context(|| format!("cannot start {program}"))
}

fn libfaketime() -> Result<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").context("cannot look into /usr/lib")?.flatten();
    let mut paths = folders.map(|entry| entry.path().join("faketime/libfaketimeMT.so.1"));
    paths.find(|path| path.exists()).context("install Debian's package libfaketime")
}

/// Seconds since 1970 of a moment in the words of date(1).
fn seconds(moment: &str) -> Result<u64> {
    let said = output(Command::new("date").args(["-u", "+%s", "-d", moment]))?;
    said.trim().parse().with_context(|| format!("{moment} is before 1970"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        assert_eq!(seconds("2027-01-01 00:02:00 UTC").unwrap(), 1_798_761_720);
        assert!(seconds("soon").is_err() && seconds("1969-01-01").is_err());
        assert!(MOMENTS.iter().all(|moment| seconds(moment).is_ok()));
    }
}

//! Fuzzing with libFuzzer on a stable toolchain: no cargo-fuzz, no nightly.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::commands::{output, run};
use crate::house::{House, array, root, text};
use crate::suite::ours;

/// What cargo-fuzz passes to rustc, as far as stable knows it: coverage counters, tables and
/// traced comparisons for libFuzzer (LLVM's SanitizerCoverage), and checks of overflow.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Ccodegen-units=1 -Cdebug-assertions";

/// `cargo xtask fuzz TARGET [SECONDS]`.
pub(crate) fn one(arguments: &[String]) -> Result<()> {
    let house = House::of(None)?;
    let Some(target) = arguments.first() else {
        bail!("name a target: {}", targets()?.join(", "));
    };
    let seconds = arguments.get(1).map_or("60", String::as_str);
    let seconds =
        seconds.parse().with_context(|| format!("{seconds:?} is no number of seconds"))?;
    fuzz(&built(&house)?, target, seconds)
}

/// Every target for so many seconds.
pub(crate) fn all(house: &House, seconds: u32) -> Result<()> {
    let folder = built(house)?;
    targets()?.iter().try_for_each(|target| fuzz(&folder, target, seconds))
}

/// The names of the targets.
fn targets() -> Result<Vec<String>> {
    let house = House::of(Some(&root().join("fuzz/Cargo.toml")))?;
    let names: Vec<String> = house
        .rooms()
        .flat_map(|package| array(package, "targets"))
        .filter(|target| array(target, "kind").iter().any(|kind| kind == "bin"))
        .map(|target| text(target, "name").to_owned())
        .collect();
    if names.is_empty() {
        bail!("fuzz/Cargo.toml names no target");
    }
    Ok(names)
}

/// Builds every target and gives the folder that they are in.
fn built(house: &House) -> Result<PathBuf> {
    let triple = host()?;
    let folder = house.build().join("fuzz");
    // A target triple keeps the flags from build scripts and procedural macros.
    run(ours()
        .args(["build", "--release", "--manifest-path", "fuzz/Cargo.toml", "--target", &triple])
        .arg("--target-dir")
        .arg(&folder)
        .env("CARGO_BUILD_BUILD_DIR", &folder)
        .env("RUSTFLAGS", FLAGS))?;
    Ok(folder.join(triple).join("release"))
}

fn host() -> Result<String> {
    let version = output(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc -vV names no host")?.to_owned())
}

/// Runs one target. What it finds is kept in fuzz/artifacts, what it learns in fuzz/corpus.
fn fuzz(folder: &std::path::Path, target: &str, seconds: u32) -> Result<()> {
    println!("fuzzing {target} for {seconds} s");
    let fuzz = root().join("fuzz");
    let corpus = fuzz.join("corpus").join(target);
    let artifacts = fuzz.join("artifacts").join(target);
    for made in [&corpus, &artifacts] {
        std::fs::create_dir_all(made).with_context(|| format!("cannot make {}", made.display()))?;
    }
    let seeds = fuzz.join("seeds").join(target);
    let mut command = Command::new(folder.join(target));
    command
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .args(["-rss_limit_mb=512", "-max_len=4096", "-timeout=10", "-print_final_stats=1"])
        .arg(&corpus);
    if seeds.is_dir() {
        command.arg(&seeds);
    }
    run(&mut command)
        .with_context(|| format!("fuzzing {target} found something: see fuzz/artifacts/{target}"))
}

//! What tests need of package registries: Python's and npm's, into the build folder, as pinned.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::commands::{run, works};
use crate::house::{House, root};

/// Installs what is missing or of other pins.
pub(crate) fn meet(house: &House) -> Result<()> {
    environment(house)?;
    modules(house)
}

/// The Python that has the packages of `requirements.txt`.
pub(crate) fn python(house: &House) -> PathBuf {
    house.build().join("python/bin/python")
}

/// Makes the virtual environment, unless the one there is of the same requirements.
fn environment(house: &House) -> Result<()> {
    let folder = house.build().join("python");
    let pins = Pins::of("requirements.txt", &folder)?;
    if pins.are_met()
        && works(
            python(house),
            &[
                "-c",
                "import aiosmtpd, standardwebhooks, deltalake, duckdb, jsonschema, lxml, openapi_spec_validator, openpyxl, pyarrow, pymisp, xarf",
            ],
        )
    {
        return Ok(());
    }
    println!("installing Python packages into the build folder: those of xtask/requirements.txt");
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    run(Command::new(python(house))
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
        .arg(&pins.source))?;
    pins.note()
}

/// The folder of npm's packages, those of `package.json`.
pub(crate) fn node(house: &House) -> PathBuf {
    house.build().join("node/node_modules")
}

/// npm runs no script of a package, and none of ours depends on another.
fn modules(house: &House) -> Result<()> {
    let folder = house.build().join("node");
    let pins = Pins::of("package.json", &folder)?;
    let there = ["axe-core/axe.min.js", "vnu-jar/build/dist/vnu.jar"];
    if pins.are_met() && there.iter().all(|file| node(house).join(file).exists()) {
        return Ok(());
    }
    println!("installing npm packages into the build folder: those of xtask/package.json");
    std::fs::create_dir_all(&folder).context("cannot make a folder in the build folder")?;
    pins.note()?;
    run(Command::new("npm")
        .current_dir(&folder)
        .args(["install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"])
        .arg("--no-package-lock"))
}

/// A file of pins in our sources, and its copy beside what was installed by it.
struct Pins {
    source: PathBuf,
    wanted: String,
    copy: PathBuf,
}

impl Pins {
    fn of(name: &str, folder: &Path) -> Result<Pins> {
        let source = root().join("xtask").join(name);
        let wanted = std::fs::read_to_string(&source)
            .with_context(|| format!("cannot read xtask/{name}"))?;
        Ok(Pins { source, wanted, copy: folder.join(name) })
    }

    fn are_met(&self) -> bool {
        std::fs::read_to_string(&self.copy).is_ok_and(|there| there == self.wanted)
    }

    fn note(&self) -> Result<()> {
        std::fs::write(&self.copy, &self.wanted).context("cannot write into the build folder")
    }
}

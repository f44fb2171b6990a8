//! `cargo xtask bench`: import, questions and start-up beside other programs, in one run.
//!
//! Figures of speed are only true as ratios in one run on one machine: the commands take turns,
//! on one core, and medians are compared. A goal that is missed is said, and is no failure.

mod archive;
mod beside;
mod bulletin;
mod compacted;
mod goal;
mod growth;
mod hub;
mod live;
mod machine;
mod picture;
mod speed;
mod start;
mod traffic;
mod work;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::commands::run;
use crate::house::House;
use crate::options::Options;
use crate::suite::ours;
use crate::{needs, packages};
use archive::{Archive, renew};
use work::Work;

/// Goals of issue 3: CPU time in multiples of tcpdump's copy, of an import, of a query over raw
/// rows, and of a named question; MB at the peak of an import; bytes an access as written.
const IMPORT: f64 = 7.5;
const SQL: f64 = 2.0;
const ASK: f64 = 0.3;
const MEMORY: f64 = 128.0;
const BYTES: f64 = 16.0;

/// What is measured, and where.
struct Bench {
    yagura: PathBuf,
    python: PathBuf,
    /// Holds captures, archives and flows.
    folder: PathBuf,
    points: PathBuf,
}

/// Makes what is needed, measures, and prints.
pub(crate) fn bench(options: &Options) -> Result<()> {
    let house = House::of(None)?;
    needs::meet_for_bench(&house)?;
    let folder = house.build().join("bench");
    std::fs::create_dir_all(&folder).context("cannot make a folder in the build folder")?;
    if options.live {
        return live::measure(&house, options, &folder);
    }
    let (yagura, python) = (program(&house, options)?, packages::python(&house));
    if options.hub {
        return hub::measure(&house, &yagura, &folder);
    }
    let bench = Bench { yagura, python, points: traffic::points(&folder)?, folder };
    drop(house);
    match options {
        Options { growth: true, .. } => growth::measure(&bench, options),
        Options { bulletin: true, .. } => bulletin::measure(&bench, options),
        _ => speed::measure(&bench, options),
    }
}

/// The program that was given, or a release build of today's.
fn program(house: &House, options: &Options) -> Result<PathBuf> {
    if let Some(given) = &options.program {
        return given.canonicalize().with_context(|| format!("no program {}", given.display()));
    }
    run(ours().args(["build", "--release", "--package", "yagura"]))?;
    Ok(house.target().join("release/yagura"))
}

impl Bench {
    /// Pins us to a core, and says what is measured where. What may use all cores comes before.
    fn describe(&self, options: &Options) {
        println!("{}", machine::describe());
        let pinned = machine::pin();
        let (packets, seed, runs) = (options.packets(), options.seed, options.runs);
        println!("{packets} packets, seed {seed}, medians of {runs} turns, {pinned}");
        let versions = [
            machine::version(&self.yagura, &["--version"]),
            machine::version(Path::new("tcpdump"), &["--version"]),
            machine::version(Path::new("nfpcapd"), &["-V"]),
            machine::version(
                &self.python,
                &["-c", "import duckdb; print('DuckDB', duckdb.__version__)"],
            ),
        ];
        println!("{}\n", versions.join("; "));
    }

    fn archive(&self, name: &str) -> Archive {
        let (yagura, python) = (self.yagura.clone(), self.python.clone());
        Archive { yagura, python, data: self.folder.join(name) }
    }

    fn yardstick(&self, capture: &Path) -> Work {
        let capture = capture.display().to_string();
        let arguments = ["-r", &*capture, "-w", "/dev/null"];
        Work::new("tcpdump -r -w", Path::new("tcpdump"), &arguments)
    }

    /// Into a new folder each time.
    fn import(&self, capture: &Path, archive: &Archive) -> Work {
        let path = |path: &Path| path.display().to_string();
        let (data, points) = (path(&archive.data), path(&self.points));
        let arguments = ["import", "--data", &data, "--points", &points, &path(capture)];
        let folder = archive.data.clone();
        Work::new("import: capture to committed rows", &self.yagura, &arguments)
            .after(move || renew(&folder))
            .within(IMPORT)
            .in_memory(MEMORY)
    }

    /// The same format as DuckDB writes.
    fn sql(&self, archive: &Archive) -> Work {
        let data = archive.data.display().to_string();
        let arguments = ["sql", "--format", "csv", "--data", &data, beside::SOURCES];
        Work::new("sql: exact sources per day and port", &self.yagura, &arguments)
    }

    fn ask(&self, archive: &Archive, name: &'static str, question: &str) -> Work {
        let data = archive.data.display().to_string();
        Work::new(name, &self.yagura, &["ask", question, "--json", "--data", &data])
    }
}

//! A hub and points as their programs, and what they say of themselves.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use testkit::host::{Namespace, run};

use crate::common::{Observatory, count};

/// How long anything may take before a test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(180);

/// The same command, in a namespace.
pub(crate) fn inside(namespace: &Namespace, command: &Command) -> Command {
    let mut inside = namespace.command(command.get_program());
    inside.args(command.get_args());
    for (key, value) in command.get_envs() {
        match value {
            Some(value) => inside.env(key, value),
            None => inside.env_remove(key),
        };
    }
    inside
}

/// Appends to a file beside a data folder.
pub(crate) fn log(path: &Path) -> File {
    File::options().append(true).create(true).open(path).unwrap()
}

/// A child that ends with its test.
pub(crate) struct Running(pub(crate) Child);

impl Running {
    pub(crate) fn start(mut command: Command, log: File) -> Self {
        Running(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap())
    }

    /// SIGKILL.
    pub(crate) fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// SIGTERM, and a good end.
    pub(crate) fn end(mut self) {
        run("kill", &["-TERM", &self.0.id().to_string()]);
        let status = self.0.wait().unwrap();
        assert!(status.success(), "{status}");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has most often ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A point's data folder and its program.
pub(crate) struct Point {
    pub(crate) data: PathBuf,
    program: PathBuf,
}

impl Point {
    /// Joins by an invitation of the hub's; `settings` follow.
    pub(crate) fn join(
        hub: &Observatory,
        program: &Path,
        data: PathBuf,
        name: &str,
        settings: &str,
    ) -> Self {
        std::fs::create_dir_all(&data).unwrap();
        let point = Point { data, program: program.to_owned() };
        let began = Instant::now();
        loop {
            let said = hub.run(&["point", "invite", name]).ended(0).out;
            let words: Vec<&str> = said.split_whitespace().skip(1).collect();
            let joined = point.command(&words).output().unwrap();
            if joined.status.success() {
                break;
            }
            // The hub is not up yet.
            let why = String::from_utf8_lossy(&joined.stderr).into_owned();
            assert!(began.elapsed() < PATIENCE, "{why}");
            std::thread::sleep(Duration::from_millis(200));
        }
        std::fs::write(point.data.join("yagura-point.toml"), settings).unwrap();
        point
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--data").arg(&self.data).args(words);
        command
    }

    /// Begins to watch.
    pub(crate) fn start(&self) -> Running {
        Running::start(self.command(&["run"]), log(&self.data.join("log")))
    }

    /// The report as it was last written.
    pub(crate) fn report(&self) -> Option<Value> {
        let bytes = std::fs::read(self.data.join("status.json")).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// Waits for a report that is written from now on.
    pub(crate) fn wait_for(&self, what: &str, reached: impl Fn(&Value) -> bool) -> Value {
        let began = Instant::now();
        let written = |report: &Value| report["written"].as_i64().unwrap_or_default();
        let before = self.report().as_ref().map(written);
        loop {
            let report = self.report();
            if let Some(report) = &report
                && Some(written(report)) != before
                && reached(report)
            {
                return report.clone();
            }
            assert!(began.elapsed() < PATIENCE, "{what}: {report:?}\n{}", self.said());
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// The end of its log.
    pub(crate) fn said(&self) -> String {
        let log = std::fs::read_to_string(self.data.join("log")).unwrap_or_default();
        log.lines().rev().take(40).collect::<Vec<_>>().join("\n")
    }

    /// Waits until nothing is open and everything is delivered, and tells the rest of the coverage by a
    /// restart. What it had counted is in the archive then. Gives the last report.
    pub(crate) fn settle(&self, running: Running) -> Value {
        let rests = |report: &Value| count(report, "open") == 0 && count(report, "depth") == 0;
        self.wait_for("everything closes and is delivered", rests);
        running.end();
        let running = self.start();
        self.wait_for("the rest is delivered", |report| {
            report["watching"] == true && rests(report)
        });
        let report = self.wait_for("again", rests);
        running.end();
        report
    }
}

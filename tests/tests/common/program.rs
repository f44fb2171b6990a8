//! The program under test.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

/// What a command said, and how it ended.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    /// The exit status; none where a signal ended it.
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// Fails the test unless the command ended so.
    #[track_caller]
    pub(crate) fn ended(self, status: i32) -> Said {
        assert_eq!(self.status, Some(status), "{}\n{}", self.out, self.err);
        self
    }

    /// The standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("{error}: {}\n{}", self.out, self.err))
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Said {
        let text = |bytes| String::from_utf8(bytes).expect("the program prints UTF-8");
        Said { status: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// A command of the program that sees nothing of who runs the tests: neither variables nor data.
pub(crate) fn program(home: &Path) -> Command {
    let mut command = Command::new(path());
    for variable in ["YAGURA_DATA", "YAGURA_CONFIG"] {
        command.env_remove(variable);
    }
    command.env("HOME", home).env("XDG_DATA_HOME", home).stdin(Stdio::null());
    command
}

/// The program's path. It is built first, as its crate cannot be a dependency of ours: cargo then
/// says where it is, whatever folders it was told to build in. `--workspace` decides the features of
/// dependencies as `cargo test --workspace` does, so that none of them is built twice.
fn path() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| match std::env::var_os("YAGURA_TEST_PROGRAM") {
        Some(path) => path.into(),
        None => built(),
    })
}

fn built() -> PathBuf {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or(env!("CARGO").into()));
    cargo
        .args([
            "build",
            "--workspace",
            "--bin",
            "yagura",
            "--message-format",
            "json-render-diagnostics",
        ])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .stderr(Stdio::inherit());
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let output = cargo.output().expect("cargo can be started");
    assert!(output.status.success(), "`cargo build -p yagura` fails: make it pass first");
    let said = String::from_utf8_lossy(&output.stdout);
    let found = said.lines().filter_map(executable).next_back();
    found.expect("cargo names the program that it built")
}

/// The program that a line of cargo's JSON names.
fn executable(line: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(line).ok()?;
    Some(message.get("executable")?.as_str()?.into())
}

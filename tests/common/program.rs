//! The program under test.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

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

/// The program's path: the one that cargo built beside these tests, unless another is named.
fn path() -> PathBuf {
    std::env::var_os("YAGURA_TEST_PROGRAM").unwrap_or(env!("CARGO_BIN_EXE_yagura").into()).into()
}

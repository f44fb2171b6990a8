//! What all tests need: the program, an observatory of its own for each test, the shared data.

mod captures;
mod observatory;
mod program;

pub(crate) use captures::{Indexed, index, shared};
pub(crate) use observatory::{Observatory, SUMS, add_up};
pub(crate) use program::{Said, program};
pub(crate) use testkit::files_below;

use serde_json::Value;

/// A count in an answer; fails where it is none.
#[track_caller]
pub(crate) fn count(row: &Value, key: &str) -> u64 {
    row[key].as_u64().unwrap_or_else(|| panic!("{key} is no count in {row}"))
}

/// A text in an answer; fails where it is none.
#[track_caller]
pub(crate) fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap_or_else(|| panic!("{key} is no text in {row}"))
}

/// A number from the environment, or `otherwise`.
pub(crate) fn number_from(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Whether a program is there that a test asks; where it is not, the test is skipped with a word, and fails
/// where all has to be tested.
pub(crate) fn has(program: &str, arguments: &[&str]) -> bool {
    let ran = std::process::Command::new(program).args(arguments).output();
    let works = ran.is_ok_and(|output| output.status.success());
    if !works {
        assert!(std::env::var_os("CI").is_none(), "{program} is not there");
        println!("skipped: {program} {} does not work here", arguments.join(" "));
    }
    works
}

//! Whole claims, as lines and as values.

mod exactness;
mod grammar;
mod lines;
mod promise;
mod ranking;
mod refusals;
mod samples;
mod series;

use crate::{Checked, check};

/// The verdict on a line, which reads as itself when it is written and read again.
fn verdict(line: &str) -> Checked {
    if let Ok(claim) = line.parse::<crate::Claim>() {
        let written = claim.to_string();
        assert_eq!(written.parse::<crate::Claim>().as_ref(), Ok(&claim), "{written}");
        assert_eq!(check(written.as_bytes()), check(line.as_bytes()));
    }
    check(line.as_bytes())
}

/// The outcome's word.
fn outcome(line: &str) -> &'static str {
    verdict(line).verdict.outcome.as_str()
}

/// The outcome's word, and the reason.
fn why(line: &str) -> (&'static str, String) {
    let found = verdict(line).verdict;
    (found.outcome.as_str(), found.why)
}

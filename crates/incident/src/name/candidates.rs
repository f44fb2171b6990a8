//! What another list would say: suggestions for a person, never a decision.

use std::collections::HashMap;
use std::sync::LazyLock;

/// AVClass's pairs of alias and family.
const TAGGING: &str = include_str!("../../data/avclass/default.tagging");

static PAIRS: LazyLock<HashMap<&str, &str>> =
    LazyLock::new(|| TAGGING.lines().filter_map(|line| line.split_once('\t')).collect());

/// The family that AVClass holds a stem to be an alias of.
pub(super) fn suggestion(stem: &str) -> Option<&'static str> {
    PAIRS.get(stem).copied()
}

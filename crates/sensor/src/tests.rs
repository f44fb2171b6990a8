//! Tests of the point: a source that stands in for an interface, an archive in memory behind a real
//! hub on the loopback interface, and kills.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, clippy::arithmetic_side_effects)]

mod full;
mod hub;
mod killed;
mod records;
mod stream;
mod whole;

use std::path::Path;
use std::time::Duration;

use capture::fold::{Mode, Spans};
use delivery::Backoff;
use observation::SECOND;
use spool::Limits;

use crate::{Pace, Places, Setup, Target};

/// A point of tests, whose accesses are short.
fn setup(data: &Path, identity: Option<wire::Identity>) -> Setup {
    let nets = vec!["198.18.0.0/24".parse().unwrap()];
    Setup {
        target: Target::new("tokyo".parse().unwrap(), Mode::Dark, nets, Vec::new()),
        spans: Spans { idle: SECOND, active: 4 * SECOND },
        pace: Pace { turn: Duration::from_millis(200), slack: SECOND / 5, coverage: SECOND },
        places: Places::below(data),
        limits: Limits { free: 0, ..Limits::default() },
        identity,
        backoff: Backoff { first: 20_000, most: 200_000 },
    }
}

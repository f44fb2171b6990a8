//! What a point is at, in words.

use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use sensor::Report;

/// A running point writes its report every few seconds: after so many it does not run, µs.
const FRESH: i64 = 60_000_000;

fn age(time: i64) -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_micros()).unwrap_or(i64::MAX).saturating_sub(time)
}

/// Whether the point runs, as far as its report says.
pub(crate) fn is_fresh(report: &Report) -> bool {
    age(report.written) < FRESH
}

/// A few lines.
pub(crate) fn text(report: &Report) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: String| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name:<12} {value}");
    };
    let state = match (is_fresh(report), report.watching) {
        (false, _) => format!("does not run: last heard {} s ago", age(report.written) / 1_000_000),
        (true, true) => "watching".to_owned(),
        (true, false) => "not watching: an interface is down, or has no address".to_owned(),
    };
    line("point", format!("{} ({})", report.point, report.version));
    line("state", state);
    line("runs for", format!("{} s", age(report.since) / 1_000_000));
    line("hub", report.hub.clone().unwrap_or_else(|| "none joined".to_owned()));
    line("watches", report.addresses.map_or("-".to_owned(), |count| format!("{count} addresses")));
    line("accesses", format!("{} journalled, {} open", report.accesses, report.open));
    line("delivered", format!("{}, {} rows wait", report.delivered, report.depth));
    line("spool", format!("{} KiB, generation {}", report.bytes >> 10, report.generation));
    line("lost", format!("{} packets", report.dropped));
    if report.not_kept > 0 {
        let counted = "there is no room; coverage tells how many, by port and hour";
        line("not kept", format!("{} accesses: {counted}", report.not_kept));
    }
    for flood in &report.floods {
        line("flood", flood.clone());
    }
    if !report.blocking.is_empty() && report.blocking != "off" {
        line("blocking", format!("{}, {} sources now", report.blocking, report.blocked));
    }
    if let Some(offset) = report.clock_offset {
        line("clock", format!("the hub's is {} ms ahead", offset / 1_000));
    }
    if let Some(aside) = &report.aside {
        line("damage", format!("the spool before this one was moved to {aside}"));
    }
    for stopped in &report.stopped {
        line("stopped", format!("{}: {}: {}", stopped.table, stopped.reason, stopped.detail));
    }
    if let Some(failure) = &report.failure {
        line("failure", failure.clone());
    }
    text
}

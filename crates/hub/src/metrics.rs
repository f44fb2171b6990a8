//! What the hub counts, in the text format of Prometheus (version 0.0.4).
//!
//! Every reason of refusal has its line from the start, also where it never happened: what first
//! appears with its first event cannot be seen to rise.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use delivery::Table;
use delivery::receiver::Settled;
use observation::SECOND;

use crate::queue::Item;
use crate::{PointState, place};

/// Upper ends of the classes of a commit's duration, ms.
const CLASSES: [u64; 9] = [10, 25, 50, 100, 250, 500, 1_000, 5_000, 30_000];

#[derive(Default)]
pub(crate) struct Meters([Meter; 2]);

/// Of one table.
#[derive(Default)]
struct Meter {
    commits: AtomicU64,
    deliveries: AtomicU64,
    rows: AtomicU64,
    conflicts: AtomicU64,
    failures: AtomicU64,
    micros: AtomicU64,
    classes: [AtomicU64; CLASSES.len()],
}

impl Meters {
    fn of(&self, table: Table, count: impl FnOnce(&Meter)) {
        if let Some(meter) = self.0.get(place(table)) {
            count(meter);
        }
    }

    /// A group was answered; where nothing was taken, no commit was needed.
    pub(crate) fn committed(&self, table: Table, took: Duration, settled: &Settled<Item>) {
        let sizes = settled.taken().map(|(_, item)| item.rows.num_rows());
        let (deliveries, rows) = sizes.fold((0, 0), |(n, sum), rows| (n + 1, sum + rows as u64));
        if deliveries == 0 {
            return;
        }
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        self.of(table, |meter| {
            meter.commits.fetch_add(1, Relaxed);
            meter.deliveries.fetch_add(deliveries, Relaxed);
            meter.rows.fetch_add(rows, Relaxed);
            meter.micros.fetch_add(u64::try_from(took.as_micros()).unwrap_or(0), Relaxed);
            let classes = meter.classes.iter().zip(CLASSES);
            for (class, _) in classes.filter(|(_, end)| millis <= *end) {
                class.fetch_add(1, Relaxed);
            }
        });
        tracing::debug!(%table, deliveries, rows, millis, "committed");
    }

    pub(crate) fn conflict(&self, table: Table) {
        self.of(table, |meter| {
            meter.conflicts.fetch_add(1, Relaxed);
        });
    }

    pub(crate) fn failed(&self, table: Table) {
        self.of(table, |meter| {
            meter.failures.fetch_add(1, Relaxed);
        });
    }

    /// Everything as text.
    pub(crate) fn text(
        &self,
        counts: &wire::Counts,
        points: &[PointState],
        waiting: (usize, usize, usize),
    ) -> String {
        let mut text = Text::default();
        of_wire(&mut text, counts);
        self.of_commits(&mut text);
        let (deliveries, rows, bytes) = waiting;
        text.one(
            "gauge",
            "yagura_hub_waiting_deliveries",
            "deliveries that wait for their commit",
            deliveries,
        );
        text.one("gauge", "yagura_hub_waiting_rows", "rows that wait for their commit", rows);
        text.one("gauge", "yagura_hub_waiting_bytes", "bytes that wait for their commit", bytes);
        of_points(&mut text, points);
        text.0
    }

    fn of_commits(&self, text: &mut Text) {
        let mut each = |name: &str, what: &str, of: fn(&Meter) -> &AtomicU64| {
            let lines = Table::ALL.iter().zip(&self.0);
            let lines = lines
                .map(|(table, meter)| (format!("{{table=\"{table}\"}}"), of(meter).load(Relaxed)));
            text.many("counter", name, what, lines);
        };
        each("yagura_hub_commits_total", "commits of delivered rows", |meter| &meter.commits);
        each("yagura_hub_committed_deliveries_total", "deliveries that were committed", |meter| {
            &meter.deliveries
        });
        each("yagura_hub_committed_rows_total", "rows that were committed", |meter| &meter.rows);
        each(
            "yagura_hub_commit_conflicts_total",
            "commits that another writer was before",
            |meter| &meter.conflicts,
        );
        each("yagura_hub_commit_failures_total", "groups that could not be committed", |meter| {
            &meter.failures
        });
        text.head("histogram", "yagura_hub_commit_seconds", "from a group's end to its commit");
        for (table, meter) in Table::ALL.iter().zip(&self.0) {
            let name = "yagura_hub_commit_seconds";
            for (class, end) in meter.classes.iter().zip(CLASSES) {
                let end = Duration::from_millis(end).as_secs_f64();
                let label = format!("_bucket{{table=\"{table}\",le=\"{end}\"}}");
                text.line(name, &label, class.load(Relaxed));
            }
            let commits = meter.commits.load(Relaxed);
            text.line(name, &format!("_bucket{{table=\"{table}\",le=\"+Inf\"}}"), commits);
            let seconds = Duration::from_micros(meter.micros.load(Relaxed)).as_secs_f64();
            text.line(name, &format!("_sum{{table=\"{table}\"}}"), seconds);
            text.line(name, &format!("_count{{table=\"{table}\"}}"), commits);
        }
    }
}

fn of_wire(text: &mut Text, counts: &wire::Counts) {
    let refused = counts.refused.iter();
    let refused = refused.map(|(reason, count)| (format!("{{reason=\"{reason}\"}}"), *count));
    text.many("counter", "yagura_hub_refused_total", "requests that were refused", refused);
    let counters = [
        (
            "yagura_hub_deliveries_total",
            "deliveries that arrived whole and were found right",
            counts.deliveries,
        ),
        ("yagura_hub_rows_total", "their rows", counts.rows),
        ("yagura_hub_bytes_total", "bytes of their bodies", counts.bytes),
        ("yagura_hub_connections_total", "connections that were taken", counts.connections),
        (
            "yagura_hub_turned_away_total",
            "connections closed at once: too many",
            counts.turned_away,
        ),
        (
            "yagura_hub_failed_handshakes_total",
            "handshakes that failed or took too long",
            counts.failed_handshakes,
        ),
    ];
    for (name, what, count) in counters {
        text.one("counter", name, what, count);
    }
    text.one("gauge", "yagura_hub_open_connections", "connections that are open", counts.open);
}

fn of_points(text: &mut Text, points: &[PointState]) {
    let standing = points.iter().filter(|state| state.revoked.is_none());
    let count = standing.clone().count();
    text.one("gauge", "yagura_hub_points", "points that have joined and were not revoked", count);
    let names = ["never-heard", "silent", "rolled-back", "stopped", "behind", "clock", "dropped"];
    let mut findings: BTreeMap<&str, usize> = names.into_iter().map(|name| (name, 0)).collect();
    for finding in standing.clone().flat_map(|state| &state.findings) {
        *findings.entry(finding.name()).or_default() += 1;
    }
    let lines =
        findings.into_iter().map(|(name, count)| (format!("{{finding=\"{name}\"}}"), count));
    text.many("gauge", "yagura_hub_findings", "what is wrong with points", lines);
    let mut each = |name: &str, what: &str, of: fn(&PointState) -> Option<f64>| {
        let lines = standing.clone().filter_map(|state| {
            // The name of a point is plain: nothing in it needs an escape.
            Some((format!("{{point=\"{}\"}}", state.point), of(state)?))
        });
        text.many("gauge", name, what, lines);
    };
    each("yagura_hub_point_heard_timestamp_seconds", "when a point told of itself last", |state| {
        state.heard.map(|at| at as f64 / SECOND as f64)
    });
    each("yagura_hub_point_lag_seconds", "how long its oldest row waited then", |state| {
        state.lag.map(|lag| lag as f64 / SECOND as f64)
    });
    each("yagura_hub_point_depth_rows", "rows that were not acknowledged then", |state| {
        state.depth.map(|depth| depth as f64)
    });
}

/// Lines of the text format.
#[derive(Default)]
struct Text(String);

impl Text {
    fn head(&mut self, kind: &str, name: &str, what: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.0, "# HELP {name} {what}\n# TYPE {name} {kind}");
    }

    fn line(&mut self, name: &str, label: &str, value: impl Display) {
        let _ = writeln!(self.0, "{name}{label} {value}");
    }

    fn one(&mut self, kind: &str, name: &str, what: &str, value: impl Display) {
        self.head(kind, name, what);
        self.line(name, "", value);
    }

    fn many<V: Display>(
        &mut self,
        kind: &str,
        name: &str,
        what: &str,
        lines: impl Iterator<Item = (String, V)>,
    ) {
        self.head(kind, name, what);
        for (label, value) in lines {
            self.line(name, &label, value);
        }
    }
}

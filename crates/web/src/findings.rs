//! What detectors found, the latest first, and one finding with its evidence.
//!
//! A flooded address is one that is watched, and stays a secret here too: only victims of others are
//! shown.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::look::figure;
use crate::look::html::{cell, count_or, table};
use archive::Archive;
use axum::extract::{Path, Query, State};
use maud::{Markup, html};
use observation::{Acknowledged, FindingRow, Micros};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::Failure;
use crate::shell::{self, Room};

/// Findings that the list shows at most.
const SHOWN: usize = 200;
/// Every moment that the calendar has, years 1 to 9999.
const EVER: (Micros, Micros) = (-62_135_596_800_000_000, 253_402_300_800_000_000);
const COLUMNS: [&str; 7] =
    ["Known", "What", "Service or victim", "Points", "Sources", "Times usual", "State"];
/// The keys of a finding that have a place of their own, or none, on its page.
const TOLD: [&str; 6] = ["id", "evidence", "target", "first_seen", "last_seen", "detected_at"];

/// Keys whose values are names in figures.
const NUMBERS: [&str; 3] = ["dst_port", "protocol", "icmp_type"];

/// What the list shows.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    /// One kind; empty: all.
    #[serde(default)]
    kind: String,
}

/// The list.
pub(crate) async fn list(
    State(archive): State<Arc<Archive>>,
    Query(wanted): Query<Wanted>,
) -> Result<Markup, Failure> {
    let found = archive.findings(EVER.0, EVER.1).await?;
    let acknowledged = archive.acknowledged().await?;
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &found {
        *kinds.entry(&finding.kind).or_default() += 1;
    }
    let of_kind = |finding: &&FindingRow| wanted.kind.is_empty() || finding.kind == wanted.kind;
    let all = found.iter().filter(of_kind).count();
    let latest = found.iter().rev().filter(of_kind).take(SHOWN);
    let rows = html! { tbody { @for finding in latest {
        (row(finding, acknowledged.contains_key(&finding.id)))
    } } };
    let body = html! {
        header {
            h1 { "Findings" }
            p.lead { "What the detectors made of the archive\u{2019}s accesses, the latest first." }
        }
        @if found.is_empty() {
            p { "Nothing was found, or nobody has looked yet: " code { "yagura findings list" } " does, and so does "
                code { "yagura up" } " every ten minutes." }
        } @else {
            p.months {
                a href="/findings" aria-current=[wanted.kind.is_empty().then_some("true")] { "all (" (found.len()) ")" }
                @for (kind, count) in &kinds {
                    a href={ "/findings?kind=" (kind) } aria-current=[(wanted.kind == *kind).then_some("true")] {
                        (words(kind)) " (" (count) ")" }
                }
            }
            @if all > SHOWN { p.note { "The latest " (SHOWN) " of " (figure::count(all as u64)) "." } }
            (table("Findings", &COLUMNS, 3, &rows))
        }
    };
    Ok(shell::page("Findings", Room::Findings, &body))
}

fn row(finding: &FindingRow, seen_to: bool) -> Markup {
    let line = line(finding);
    let points = line.get("points").and_then(Value::as_array).map(|points| points.len() as u64);
    let times = line.get("times_usual").and_then(Value::as_f64);
    html! { tr {
        td.moment { (when(finding.detected_at)) }
        th scope="row" { a href={ "/finding/" (finding.id) } { (words(&finding.kind)) } }
        td { (about(finding)) }
        (count_or(points, ""))
        (count_or(finding.sources, ""))
        (cell(&times.map(|times| format!("{times:.1}")).unwrap_or_default()))
        td.n { @if seen_to { "acknowledged" } @else if finding.open { "goes on" } @else { "over" } }
    } }
}

/// One finding.
pub(crate) async fn page(
    State(archive): State<Arc<Archive>>,
    Path(id): Path<String>,
) -> Result<Markup, Failure> {
    let found = archive.findings(EVER.0, EVER.1).await?;
    let missing = || Failure::Missing("There is no finding of this number.".to_owned());
    let finding = found.iter().find(|finding| finding.id == id).ok_or_else(missing)?;
    let acknowledged = archive.acknowledged().await?;
    let line = line(finding);
    let told = line.iter().filter(|(key, _)| !TOLD.contains(&key.as_str()));
    let evidence = line.get("evidence").and_then(Value::as_object);
    let known = when(finding.detected_at - 1);
    let day = known.get(..10).unwrap_or_default();
    let about = about(finding);
    let title = match about.as_str() {
        "" => capital(&words(&finding.kind)),
        about => format!("{}: {about}", capital(&words(&finding.kind))),
    };
    let body = html! {
        header {
            p.kicker { "Finding " (finding.id) }
            h1 { (title) }
            p.lead { "Known at " (when(finding.detected_at)) ", first seen " (when(finding.first_seen)) ", last seen "
                (when(finding.last_seen)) "." }
        }
        (seen_to(finding, acknowledged.get(&finding.id)))
        section { h2 { "What is said" } (pairs("The finding as detect replay says it", told)) }
        section { h2 { "Evidence" } (pairs("What the rule went by", evidence.into_iter().flatten())) }
        p.note { "Make it again: " code { "yagura detect replay --from " (day) " --to " (day) " --json" } "." }
    };
    Ok(shell::page(&title, Room::Findings, &body))
}

fn seen_to(finding: &FindingRow, acknowledged: Option<&Acknowledged>) -> Markup {
    html! {
        @if let Some(seen) = acknowledged {
            p { "Acknowledged at " (when(seen.received)) @if !seen.note.is_empty() { ": " (seen.note) } "." }
        } @else {
            p.note { "Nobody has acknowledged it: " code { "yagura findings ack " (finding.id) " --note TEXT" } "." }
        }
    }
}

fn pairs<'a>(caption: &str, pairs: impl Iterator<Item = (&'a String, &'a Value)>) -> Markup {
    let rows = html! { tbody { @for (key, value) in pairs {
        tr { th scope="row" { (words(key)) } td.words {
            @if NUMBERS.contains(&key.as_str()) { (value) } @else { (said(value)) }
        } }
    } } };
    table(caption, &["Key", "Value"], 2, &rows)
}

fn said(value: &Value) -> String {
    match value {
        Value::Null => "\u{2013}".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.as_u64().map_or_else(|| number.to_string(), figure::count),
        // A pair is a name and its count.
        Value::Array(items) => match &**items {
            [Value::String(name), Value::Number(count)] => format!("{name} {count}"),
            items => items.iter().map(said).collect::<Vec<_>>().join(", "),
        },
        Value::Object(_) => value.to_string(),
    }
}

/// The service, or the victim; never a watched address.
fn about(finding: &FindingRow) -> String {
    let victim = finding.target.filter(|_| finding.kind == "backscatter");
    let port = finding.dst_port.map(|port| match finding.protocol {
        Some(6) => format!("{port}/tcp"),
        Some(17) => format!("{port}/udp"),
        Some(protocol) => format!("{port}, protocol {protocol}"),
        None => port.to_string(),
    });
    let parts = [victim.map(|victim| victim.to_string()), port];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn line(finding: &FindingRow) -> Map<String, Value> {
    serde_json::from_str(&finding.line).unwrap_or_default()
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn words(key: &str) -> String {
    key.replace(['_', '-'], " ")
}

fn when(time: Micros) -> String {
    jiff::Timestamp::from_microsecond(time)
        .map(|time| time.strftime("%Y-%m-%d %H:%M UTC").to_string())
        .unwrap_or_default()
}

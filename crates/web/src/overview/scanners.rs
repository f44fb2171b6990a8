//! Accesses of known scanners, by operator.

use crate::look::html::{cell, count, table};
use crate::look::{figure, place};
use archive::question::ScannerCount;
use maud::{Markup, html};

use super::{Overview, SHORT};

const COLUMNS: [&str; 4] = ["Operator", "Accesses", "Share", "Addresses"];

/// The operators with the most accesses, and all others together.
pub(super) fn section(overview: &Overview) -> Markup {
    let rows = &overview.scanners;
    html! { section {
        h2 { "Known scanners" }
        @if rows.iter().any(is_known) {
            (operators(rows, overview.totals.accesses))
            p.note {
                "Who scans the Internet and says so: for research, for search engines, for customers. By the source address "
                "alone, which may be forged, and by the list as it is today, whenever the access was."
            }
        } @else {
            p.note { "None of these accesses came from the network of a known scanner." }
        }
    } }
}

fn operators(rows: &[ScannerCount], all: u64) -> Markup {
    let body = html! { tbody { @for row in place::first(rows, SHORT, is_known) { tr.rest[!is_known(row)] {
        th scope="row" { (row.operator.as_deref().unwrap_or("all others")) }
        (count(row.accesses))
        (cell(&figure::share(row.accesses, all).unwrap_or_default()))
        (count(row.sources))
    } } } };
    table(&caption(rows, all), &COLUMNS, 1, &body)
}

fn caption(rows: &[ScannerCount], all: u64) -> String {
    let known = rows.iter().filter(|row| is_known(row));
    let (operators, accesses) =
        known.fold((0_usize, 0_u64), |(n, sum), row| (n + 1, sum.saturating_add(row.accesses)));
    let share = figure::share(accesses, all).unwrap_or_default();
    let most =
        if operators > SHORT { format!(", the {SHORT} with the most") } else { String::new() };
    format!("{share} of all accesses, by operator{most}")
}

fn is_known(row: &ScannerCount) -> bool {
    row.operator.is_some()
}

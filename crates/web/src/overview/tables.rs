//! Services, sources, kinds and tools.

use crate::look::html::{cell, count, table};
use crate::look::listing;
use archive::question::Source;
use jiff::Timestamp;
use maud::{Markup, html};

use super::Overview;

/// The services with the most accesses.
pub(super) fn services(overview: &Overview) -> Markup {
    html! { section {
        h2 { "Top ports and ICMP types" }
        (listing::services(&overview.services, overview.totals.accesses, "\u{2013}"))
        p.note { "Rank before: in the period before of the same length; \u{2013}: not among the services then, or no data." }
    } }
}

/// The addresses with the most accesses: for operators, never in a bulletin.
pub(super) fn sources(overview: &Overview) -> Markup {
    let rows = html! { tbody { @for row in &overview.sources { (source_row(row)) } } };
    let columns =
        ["Address", "Accesses", "Packets", "Points", "Services", "First seen", "Last seen"];
    html! { section {
        h2 { "Top sources" }
        (table("Source addresses with the most accesses", &columns, 1, &rows))
        p.note { "Times are UTC. An address may be forged, and may belong to a victim." }
    } }
}

fn source_row(row: &Source) -> Markup {
    html! { tr {
        th scope="row" { code { (row.src) } }
        (count(row.accesses))
        (cell(&crate::look::figure::count_or_dash(row.packets)))
        (count(row.points))
        (count(row.services))
        (cell(&minute(row.first_seen)))
        (cell(&minute(row.last_seen)))
    } }
}

fn minute(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M").to_string()
}

/// Kinds and tools.
pub(super) fn kinds_and_tools(overview: &Overview) -> Markup {
    html! { section {
        h2 { "Kinds and tools" }
        (listing::kinds_and_tools(&overview.kinds, &overview.tools, overview.totals.accesses))
    } }
}

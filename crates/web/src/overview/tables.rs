//! Services, sources, kinds and tools.

use archive::question::{ServiceCount, Source};
use bulletin::html::{cell, count, count_or, table};
use bulletin::{figure, service};
use jiff::Timestamp;
use maud::{Markup, html};

use super::{Overview, TOP};

/// The services with the most accesses.
pub(super) fn services(overview: &Overview) -> Markup {
    let shown = overview.services.get(..TOP).unwrap_or(&overview.services);
    let rows =
        html! { tbody { @for row in shown { (service_row(row, overview.totals.accesses)) } } };
    let caption =
        format!("{} of {} services", shown.len(), figure::count(overview.services.len() as u64));
    let columns = ["Service", "Name", "Rank", "Rank before", "Accesses", "Share", "Sources"];
    html! { section {
        h2 { "Top ports and ICMP types" }
        (table(&caption, &columns, 2, &rows))
        p.note { "Rank before: in the period before of the same length; \u{2013}: not among the services then, or no data." }
    } }
}

fn service_row(row: &ServiceCount, all: u64) -> Markup {
    html! { tr {
        th scope="row" { (row.service) }
        td { (service::name(&row.service).unwrap_or("\u{2013}")) }
        (count(row.rank))
        (count_or(row.rank_before, "\u{2013}"))
        (count(row.accesses))
        (cell(&figure::share(row.accesses, all).unwrap_or_default()))
        (count(row.sources))
    } }
}

/// The addresses with the most accesses: for operators, never in a bulletin.
pub(super) fn sources(overview: &Overview) -> Markup {
    let rows = html! { tbody { @for row in &overview.sources { (source_row(row)) } } };
    let columns =
        ["Address", "First seen", "Last seen", "Accesses", "Packets", "Points", "Services"];
    html! { section {
        h2 { "Top sources" }
        (table("Source addresses with the most accesses", &columns, 3, &rows))
        p.note { "Times are UTC. An address may be forged, and may belong to a victim." }
    } }
}

fn source_row(row: &Source) -> Markup {
    html! { tr {
        th scope="row" { code { (row.src) } }
        td.time { (minute(row.first_seen)) }
        td.time { (minute(row.last_seen)) }
        (count(row.accesses))
        (count(row.packets))
        (count(row.points))
        (count(row.services))
    } }
}

fn minute(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M").to_string()
}

/// Two tables, side by side where there is room.
pub(super) fn kinds_and_tools(overview: &Overview) -> Markup {
    let all = overview.totals.accesses;
    let kinds = overview.kinds.iter().map(|row| (row.kind.as_str(), row.accesses, row.sources));
    let tools = overview.tools.iter();
    let tools =
        tools.map(|row| (row.tool.as_deref().unwrap_or("no mark"), row.accesses, row.sources));
    html! { section {
        h2 { "Kinds and tools" }
        div.pair {
            (shares("Kind", "Accesses of each kind", all, kinds))
            (shares("Tool", "Accesses of each tool that left its mark", all, tools))
        }
    } }
}

fn shares<'a>(
    what: &str,
    caption: &str,
    all: u64,
    rows: impl Iterator<Item = (&'a str, u64, u64)>,
) -> Markup {
    let rows = html! { tbody { @for (name, accesses, sources) in rows { tr {
        th scope="row" { (name) }
        (count(accesses))
        (cell(&figure::share(accesses, all).unwrap_or_default()))
        (count(sources))
    } } } };
    table(caption, &[what, "Accesses", "Share", "Addresses"], 1, &rows)
}

//! Tables of services, kinds and tools.

use archive::question::{KindCount, ServiceCount, ToolCount};
use maud::{Markup, html};

use super::html::{cell, count, count_or, table};
use super::{figure, service};

const SHOWN: usize = 20;
const SERVICES: [&str; 7] =
    ["Service", "Name", "Accesses", "Share", "Sources", "Rank", "Rank before"];

/// The first services of a list, with their shares of `all` accesses; `unranked` stands for the
/// rank before of those that had none.
pub(crate) fn services(rows: &[ServiceCount], all: u64, unranked: &str) -> Markup {
    let shown = rows.get(..SHOWN).unwrap_or(rows);
    let caption = match rows.len() {
        ..=SHOWN => "Services by accesses".to_owned(),
        more => format!(
            "The {SHOWN} services with the most accesses, of {}",
            figure::count(more as u64)
        ),
    };
    let body = html! { tbody { @for row in shown { (service_row(row, all, unranked)) } } };
    table(&caption, &SERVICES, 2, &body)
}

fn service_row(row: &ServiceCount, all: u64, unranked: &str) -> Markup {
    html! { tr {
        th scope="row" { (row.service) }
        td.name { (service::name(&row.service).unwrap_or("\u{2013}")) }
        (count(row.accesses))
        (cell(&figure::share(row.accesses, all).unwrap_or_default()))
        (count(row.sources))
        (count(row.rank))
        (count_or(row.rank_before, unranked))
    } }
}

/// Kinds and tools, side by side where there is room, with their shares of `all` accesses.
pub(crate) fn kinds_and_tools(kinds: &[KindCount], tools: &[ToolCount], all: u64) -> Markup {
    let kinds = kinds.iter().map(|row| (row.kind.as_str(), row.accesses, row.sources));
    let tools = tools
        .iter()
        .map(|row| (row.tool.as_deref().unwrap_or("no mark"), row.accesses, row.sources));
    html! {
        div.pair {
            (shares("Kind", "Accesses of each kind", all, kinds))
            (shares("Tool", "Accesses of each tool", all, tools))
        }
        p.note { "Kind: by the first packet. Tool: by the mark that a scanner leaves in its first packet; a mark can be \
                  forged or left out. Addresses: distinct source addresses over all these days and points." }
    }
}

fn shares<'a>(
    what: &str,
    caption: &str,
    all: u64,
    rows: impl Iterator<Item = (&'a str, u64, u64)>,
) -> Markup {
    let body = html! { tbody { @for (name, accesses, addresses) in rows { tr {
        th scope="row" { (name) }
        (count(accesses))
        (cell(&figure::share(accesses, all).unwrap_or_default()))
        (count(addresses))
    } } } };
    table(caption, &[what, "Accesses", "Share", "Addresses"], 1, &body)
}

//! The list of reports, and the search.

use std::sync::Arc;

use axum::extract::{Query, State};
use incident::record::{Kind, Tlp};
use incident::staff::Act;
use maud::{Markup, html};
use register::{Page, Search};
use serde::Deserialize;

use crate::failure::Failure;
use crate::gate::Who;
use crate::{Counter, shell};

/// What is looked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    find: String,
    kind: String,
    before: Option<i64>,
    most: Option<usize>,
}

/// A page of reports as somebody may see it, and how many on it are not shown.
pub(crate) async fn seen(
    counter: &Counter,
    who: &Who,
    asked: &Asked,
) -> Result<(Page, usize), Failure> {
    let kind = match asked.kind.as_str() {
        "" => None,
        word => Some(word.parse::<Kind>().map_err(|error| Failure::usage(error.to_string()))?),
    };
    let words = (!asked.find.trim().is_empty()).then(|| asked.find.clone());
    let search = Search { kind, words, before: asked.before, most: asked.most.unwrap_or(50) };
    let mut page = counter.ask(move |book| book.list(&search)).await?;
    let all = page.filings.len();
    page.filings.retain(|filing| who.role.may(Act::See(filing.tlp)));
    let hidden = all - page.filings.len();
    Ok((page, hidden))
}

/// A label of the Traffic Light Protocol in its colours (FIRST, TLP 2.0, section 2).
pub(super) fn tlp(tlp: Tlp) -> Markup {
    let class = match tlp {
        Tlp::Red => "tlp red",
        Tlp::AmberStrict | Tlp::Amber => "tlp amber",
        Tlp::Green => "tlp green",
        Tlp::Clear => "tlp clear",
    };
    html! { span class=(class) { (tlp) } }
}

/// The list.
pub(crate) async fn list(
    State(counter): State<Arc<Counter>>,
    who: Who,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (page, hidden) = seen(&counter, &who, &asked).await?;
    let next = page.next.map(|next| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("find", &asked.find).append_pair("kind", &asked.kind);
        format!("/staff?{}", query.append_pair("before", &next.to_string()).finish())
    });
    let body = html! {
        header { h1 { "Reports" } }
        form.choose method="get" action="/staff" {
            label { "Words, or a receipt number"
                input type="search" name="find" value=(asked.find); }
            label { "Kind"
                select name="kind" {
                    option value="" { "all" }
                    @for kind in Kind::ALL { option value=(kind) selected[kind.as_str() == asked.kind] { (kind) } }
                } }
            button { "Find" }
        }
        @if page.filings.is_empty() { p { "There are no reports here." } }
        @else {
            div.scroll tabindex="0" role="group" aria-label="Reports" {
                table {
                    thead { tr { @for name in ["Number", "Receipt", "Received", "Kind", "TLP", "What"] {
                        th scope="col" { (name) }
                    } } }
                    tbody { @for filing in &page.filings {
                        tr {
                            th scope="row" { a href={ "/staff/reports/" (filing.id) } { (filing.id) } }
                            td.moment { (filing.receipt) }
                            td.moment { (shell::moment(&counter, filing.received)) }
                            td { (filing.kind) }
                            td { (tlp(filing.tlp)) }
                            td.words { (filing.what) }
                        }
                    } }
                }
            }
        }
        @if hidden > 0 { p.note { (hidden) " on this page are TLP:RED, for editors." } }
        @if let Some(next) = next { p { a href=(next) rel="next" { "Earlier reports" } } }
    };
    Ok(shell::staff(&who, "/staff", "Reports", &body))
}

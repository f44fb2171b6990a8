//! The list of reports, and the search.

use std::sync::Arc;

use axum::extract::State;
use incident::record::{Category, Kind, Tlp};
use incident::staff::Act;
use maud::{Markup, html};
use register::{Listed, Page, Search};
use serde::Deserialize;

use crate::failure::Failure;
use crate::gate::{Asking, Who};
use crate::words::{Language, Sentence, category, kind};
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
        word => Some(word.parse::<Kind>().map_err(|error| {
            let words = format!("「{word}」という種別はありません。");
            Failure::usage(Sentence::new(error.to_string(), words))
        })?),
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
    Asking(asked): Asking<Asked>,
) -> Result<Markup, Failure> {
    let (page, hidden) = seen(&counter, &who, &asked).await?;
    let next = page.next.map(|next| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("find", &asked.find).append_pair("kind", &asked.kind);
        format!("/staff?{}", query.append_pair("before", &next.to_string()).finish())
    });
    let say = |en, ja| who.language.say(en, ja);
    let title = say("Reports", "届出");
    let columns = match who.language {
        Language::En => ["Number", "Receipt", "Received", "Kind", "TLP", "What"],
        Language::Ja => ["番号", "受付番号", "受付日時", "種別", "TLP", "内容"],
    };
    let body = html! {
        header { h1 { (title) } }
        form.choose method="get" action="/staff" {
            label { (say("Words, or a receipt number", "語句または受付番号"))
                input type="search" name="find" value=(asked.find); }
            label { (say("Kind", "種別"))
                select name="kind" {
                    option value="" { (say("all", "すべて")) }
                    @for of in Kind::ALL {
                        option value=(of) selected[of.as_str() == asked.kind] { (who.language.of(&kind(*of))) }
                    }
                } }
            button { (say("Find", "検索する")) }
        }
        @if page.filings.is_empty() { p { (say("There are no reports here.", "届出はありません。")) } }
        @else {
            div.scroll tabindex="0" role="group" aria-label=(title) {
                table {
                    thead { tr { @for name in columns { th scope="col" { (name) } } } }
                    tbody { @for filing in &page.filings {
                        tr {
                            th scope="row" { a href={ "/staff/reports/" (filing.id) } { (filing.id) } }
                            td.moment { (filing.receipt) }
                            td.moment { (shell::moment(&counter, filing.received)) }
                            td { (who.language.of(&kind(filing.kind))) }
                            td { (tlp(filing.tlp)) }
                            td.words { (what(who.language, filing)) }
                        }
                    } }
                }
            }
        }
        @if hidden > 0 { p.note { @match who.language {
            Language::En => { (hidden) " on this page are TLP:RED, for editors." },
            Language::Ja => { "このページの" (hidden) "件は TLP:RED のため、編集担当だけが閲覧できます。" },
        } } }
        @if let Some(next) = next { p { a href=(next) rel="next" { (say("Earlier reports", "これより前の届出")) } } }
    };
    Ok(shell::staff(&who, "/staff", title, &body))
}

/// Names and subjects as they are, a category in the language of the page.
fn what(language: Language, filing: &Listed) -> String {
    let (word, damage) = match filing.what.strip_suffix(", damage") {
        Some(word) => (word, language.say(", damage", "（実害あり）")),
        None => (filing.what.as_str(), ""),
    };
    match word.parse::<Category>() {
        Ok(of) if filing.kind == Kind::Access => {
            format!("{}{damage}", language.of(&category(of)))
        }
        _ => filing.what.clone(),
    }
}

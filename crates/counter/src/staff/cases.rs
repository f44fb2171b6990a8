//! The cases.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Redirect;
use incident::case::{Change, StateKind};
use incident::staff::Act;
use maud::{Markup, html};
use register::Register;
use serde::Deserialize;

use super::case::NOT_YOURS;
use crate::failure::Failure;
use crate::gate::{Filled, Who};
use crate::words::{Language, Text, state};
use crate::{Counter, now, shell};

/// A case that should be opened.
#[derive(Deserialize)]
pub(crate) struct Wish {
    pub(crate) title: String,
    /// The first report that belongs to it.
    pub(crate) filing: Option<i64>,
}

/// Opens a case.
pub(crate) async fn open(counter: &Counter, who: &Who, wish: Wish) -> Result<i64, Failure> {
    who.must(Act::Work)?;
    let (title, by) = (wish.title.trim().to_owned(), who.name.clone());
    if title.is_empty() || title.len() > 1_000 {
        return Err(Failure::usage(Text(
            "A case has a title, of 1,000 bytes at most.",
            "案件には件名が必要です。1,000バイトまでです。",
        )));
    }
    let role = who.role;
    let opened = counter.ask(move |book| {
        if let Some(filing) = wish.filing
            && !role.may(Act::See(book.show(filing)?.filing.tlp))
        {
            return Ok(None);
        }
        let id = book.open_case(&title, &by, now())?;
        if let Some(filing) = wish.filing {
            book.change_case(id, Change::Linked { filing, incident: None }, &by, now())?;
        }
        Ok(Some(id))
    });
    opened.await?.ok_or_else(|| Failure::forbidden(NOT_YOURS))
}

/// Opens a case, and goes to it.
pub(crate) async fn open_case(
    State(counter): State<Arc<Counter>>,
    who: Who,
    Filled(wish): Filled<Wish>,
) -> Result<Redirect, Failure> {
    let id = open(&counter, &who, wish).await?;
    Ok(Redirect::to(&format!("/staff/cases/{id}")))
}

/// Every case that is not within another: open ones first, then by number, latest first.
pub(crate) async fn cases(
    State(counter): State<Arc<Counter>>,
    who: Who,
) -> Result<Markup, Failure> {
    who.must(Act::Work)?;
    let board = counter.ask(Register::board).await?;
    let mut cases: Vec<_> = board.cases().filter(|case| case.within.is_none()).collect();
    let closed = |id| board.kind_of(id) == Some(StateKind::Closed);
    cases.sort_by_key(|case| (closed(case.id), std::cmp::Reverse(case.id)));
    let (at, sizes) = (now(), board.sizes());
    let say = |en, ja| who.language.say(en, ja);
    let title = say("Cases", "案件");
    let columns = match who.language {
        Language::En => ["Case", "Title", "State", "Assigned", "Due"],
        Language::Ja => ["案件", "件名", "状態", "担当", "期限"],
    };
    let body = html! {
        header { h1 { (title) } }
        @if cases.is_empty() { p { (say("There are no cases yet.", "案件はまだありません。")) } }
        @else {
            div.scroll tabindex="0" role="group" aria-label=(title) {
                table {
                    thead { tr {
                        @for name in columns { th scope="col" { (name) } }
                        th.n scope="col" { (say("Reports", "届出数")) }
                    } }
                    tbody { @for case in cases {
                        tr {
                            th scope="row" { a href={ "/staff/cases/" (case.id) } { (case.id) } }
                            td.words { (case.title) }
                            td { (state(who.language, &case.state)) }
                            td { (case.assigned.as_deref().unwrap_or("—")) }
                            td.moment { @match case.due {
                                Some(due) if due < at && !closed(case.id) => strong { (shell::moment(&counter, due)) (say(", overdue", "（超過）")) },
                                Some(due) => (shell::moment(&counter, due)),
                                None => "—",
                            } }
                            td.n { (sizes.get(&case.id).copied().unwrap_or(0)) }
                        }
                    } }
                }
            }
        }
        h2 { (say("Open a case", "案件を開く")) }
        form.choose method="post" action="/staff/cases" {
            (shell::guard(&who))
            label { (say("What it is about", "件名")) input type="text" name="title" required maxlength="200"; }
            button { (say("Open", "開く")) }
        }
    };
    Ok(shell::staff(&who, "/staff/cases", title, &body))
}

//! Months: those that have reports, and whether they are closed.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use incident::Month;
use maud::html;
use serde::Deserialize;

use crate::failure::Failure;
use crate::gate::{Asking, Who};
use crate::words::{Sentence, standing};
use crate::{Counter, shell};
use incident::rule::Standing;

/// Months of one page.
const MOST: usize = 36;

/// A month that is looked for.
#[derive(Deserialize)]
pub(crate) struct Asked {
    month: Option<String>,
}

/// A month as somebody wrote it.
pub(super) fn month_of(text: &str) -> Result<Month, Failure> {
    text.trim().parse().map_err(|_| {
        Failure::usage(Sentence::new(
            format!("{text:?} is no month: write it like 2005-05."),
            format!("「{text}」は月ではありません。2005-05 のように書いてください。"),
        ))
    })
}

/// The list, or the way to the month that is looked for.
pub(crate) async fn months(
    State(counter): State<Arc<Counter>>,
    who: Who,
    Asking(asked): Asking<Asked>,
) -> Result<Response, Failure> {
    if let Some(text) = asked.month {
        let month = month_of(&text)?;
        return Ok(Redirect::to(&format!("/staff/months/{month}")).into_response());
    }
    let months = counter.ask(|book| book.months(MOST)).await?;
    let say = |en, ja| who.language.say(en, ja);
    let title = say("Months", "月次集計");
    let body = html! {
        header {
            h1 { (title) }
            p.lead { (say(
                "A month is preliminary until it is closed. What is reported later makes a revised figure.",
                "締め切るまでの数値は速報値です。締め切り後に届いた分は改定値になります。",
            )) }
        }
        form.choose method="get" action="/staff/months" {
            label { (say("Month", "月")) input type="month" name="month" required placeholder="2005-05"; }
            button { (say("Open", "開く")) }
        }
        @if months.is_empty() { p { (say("There are no reports yet.", "届出はまだありません。")) } }
        @else {
            div.scroll tabindex="0" role="group" aria-label=(title) {
                table {
                    thead { tr {
                        th scope="col" { (say("Month", "月")) }
                        th scope="col" { (say("Standing", "状態")) }
                        th scope="col" { (say("Closed", "締め切り日時")) }
                    } }
                    tbody { @for (month, closed) in &months {
                        tr {
                            th scope="row" { a href={ "/staff/months/" (month) } { (month) } }
                            td { @match closed {
                                Some(_) => (say("closed", "締め切り済み")),
                                None => (who.language.of(&standing(Standing::Preliminary))),
                            } }
                            td.moment { @match closed { Some(at) => (shell::moment(&counter, *at)), None => "—" } }
                        }
                    } }
                }
            }
        }
    };
    Ok(shell::staff(&who, "/staff/months", title, &body).into_response())
}

//! What became of a report, for whoever has its receipt number.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use incident::Micros;
use incident::case::StateKind;
use incident::record::{Kind, Receipt};
use maud::{Markup, html};
use register::Register;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::gate::{Filled, Place};
use crate::words::{Language, Text, state_kind};
use crate::{Counter, shell};

/// What is told of a report: nothing of what it says, nor of who works on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Status {
    receipt: Receipt,
    kind: Kind,
    received: Micros,
    /// None where nobody began yet.
    work: Option<StateKind>,
}

/// The status of a report.
pub(crate) fn status_of(book: &mut Register, receipt: Receipt) -> register::Result<Status> {
    let id = book.by_receipt(receipt)?;
    let filing = book.show(id)?.filing;
    let board = book.board()?;
    let work = board.cases().filter(|case| case.links.iter().any(|link| link.filing == id));
    let work = work.filter_map(|case| board.kind_of(board.stands_for(case.id))).min();
    Ok(Status { receipt, kind: filing.body.kind(), received: filing.received, work })
}

/// What is asked.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    receipt: String,
}

const TITLE: Text<'_> = Text("Status of a report", "受付状況");
const RECEIPT: Text<'_> = Text("Receipt number", "受付番号");
const HINT: Text<'_> =
    Text("Twelve letters and digits, such as 7K2M-0QX9-V4TD", "英数字12桁（例 7K2M-0QX9-V4TD）");
const ASK: Text<'_> = Text("Ask", "確認する");
const NONE: Text<'_> = Text(
    "There is no report with this receipt number. Look at it again.",
    "この受付番号の届出はありません。番号をご確認ください。",
);
const RECEIVED: Text<'_> = Text("Received", "受付日時");
const KIND: Text<'_> = Text("Kind", "種別");
const WORK: Text<'_> = Text("Status", "状況");

const fn kind(kind: Kind) -> Text<'static> {
    match kind {
        Kind::Virus => Text("Virus report", "ウイルスの届出"),
        Kind::Access => Text("Access report", "不正アクセスの届出"),
        Kind::Consultation => Text("Question", "相談"),
    }
}

fn work(work: Option<StateKind>) -> Text<'static> {
    let none = Text("Received and counted; nobody works on it yet", "受け付け、集計済み（対応前）");
    work.map_or(none, state_kind)
}

/// The page that asks for a receipt number.
pub(crate) async fn ask_status(Place(language): Place<Language>) -> Result<Response, Failure> {
    Ok(page(language, "", &html! {}).into_response())
}

/// The status of a report. The number is in the body of the request, so that it is in no log of addresses.
pub(crate) async fn status(
    State(counter): State<Arc<Counter>>,
    Place(language): Place<Language>,
    Filled(asked): Filled<Asked>,
) -> Result<Response, Failure> {
    let text = asked.receipt.trim().to_uppercase();
    let found = match text.parse::<Receipt>() {
        Ok(receipt) => counter.ask(move |book| status_of(book, receipt)).await,
        Err(_) => Err(Failure::missing()),
    };
    match found {
        Ok(status) => Ok(page(language, &text, &facts(&counter, language, status)).into_response()),
        Err(failure) if failure.status == StatusCode::NOT_FOUND => {
            let none = html! { p.warning role="alert" { (language.of(&NONE)) } };
            Ok((StatusCode::NOT_FOUND, page(language, &text, &none)).into_response())
        }
        Err(failure) => Err(failure),
    }
}

fn facts(counter: &Counter, language: Language, status: Status) -> Markup {
    html! {
        dl.facts {
            dt { (language.of(&RECEIPT)) } dd { (status.receipt) }
            dt { (language.of(&KIND)) } dd { (language.of(&kind(status.kind))) }
            dt { (language.of(&RECEIVED)) } dd { (shell::moment(counter, status.received)) }
            dt { (language.of(&WORK)) } dd { strong { (language.of(&work(status.work))) } }
        }
    }
}

fn page(language: Language, receipt: &str, below: &Markup) -> Markup {
    let body = html! {
        header { h1 { (language.of(&TITLE)) } }
        (below)
        form.report method="post" action={ "/" (language.tag()) "/status" } {
            div.field {
                label for="receipt" { (language.of(&RECEIPT)) }
                p.hint id="receipt-hint" { (language.of(&HINT)) }
                input type="text" id="receipt" name="receipt" value=(receipt) maxlength="20" required
                    autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="receipt-hint";
            }
            button { (language.of(&ASK)) }
        }
    };
    shell::public(language, language.of(&TITLE), &body)
}

//! Pages for everybody: the forms, and the status of a report.

mod fault;
mod field;
mod fields;
mod send;
mod status;

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use serde::Deserialize;

pub(crate) use fields::choice;
pub(crate) use send::{form, item, receipt, send};
pub(crate) use status::{Status, ask_status, status, status_of};

use crate::failure::Failure;
use crate::gate::Place;
use crate::words::{Language, Text};
use crate::{Counter, shell};

/// What is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Virus,
    Access,
    Question,
}

impl Kind {
    const ALL: [Kind; 3] = [Kind::Virus, Kind::Access, Kind::Question];

    const fn path(self) -> &'static str {
        match self {
            Kind::Virus => "virus",
            Kind::Access => "access",
            Kind::Question => "question",
        }
    }

    const fn title(self) -> Text<'static> {
        match self {
            Kind::Virus => Text("Report a virus", "ウイルスの届出"),
            Kind::Access => Text("Report unauthorized access", "不正アクセスの届出"),
            Kind::Question => Text("Ask a question", "相談"),
        }
    }

    const fn what(self) -> Text<'static> {
        match self {
            Kind::Virus => Text(
                "Malware was found, or has infected something.",
                "ウイルスを発見した、または感染した場合",
            ),
            Kind::Access => Text(
                "Somebody got in, tried to, or made a service unusable.",
                "侵入された、試みの形跡があった、サービスを妨害された場合",
            ),
            Kind::Question => {
                Text("You are not sure, or need advice.", "判断に迷うとき、助言がほしいとき")
            }
        }
    }
}

/// The way to the page in the language that the browser prefers.
pub(crate) async fn landing(language: Language) -> Redirect {
    Redirect::to(language.say("/en", "/ja"))
}

const TITLE: Text<'_> = Text("Report an incident", "届出窓口");
const LEAD: Text<'_> = Text(
    "No account is needed, and you need not say who you are. You get a receipt number, with which you can ask what became of your report.",
    "登録は不要です。匿名でも届け出られます。受付番号をお渡ししますので、後から状況を確認できます。",
);
const BY: Text<'_> = Text("Received by", "受付");

/// The page on which everything begins.
pub(crate) async fn begin(
    State(counter): State<Arc<Counter>>,
    Place(language): Place<Language>,
) -> Result<Response, Failure> {
    let setup = &counter.setup;
    let body = html! {
        header {
            h1 { (language.of(&TITLE)) }
            p.lead { (language.of(&LEAD)) }
        }
        ul.ways { @for kind in Kind::ALL {
            li {
                a href={ "/" (language.tag()) "/" (kind.path()) } { (language.of(&kind.title())) }
                p { (language.of(&kind.what())) }
            }
        } }
        @if !setup.organisation.is_empty() {
            p.note {
                (language.of(&BY)) ": " (setup.organisation)
                @if !setup.contact.is_empty() { ", " (setup.contact) }
            }
        }
    };
    Ok(shell::public(language, language.of(&TITLE), &body).into_response())
}

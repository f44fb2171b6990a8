//! A form: empty, sent, and sent with a fault.

use std::sync::Arc;

use axum::extract::rejection::{FormRejection, PathRejection};
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use incident::record::{Channel, Receipt};
use intake::Format;
use maud::{Markup, html};
use register::{Item, Taken};

use super::Kind;
use super::field::{find, markup};
use super::fields::{fields, parts};
use crate::failure::Failure;
use crate::words::{Language, Text};
use crate::{Counter, now, secret, shell};

type Said = Vec<(String, String)>;

const SEND: Text<'_> = Text("Send the report", "届け出る");
const SENT: Text<'_> = Text("Thank you. Your report is stored.", "受け付けました");
const KEEP: Text<'_> = Text(
    "This is your receipt number. Keep it: whoever has it can ask what became of the report, and it cannot be sent again.",
    "受付番号です。状況の確認に必要です。再発行はできませんので、控えてください。",
);
const ASK: Text<'_> = Text("Ask what became of it", "受付状況を確認する");
const FAULT: Text<'_> = Text("The report could not be read:", "次の点をご確認ください。");

/// The empty form.
pub(crate) async fn form(
    path: Result<Path<(Language, Kind)>, PathRejection>,
) -> Result<Response, Failure> {
    let Path((language, kind)) = path.map_err(|_| Failure::missing())?;
    // It makes the form one report, however often it is sent.
    let said = vec![("token".to_owned(), secret::token()?)];
    Ok(page(language, kind, &said, None).into_response())
}

/// A form that is sent.
pub(crate) async fn send(
    State(counter): State<Arc<Counter>>,
    path: Result<Path<(Language, Kind)>, PathRejection>,
    said: Result<Form<Said>, FormRejection>,
) -> Result<Response, Failure> {
    let Path((language, kind)) = path.map_err(|_| Failure::missing())?;
    let Form(said) = said.map_err(|bad| Failure::new(bad.status(), "This is no form of ours."))?;
    let columns: Vec<&str> = fields(kind).map(|field| field.name).collect();
    let cells: Vec<(&str, &str)> = columns
        .iter()
        .map(|name| (*name, find(&said, &name.replace(' ', "_"))))
        .filter(|(_, value)| !value.trim().is_empty())
        .collect();
    let taken = counter.take(item(&cells, find(&said, "token"), Channel::Form)?).await?;
    match receipt(&counter, &taken).await? {
        Some(receipt) => Ok(sent(language, receipt).into_response()),
        None => {
            let page = page(language, kind, &said, Some(&taken));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// Values by column as an item: a table of one row, whose cells nothing breaks out of. A token makes it
/// one report, however often it comes.
pub(crate) fn item(cells: &[(&str, &str)], token: &str, channel: Channel) -> Result<Item, Failure> {
    let reference = (!token.is_empty()).then(|| format!("web:{token}"));
    let reference = reference.as_deref().map(|reference| ("reference", reference));
    // intake separates viruses in a cell by semicolons, and lines are the same to it.
    let cells: Vec<(&str, &str)> = reference.into_iter().chain(cells.iter().copied()).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let wrong = |_| Failure::usage("The form cannot be written down.");
    writer.write_record(cells.iter().map(|(name, _)| name)).map_err(wrong)?;
    writer.write_record(cells.iter().map(|(_, value)| value)).map_err(wrong)?;
    let bytes =
        writer.into_inner().map_err(|_| Failure::usage("The form cannot be written down."))?;
    let answer = Box::new(|_| ());
    Ok(Item { bytes, channel, received: now(), format: Some(Format::Csv), answer })
}

/// The receipt of what an item reported, now or the first time.
pub(crate) async fn receipt(counter: &Counter, taken: &Taken) -> Result<Option<Receipt>, Failure> {
    if let Some((_, receipt)) = taken.filings.first() {
        return Ok(Some(*receipt));
    }
    if let Some(id) = taken.again.first().copied() {
        return Ok(Some(counter.ask(move |book| book.show(id)).await?.filing.receipt));
    }
    // The same bytes came before.
    let Some(item) = taken.same_as else { return Ok(None) };
    counter.ask(move |book| Ok(book.receipts_of(item)?.into_iter().next())).await
}

fn sent(language: Language, receipt: Receipt) -> Markup {
    let body = html! {
        header { h1 { (language.of(&SENT)) } p.lead { (language.of(&KEEP)) } }
        p.receipt { (receipt) }
        p { a href={ "/" (language.tag()) "/status" } { (language.of(&ASK)) } }
    };
    shell::public(language, language.of(&SENT), &body)
}

fn page(language: Language, kind: Kind, said: &Said, fault: Option<&Taken>) -> Markup {
    let faults: Vec<&str> = fault
        .into_iter()
        .flat_map(|taken| &taken.faults)
        .map(|fault| fault.strip_prefix("row 2: ").unwrap_or(fault))
        .collect();
    let wrong = |name: &str| faults.iter().any(|fault| fault.starts_with(name));
    let title = kind.title();
    let body = html! {
        header { h1 { (language.of(&title)) } p.lead { (language.of(&kind.what())) } }
        @if fault.is_some() {
            div.warning role="alert" {
                p { strong { (language.of(&FAULT)) } }
                ul { @for fault in &faults {
                    @let field = fields(kind).find(|field| fault.starts_with(field.name));
                    li {
                        @if let (Some(field), Language::Ja) = (field, language) {
                            (language.of(&field.label)) " — "
                        }
                        (fault)
                    }
                } }
            }
        }
        form.report method="post" action={ "/" (language.tag()) "/" (kind.path()) } {
            input type="hidden" name="token" value=(find(said, "token"));
            @for part in parts(kind) {
                fieldset {
                    legend { (language.of(&part.title)) }
                    div { @for field in part.fields {
                        (markup(language, field, find(said, &field.name.replace(' ', "_")), wrong(field.name)))
                    } }
                }
            }
            button { (language.of(&SEND)) }
        }
    };
    shell::public(language, language.of(&title), &body)
}

//! A form: empty, sent, and sent with a fault.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use incident::record::{Channel, Receipt};
use intake::{Fault, Format};
use maud::{Markup, html};
use register::{Item, Taken};

use super::Kind;
use super::fault::sentence;
use super::field::{find, markup};
use super::fields::{fields, parts};
use crate::failure::Failure;
use crate::gate::{Filled, Place};
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
    Place((language, kind)): Place<(Language, Kind)>,
) -> Result<Response, Failure> {
    // It makes the form one report, however often it is sent.
    let said = vec![("token".to_owned(), secret::token()?)];
    Ok(page(language, kind, &said, None).into_response())
}

/// A form that is sent.
pub(crate) async fn send(
    State(counter): State<Arc<Counter>>,
    Place((language, kind)): Place<(Language, Kind)>,
    Filled(said): Filled<Said>,
) -> Result<Response, Failure> {
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
            let fault = intake::check(&cells, &counter.setup.zone).err();
            let page = page(language, kind, &said, Some(fault));
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
    let failed = || {
        Failure::usage(Text("The form cannot be written down.", "入力内容を記録できませんでした。"))
    };
    let wrong = |_| failed();
    writer.write_record(cells.iter().map(|(name, _)| name)).map_err(wrong)?;
    writer.write_record(cells.iter().map(|(_, value)| value)).map_err(wrong)?;
    let bytes = writer.into_inner().map_err(|_| failed())?;
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

/// The form with what was said. `fault`: why it was not taken, where that is known.
fn page(language: Language, kind: Kind, said: &Said, fault: Option<Option<Fault>>) -> Markup {
    let wrong = fault.as_ref().and_then(|fault| fault.as_ref()?.field());
    let title = kind.title();
    let body = html! {
        header { h1 { (language.of(&title)) } p.lead { (language.of(&kind.what())) } }
        @if let Some(fault) = &fault {
            div.warning role="alert" {
                p { strong { (language.of(&FAULT)) } }
                p { (sentence(fault.as_ref()).of(language)) }
            }
        }
        form.report method="post" action={ "/" (language.tag()) "/" (kind.path()) } {
            input type="hidden" name="token" value=(find(said, "token"));
            @for part in parts(kind) {
                fieldset {
                    legend { (language.of(&part.title)) }
                    div { @for field in part.fields {
                        (markup(language, field, find(said, &field.name.replace(' ', "_")), wrong == Some(field.name)))
                    } }
                }
            }
            button { (language.of(&SEND)) }
        }
    };
    shell::public(language, language.of(&title), &body)
}

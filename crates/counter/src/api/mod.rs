//! The programming interface, version 1: JSON in, JSON out, a token in `Authorization: Bearer`.

mod document;

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use incident::Month;
use incident::case::{Case, Change};
use incident::record::{Channel, Receipt};
use incident::rule::Count;
use incident::staff::Act;
use intake::Format;
use register::{Item, Shown};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::failure::{Failure, JsonFailure};
use crate::gate::Who;
use crate::public::{Status, item, status_of};
use crate::staff::Asked;
use crate::words::Sentence;
use crate::{Counter, now, public, staff};

type Answer<T> = Result<Json<T>, JsonFailure>;

fn wrong<E: std::fmt::Display>(error: E) -> Failure {
    Failure::usage(Sentence::english(error.to_string()))
}

/// What the interface is, as OpenAPI 3.1.
pub(crate) async fn document() -> Json<Value> {
    Json(document::document())
}

/// Takes in a report: XARF as it is, or an object of a form's fields.
pub(crate) async fn send(
    State(counter): State<Arc<Counter>>,
    body: Bytes,
) -> Result<Response, JsonFailure> {
    let value: Value = serde_json::from_slice(&body).map_err(wrong)?;
    let is_xarf = value.get("xarf_version").is_some() || value.get("ReporterInfo").is_some();
    let item = if is_xarf {
        let (format, answer) = (Some(Format::Xarf), Box::new(|_| ()));
        Item { bytes: body.to_vec(), channel: Channel::Api, received: now(), format, answer }
    } else {
        let Value::Object(members) = &value else {
            return Err(Failure::usage(Sentence::english(
                "A report is an object of fields, or XARF.",
            ))
            .into());
        };
        let cells: Option<Vec<(&str, &str)>> =
            members.iter().map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect();
        let cells = cells.ok_or_else(|| {
            Failure::usage(Sentence::english("Every field of a report is a string."))
        })?;
        if cells.is_empty() {
            return Err(Failure::usage(Sentence::english("A report has fields.")).into());
        }
        item(&cells, "", Channel::Api)?
    };
    let taken = counter.take(item).await?;
    let receipt = public::receipt(&counter, &taken).await?;
    let status = if receipt.is_some() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let faults: Vec<&str> =
        taken.faults.iter().map(|fault| fault.strip_prefix("row 2: ").unwrap_or(fault)).collect();
    let said = json!({ "receipt": receipt, "disposition": taken.disposition, "faults": faults });
    Ok((status, Json(said)).into_response())
}

/// What became of a report.
pub(crate) async fn receipt(
    State(counter): State<Arc<Counter>>,
    Path(receipt): Path<String>,
) -> Answer<Status> {
    let receipt: Receipt = receipt.to_uppercase().parse().map_err(wrong)?;
    Ok(Json(counter.ask(move |book| status_of(book, receipt)).await?))
}

/// Begins a session.
pub(crate) async fn enter(
    State(counter): State<Arc<Counter>>,
    shown: Result<Json<staff::Credentials>, JsonRejection>,
) -> Answer<Value> {
    let Json(shown) = shown.map_err(wrong)?;
    let token = staff::begin(&counter, shown).await?;
    let refused =
        || Failure::forbidden(Sentence::english("Name, password and code do not go together."));
    Ok(Json(json!({ "token": token.ok_or_else(refused)? })))
}

/// Ends it.
pub(crate) async fn leave(
    State(counter): State<Arc<Counter>>,
    who: Who,
) -> Result<StatusCode, JsonFailure> {
    counter.ask(move |book| book.leave(&who.mark)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reports, latest first.
pub(crate) async fn list(
    State(counter): State<Arc<Counter>>,
    who: Who,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Answer<Value> {
    let Query(asked) = asked.map_err(wrong)?;
    let (page, hidden) = staff::seen(&counter, &who, &asked).await?;
    Ok(Json(json!({ "reports": page.filings, "next": page.next, "hidden": hidden })))
}

/// A report.
pub(crate) async fn show(
    State(counter): State<Arc<Counter>>,
    who: Who,
    path: Result<Path<i64>, PathRejection>,
) -> Answer<Shown> {
    let Path(id) = path.map_err(wrong)?;
    let shown = counter.ask(move |book| book.show(id)).await?;
    who.must(Act::See(shown.filing.tlp))?;
    Ok(Json(shown))
}

/// A month, and a rule.
#[derive(Deserialize)]
pub(crate) struct Counted {
    month: String,
    rule: String,
}

/// A month's count.
pub(crate) async fn count(
    State(counter): State<Arc<Counter>>,
    _: Who,
    asked: Result<Query<Counted>, QueryRejection>,
) -> Answer<Count> {
    let Query(asked) = asked.map_err(wrong)?;
    let month: Month = asked.month.parse().map_err(wrong)?;
    Ok(Json(counter.ask(move |book| book.count(&asked.rule, month)).await?))
}

/// Every case.
pub(crate) async fn cases(State(counter): State<Arc<Counter>>, who: Who) -> Answer<Vec<Case>> {
    who.must(Act::Work)?;
    let cases = counter.ask(|book| Ok(book.board()?.cases().cloned().collect())).await?;
    Ok(Json(cases))
}

/// Opens a case.
pub(crate) async fn open_case(
    State(counter): State<Arc<Counter>>,
    who: Who,
    wish: Result<Json<staff::NewCase>, JsonRejection>,
) -> Answer<Value> {
    let Json(wish) = wish.map_err(wrong)?;
    Ok(Json(json!({ "case": staff::open(&counter, &who, wish).await? })))
}

/// Changes a case.
pub(crate) async fn change_case(
    State(counter): State<Arc<Counter>>,
    who: Who,
    path: Result<Path<i64>, PathRejection>,
    change: Result<Json<Change>, JsonRejection>,
) -> Answer<Value> {
    who.must(Act::Work)?;
    let (Path(id), Json(change)) = (path.map_err(wrong)?, change.map_err(wrong)?);
    if matches!(change, Change::Opened { .. }) {
        return Err(
            Failure::usage(Sentence::english("A case is opened by its own request.")).into()
        );
    }
    Ok(Json(json!({ "event": staff::apply(&counter, &who, id, change).await? })))
}

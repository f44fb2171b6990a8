//! The monthly bulletins, made from the archive when they are asked for.

use std::collections::BTreeSet;
use std::sync::Arc;

use archive::Archive;
use archive::question::Scope;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use bulletin::{Model, Month};
use maud::{Markup, html};

use crate::error::Failure;
use crate::shell::{self, Room};

/// Every month with data, the newest first.
pub(crate) async fn list(State(archive): State<Arc<Archive>>) -> Result<Markup, Failure> {
    let months = months(&archive).await?;
    let body = html! {
        header {
            h1 { "Bulletins" }
            p.lead { "One for each month with data. Bulletins hold no addresses and may be published." }
        }
        @if months.is_empty() {
            p { "The archive is empty. " (shell::how_to_import()) }
        } @else {
            ul.months { @for month in months.iter().rev() {
                li { a href={ "/bulletin/" (month) } { "Internet monitoring, " (month.words()) } }
            } }
            p.note { "As files: " code { "yagura bulletin make --month YYYY-MM --out DIR" } "." }
        }
    };
    Ok(shell::page("Bulletins", Room::Bulletins, &body))
}

async fn months(archive: &Archive) -> Result<BTreeSet<Month>, Failure> {
    let days = archive.days(&Scope::default()).await?.rows;
    Ok(days.iter().filter_map(|row| row.day.parse().ok()).map(Month::of).collect())
}

/// A month's bulletin.
pub(crate) async fn page(
    State(archive): State<Arc<Archive>>,
    Path(month): Path<String>,
) -> Result<Markup, Failure> {
    let model = model(&archive, &month).await?;
    let article = bulletin::page::article(&model, &format!("/bulletin/{month}/"))?;
    Ok(shell::page(&bulletin::page::title(&model), Room::Bulletins, &article))
}

/// A table of a month's bulletin.
pub(crate) async fn data(
    State(archive): State<Arc<Archive>>,
    Path((month, file)): Path<(String, String)>,
) -> Result<impl IntoResponse, Failure> {
    let model = model(&archive, &month).await?;
    let table = bulletin::tables(&model)?.into_iter().find(|table| table.file == file);
    let missing = || Failure::Missing("The bulletin has no table of this name.".to_owned());
    let csv = table.ok_or_else(missing)?.csv;
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8; header=present")], csv))
}

async fn model(archive: &Archive, month: &str) -> Result<Model, Failure> {
    let month: Month = month.parse().map_err(|error| Failure::Usage(format!("{error}.")))?;
    Ok(Model::gather(archive, month, None).await?)
}

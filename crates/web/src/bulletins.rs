//! The bulletins that were published: a folder of bundles, given as they are.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bulletin::Month;
use maud::{Markup, html};
use press::{FEED, Lang, NotGiven, Shelf, Shelved};

use crate::error::Failure;
use crate::shell::{self, Room};

/// A bulletin's page stands alone and has its style inside. It may load nothing, and send nothing.
const ALONE: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// The pages of a folder's bulletins.
pub(crate) fn router<S: Clone + Send + Sync + 'static>(shelf: Shelf) -> Router<S> {
    Router::new()
        .route("/bulletins", get(list))
        .route("/bulletins/", get(list))
        .route("/bulletins/{name}", get(lead))
        .route("/bulletins/{month}/{*path}", get(file))
        .with_state(shelf)
}

/// The disk is waited for by others than those who answer.
async fn looked<T: Send + 'static>(
    look: impl FnOnce() -> Result<T, NotGiven> + Send + 'static,
) -> Result<T, Failure> {
    Ok(tokio::task::spawn_blocking(look).await??)
}

/// Every month with a bulletin, the newest first.
async fn list(State(shelf): State<Shelf>) -> Result<Markup, Failure> {
    let folder = shelf.folder().display().to_string();
    let (all, has_feed) = looked(move || Ok((shelf.all()?, shelf.lead(FEED).is_ok()))).await?;
    let (public, waiting): (Vec<_>, Vec<_>) =
        all.iter().partition(|one| one.standing.state.is_public());
    let body = html! {
        header {
            h1 { "Bulletins" }
            p.lead { "What was published of each month. Every figure is a claim that anyone can recompute; no address is in it." }
        }
        @if public.is_empty() { (how_to_publish(&folder)) } @else {
            ul.months { @for one in public { li { (self::one(one)) } } }
            p.note {
                "To recompute one: " code { "yagura bulletin verify " (folder) "/YYYY-MM" } "."
                @if has_feed { " " a href={ "/bulletins/" (FEED) } { "Atom feed" } "." }
            }
        }
        @if !waiting.is_empty() {
            p.note { "Not published yet: " @for (at, one) in waiting.iter().enumerate() {
                @if at > 0 { ", " } (words(one)) " (" (one.standing.state.as_str()) ")"
            } "." }
        }
    };
    Ok(shell::page("Bulletins", Room::Bulletins, &body))
}

/// Its pages, and what proves them.
fn one(one: &Shelved) -> Markup {
    let month = words(one);
    let at = |path: &str| format!("/bulletins/{}/{path}", one.month);
    let link = |path: &str, name: &str| {
        html! {
            @if one.has(path) || path == press::MANIFEST {
                " · " a href=(at(path)) aria-label={ (name) ", " (month) } { (name) }
            }
        }
    };
    let since = one.standing.at.as_deref().and_then(|at| at.split('T').next());
    html! {
        strong { (month) }
        @for lang in one.langs() {
            " · " a href=(at(&format!("index.{}.html", lang.as_str()))) lang=(lang.as_str()) hreflang=(lang.as_str())
                { (own_name(lang)) }
            (link(&format!("bulletin.{}.pdf", lang.as_str()), "PDF"))
        }
        (link("claims.json", "claims")) (link("figures.json", "figures")) (link(press::MANIFEST, "MANIFEST"))
        span.note { " " (one.standing.state.as_str()) @if let Some(since) = since { " " (since) } }
    }
}

fn own_name(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "English",
        Lang::Ja => "日本語",
    }
}

fn words(one: &Shelved) -> String {
    one.month.parse::<Month>().map_or_else(|_| one.month.clone(), Month::words)
}

fn how_to_publish(folder: &str) -> Markup {
    let bundle = format!("{folder}/YYYY-MM");
    html! { p {
        "No bulletin is published. Make one with " code { "yagura bulletin make --month YYYY-MM --out " (bundle) }
        ", look at it, and say so with " code { "yagura bulletin state " (bundle) " --to reviewed" }
        " and then " code { "--to published" } "."
    } }
}

/// The feed, or a month as JSON, where `yagura bulletin front` wrote them.
async fn lead(State(shelf): State<Shelf>, Path(name): Path<String>) -> Result<Response, Failure> {
    let kind = if name == FEED { "application/atom+xml" } else { "application/json" };
    let bytes = looked(move || shelf.lead(&name)).await?;
    Ok(([(CONTENT_TYPE, kind)], bytes).into_response())
}

/// A file of a published bulletin.
async fn file(
    State(shelf): State<Shelf>,
    Path((month, path)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let kind = kind(&path);
    let bytes = looked(move || shelf.file(&month, &path)).await?;
    Ok(([(CONTENT_TYPE, HeaderValue::from_static(kind)), (CONTENT_SECURITY_POLICY, ALONE)], bytes)
        .into_response())
}

/// What a file is. Claims are a line each, which no browser would show as JSON.
fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, end)| end) {
        "html" => "text/html; charset=utf-8",
        "pdf" => "application/pdf",
        "csv" => "text/csv; charset=utf-8; header=present",
        _ => "text/plain; charset=utf-8",
    }
}

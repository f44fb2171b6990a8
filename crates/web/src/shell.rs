//! What is around every page: the name, the way to the other pages, the style.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use maud::{Markup, html};

/// The pages that navigation leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// The overview.
    Overview,
    /// The bulletins.
    Bulletins,
    /// What detectors found.
    Findings,
    /// The tables' columns.
    Reference,
    /// None of these.
    None,
}

const ROOMS: [(Room, &str, &str); 4] = [
    (Room::Overview, "/", "Overview"),
    (Room::Bulletins, "/bulletins", "Bulletins"),
    (Room::Findings, "/findings", "Findings"),
    (Room::Reference, "/reference", "Reference"),
];

/// A page within the house.
pub(crate) fn page(title: &str, here: Room, body: &Markup) -> Markup {
    let style = html! { link rel="stylesheet" href="/style.css"; };
    let shell = html! {
        a.skip href="#content" { "To the content" }
        header.bar {
            a.home href="/" { "Yagura" }
            nav aria-label="Pages" { @for (room, path, name) in ROOMS {
                a href=(path) aria-current=[(room == here).then_some("page")] { (name) }
            } }
        }
        main id="content" { (body) }
    };
    crate::look::html::page(&format!("{title} · Yagura"), &style, &shell)
}

/// The style sheet: the bulletin's, then ours.
pub(crate) async fn style() -> impl IntoResponse {
    let headers = [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "max-age=300")];
    (headers, sheet())
}

pub(crate) fn sheet() -> String {
    [crate::look::STYLE, include_str!("style.css")].concat()
}

/// What to do with an empty archive.
pub(crate) fn how_to_import() -> Markup {
    html! {
        "Import a capture with " code { "yagura import --point NAME FILE" }
        ", or look at real captures that come with Yagura with " code { "yagura up --sample" } "."
    }
}

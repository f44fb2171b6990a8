//! Which language a page is in, and failures as pages in it.

use axum::extract::Request;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE};
use axum::middleware::Next;
use axum::response::Response;

use crate::failure::Failure;
use crate::words::Language;

/// The name of the cookie that keeps what somebody of the staff chose. Public pages have no cookie: their
/// language is in their address.
pub(crate) const LANGUAGE_COOKIE: &str = "language";

/// Finds out the language, and writes the page of a failure; programs get JSON.
pub(crate) async fn tongue(mut request: Request, next: Next) -> Response {
    let language = language(&request);
    let path = request.uri().path();
    let (staff, program) = (is_staff(path), path.starts_with("/api/"));
    request.extensions_mut().insert(language);
    let mut response = next.run(request).await;
    match response.extensions_mut().remove::<Failure>() {
        Some(failure) if program => failure.json(),
        Some(failure) => failure.page(language, staff),
        None => response,
    }
}

fn is_staff(path: &str) -> bool {
    path == "/staff" || path.starts_with("/staff/")
}

/// The address says it; else what was chosen; else what the browser prefers.
fn language(request: &Request) -> Language {
    let path = request.uri().path();
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    let chosen = || {
        let cookie = super::cookie(request, LANGUAGE_COOKIE).filter(|_| is_staff(path))?;
        Language::tagged(&cookie)
    };
    let accepted = || {
        let accepted = request.headers().get(ACCEPT_LANGUAGE)?.to_str().ok()?;
        Some(Language::preferred(accepted))
    };
    Language::tagged(first).or_else(chosen).or_else(accepted).unwrap_or(Language::En)
}

/// A cookie of a request.
pub(super) fn cookie(request: &Request, wanted: &str) -> Option<String> {
    let headers = request.headers().get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs =
        headers.flat_map(|value| value.split(';')).filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| name.trim() == wanted).map(|(_, value)| value.trim().to_owned())
}

//! Choosing the language of the staff's pages.

use axum::http::header::{HeaderValue, SET_COOKIE};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::failure::Failure;
use crate::gate::{Asking, LANGUAGE_COOKIE, Place};
use crate::words::Language;

/// A year, in seconds.
const HOLDS: u32 = 31_536_000;

/// Where to go on.
#[derive(Deserialize)]
pub(crate) struct Back {
    #[serde(default)]
    back: String,
}

/// Keeps a language in a cookie, and goes back. It says nothing of who somebody is.
pub(crate) async fn choose_language(
    Place(language): Place<Language>,
    Asking(Back { back }): Asking<Back>,
) -> Result<Response, Failure> {
    let tag = language.tag();
    let cookie =
        format!("{LANGUAGE_COOKIE}={tag}; Path=/staff; HttpOnly; SameSite=Strict; Max-Age={HOLDS}");
    let cookie = HeaderValue::try_from(cookie).map_err(|_| Failure::missing())?;
    let mut response = Redirect::to(ours(&back)).into_response();
    response.headers_mut().insert(SET_COOKIE, cookie);
    Ok(response)
}

/// A path of the staff's; their first page where it is none.
fn ours(back: &str) -> &str {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/_-".contains(c);
    let is_ours = back == "/staff" || back.starts_with("/staff/");
    if is_ours && back.chars().all(plain) { back } else { "/staff" }
}

#[cfg(test)]
mod tests {
    use super::ours;

    #[test]
    fn the_way_back_is_ours() {
        for path in ["/staff", "/staff/cases/1", "/staff/months/2005-05"] {
            assert_eq!(ours(path), path);
        }
        for path in
            ["", "/", "/staffs", "//example.org", "https://example.org/staff", "/staff/\r\nx"]
        {
            assert_eq!(ours(path), "/staff", "{path:?}");
        }
    }
}

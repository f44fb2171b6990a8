//! Failures: a sentence that says who is at fault and what to do, as a page or as JSON.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use incident::case::CaseError;
use maud::html;

use crate::shell;
use crate::words::Language;

/// Why a request is not done.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{words}")]
pub(crate) struct Failure {
    pub(crate) status: StatusCode,
    words: String,
}

impl Failure {
    pub(crate) fn new(status: StatusCode, words: impl Into<String>) -> Failure {
        Failure { status, words: words.into() }
    }

    pub(crate) fn usage(words: impl Into<String>) -> Failure {
        Failure::new(StatusCode::BAD_REQUEST, words)
    }

    pub(crate) fn forbidden(words: impl Into<String>) -> Failure {
        Failure::new(StatusCode::FORBIDDEN, words)
    }

    pub(crate) fn missing() -> Failure {
        Failure::new(StatusCode::NOT_FOUND, "There is nothing at this address.")
    }

    pub(crate) fn gone() -> Failure {
        Failure::new(StatusCode::SERVICE_UNAVAILABLE, "The book of reports was closed.")
    }

    pub(crate) fn too_many() -> Failure {
        let words = "Too much came from your network in a minute. Wait a minute and send it again.";
        Failure::new(StatusCode::TOO_MANY_REQUESTS, words)
    }

    /// As JSON.
    pub(crate) fn json(&self) -> Response {
        let error = Json(serde_json::json!({ "error": self.words }));
        self.with_headers((self.status, error).into_response())
    }

    fn with_headers(&self, mut response: Response) -> Response {
        let busy = [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE];
        if busy.contains(&self.status) {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("60"));
        }
        response
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let title = self.status.canonical_reason().unwrap_or("Failure");
        let body = html! {
            header { h1 { (title) } }
            p { (self.words) }
            p { a href="/" { "To the beginning" } }
        };
        let page = shell::public(Language::En, title, &body);
        self.with_headers((self.status, page).into_response())
    }
}

impl From<register::Error> for Failure {
    fn from(error: register::Error) -> Failure {
        use register::Error as E;
        let status = match &error {
            E::NotFound(_) | E::Case(CaseError::NoCase(_)) => StatusCode::NOT_FOUND,
            E::Case(_) | E::Taken(_) | E::LastAdministrator => StatusCode::CONFLICT,
            E::Rule(_) | E::Count(_) => StatusCode::BAD_REQUEST,
            E::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            E::Busy => StatusCode::SERVICE_UNAVAILABLE,
            _ => {
                // What a database says is for the operator alone.
                tracing::error!("the book of reports: {error}");
                let words = "The book of reports failed. Nothing that was confirmed is lost.";
                return Failure::new(StatusCode::INTERNAL_SERVER_ERROR, words);
            }
        };
        let words = error.to_string();
        let mut chars = words.chars();
        let begin = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
        Failure::new(status, format!("{begin}{}.", chars.as_str()))
    }
}

/// A failure of the programming interface.
#[derive(Debug)]
pub(crate) struct JsonFailure(pub(crate) Failure);

impl<E: Into<Failure>> From<E> for JsonFailure {
    fn from(error: E) -> JsonFailure {
        JsonFailure(error.into())
    }
}

impl IntoResponse for JsonFailure {
    fn into_response(self) -> Response {
        self.0.json()
    }
}

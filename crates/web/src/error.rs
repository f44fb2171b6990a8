//! Failures as pages: a sentence that says what to do.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::html;
use press::{BundleError, NotGiven};
use tokio::task::JoinError;

use crate::look::chart::Undrawn;
use crate::shell::{self, Room};

/// What is said of a bulletin that nobody published.
const MISSING: &str = "No bulletin is published at this address: see the list of bulletins.";

/// Why a page cannot be given.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// There is no such page.
    #[error("{0}")]
    Missing(String),
    /// The address asks for what makes no sense.
    #[error("{0}")]
    Usage(String),
    /// Something else than GET or HEAD.
    #[error("Pages are only read here: ask with GET or HEAD.")]
    Method,
    /// The archive, or the folder of bulletins, failed.
    #[error("{0}")]
    Inside(String),
}

impl Failure {
    fn status(&self) -> StatusCode {
        match self {
            Failure::Missing(_) => StatusCode::NOT_FOUND,
            Failure::Usage(_) => StatusCode::BAD_REQUEST,
            Failure::Method => StatusCode::METHOD_NOT_ALLOWED,
            Failure::Inside(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Failure::Missing(_) => "Not found",
            Failure::Usage(_) => "That cannot be asked",
            Failure::Method => "Not allowed",
            Failure::Inside(_) => "That cannot be answered now",
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let body = html! {
            header { h1 { (self.title()) } }
            p { (self) }
            p { a href="/" { "To the overview" } }
        };
        (self.status(), shell::page(self.title(), Room::None, &body)).into_response()
    }
}

impl From<archive::Error> for Failure {
    fn from(error: archive::Error) -> Self {
        match error {
            archive::Error::Usage(sentence) => Failure::Usage(sentence),
            error => Failure::Inside(error.to_string()),
        }
    }
}

impl From<Undrawn> for Failure {
    fn from(error: Undrawn) -> Self {
        Failure::Inside(error.to_string())
    }
}

impl From<NotGiven> for Failure {
    fn from(error: NotGiven) -> Self {
        match error {
            NotGiven::Missing => Failure::Missing(MISSING.to_owned()),
            error => Failure::Inside(error.to_string()),
        }
    }
}

impl From<BundleError> for Failure {
    fn from(error: BundleError) -> Self {
        Failure::Inside(error.to_string())
    }
}

impl From<JoinError> for Failure {
    fn from(error: JoinError) -> Self {
        Failure::Inside(error.to_string())
    }
}

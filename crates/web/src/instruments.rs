//! What other programs read of a running observatory: its counts, and whether it is ready.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// An answer that takes its time.
pub type Readiness<'a> = Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>>;

/// Counts and readiness of what runs beside the pages.
pub trait Instruments: Send + Sync + 'static {
    /// The counts in the text format of Prometheus. May read files.
    fn metrics(&self) -> String;

    /// Whether all that is to be done here can be done; else why not.
    fn ready(&self) -> Readiness<'_>;
}

type Shared = Arc<dyn Instruments>;

/// `/metrics` and `/ready`.
pub(crate) fn router(instruments: Shared) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/ready", get(ready))
        .with_state(instruments)
}

async fn metrics(State(instruments): State<Shared>) -> Response {
    match tokio::task::spawn_blocking(move || instruments.metrics()).await {
        Ok(text) => ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// 200 where it is ready, else 503 and why.
async fn ready(State(instruments): State<Shared>) -> (StatusCode, String) {
    match instruments.ready().await {
        Ok(()) => (StatusCode::OK, "ready\n".to_owned()),
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")),
    }
}

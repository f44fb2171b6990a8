//! Whether the archive can be read, for those who watch the watchtower.

use std::sync::Arc;

use archive::Archive;
use archive::question::{Period, Scope};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;

/// What `/healthz` says.
#[derive(Debug, Serialize)]
pub(crate) struct Health {
    /// "ok" or "failed".
    status: &'static str,
    /// The days that the archive holds; none: it is empty, or cannot be read.
    days: Option<Period>,
    /// What failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// 200 where the tables can be read, else 503.
pub(crate) async fn check(State(archive): State<Arc<Archive>>) -> (StatusCode, Json<Health>) {
    match read(&archive).await {
        Ok(days) => (StatusCode::OK, Json(Health { status: "ok", days, error: None })),
        Err(error) => {
            let health = Health { status: "failed", days: None, error: Some(error.to_string()) };
            (StatusCode::SERVICE_UNAVAILABLE, Json(health))
        }
    }
}

/// Reads `daily` and `coverage` for the extent, and `access` for its last day.
async fn read(archive: &Archive) -> archive::Result<Option<Period>> {
    let extent = archive.extent().await?;
    if let Some(Period { to, .. }) = extent {
        archive.totals(&Scope { from: Some(to), to: Some(to), ..Scope::default() }).await?;
    }
    Ok(extent)
}

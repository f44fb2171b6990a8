//! Pages and API.
//!
//! One file a page; [`shell`] is around each of them. The figures come from the archive's named
//! questions. Pages are for the operators of the observatory: they name sources, and are served on
//! a loopback address unless told otherwise. Only GET and HEAD are answered, nothing is kept in
//! the browser, and nothing is fetched from elsewhere.

mod bulletins;
mod error;
mod findings;
mod headers;
mod health;
mod instruments;
mod look;
mod overview;
mod query;
mod reference;
mod shell;
#[cfg(test)]
mod tests;

use std::future::Future;
use std::sync::Arc;

use archive::Archive;
use axum::Router;
use axum::routing::get;
use press::Shelf;
use tokio::net::TcpListener;

use error::Failure;

pub use instruments::{Instruments, Readiness};

/// Every page, over an archive and a folder of bulletins.
pub fn router(archive: Arc<Archive>, bulletins: Shelf) -> Router {
    secured(pages(archive, bulletins))
}

/// The style sheet of the house, for pages that are not ours.
pub fn style() -> String {
    shell::sheet()
}

fn secured(pages: Router) -> Router {
    pages.layer(axum::middleware::map_response(headers::secure))
}

fn pages(archive: Arc<Archive>, bulletins: Shelf) -> Router {
    Router::new()
        .route("/", get(overview::page))
        .merge(bulletins::router(bulletins))
        .route("/findings", get(findings::list))
        .route("/finding/{id}", get(findings::page))
        .route("/reference", get(reference::page))
        .route("/healthz", get(health::check))
        .route("/style.css", get(shell::style))
        .fallback(missing)
        .method_not_allowed_fallback(not_allowed)
        .with_state(archive)
}

/// Serves the pages, and `/metrics` and `/ready` where there are `instruments`, until `shutdown` is done and the
/// requests under way are answered.
///
/// # Errors
/// The listener failed.
pub async fn serve(
    archive: Arc<Archive>,
    bulletins: Shelf,
    instruments: Option<Arc<dyn Instruments>>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let mut all = pages(archive, bulletins);
    if let Some(instruments) = instruments {
        all = all.merge(instruments::router(instruments));
    }
    axum::serve(listener, secured(all)).with_graceful_shutdown(shutdown).await
}

async fn missing() -> Failure {
    Failure::Missing("There is no page at this address.".to_owned())
}

async fn not_allowed() -> Failure {
    Failure::Method
}

//! The web side of reports: public forms, pages of the staff, the programming interface.
//!
//! Every route stands in one table ([`routes`]) with what it needs; the router is made from that table
//! alone, and one gate stands before each route ([`gate`]). A request that changes something for the staff
//! carries its session's guard. What may be seen is asked of `incident::staff::Role::may`.
//!
//! Invariants:
//! - A report is stored before it is read, and whoever sent it is answered after it is on the disk. A form
//!   that is sent twice is one report: it carries a token, which becomes its reference.
//! - Public pages set no cookie and run no script. A receipt number is 60 random bits, and is all that its
//!   holder needs.
//! - Nothing is kept of who sends: networks are counted in memory to limit them, and in no log.
//! - Memory is bounded: bodies ([`MOST_BODY`]), networks that are counted, passwords that are hashed at
//!   once, jobs that wait for the book.

#![deny(clippy::indexing_slicing)]

mod api;
mod failure;
mod gate;
mod public;
mod routes;
mod secret;
mod shell;
mod staff;
#[cfg(test)]
mod tests;
mod words;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use incident::Micros;
use register::{Item, Queue, Register, Taken};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, oneshot};

use failure::Failure;
use gate::Limits;

pub use routes::router;

/// The largest body that is taken, in bytes.
pub const MOST_BODY: usize = 1 << 20;

/// Passwords that are hashed at once: each takes 19 MiB and a core.
const HASHED_AT_ONCE: usize = 2;

/// What an operator sets.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Who receives the reports; may be empty.
    pub organisation: String,
    /// Its address for mail; may be empty.
    pub contact: String,
    /// The zone of moments on pages, by its name in the tz database.
    pub zone: String,
    /// Whether browsers reach it by HTTPS, so that their cookies may be for HTTPS alone.
    pub https: bool,
    /// Whether a proxy stands before it, whose `X-Forwarded-For` says who sends.
    pub behind_proxy: bool,
    /// Reports, or other requests that cost something, that one network may send in a minute.
    pub per_minute: u32,
    /// The style sheet of the house.
    pub style: String,
}

/// A counter that is open.
pub struct Counter {
    queue: Queue,
    setup: Setup,
    limits: Limits,
    hashing: Semaphore,
}

impl Counter {
    /// Opens a counter over a book.
    pub fn new(queue: Queue, setup: Setup) -> Arc<Counter> {
        let limits = Limits::new(setup.per_minute);
        Arc::new(Counter { queue, setup, limits, hashing: Semaphore::new(HASHED_AT_ONCE) })
    }

    /// The path by which the first administrator makes an account; none where there is an account. An
    /// earlier path no longer leads anywhere.
    ///
    /// # Errors
    /// Where the book fails, as a sentence.
    pub async fn first_path(&self) -> Result<Option<String>, String> {
        staff::first_path(self).await.map_err(|failure| failure.to_string())
    }

    /// Asks the book, after what came before.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Register) -> register::Result<T> + Send + 'static,
    ) -> Result<T, Failure> {
        let (tell, told) = oneshot::channel();
        // Whoever asked may have gone.
        self.queue.ask(move |book| drop(tell.send(question(book))))?;
        Ok(told.await.map_err(|_| Failure::gone())??)
    }

    /// Takes an item in.
    async fn take(&self, item: Item) -> Result<Taken, Failure> {
        let (tell, told) = oneshot::channel();
        self.queue.take(Item { answer: Box::new(move |taken| drop(tell.send(taken))), ..item })?;
        Ok(told.await.map_err(|_| Failure::gone())??)
    }
}

fn now() -> Micros {
    jiff::Timestamp::now().as_microsecond()
}

/// Serves a counter until `shutdown` is done and the requests under way are answered.
///
/// # Errors
/// The listener failed.
pub async fn serve(
    counter: Arc<Counter>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = router(counter).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(shutdown).await
}

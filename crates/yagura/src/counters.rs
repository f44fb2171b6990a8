//! The web side of reports, beside the pages.

use std::future::Future;
use std::path::Path;
use std::thread::JoinHandle;

use anyhow::{Context as _, Result, anyhow};
use counter::{Counter, Setup};
use register::{Queue, Register};
use tokio::net::TcpListener;
use tokio::task::JoinHandle as Task;

use crate::settings::{CounterSettings, Settings};

/// A counter that is open.
pub(crate) struct Open {
    /// What to tell the operator.
    pub(crate) words: String,
    served: Task<std::io::Result<()>>,
    book: JoinHandle<Register>,
}

/// Opens the counter of the settings, until `shutdown`.
pub(crate) async fn open(
    settings: &Settings,
    own: &CounterSettings,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<Open> {
    let listener = TcpListener::bind(own.listen).await.with_context(|| {
        format!("cannot listen on {}: choose another address in [reports], listen", own.listen)
    })?;
    let (queue, book) = Queue::start(book(settings)?)?;
    let bound = format!("http://{}", listener.local_addr()?);
    let address = own.address.as_ref().map_or(bound, ToString::to_string);
    let address = address.trim_end_matches('/');
    let setup = Setup {
        organisation: settings.organisation.clone(),
        contact: settings.contact.clone(),
        zone: settings.zone.clone(),
        https: address.starts_with("https://"),
        behind_proxy: own.behind_proxy,
        per_minute: own.per_minute,
        style: web::style(),
    };
    let counter = Counter::new(queue, setup);
    let mut words = format!("Reports are received at {address}/");
    if let Some(path) = counter.first_path().await.map_err(|error| anyhow!(error))? {
        words.push_str(&format!(
            "\nThe first administrator makes an account at {address}{path}\n\
             The link holds once, for two days; the next start makes a new one."
        ));
    }
    let served = tokio::spawn(counter::serve(counter, listener, shutdown));
    Ok(Open { words, served, book })
}

/// The book of reports, its folder made where there is none.
pub(crate) fn book(settings: &Settings) -> Result<Register> {
    let folder = Path::new(&settings.reports).parent();
    if let Some(folder) = folder.filter(|_| !settings.reports.contains("://")) {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    let now = jiff::Timestamp::now().as_microsecond();
    let book = Register::open(&settings.reports, &settings.zone, now)?;
    Ok(match &settings.states {
        Some(states) => book.with_states(states.clone())?,
        None => book,
    })
}

impl Open {
    /// Waits until what was under way is answered and the book is closed.
    pub(crate) async fn end(self) -> Result<()> {
        self.served.await.context("the counter failed")??;
        let closed = tokio::task::spawn_blocking(move || self.book.join().map(drop));
        closed.await?.map_err(|_| anyhow!("the book of reports was not closed as it should"))
    }
}

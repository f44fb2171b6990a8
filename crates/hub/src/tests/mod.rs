//! Points over real TLS on the loopback interface, into a real archive.

#![allow(clippy::unwrap_used, clippy::panic)]

mod delivering;
mod finding;
mod journal;
mod strangers;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use archive::{Archive, Format, Limits, Query};
use delivery::Token;
use gazetteer::Atlas;
use observation::{HOUR, Micros};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use url::Url;
use wire::{Address, Authority, Registry, Server};

use crate::{Hub, Running, Settings};

fn now() -> Micros {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Micros::try_from(now.as_micros()).unwrap()
}

async fn archive(folder: &Path) -> Archive {
    let place = Url::from_directory_path(folder.join("archive")).unwrap();
    Archive::open(&place, "UTC").await.unwrap()
}

/// What a query answers, as lines of CSV without the header.
async fn lines(archive: &Archive, text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let query = Query { text, limits: Limits::default(), format: Format::Csv };
    archive.sql(query, &mut out).await.unwrap();
    String::from_utf8(out).unwrap().lines().skip(1).map(str::to_owned).collect()
}

/// A hub that serves a folder, in which others may serve too.
struct House {
    hub: Hub,
    running: Running,
    server: Arc<Server<Hub>>,
    registry: Registry,
    address: Address,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

fn quick() -> Settings {
    Settings { group: Duration::from_millis(50), ..Settings::default() }
}

impl House {
    async fn at(folder: &Path, settings: Settings) -> Self {
        let place = folder.join("hub");
        let authority = Authority::open(&place).unwrap();
        let registry = Registry::open(&place).unwrap();
        let archive = Arc::new(archive(folder).await);
        let atlas = Atlas::shipped();
        let started = Hub::start(archive, atlas, registry.clone(), &place, settings, now);
        let (hub, running) = started.unwrap();
        let limits = wire::Limits::default();
        let server = Server::new(hub.clone(), authority, registry.clone(), limits, now).unwrap();
        let server = Arc::new(server);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("https://{}", listener.local_addr().unwrap()).parse().unwrap();
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn({
            let server = server.clone();
            async move { server.serve(listener, stopped, Duration::from_secs(20)).await }
        });
        House { hub, running, server, registry, address, stop, serving }
    }

    fn invite(&self, folder: &Path, point: &str) -> Token {
        let authority = Authority::open(&folder.join("hub")).unwrap();
        self.registry.invite(&authority, &point.parse().unwrap(), HOUR, now()).unwrap()
    }

    async fn joined(&self, folder: &Path, point: &str) -> wire::Identity {
        wire::join(&self.address, &self.invite(folder, point)).await.unwrap()
    }

    /// Ends as a service does: what was taken in is answered.
    async fn end(self) {
        self.hub.close();
        self.stop.send_replace(true);
        self.serving.await.unwrap();
        self.running.stop().await;
    }
}

//! Points' deliveries, received beside the pages.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use archive::Archive;
use hub::{Hub, Running};
use observation::Micros;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use web::{Instruments, Readiness};
use wire::{Authority, Limits, Registry, Server};

use crate::settings::{HubSettings, Settings};

/// How long requests that are open may take to end when the program is stopped.
const GRACE: Duration = Duration::from_secs(15);

/// The time, µs since the epoch.
pub(crate) fn now() -> Micros {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Micros::try_from(since.as_micros()).unwrap_or(Micros::MAX)
}

/// A hub that receives.
pub(crate) struct Receiving {
    pub(crate) instruments: Arc<dyn Instruments>,
    pub(crate) address: std::net::SocketAddr,
    hub: Hub,
    running: Running,
    serving: JoinHandle<()>,
    stop: watch::Sender<bool>,
}

struct Meters(Arc<Server<Hub>>);

impl Instruments for Meters {
    fn metrics(&self) -> String {
        self.0.inbox().metrics(&self.0.counters().counts())
    }

    fn ready(&self) -> Readiness<'_> {
        Box::pin(async { self.0.inbox().ready().await.map_err(|why| why.to_string()) })
    }
}

impl Receiving {
    /// Begins to receive into an archive.
    pub(crate) async fn start(
        archive: Arc<Archive>,
        settings: &Settings,
        set: &HubSettings,
    ) -> Result<Self> {
        let folder = &settings.hub_folder;
        let authority = Authority::open(folder).context("the hub's CA")?;
        let registry = Registry::open(folder)?;
        let mut disks = vec![folder.clone()];
        disks.extend(settings.location.to_file_path().ok().filter(|path: &PathBuf| path.exists()));
        let chosen =
            hub::Settings { group: set.group, silent: set.silent, disks, ..Default::default() };
        let atlas = settings.atlas()?;
        let listener = TcpListener::bind(set.listen).await.with_context(|| {
            format!("cannot receive on {}: choose another in [hub], listen", set.listen)
        })?;
        let address = listener.local_addr()?;
        let (hub, running) = Hub::start(archive, atlas, registry.clone(), folder, chosen, now)?;
        let server = Server::new(hub.clone(), authority, registry, Limits::default(), now)?;
        let server = Arc::new(server);
        let (stop, stopped) = watch::channel(false);
        let instruments = Arc::new(Meters(server.clone()));
        let serving = tokio::spawn(async move { server.serve(listener, stopped, GRACE).await });
        tracing::info!(%address, "deliveries are received");
        Ok(Receiving { instruments, address, hub, running, serving, stop })
    }

    /// Ends so that nothing that was taken in goes without its answer.
    pub(crate) async fn end(self) {
        self.hub.close();
        self.stop.send_replace(true);
        if self.serving.await.is_err() {
            tracing::error!("the server of deliveries broke off");
        }
        self.running.stop().await;
    }
}

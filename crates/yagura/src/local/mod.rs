//! This host as a monitoring point of its own, beside the pages that `up` serves.
//!
//! ```text
//! yagura up ── pipe: where the hub is ──► yagura watch-here
//!     │ ◄─ pipe: what is watched, or why nothing ─┘   │ frames, journal
//!     └── hub (settings', or one on loopback) ◄═ deliveries, mutual TLS ═┘
//! ```
//!
//! The point is a process of its own, begun before this one has threads: so it alone has `CAP_NET_RAW`, until
//! its interfaces are open; what it reads from the wire is parsed where no archive is; and when it ends, the
//! pages stay. It joins like any other point, by an invitation that this process makes and uses.
//!
//! What it watches is in its own settings, `point/yagura-point.toml` of the data folder, as of any point; where
//! they name no interface, it watches those that have a default route.

mod watching;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use archive::Archive;
use observation::{Point, SECOND};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use wire::{Address, Authority, Identity, Registry};

use crate::cli::Folder;
use crate::receive::{Receiving, now};
use crate::settings::{HubSettings, Settings};
use crate::up::tell;

pub(crate) use watching::watch;

/// How long after the start this host is watched: whoever opens a page first should not wait for it.
const LATER: Duration = Duration::from_secs(1);
/// How long the point may take to journal what came, when it is told to end.
const GRACE: Duration = Duration::from_secs(10);
/// How long the invitation holds that this process makes and uses, µs.
const INVITED: i64 = 60 * SECOND;
/// The point's name, where its settings say none.
const NAME: &str = "local";

/// The process that watches.
pub(crate) struct Watcher {
    child: Child,
    stdin: ChildStdin,
    stdout: ChildStdout,
}

/// Begins the process that will watch, unless the settings say that none shall. This one gives `CAP_NET_RAW` up:
/// call it before there is a second thread.
pub(crate) fn begin(folder: &Folder) -> Result<Option<Watcher>> {
    if !Settings::load(folder)?.point {
        return Ok(None);
    }
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("watch-here");
    for (word, path) in [("--data", &folder.data), ("--config", &folder.config)] {
        if let Some(path) = path {
            command.arg(word).arg(path);
        }
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let pipes = stdin.zip(stdout).context("the system gives no pipes")?;
    interface::drop_net_raw()?;
    Ok(Some(Watcher { child, stdin: pipes.0, stdout: pipes.1 }))
}

/// The point, as `up` holds it.
pub(crate) struct Local {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Local {
    /// Lets this host be watched, for the hub at this address or, if there is none, for one of its own.
    pub(crate) fn start(
        watcher: Watcher,
        archive: Arc<Archive>,
        settings: &Settings,
        hub: Option<SocketAddr>,
    ) -> Self {
        let (stop, stopped) = watch::channel(false);
        let settings = settings.clone();
        let task = tokio::spawn(async move {
            if let Err(error) = run(watcher, archive, &settings, hub, stopped).await {
                tell(&format!("This host is not watched: {error:#}"));
            }
        });
        Local { stop, task }
    }

    /// Ends it; what came until now is journalled.
    pub(crate) async fn end(self) {
        self.stop.send_replace(true);
        if self.task.await.is_err() {
            tracing::error!("watching this host broke off");
        }
    }
}

async fn run(
    watcher: Watcher,
    archive: Arc<Archive>,
    settings: &Settings,
    hub: Option<SocketAddr>,
    mut stopped: watch::Receiver<bool>,
) -> Result<()> {
    let Watcher { child, mut stdin, stdout } = watcher;
    if told(&mut stopped, LATER).await {
        drop(stdin);
        return waited(child).await.map(drop);
    }
    let (name, interfaces) = tokio::task::spawn_blocking(move || greeting(stdout)).await??;
    let own = match hub {
        Some(_) => None,
        None => Some(Receiving::start(archive, settings, &loopback()).await?),
    };
    let bound = hub.or_else(|| own.as_ref().map(|own| own.address)).context("there is no hub")?;
    let address = reachable(bound).parse()?;
    join(settings, &address, &name).await?;
    writeln!(stdin, "{address}").context("the process that watches has ended")?;
    tell(&format!("This host is watched as the point {name}: {interfaces}."));
    let mut ended = tokio::spawn(waited(child));
    let itself = tokio::select! {
        status = &mut ended => Some(status??),
        _ = told(&mut stopped, Duration::MAX) => None,
    };
    // The point ends with its standard input.
    drop(stdin);
    match itself {
        Some(status) => tracing::error!(%status, "watching this host ended"),
        None if tokio::time::timeout(GRACE, ended).await.is_err() => {
            tracing::warn!("the point takes long to journal what came");
        }
        None => {}
    }
    if let Some(own) = own {
        own.end().await;
    }
    Ok(())
}

/// Whether it is told to stop within a while.
async fn told(stopped: &mut watch::Receiver<bool>, within: Duration) -> bool {
    tokio::time::timeout(within, stopped.wait_for(|stopped| *stopped)).await.is_ok()
}

async fn waited(mut child: Child) -> Result<ExitStatus> {
    Ok(tokio::task::spawn_blocking(move || child.wait()).await??)
}

/// The point's first line: its name and what it watches, or why it cannot.
fn greeting(stdout: ChildStdout) -> Result<(Point, String)> {
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line)?;
    match line.trim_end().split_once(' ') {
        Some(("watching", rest)) => {
            let (name, interfaces) = rest.split_once(' ').context("no interface is watched")?;
            Ok((name.parse()?, interfaces.to_owned()))
        }
        Some(("not", why)) => bail!("{why}"),
        _ => bail!("the process that was to watch it ended: see above"),
    }
}

/// A hub for this host alone.
fn loopback() -> HubSettings {
    let defaults = hub::Settings::default();
    HubSettings {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        address: None,
        group: defaults.group,
        silent: defaults.silent,
    }
}

/// How this host reaches what is bound there.
fn reachable(bound: SocketAddr) -> String {
    let ip = match bound.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(std::net::Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    format!("https://{}", SocketAddr::new(ip, bound.port()))
}

/// Sees to it that the point has an identity that the hub knows.
async fn join(settings: &Settings, address: &Address, name: &Point) -> Result<()> {
    let authority = Authority::open(&settings.hub_folder).context("the hub's CA")?;
    let registry = Registry::open(&settings.hub_folder)?;
    let file = sensor::Places::below(&settings.point_folder).identity;
    let kept = Identity::load(&file)?.filter(|kept| kept.point == *name);
    if let Some(kept) = &kept
        && registry.knows(&authority, kept, now())?
    {
        return Ok(());
    }
    match registry.entry(name)? {
        Some(entry) if entry.revoked.is_some() => bail!(
            "the point {name} was revoked: write run = false into [point] of the settings, or invite it again"
        ),
        Some(_) if kept.is_none() => bail!(
            "another point is called {name}: name this one otherwise, by name = \"…\" in {}",
            settings.point_folder.join("yagura-point.toml").display()
        ),
        _ => {}
    }
    let token = registry.invite(&authority, name, INVITED, now())?;
    Ok(wire::join(address, &token).await?.store(&file)?)
}

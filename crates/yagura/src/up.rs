//! `yagura up`: serves the pages.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use alert::{Desk, Outcome};
use anyhow::{Context as _, Result};
use archive::Archive;
use ingest::{Import, Orders, Summary, Watch, points_from_toml};
use tokio::sync::Notify;

use crate::cli::{Folder, UpArgs};
use crate::local::{Local, Watcher};
use crate::receive::Receiving;
use crate::samples::{SAMPLES, Sample};
use crate::settings::Settings;
use crate::{Done, alerts, counters, detect, import, making, open, shelf};

/// How long after the start the first look at the archive begins: whoever opens a page first should
/// not wait for the detectors.
const FIRST_LOOK: Duration = Duration::from_secs(60);
/// How long after one look the next one begins.
const LOOK_AGAIN: Duration = Duration::from_secs(10 * 60);

/// Serves until it is told to stop.
pub(crate) async fn run(args: &UpArgs, watcher: Option<Watcher>) -> Result<Done> {
    // The folder goes when this value does.
    let fresh =
        if args.sample && args.folder.data.is_none() { Some(tempfile::tempdir()?) } else { None };
    let folder = match &fresh {
        Some(fresh) => {
            Folder { data: Some(fresh.path().to_owned()), config: args.folder.config.clone() }
        }
        None => args.folder.clone(),
    };
    let (archive, settings) = open(&folder).await?;
    if args.sample {
        holds_samples_only(&archive).await?;
        load_samples(&archive, &settings).await?;
    }
    let sample = if args.sample { sample_bulletin(&archive, &settings).await? } else { None };
    let listen = args.listen.unwrap_or(settings.listen);
    let listener = tokio::net::TcpListener::bind(listen).await.with_context(|| {
        format!(
            "cannot listen on {listen}: choose another address with --listen, such as 127.0.0.1:0"
        )
    })?;
    let archive = Arc::new(archive);
    let receiving = match &settings.hub {
        Some(hub) => Some(Receiving::start(archive.clone(), &settings, hub).await?),
        None => None,
    };
    if let Some(receiving) = &receiving {
        tell(&format!("Points deliver to {}.", receiving.address));
    }
    let stopped = Arc::new(Notify::new());
    let counter = match &settings.counter {
        Some(own) => {
            let stopped = stopped.clone();
            let shutdown = async move { stopped.notified().await };
            Some(counters::open(&settings, own, shutdown).await?)
        }
        None => None,
    };
    if let Some(counter) = &counter {
        tell(&counter.words);
    }
    if fresh.is_some() {
        tell("The samples are in a temporary folder, which goes when Yagura stops.");
    }
    tell(&format!("Yagura is up: open http://{}/\nStop it with Ctrl-C.", listener.local_addr()?));
    if let Some(bundle) = sample {
        let base = format!("http://{}/bulletins/", listener.local_addr()?);
        shelf::write_front(&settings.bulletins, &base)?;
        tell(&format!(
            "The samples\u{2019} bulletin is at {base}; recompute it with: yagura bulletin verify {}",
            bundle.display()
        ));
    }
    let instruments = receiving.as_ref().map(|receiving| receiving.instruments.clone());
    let desk = alerts::desk(&settings)?;
    let looking = tokio::spawn(look_for_findings(archive.clone(), desk));
    let address = receiving.as_ref().map(|receiving| receiving.address);
    let local = watcher.map(|watcher| Local::start(watcher, archive.clone(), &settings, address));
    let shelf = press::Shelf::new(&settings.bulletins);
    let served = web::serve(archive, shelf, instruments, listener, stop()).await;
    looking.abort();
    // While the hub is still there to take its last rows.
    if let Some(local) = local {
        local.end().await;
    }
    if let Some(receiving) = receiving {
        receiving.end().await;
    }
    if let Some(counter) = counter {
        stopped.notify_one();
        counter.end().await?;
    }
    served?;
    Ok(Done::Whole)
}

/// Keeps the findings equal to the rows, as these come in, and tells of them.
async fn look_for_findings(archive: Arc<Archive>, mut desk: Option<Desk>) {
    tokio::time::sleep(FIRST_LOOK).await;
    loop {
        if let Err(error) = detect::refresh(&archive).await {
            tracing::warn!("findings could not be made: {error:#}");
        }
        if let Some(desk) = &mut desk {
            tell_findings(desk, &archive).await;
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

async fn tell_findings(desk: &mut Desk, archive: &Archive) {
    match alerts::tell(desk, archive).await {
        Ok(outcomes) => {
            for (channel, outcome) in outcomes {
                let words = alerts::words(&outcome);
                match outcome {
                    Outcome::Failed(_) => tracing::warn!(channel, "{words}"),
                    _ => tracing::info!(channel, "{words}"),
                }
            }
        }
        Err(error) => tracing::warn!("nobody could be told of findings: {error:#}"),
    }
}

/// Tells whoever still reads; a server goes on without a reader.
pub(crate) fn tell(words: &str) {
    let _ = writeln!(io::stdout().lock(), "{words}");
}

/// Samples do not go among what an observatory has seen: nothing takes them out again.
async fn holds_samples_only(archive: &Archive) -> Result<()> {
    let is_sample = |name: &str| SAMPLES.iter().any(|sample| sample.name == name);
    let ledger = archive.ledger().await?;
    let foreign = ledger.iter().find(|import| !is_sample(&import.file));
    let delivered = ledger.is_empty() && archive.extent().await?.is_some();
    anyhow::ensure!(
        foreign.is_none() && !delivered,
        "the data folder holds what you have seen yourself ({}): --sample needs a folder of its own; leave out \
         --data and YAGURA_DATA for a temporary one",
        foreign.map_or("rows that points delivered", |import| &import.file)
    );
    Ok(())
}

async fn load_samples(archive: &Archive, settings: &Settings) -> Result<()> {
    let folder = tempfile::tempdir()?;
    for sample in &SAMPLES {
        tell(&format!("Loading the sample {} ({})", sample.name, sample.what));
        load(archive, settings, sample, folder.path()).await?;
    }
    archive.refresh_daily().await?;
    detect::refresh(archive).await?;
    Ok(())
}

/// The bulletin of the samples' last month, published.
async fn sample_bulletin(archive: &Archive, settings: &Settings) -> Result<Option<PathBuf>> {
    let Some(extent) = archive.extent().await? else { return Ok(None) };
    let month = bulletin::Month::of(extent.to);
    Ok(Some(making::publish_sample(archive, settings, month).await?))
}

async fn load(
    archive: &Archive,
    settings: &Settings,
    sample: &Sample,
    folder: &Path,
) -> Result<()> {
    let path = folder.join(sample.name);
    std::fs::write(&path, sample.bytes)?;
    let watch = Watch::new(points_from_toml(sample.points)?)?;
    let atlas = settings.atlas()?;
    let import = Import::new(archive, &atlas, Orders::new(watch, settings.spans));
    let mut summary = Summary::default();
    import::files(&import, &[path], &mut summary).await;
    anyhow::ensure!(
        summary.files.iter().all(|file| file.error.is_none()),
        "the sample {} could not be loaded",
        sample.name
    );
    Ok(())
}

/// Ctrl-C, or the signal by which services are stopped.
async fn stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    // Without signals there is nothing to wait for but the end of the process.
    let _ = tokio::signal::ctrl_c().await;
}

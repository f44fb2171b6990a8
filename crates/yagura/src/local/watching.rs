//! The process that watches this host.
//!
//! It says one line on standard output, `watching NAME INTERFACES` or `not WHY`, reads one line from standard
//! input, where the hub is, and watches until standard input ends or a signal comes.

use std::io::{BufRead as _, Read as _};

use anyhow::{Context as _, Result, anyhow, bail};
use interface::Interfaces;
use observation::Point;
use sensor::{Block, Blocking, Settings, Stop};
use tokio::signal::unix::{SignalKind, signal};
use wire::{Address, Identity};

use super::NAME;
use crate::Done;
use crate::cli::Folder;

/// Watches this host for the `up` that began this process.
pub(crate) fn watch(folder: &Folder) -> Result<Done> {
    crate::log::begin()?;
    let ours = crate::settings::Settings::load(folder)?;
    let (settings, name, interfaces) = match open(&ours) {
        Ok(opened) => opened,
        Err(why) => {
            say!("not {}", format!("{why:#}").replace('\n', " "));
            return Ok(Done::Failed);
        }
    };
    say!("watching {name} {}", interfaces.names().join(", "));
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    if line.is_empty() {
        return Ok(Done::Whole);
    }
    run(settings, interfaces, line.trim_end().parse()?)?;
    Ok(Done::Whole)
}

/// Opens the interfaces, and gives up what that needed.
fn open(ours: &crate::settings::Settings) -> Result<(Settings, Point, Interfaces)> {
    std::fs::create_dir_all(&ours.point_folder)
        .with_context(|| format!("cannot make {}", ours.point_folder.display()))?;
    let settings = Settings::load(None, &ours.point_folder)?;
    if settings.flood.block == Block::On {
        bail!("up blocks nobody: blocking needs yagura-point as a service (docs/point.md)");
    }
    let name = match &settings.name {
        Some(name) => name.clone(),
        None => NAME.parse().map_err(|_| anyhow!("{NAME} is no point's name"))?,
    };
    let mut names = settings.interfaces.clone();
    if names.is_empty() {
        names.extend(interface::of_default_routes()?);
    }
    if names.is_empty() {
        bail!(
            "no interface has a default route; name one, by interfaces = [\"eth0\"] in {}",
            ours.point_folder.join("yagura-point.toml").display()
        );
    }
    let interfaces = Interfaces::open(&names, &settings.capture)?;
    interface::drop_capabilities()?;
    Ok((settings, name, interfaces))
}

fn run(mut settings: Settings, interfaces: Interfaces, hub: Address) -> Result<()> {
    settings.hub = Some(hub);
    let setup = settings.setup(Identity::load(&settings.places.identity)?)?;
    tracing::info!(point = %setup.target.point, interfaces = ?interfaces.names(), "watching");
    let stop = Stop::default();
    let (ended, signals) = (stop.clone(), stop.clone());
    std::thread::Builder::new().name("input".to_owned()).spawn(move || {
        // However it ends.
        let _ = std::io::stdin().lock().read_to_end(&mut Vec::new());
        ended.stop();
    })?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || wait(&signals))?;
    let flood = &settings.flood;
    let blocking = flood.find.then(|| match flood.block {
        Block::DryRun => {
            let mut policy = flood.policy.clone();
            policy.allow.extend(&setup.target.nets);
            Blocking::Dry(policy)
        }
        _ => Blocking::Off,
    });
    Ok(sensor::run_guarded(interfaces, &setup, blocking, &stop)?)
}

/// Stops at a signal: Ctrl-C in a terminal is for all of its processes.
fn wait(stop: &Stop) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let waited = runtime.and_then(|runtime| {
        runtime.block_on(async {
            let mut terminate = signal(SignalKind::terminate())?;
            tokio::select! {
                _ = terminate.recv() => {}
                came = tokio::signal::ctrl_c() => came?,
            }
            Ok(())
        })
    });
    if let Err(error) = waited {
        tracing::error!(%error, "signals cannot be waited for");
    }
    stop.stop();
}

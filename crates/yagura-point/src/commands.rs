//! The commands.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use guard::Door;
use interface::Interfaces;
use sensor::{Block, Blocking, Report, Settings, Setup, Skewed, Stop};
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use wire::Identity;

use crate::{Arguments, Command, metrics, status};

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let settings = || Settings::load(arguments.config.as_deref(), &arguments.data);
    match &arguments.command {
        Command::Join { url, token } => join(&settings()?, &arguments.data, url, token)?,
        Command::Run => watch(&settings()?)?,
        Command::KeepBlocks { at_most } => keep_blocks(*at_most)?,
        Command::Status { json } => return tell(&settings()?, *json),
        Command::CheckConfig => check(&settings()?)?,
        Command::Replay { files } => {
            let settings = settings()?;
            for file in files {
                replay(&settings, file)?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn runtime() -> Result<Runtime> {
    let built = tokio::runtime::Builder::new_current_thread().enable_all().build();
    built.context("the host gives no runtime")
}

fn join(settings: &Settings, data: &Path, url: &str, token: &str) -> Result<()> {
    if let Some(identity) = Identity::load(&settings.places.identity)? {
        bail!(
            "this point is {} of {} already: to join anew, remove {} first",
            identity.point,
            identity.hub,
            settings.places.identity.display()
        );
    }
    let address = url.parse()?;
    let token = token.parse()?;
    fs::create_dir_all(data).with_context(|| format!("cannot make {}", data.display()))?;
    let identity = runtime()?.block_on(wire::join(&address, &token))?;
    identity.store(&settings.places.identity)?;
    println!("joined {} as {}", identity.hub, identity.point);
    println!("the key is in {}: keep it as you keep keys", settings.places.identity.display());
    Ok(())
}

/// What the settings and the identity make of this point.
fn setup(settings: &Settings) -> Result<Setup> {
    Ok(settings.setup(Identity::load(&settings.places.identity)?)?)
}

fn watch(settings: &Settings) -> Result<()> {
    let setup = setup(settings)?;
    if settings.interfaces.is_empty() {
        bail!("no interface is named: write interfaces = [\"eth0\"] into the settings");
    }
    // Before any other thread is begun: capabilities belong to a thread.
    let interfaces = Interfaces::open(&settings.interfaces, &settings.capture)?;
    let blocking = blocking(settings, &setup)?;
    interface::drop_capabilities()?;
    if let Some(address) = settings.metrics {
        let listener = TcpListener::bind(address).with_context(|| {
            format!("cannot tell metrics on {address}: choose another in metrics = \"…\"")
        })?;
        metrics::begin(listener, settings.places.report.clone())?;
        tracing::info!(%address, "metrics are told");
    }
    if setup.identity.is_none() {
        tracing::warn!("no hub was joined: what is journalled waits here");
    }
    let stop = Stop::default();
    let signals = stop.clone();
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || wait(&signals))?;
    tracing::info!(point = %setup.target.point, interfaces = ?settings.interfaces, "watching");
    match std::env::var_os("YAGURA_POINT_SKEW") {
        None => sensor::run_guarded(interfaces, &setup, blocking, &stop)?,
        // For tests: a clock that is set.
        Some(file) => {
            let skewed = Skewed::new(interfaces, file.into());
            sensor::run_guarded(skewed, &setup, blocking, &stop)?;
        }
    }
    tracing::info!("everything that came is journalled");
    Ok(())
}

/// What is done about floods; the keeper of blocks is begun here, while there are capabilities.
fn blocking(settings: &Settings, setup: &Setup) -> Result<Option<Blocking>> {
    let flood = &settings.flood;
    if !flood.find {
        return Ok(None);
    }
    let mut policy = flood.policy.clone();
    policy.allow.extend(&setup.target.nets);
    let keeper = || -> Result<std::process::Command> {
        let mut keeper = std::process::Command::new(std::env::current_exe()?);
        keeper.arg("keep-blocks").arg(policy.at_most.to_string());
        Ok(keeper)
    };
    Ok(Some(match flood.block {
        Block::Off => Blocking::Off,
        Block::DryRun => Blocking::Dry(policy),
        Block::On => match Door::open(keeper()?) {
            Ok(door) => Blocking::On(policy, door),
            Err(error) => Blocking::Impossible(error),
        },
    }))
}

/// The keeper ends when the point does, and not by the signal that ends the point.
fn keep_blocks(at_most: usize) -> Result<()> {
    let runtime = runtime()?;
    let _deaf = runtime.block_on(async {
        let kinds = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()];
        kinds.map(signal).into_iter().collect::<std::io::Result<Vec<_>>>()
    })?;
    Ok(guard::keep(std::io::stdin().lock(), std::io::stdout().lock(), at_most)?)
}

/// Stops at a signal.
fn wait(stop: &Stop) {
    let waited = runtime().and_then(|runtime| {
        runtime.block_on(async {
            let mut ends = signal(SignalKind::terminate())?;
            tokio::select! {
                _ = ends.recv() => {}
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

fn tell(settings: &Settings, json: bool) -> Result<ExitCode> {
    let path = &settings.places.report;
    let report = Report::load(path).with_context(|| format!("cannot read {}", path.display()))?;
    let Some(report) = report else {
        bail!("no point has run with this data folder: there is no {}", path.display());
    };
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{}", status::text(&report));
    }
    let well = report.watching && report.stopped.is_empty() && status::is_fresh(&report);
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

fn check(settings: &Settings) -> Result<()> {
    print!("{settings}");
    for name in &settings.interfaces {
        match interface::addresses_of(name) {
            Ok(addresses) => println!("# {name} has {addresses:?}"),
            Err(error) => println!("# {name}: {error}"),
        }
    }
    let identity = Identity::load(&settings.places.identity)?;
    match &identity {
        Some(identity) => println!("# joined {} as {}", identity.hub, identity.point),
        None => println!("# no hub was joined"),
    }
    let mut setup = settings.setup(identity)?;
    setup.target.watch(&Default::default())?;
    Ok(())
}

fn replay(settings: &Settings, file: &Path) -> Result<()> {
    let setup = setup(settings)?;
    if setup.target.nets.is_empty() {
        bail!("name what the capture watched: watch = [\"192.0.2.1\"] in the settings");
    }
    let done = sensor::replay(file, &setup, &Stop::default())
        .with_context(|| format!("cannot replay {}", file.display()))?;
    let name = file.display();
    if done.known {
        println!("{name}: journalled before, nothing to do");
        return Ok(());
    }
    println!("{name}: {} accesses, {} journalled now", done.accesses, done.journalled);
    if let Some(broken) = done.broken {
        println!("{name}: it breaks off: {broken}");
    }
    Ok(())
}

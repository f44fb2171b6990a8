//! `yagura point`: who may deliver, and how they are.

use anyhow::{Context as _, Result};
use hub::PointState;
use observation::{Micros, Point, SECOND};
use wire::{Authority, Registry};

use crate::cli::PointCommand;
use crate::receive::now;
use crate::settings::Settings;
use crate::{Done, Usage};

/// Does what was asked.
pub(crate) fn run(command: &PointCommand) -> Result<Done> {
    match command {
        PointCommand::Invite { folder, name, ttl } => invite(&Settings::load(folder)?, name, *ttl),
        PointCommand::List { folder, json } => list(&Settings::load(folder)?, *json),
        PointCommand::Revoke { folder, name } => {
            let settings = Settings::load(folder)?;
            Registry::open(&settings.hub_folder)?.revoke(name, now())?;
            say!("{name} is refused from its next request on; invite it again to let it back in");
            Ok(Done::Whole)
        }
    }
}

fn invite(settings: &Settings, name: &Point, ttl: Micros) -> Result<Done> {
    let address = settings.hub.as_ref().and_then(|hub| hub.address.as_ref()).ok_or_else(|| {
        Usage(
            "say where points find this hub: in [hub], address = \"https://HOST:8631\"".to_owned(),
        )
    })?;
    let authority = Authority::open(&settings.hub_folder).context("the hub's CA")?;
    let registry = Registry::open(&settings.hub_folder)?;
    let token = registry.invite(&authority, name, ttl, now())?;
    say!("yagura-point join {address} {token}");
    Ok(Done::Whole)
}

fn list(settings: &Settings, json: bool) -> Result<Done> {
    let registry = Registry::open(&settings.hub_folder)?;
    let watched = settings.hub.as_ref().map_or_else(hub::Settings::default, |set| hub::Settings {
        silent: set.silent,
        ..hub::Settings::default()
    });
    let now = now();
    let points = hub::points(&registry, &settings.hub_folder, now, &watched)?;
    if json {
        say!("{}", serde_json::to_string(&points)?);
        return Ok(Done::Whole);
    }
    if points.is_empty() {
        say!("no point has joined: yagura point invite NAME");
        return Ok(Done::Whole);
    }
    let head = ["point", "heard", "lag", "rows", "spool", "lost", "clock", "version", "findings"];
    let mut lines = vec![head.map(str::to_owned)];
    lines.extend(points.iter().map(|state| line(state, now)));
    say!("{}", aligned(&lines).trim_end());
    Ok(Done::Whole)
}

fn line(state: &PointState, now: Micros) -> [String; 9] {
    let or = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let findings: Vec<String> = match state.revoked {
        Some(_) => vec!["revoked".to_owned()],
        None => state.findings.iter().map(ToString::to_string).collect(),
    };
    [
        state.point.to_string(),
        or(state.heard.map(|at| format!("{} ago", span(now.saturating_sub(at))))),
        or(state.lag.map(span)),
        or(state.depth.map(|depth| depth.to_string())),
        or(state.bytes.map(|bytes| format!("{} KiB", bytes >> 10))),
        or(state.dropped.map(|dropped| dropped.to_string())),
        or(state.offset.map(|offset| format!("{:+} ms", offset / 1_000))),
        or(state.version.clone()),
        if findings.is_empty() { "-".to_owned() } else { findings.join("; ") },
    ]
}

/// A span for eyes.
fn span(micros: Micros) -> String {
    let seconds = micros / SECOND;
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

fn aligned<const N: usize>(lines: &[[String; N]]) -> String {
    let mut widths = [0; N];
    for line in lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut out = String::new();
    for line in lines {
        let cells = line.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
        out.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        out.push('\n');
    }
    out
}

//! `yagura import`.

use std::path::Path;

use anyhow::{Context as _, Result};
use archive::Archive;
use ingest::{
    FileSummary, Import, Map, Mode, Orders, Report, Summary, Tally, Watch, WatchedPoint,
    points_from_toml,
};

use crate::cli::{ImportArgs, ModeArg};
use crate::progress;
use crate::settings::Settings;
use crate::{Done, Usage};

/// Files between two compactions: each commit costs more, the more files the tables have.
const AT_ONCE: usize = 50;

/// Imports the files one after the other. A file that is refused does not keep the others out.
pub(crate) async fn run(archive: &Archive, settings: &Settings, args: &ImportArgs) -> Result<Done> {
    let atlas = settings.atlas()?;
    let import = Import::new(archive, &atlas, orders(settings, args)?);
    let mut summary = Summary::default();
    for some in args.files.chunks(AT_ONCE) {
        files(&import, some, &mut summary).await;
        archive.compact(archive::MANY).await?;
    }
    archive.refresh_daily().await?;
    if args.json {
        say!("{}", serde_json::to_string(&summary)?);
    } else {
        say!("{}", text(&summary).trim_end());
    }
    Ok(done(&summary))
}

fn orders(settings: &Settings, args: &ImportArgs) -> Result<Orders> {
    let map = args.map.as_deref().map(map).transpose()?;
    let named = map.as_ref().is_some_and(Map::names_point);
    let watch = if named {
        if args.points.is_some() || !args.watch.is_empty() {
            return Err(Usage(
                "the map names each row's point: leave out --points and --watch, or take point \
                 out of the map"
                    .to_owned(),
            )
            .into());
        }
        None
    } else {
        Some(Watch::new(points(args)?).map_err(|error| Usage(error.to_string()))?)
    };
    let zone = match &args.zone {
        Some(zone) => zone.clone(),
        None => settings.zone.parse()?,
    };
    Ok(Orders {
        watch,
        spans: settings.spans,
        overlap: args.overlap,
        format: args.format.into(),
        zone,
        year: args.year,
        map,
    })
}

fn map(path: &Path) -> Result<Map> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the map {}", path.display()))?;
    Ok(Map::from_toml(&text).map_err(|error| Usage(format!("{}: {error}", path.display())))?)
}

/// Imports files, and says on standard error what is wrong with any.
pub(crate) async fn files(import: &Import<'_>, files: &[impl AsRef<Path>], summary: &mut Summary) {
    for path in files.iter().map(AsRef::as_ref) {
        let name = path.display().to_string();
        let bar = progress::Bar::new(&name);
        let file = import.file(path, &|read, of| bar.at(read, of)).await;
        bar.finish();
        let file = file.unwrap_or_else(|error| FileSummary {
            file: name,
            partial: is_partial(&error),
            error: Some(error.to_string()),
            ..FileSummary::default()
        });
        if let Some(error) = &file.error {
            eprintln!("yagura: {error}");
        }
        summary.push(file);
    }
}

/// Whether a file broke off before its first packet: it is a capture, but nothing of it is there.
fn is_partial(error: &ingest::ImportError) -> bool {
    matches!(error, ingest::ImportError::File(error) if error.is_partial())
}

fn points(args: &ImportArgs) -> Result<Vec<WatchedPoint>> {
    if let Some(path) = &args.points {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the points file {}", path.display()))?;
        return Ok(points_from_toml(&text)
            .map_err(|error| Usage(format!("{}: {error}", path.display())))?);
    }
    let point = args.point.clone().ok_or_else(|| {
        Usage("name the point that saw these files: --point NAME, or --points FILE.toml".to_owned())
    })?;
    let mode = match args.mode {
        ModeArg::Dark => Mode::Dark,
        ModeArg::Live => Mode::Live,
    };
    Ok(vec![WatchedPoint { point, mode, nets: args.watch.clone(), expect: Vec::new() }])
}

fn done(summary: &Summary) -> Done {
    let refused = summary.files.iter().filter(|file| file.error.is_some() && !file.partial).count();
    match refused {
        0 if summary.files.iter().all(|file| !file.partial) => Done::Whole,
        refused if refused == summary.files.len() => Done::Failed,
        _ => Done::InPart,
    }
}

/// What became of a log's lines, for eyes.
fn lines(report: &Report) -> Vec<String> {
    let numbers = |of: &[u64]| {
        let numbers: Vec<String> = of.iter().map(ToString::to_string).collect();
        numbers.join(", ")
    };
    let tally = |tally: &Tally| {
        let more = if tally.lines > tally.first.len() as u64 { ", ..." } else { "" };
        let (first, lines) = (numbers(&tally.first), tally.lines);
        format!("  {} (lines {first}{more}): {lines}\n", tally.reason)
    };
    let mut said = vec![format!(
        "  {}, {}\n",
        number(report.lines, "line", "lines"),
        number(report.accesses, "access", "accesses")
    )];
    said.extend(report.unread.iter().chain(&report.other).map(tally));
    if !report.new_years.is_empty() {
        said.push(format!("  a new year begins at line {}\n", numbers(&report.new_years)));
    }
    said
}

/// A number of things, by their name for one and for several.
fn number(count: u64, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// What was imported, for eyes.
fn text(summary: &Summary) -> String {
    let mut text = String::new();
    for file in &summary.files {
        let counts = &file.counts;
        let said = match (&file.error, counts.already_imported, file.partial) {
            (_, true, _) => "already imported, nothing to do".to_owned(),
            (Some(_), _, false) => "refused".to_owned(),
            (_, _, partial) => format!(
                "{}, {}{}",
                number(counts.packets, "packet", "packets"),
                number(counts.accesses, "access", "accesses"),
                if partial { " (read in part)" } else { "" }
            ),
        };
        text.push_str(&format!("{}: {said}\n", file.file));
        text.extend(file.lines.iter().flat_map(lines));
    }
    let all = &summary.counts;
    text.push_str(&format!(
        "packets {} = inbound {} + outbound {} + elsewhere {} + malformed {} + not IP {}\n\
         inbound {} = in accesses {} + solicited {} + expected {}\n\
         accesses {}\n",
        all.packets,
        all.inbound,
        all.outbound,
        all.elsewhere,
        all.malformed,
        all.not_ip,
        all.inbound,
        all.access_packets,
        all.solicited,
        all.expected,
        all.accesses,
    ));
    text
}

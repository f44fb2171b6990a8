//! `yagura alerts`, and what `yagura up` tells by itself.

use std::collections::BTreeMap;
use std::path::Path;

use alert::{Desk, MEMORY, Notice, Outcome};
use anyhow::{Context as _, Result, bail};
use archive::Archive;
use observation::{FindingRow, Micros};
use serde_json::{Map, json};

use crate::cli::AlertsCommand;
use crate::settings::Settings;
use crate::{Done, Usage, detect, open};

/// Tells what is due, or tries every channel.
pub(crate) async fn run(command: &AlertsCommand) -> Result<Done> {
    let (AlertsCommand::Send(folder) | AlertsCommand::Test(folder)) = command;
    let settings = Settings::load(folder)?;
    let Some(alerts) = settings.alerts.clone().filter(|alerts| !alerts.channels.is_empty()) else {
        return Err(
            Usage("no channel is named: write [[alerts.mail]] into the settings".into()).into()
        );
    };
    if matches!(command, AlertsCommand::Test(_)) {
        return test(&alerts).await;
    }
    let (archive, _) = open(folder).await?;
    detect::refresh(&archive).await?;
    let mut desk = Desk::open(alerts, &settings.alerts_memory)?;
    let mut failed = 0;
    for (channel, outcome) in tell(&mut desk, &archive).await? {
        failed += usize::from(matches!(outcome, Outcome::Failed(_)));
        say!("{channel}: {}", words(&outcome));
    }
    if failed > 0 {
        bail!("channels that took nothing: {failed}; what they did not take waits");
    }
    Ok(Done::Whole)
}

/// Tells each channel what it was not told yet.
pub(crate) async fn tell(desk: &mut Desk, archive: &Archive) -> Result<Vec<(String, Outcome)>> {
    let now = now();
    let seen_to = archive.acknowledged().await?;
    let found = archive.findings(now - MEMORY, Micros::MAX).await?;
    let untold = found.iter().filter(|row| !seen_to.contains_key(&row.id));
    let notices: Vec<Notice> = untold.map(notice).collect();
    Ok(desk.tell(now, &notices).await?)
}

/// A desk for `yagura up`, which remembers in the data folder.
pub(crate) fn desk(settings: &Settings) -> Result<Option<Desk>> {
    let Some(alerts) = settings.alerts.clone() else { return Ok(None) };
    let memory: &Path = &settings.alerts_memory;
    if let Some(folder) = memory.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
    }
    Ok(Some(Desk::open(alerts, memory)?))
}

/// What came of a channel, in words.
pub(crate) fn words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Nothing => "nothing to tell".to_owned(),
        Outcome::Waits(1) => "one finding waits until it may speak again".to_owned(),
        Outcome::Waits(count) => format!("{count} findings wait until it may speak again"),
        Outcome::Told(1) => "one finding told".to_owned(),
        Outcome::Told(count) => format!("{count} findings told"),
        Outcome::Failed(error) => format!("failed: {error}"),
    }
}

fn notice(row: &FindingRow) -> Notice {
    Notice {
        id: row.id.clone(),
        kind: row.kind.clone(),
        detected_at: row.detected_at,
        line: serde_json::from_str(&row.line).unwrap_or_default(),
    }
}

/// Sends one message that says it is a trial.
async fn test(alerts: &alert::Settings) -> Result<Done> {
    let line = json!({
        "id": "0000000000000000", "kind": "test", "rule": "yagura alerts test",
        "confidence": 1.0, "points": [],
    });
    let line = Map::from_iter(line.as_object().cloned().unwrap_or_default());
    let notice = Notice { id: "0".repeat(16), kind: "test".into(), detected_at: now(), line };
    let message = alert::Message::new(now(), vec![notice], None);
    let mut failed = BTreeMap::new();
    for channel in &alerts.channels {
        match channel.send(&message).await {
            Ok(()) => say!("{channel}: taken"),
            Err(error) => {
                say!("{channel}: failed: {error}");
                failed.insert(channel.to_string(), error);
            }
        }
    }
    if !failed.is_empty() {
        bail!("channels that took nothing: {}", failed.len());
    }
    Ok(Done::Whole)
}

fn now() -> Micros {
    jiff::Timestamp::now().as_microsecond()
}

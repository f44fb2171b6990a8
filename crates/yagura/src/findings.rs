//! `yagura findings`.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use archive::Archive;
use jiff::tz::TimeZone;
use observation::{Acknowledged, FindingRow, Micros};
use serde_json::{Map, Value, json};

use crate::cli::{Desk, FindingsCommand, ListFindings};
use crate::{Done, Usage, detect, open_to_read, table};

/// Every moment that the calendar has, years 1 to 9999.
const EVER: (Micros, Micros) = (-62_135_596_800_000_000, 253_402_300_800_000_000);
/// Beginnings of ids that are shorter say too little.
const LEAST: usize = 4;

/// Lists, shows or acknowledges; first the findings are made those of the rows.
pub(crate) async fn run(command: &FindingsCommand) -> Result<Done> {
    match command {
        FindingsCommand::List(args) => list(args).await,
        FindingsCommand::Show { desk, id } => show(desk, id).await,
        FindingsCommand::Ack { desk, note, ids } => acknowledge(desk, note, ids).await,
    }
}

/// Findings, and who has seen to which.
struct Kept {
    archive: Archive,
    found: Vec<FindingRow>,
    acknowledged: BTreeMap<String, Acknowledged>,
}

impl Kept {
    async fn read(desk: &Desk, (from, to): (Micros, Micros)) -> Result<Self> {
        let (archive, _) = open_to_read(&desk.folder).await?;
        detect::refresh(&archive).await?;
        let found = archive.findings(from, to).await?;
        let acknowledged = archive.acknowledged().await?;
        Ok(Kept { archive, found, acknowledged })
    }

    /// The only finding whose id begins so.
    fn one(&self, id: &str) -> Result<&FindingRow> {
        let id = id.to_ascii_lowercase();
        let all: Vec<&FindingRow> =
            self.found.iter().filter(|row| row.id.starts_with(&id)).collect();
        match *all {
            [row] if row.id == id || id.len() >= LEAST => Ok(row),
            [] => bail!("there is no finding {id}: yagura findings list says which there are"),
            _ => {
                Err(Usage(format!("{id} may be any of several findings: give more of its id"))
                    .into())
            }
        }
    }

    /// The promised object, and whether it has been seen to.
    fn object(&self, row: &FindingRow) -> Value {
        let mut object: Map<String, Value> = serde_json::from_str(&row.line).unwrap_or_default();
        let seen_to = self.acknowledged.get(&row.id).map_or(Value::Null, |seen| {
            let at = jiff::Timestamp::from_microsecond(seen.received).ok();
            json!({ "at": at.map(|at| format!("{at:.0}")), "note": seen.note })
        });
        object.insert("acknowledged".to_owned(), seen_to);
        Value::Object(object)
    }
}

async fn list(args: &ListFindings) -> Result<Done> {
    let day = |day: archive::Day| day.begins(&TimeZone::UTC);
    let from = args.from.map_or(EVER.0, |from| day(from) + 1);
    let to = args.to.map_or(EVER.1, |to| day(to.plus(1)) + 1);
    let kept = Kept::read(&args.desk, (from, to)).await?;
    let wanted = |row: &&FindingRow| {
        args.kind.as_ref().is_none_or(|kind| *kind == row.kind)
            && (!args.open || row.open)
            && !(args.unacknowledged && kept.acknowledged.contains_key(&row.id))
    };
    let found: Vec<Value> = kept.found.iter().filter(wanted).map(|row| kept.object(row)).collect();
    if args.desk.json {
        for finding in &found {
            say!("{finding}");
        }
        return Ok(Done::Whole);
    }
    if found.is_empty() {
        say!("nothing was found");
        return Ok(Done::Whole);
    }
    say!("{}", table::of_findings(&found).trim_end());
    Ok(Done::Whole)
}

async fn show(desk: &Desk, id: &str) -> Result<Done> {
    let kept = Kept::read(desk, EVER).await?;
    let row = kept.one(id)?;
    let object = kept.object(row);
    if desk.json {
        say!("{object}");
        return Ok(Done::Whole);
    }
    say!("{}", table::of_finding(&object).trim_end());
    let known = archive::Day::of(row.detected_at - 1, &TimeZone::UTC);
    say!("\nMake it again: yagura detect replay --from {known} --to {known} --json");
    Ok(Done::Whole)
}

async fn acknowledge(desk: &Desk, note: &str, ids: &[String]) -> Result<Done> {
    let kept = Kept::read(desk, EVER).await?;
    let received = jiff::Timestamp::now().as_microsecond();
    let seen = |id: &String| -> Result<Acknowledged> {
        let finding = kept.one(id)?.id.clone();
        Ok(Acknowledged { finding, note: note.to_owned(), received })
    };
    // All or none.
    let all: Vec<Acknowledged> = ids.iter().map(seen).collect::<Result<_>>()?;
    kept.archive.acknowledge(&all).await?;
    if desk.json {
        for seen in &all {
            say!("{}", json!({ "id": seen.finding, "note": seen.note }));
        }
    } else {
        say!("{} acknowledged", all.len());
    }
    Ok(Done::Whole)
}

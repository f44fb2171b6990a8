//! `yagura detect evaluate`.

use anyhow::Result;
use archive::{AccessRow, Archive, Day};
use detect::PointHour;
use detect::evaluate::{Background, Line, Plan, evaluate, evaluate_events, table};
use gazetteer::Scanners;
use serde_json::json;

use crate::cli::EvaluateArgs;
use crate::detect::sighting;
use crate::{Done, Usage, open_to_read};

/// Accesses that a background holds at most: it is in memory several times (about 1 GB in all).
const MOST: usize = 2_000_000;

/// Tries the detectors on the archive's own accesses.
pub(crate) async fn run(args: &EvaluateArgs) -> Result<Done> {
    let (archive, _) = open_to_read(&args.desk.folder).await?;
    let Some(all) = archive.days_in_utc().await? else {
        eprintln!("yagura: the archive is empty: import captures or logs first");
        return Ok(Done::Failed);
    };
    let first = args.from.unwrap_or(*all.start()).max(*all.start());
    let last = args.to.unwrap_or(*all.end()).min(*all.end());
    let background = background(&archive, first, last).await?;
    let plan = Plan {
        sizes: vec![2.0, 3.0, 5.0],
        trials: args.trials,
        alarms_a_month: args.alarms,
        least: 10.0,
        seed: args.seed,
    };
    let mut lines = evaluate(&background, &plan);
    lines.extend(evaluate_events(&background, args.seed));
    if args.desk.json {
        for line in &lines {
            say!("{}", object(line));
        }
    } else {
        say!("{}", table(&lines).trim_end());
    }
    if lines.iter().all(|line| line.tried == 0) {
        eprintln!("yagura: there is too little to put events into: a month at least is needed");
        return Ok(Done::InPart);
    }
    Ok(Done::Whole)
}

async fn background(archive: &Archive, first: Day, last: Day) -> Result<Background> {
    let scanners = Scanners::shipped();
    let mut background = Background { name: format!("{first} to {last}"), ..Background::default() };
    for day in (first.to_epoch()..=last.to_epoch()).map(Day::from_epoch) {
        for hour in archive.point_hours(day).await? {
            let point = hour.point.parse().ok().and_then(|point| background.roll.id(&point));
            let Some(point) = point else { continue };
            let covered =
                PointHour { point, seconds_up: hour.seconds_up, addresses: hour.addresses };
            background.coverage.entry(hour.hour).or_default().push(covered);
        }
        let mut too_many = false;
        let take = |row: &AccessRow<'_>| {
            too_many |= background.sightings.len() >= MOST;
            let point = row.point.parse().ok().and_then(|point| background.roll.id(&point));
            if let Some(point) = point.filter(|_| !too_many) {
                let is_scanner = scanners.of(row.src).is_some();
                background.sightings.push(sighting(row, point, is_scanner));
            }
        };
        archive.each_access(day, take).await?;
        if too_many {
            return Err(Usage(format!(
                "there are more than {MOST} accesses from {first} to {last}: name fewer days with \
                 --from and --to"
            ))
            .into());
        }
    }
    Ok(background)
}

fn object(line: &Line) -> serde_json::Value {
    json!({
        "background": line.background,
        "detector": line.detector,
        "method": line.method,
        "size": line.size,
        "unit": line.unit,
        "tried": line.tried,
        "found": line.found,
        "recall": line.recall(),
        "precision": line.precision,
        "false_alarms_a_month": line.alarms_a_month,
        "own": line.own,
        "delay_hours": line.delay,
    })
}

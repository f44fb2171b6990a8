//! `yagura ask`.

use anyhow::Result;
use archive::Archive;
use archive::question::{Answer, LIST, Scope};
use serde::Serialize;

use crate::cli::AskArgs;
use crate::table;
use crate::{Done, Usage};

/// Lists the questions.
pub(crate) fn list() -> Result<Done> {
    say!("Questions (yagura ask QUESTION [--from DAY] [--to DAY] [--point NAME] [--json]):\n");
    for (name, what) in LIST {
        say!("  {name:<10}{what}");
    }
    Ok(Done::Whole)
}

/// Answers a question.
pub(crate) async fn run(archive: &Archive, args: &AskArgs) -> Result<Done> {
    let scope = Scope { from: args.from, to: args.to, point: args.point.clone(), as_of: None };
    let question = args.question.as_deref().unwrap_or_default();
    if args.src.is_some() && question != "seen" {
        let wrong = format!("--src belongs to the question seen: {question:?} is answered for all");
        return Err(Usage(wrong).into());
    }
    if OF_ROWS.contains(&question) {
        say_what_was_dropped(archive, &scope).await?;
    }
    match question {
        "totals" => say(args, archive.totals(&scope).await?),
        "days" => say(args, archive.days(&scope).await?),
        "ports" => say_first(args, archive.services(&scope).await?),
        "sources" => say(args, archive.sources(&scope, args.top.get()).await?),
        "countries" => say_first(args, archive.countries(&scope).await?),
        "asns" => say_first(args, archive.asns(&scope).await?),
        "scanners" => say_first(args, archive.scanners(&scope).await?),
        "kinds" => say(args, archive.kinds(&scope).await?),
        "tools" => say(args, archive.tools(&scope).await?),
        "seen" => match args.src {
            Some(src) => say(args, archive.seen(&scope, src).await?),
            None => Err(Usage("name the address that you ask about with --src".to_owned()).into()),
        },
        other => {
            let names: Vec<&str> = LIST.iter().map(|(name, _)| *name).collect();
            Err(Usage(format!("{other:?} is no question: ask one of {}", names.join(", "))).into())
        }
    }
}

/// The questions that are answered from rows, wholly or (totals) in part, and not from the daily counts.
const OF_ROWS: [&str; 8] =
    ["totals", "sources", "countries", "asns", "scanners", "kinds", "tools", "seen"];

/// Says that an answer is of the rows that are left, where some were dropped.
async fn say_what_was_dropped(archive: &Archive, scope: &Scope) -> Result<()> {
    let dropped = archive.days_without_rows(scope).await?;
    if let (Some(first), Some(last)) = (dropped.first(), dropped.last()) {
        eprintln!(
            "yagura: rows of {} UTC days from {first} to {last} were dropped: sources, places, kinds and tools \
             are those of the rows that are left",
            dropped.len()
        );
    }
    Ok(())
}

/// Says as many rows as were asked for.
fn say_first<T: Serialize>(args: &AskArgs, mut answer: Answer<T>) -> Result<Done> {
    answer.rows.truncate(args.top.get());
    say(args, answer)
}

fn say<T: Serialize>(args: &AskArgs, answer: Answer<T>) -> Result<Done> {
    if let (Some(point), true) = (&args.point, answer.rows.is_empty()) {
        eprintln!("yagura: nothing is known of a point {point} in these days");
    }
    if args.json {
        say!("{}", serde_json::to_string(&answer)?);
        return Ok(Done::Whole);
    }
    say!("{}", table::of_answer(&answer)?.trim_end());
    Ok(Done::Whole)
}

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
    match args.question.as_deref().unwrap_or_default() {
        "totals" => say(args, archive.totals(&scope).await?),
        "days" => say(args, archive.days(&scope).await?),
        "ports" => say_first(args, archive.services(&scope).await?),
        "sources" => say(args, archive.sources(&scope, args.top).await?),
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

/// Says as many rows as were asked for.
fn say_first<T: Serialize>(args: &AskArgs, mut answer: Answer<T>) -> Result<Done> {
    answer.rows.truncate(args.top);
    say(args, answer)
}

fn say<T: Serialize>(args: &AskArgs, answer: Answer<T>) -> Result<Done> {
    if args.json {
        say!("{}", serde_json::to_string(&answer)?);
        return Ok(Done::Whole);
    }
    say!("{}", table::of_answer(&answer)?.trim_end());
    Ok(Done::Whole)
}

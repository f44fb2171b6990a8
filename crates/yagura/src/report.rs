//! `yagura report`.

use std::io::Read as _;
use std::path::Path;

use anyhow::Result;
use incident::record::Disposition;
use register::face;
use register::{Export, House, Register, Search};
use serde::Serialize;

use crate::cli::{Desk, ReportCommand, ReportFormat};
use crate::settings::Settings;
use crate::{Done, Usage, counters, mails};

/// Runs a command on the book of reports.
pub(crate) fn run(command: &ReportCommand) -> Result<Done> {
    let args = desk(command);
    let settings = Settings::load(&args.folder)?;
    let now = jiff::Timestamp::now().as_microsecond();
    let mut book = counters::book(&settings)?;
    match command {
        ReportCommand::Add { file, received, .. } => {
            let taken = face::add(&mut book, &bytes(file)?, at(*received, now), now)?;
            say(args, &taken, face::text_of_taken)?;
            // What is in the book already is no failure: taking in is idempotent.
            let is_there = match taken.same_as {
                Some(item) => matches!(
                    book.item(item)?.disposition,
                    Disposition::Parsed | Disposition::InPart
                ),
                None => false,
            };
            Ok(if taken.filings.is_empty() && !is_there { Done::Failed } else { Done::Whole })
        }
        ReportCommand::Import { dry_run: true, files, received, .. } => {
            for file in files {
                let fates = face::dry_run(&mut book, &bytes(file)?, at(*received, now))?;
                say(args, &fates, face::text_of_fates)?;
            }
            Ok(Done::Whole)
        }
        ReportCommand::Import { dry_run: false, files, received, .. } => {
            let mut whole = true;
            for file in files {
                let imported = if file.is_dir() {
                    book.collect(file, now)?
                } else {
                    face::import(&mut book, &bytes(file)?, at(*received, now), now)?
                };
                whole &= imported.is_whole();
                say(args, &imported, face::text_of_collected)?;
            }
            Ok(if whole { Done::Whole } else { Done::InPart })
        }
        ReportCommand::Collect { .. } => {
            let collected = mails::collect(&mut book, &settings.mailbox()?)?;
            say(args, &collected, face::text_of_collected)?;
            Ok(if collected.is_whole() { Done::Whole } else { Done::InPart })
        }
        ReportCommand::List { kind, find, before, top, .. } => {
            let search = Search { kind: *kind, words: find.clone(), before: *before, most: *top };
            say(args, &book.list(&search)?, face::text_of_page)?;
            Ok(Done::Whole)
        }
        ReportCommand::Show { report, .. } => {
            say(args, &face::show(&mut book, report)?, face::text_of_shown)?;
            Ok(Done::Whole)
        }
        ReportCommand::Count { month, rule, beside, .. } => {
            if let Some(other) = beside {
                let apart = book.differences(rule, other, *month)?;
                say(args, &apart, |apart| face::text_of_differences(apart))?;
            } else {
                say(args, &face::count(&mut book, rule, *month)?, face::text_of_counted)?;
            }
            Ok(Done::Whole)
        }
        ReportCommand::Export { format, .. } => {
            let export = export(&mut book, *format, &settings)?;
            eprint!("{}", face::text_of_lost(&export));
            say(args, &export, |export| export.text.clone())?;
            Ok(Done::Whole)
        }
        ReportCommand::Audit { .. } => {
            say(args, &book.audit()?, face::text_of_audit)?;
            Ok(Done::Whole)
        }
    }
}

fn export(book: &mut Register, format: ReportFormat, settings: &Settings) -> Result<Export> {
    let house = || House::new(&settings.organisation, &settings.contact);
    Ok(match format {
        ReportFormat::Csv => Export::csv(&book.every_filing()?)?,
        ReportFormat::Rsit => Export::rsit(&book.every_filing()?)?,
        ReportFormat::Misp => Export::misp(&book.every_filing()?)?,
        ReportFormat::Xarf => face::export_xarf(book, &house()?)?,
        ReportFormat::IodefXml => Export::iodef_xml(&book.every_filing()?, &house()?)?,
        ReportFormat::IodefJson => Export::iodef_json(&book.every_filing()?, &house()?)?,
    })
}

fn desk(command: &ReportCommand) -> &Desk {
    match command {
        ReportCommand::Add { desk, .. }
        | ReportCommand::Import { desk, .. }
        | ReportCommand::Collect { desk }
        | ReportCommand::List { desk, .. }
        | ReportCommand::Show { desk, .. }
        | ReportCommand::Count { desk, .. }
        | ReportCommand::Export { desk, .. }
        | ReportCommand::Audit { desk } => desk,
    }
}

/// When something came, in microseconds.
fn at(received: Option<jiff::Timestamp>, now: i64) -> i64 {
    received.map_or(now, jiff::Timestamp::as_microsecond)
}

fn bytes(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One byte more than is taken, so that a larger file is refused and not cut.
    let most = face::MOST_BYTES as u64 + 1;
    if path == Path::new("-") {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes)?;
    } else {
        std::fs::File::open(path)
            .and_then(|file| file.take(most).read_to_end(&mut bytes))
            .map_err(|error| Usage(format!("{}: {error}", path.display())))?;
    }
    Ok(bytes)
}

fn say<T: Serialize>(args: &Desk, answer: &T, text: impl Fn(&T) -> String) -> Result<()> {
    if args.json {
        say!("{}", serde_json::to_string(answer)?);
    } else {
        say!("{}", text(answer).trim_end());
    }
    Ok(())
}

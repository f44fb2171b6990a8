//! The program: command line, settings, wiring.
//!
//! Exit status: 0 done, 1 failed, 2 wrong usage, 3 done in part.

/// Prints a line on standard output. That nobody reads it any more is an error like any other,
/// where `println!` would panic.
macro_rules! say {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        writeln!(std::io::stdout().lock(), $($words)*)?
    }};
}

mod alerts;
mod ask;
mod bulletins;
mod check;
mod cli;
mod counters;
mod detect;
mod evaluate;
mod findings;
mod import;
#[cfg(target_os = "linux")]
mod local;
#[cfg(not(target_os = "linux"))]
#[path = "local/elsewhere.rs"]
mod local;
mod log;
mod mails;
mod making;
mod narratives;
mod point;
mod progress;
mod quoted;
mod receive;
mod report;
mod reported;
mod samples;
mod settings;
mod shelf;
mod table;
mod up;
mod upkeep;

use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use archive::{Archive, Query};
use clap::Parser as _;

use cli::{ClaimsCommand, Cli, Command, DetectCommand};
use settings::Settings;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Done {
    Whole,
    InPart,
    Failed,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(Done::Whole) => ExitCode::SUCCESS,
        Ok(Done::Failed) => ExitCode::from(1),
        Ok(Done::InPart) => ExitCode::from(3),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("yagura: {error:#}");
            ExitCode::from(if error.is::<Usage>() { 2 } else { 1 })
        }
    }
}

/// What the user asked for makes no sense.
#[derive(Debug)]
struct Usage(String);

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

fn run(cli: Cli) -> Result<Done> {
    // Nothing that needs no runtime waits for one.
    match cli.command {
        Command::CheckConfig(folder) => {
            let settings = Settings::load(&folder)?;
            write!(io::stdout().lock(), "{settings}")?;
            return Ok(Done::Whole);
        }
        Command::Ask(ref ask) if ask.question.is_none() => return ask::list(),
        Command::Claims { command: ClaimsCommand::Check(args) } => return check::run(&args),
        // The book of reports waits for its disk, and PostgreSQL's client brings a runtime of its own.
        Command::Report { ref command } => return report::run(command),
        Command::Point { ref command } => return point::run(command),
        // It gives its capabilities up before it has a second thread.
        Command::WatchHere(ref folder) => return local::watch(folder),
        _ => {}
    }
    let watcher = match cli.command {
        Command::Up(ref args) if !args.sample => local::begin(&args.folder)?,
        _ => None,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(command(cli.command, watcher));
    // A query that ran out of its time may still be at work on another thread: nobody waits for it.
    runtime.shutdown_background();
    done
}

async fn command(command: Command, watcher: Option<local::Watcher>) -> Result<Done> {
    match command {
        Command::Import(args) => {
            let (archive, settings) = open(&args.folder).await?;
            import::run(&archive, &settings, &args).await
        }
        Command::Sql(args) => {
            let (archive, settings) = open_to_read(&args.folder).await?;
            let mut out = io::BufWriter::new(io::stdout());
            let (limits, format) = (settings.limits(), args.format.into());
            end_after(limits.seconds);
            archive.sql(Query { text: &args.query, limits, format }, &mut out).await?;
            out.flush()?;
            Ok(Done::Whole)
        }
        Command::Ask(args) => {
            let (archive, _) = open_to_read(&args.folder).await?;
            ask::run(&archive, &args).await
        }
        Command::Bulletin { command } => bulletins::run(&command).await,
        Command::Detect { command: DetectCommand::Replay(args) } => {
            let (archive, _) = open_to_read(&args.folder).await?;
            detect::replay(&archive, &args).await
        }
        Command::Detect { command: DetectCommand::Evaluate(args) } => evaluate::run(&args).await,
        Command::Findings { command } => findings::run(&command).await,
        Command::Alerts { command } => alerts::run(&command).await,
        Command::Up(args) => {
            log::begin()?;
            up::run(&args, watcher).await
        }
        Command::Archive { command } => upkeep::run(&command).await,
        // These are answered before there is a runtime.
        Command::CheckConfig(_)
        | Command::Claims { .. }
        | Command::Point { .. }
        | Command::Report { .. }
        | Command::WatchHere(_) => Ok(Done::Whole),
    }
}

/// Ends the program when a query is long over its time. An engine that is deep in one computation
/// does not hear that its time is up.
fn end_after(seconds: u64) {
    let grace = std::time::Duration::from_secs(seconds.saturating_add(2));
    std::thread::spawn(move || {
        std::thread::sleep(grace);
        eprintln!("yagura: {}", archive::Error::TimeLimit(seconds));
        std::process::exit(1);
    });
}

/// Opens the archive that a command reads. Where there is none an empty one is made, and that is said:
/// most often a path was mistyped.
async fn open_to_read(folder: &cli::Folder) -> Result<(Archive, Settings)> {
    let settings = Settings::load(folder)?;
    let is_there = settings.location.to_file_path().map_or(true, |path| path.exists());
    let opened = open(folder).await?;
    if !is_there {
        eprintln!("yagura: there was no archive at {}: an empty one was made", settings.location);
    }
    Ok(opened)
}

/// Opens the archive that a command works on.
async fn open(folder: &cli::Folder) -> Result<(Archive, Settings)> {
    let settings = Settings::load(folder)?;
    let archive = Archive::open(&settings.location, &settings.zone)
        .await
        .with_context(|| format!("cannot open the archive at {}", settings.location))?;
    Ok((archive, settings))
}

/// Whether the reader of our output has gone, as `head` does.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<io::Error>();
        io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
            || cause.to_string().contains("Broken pipe")
    })
}

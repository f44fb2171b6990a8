//! The small program of a monitoring point: it watches, journals, and delivers to its hub.

mod commands;
mod metrics;
mod status;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::filter::LevelFilter;

/// Watches what comes uninvited, journals it, and delivers it to a hub.
#[derive(Debug, Parser)]
#[command(name = "yagura-point", version, about)]
struct Arguments {
    /// Where the identity, the spool and the settings are.
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "YAGURA_POINT_DATA",
        default_value = "/var/lib/yagura-point"
    )]
    data: PathBuf,
    /// The settings; otherwise yagura-point.toml in the data folder.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Join a hub: `yagura point invite NAME` there prints this command.
    Join {
        /// The hub's address, https://HOST:PORT.
        url: String,
        /// The invitation.
        token: String,
    },
    /// Watch, journal and deliver, until it is told to stop (SIGTERM, Ctrl-C).
    Run,
    /// For the running point itself: keep its table of blocked sources.
    #[command(hide = true)]
    KeepBlocks {
        /// Sources at a time.
        at_most: usize,
    },
    /// Tell what the point is at.
    Status {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show the settings as they are understood.
    CheckConfig,
    /// Journal captures as if they came now, marked as replayed, and deliver them. Not while it runs.
    Replay {
        /// Captures: pcap or pcapng, compressed or not.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // As the hub's: error, warn, info, debug or trace; what is none of them is info.
    let level = std::env::var("YAGURA_LOG").ok().and_then(|level| level.parse().ok());
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(false)
        .with_max_level(level.unwrap_or(LevelFilter::INFO))
        .init();
    match commands::run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("yagura-point: {error:#}");
            ExitCode::FAILURE
        }
    }
}

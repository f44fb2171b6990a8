//! The log of what serves: lines on standard error.
//!
//! `YAGURA_LOG` says how much: error, warn, info (the default), debug or trace. Of the libraries beneath
//! only warnings are told, unless it is debug or trace.

use std::io;

use anyhow::{Context as _, Result};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Begins to write the log.
pub(crate) fn begin() -> Result<()> {
    let level = std::env::var("YAGURA_LOG").unwrap_or_else(|_| "info".to_owned());
    let level: LevelFilter = level
        .parse()
        .with_context(|| format!("YAGURA_LOG={level}: write error, warn, info, debug or trace"))?;
    let ours = ["yagura", "hub", "wire", "sensor"].map(|room| (room, level));
    let others = if level > LevelFilter::INFO { LevelFilter::INFO } else { LevelFilter::WARN };
    let filter = Targets::new().with_default(others.min(level)).with_targets(ours);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(false);
    tracing_subscriber::registry().with(lines.with_filter(filter)).try_init()?;
    Ok(())
}

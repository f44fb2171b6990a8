//! Virus reports.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The most lines of one virus report.
pub const MOST_LINES: usize = 1_000;

words! {
    /// Whether it was only found, or had infected something.
    VirusStatus, "status" {
        /// Found before it could act. IPA counted these too.
        Found = "found",
        /// It had infected a machine.
        Infected = "infected",
    }
}

words! {
    /// The way by which it came.
    Route, "route" {
        /// By mail.
        Mail = "mail",
        /// By a page.
        Web = "web",
        /// By a download.
        Download = "download",
        /// By a medium such as a disk or a memory stick.
        Media = "media",
        /// Over a network by itself.
        Network = "network",
        /// Another.
        Other = "other",
        /// Not known, or not said.
        Unknown = "unknown",
    }
}

/// One virus in a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The name exactly as it was reported.
    pub name: String,
    /// Whose name it is, as reported.
    pub vendor: Option<String>,
    /// How many pieces were found; none where it was not said.
    pub pieces: Option<u64>,
}

/// A virus report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VirusReport {
    /// Found or infected.
    pub status: VirusStatus,
    /// The civil day of discovery, where the reporter is.
    pub discovered: Date,
    /// The zone of that day, by its name in the tz database.
    pub zone: String,
    /// What was found.
    pub lines: Vec<Line>,
    /// How it came.
    pub route: Route,
}

/// Why something is no virus report. The reporter is asked to complete it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadVirus {
    /// Nothing was found, it seems.
    #[error("no virus is named: give at least one name")]
    NoLine,
    /// There are too many.
    #[error("more than {MOST_LINES} lines: send a CSV file")]
    TooMany,
    /// A line without a name.
    #[error("a line has no name: give the name that the scanner showed")]
    NoName,
    /// More than could be.
    #[error("more than 1000000000 pieces in one line: give the number that the scanner showed")]
    Pieces,
    /// The zone is none.
    #[error(transparent)]
    Zone(#[from] crate::ZoneError),
}

impl VirusReport {
    /// Whether it can be taken in.
    ///
    /// # Errors
    /// [`BadVirus`] says what is wrong.
    pub fn check(&self) -> Result<(), BadVirus> {
        crate::month::zone(&self.zone)?;
        if self.lines.len() > MOST_LINES {
            return Err(BadVirus::TooMany);
        }
        if self.lines.is_empty() {
            return Err(BadVirus::NoLine);
        }
        if self.lines.iter().any(|line| line.name.trim().is_empty()) {
            return Err(BadVirus::NoName);
        }
        if self.lines.iter().any(|line| line.pieces > Some(1_000_000_000)) {
            return Err(BadVirus::Pieces);
        }
        Ok(())
    }
}

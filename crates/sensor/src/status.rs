//! What a point tells of itself to whoever asks on its host: a file that the running program keeps.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use delivery::{Refusal, Table};
use observation::Micros;
use serde::{Deserialize, Serialize};

/// What a point is at. Times are µs since the epoch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// The point.
    pub point: String,
    /// The version of its program.
    pub version: String,
    /// Since when it runs.
    pub since: Micros,
    /// When this was written.
    pub written: Micros,
    /// Its hub, if it has joined one.
    pub hub: Option<String>,
    /// The journal that it writes.
    pub generation: String,
    /// Whether it watches now: all interfaces are up, and there is an address.
    pub watching: bool,
    /// Addresses that it watches.
    pub addresses: Option<u64>,
    /// Accesses that are open, as of the last turn.
    pub open: u64,
    /// Accesses that were journalled, in this journal.
    pub accesses: u64,
    /// Of them, those that the hub has.
    pub delivered: u64,
    /// Rows that wait for delivery.
    pub depth: u64,
    /// Bytes of the journal on disk.
    pub bytes: u64,
    /// Packets that were lost since it runs.
    pub dropped: u64,
    /// Accesses that were counted and not kept, since it runs, for want of room. Coverage tells them by
    /// hour and port, and its `access_packets` count their packets.
    pub not_kept: u64,
    /// How often everything open was closed for want of room for images, since it runs.
    pub crowded: u64,
    /// Where a damaged journal was moved to when this one was begun.
    pub aside: Option<String>,
    /// How far the hub's clock is ahead, µs.
    pub clock_offset: Option<Micros>,
    /// Tables whose delivery stands still until somebody acts.
    pub stopped: Vec<Stopped>,
    /// Whether sources of floods are blocked: `off`, `dry run`, `on`, or why they cannot be.
    pub blocking: String,
    /// Floods that go on.
    pub floods: Vec<String>,
    /// Sources that are blocked.
    pub blocked: u64,
    /// What failed last, if nothing has come through since.
    pub failure: Option<String>,
}

/// Why delivery stands still.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    /// The table.
    pub table: String,
    /// The reason's name.
    pub reason: String,
    /// More of it.
    pub detail: String,
}

impl Stopped {
    pub(crate) fn of(table: Table, refusal: &Refusal) -> Self {
        let reason = serde_json::to_value(refusal.reason).ok();
        let reason =
            reason.and_then(|reason| Some(reason.as_str()?.to_owned())).unwrap_or_default();
        Stopped { table: table.to_string(), reason, detail: refusal.detail.clone() }
    }
}

impl Report {
    /// Reads the report of a running point; none: no point has run here.
    ///
    /// # Errors
    /// The file cannot be read, or is none of ours.
    pub fn load(path: &Path) -> io::Result<Option<Self>> {
        match fs::read(path) {
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Puts the report in place. It need not be durable.
    pub(crate) fn store(&self, path: &Path) -> io::Result<()> {
        let draft = path.with_extension("draft");
        let mut file = fs::File::create(&draft)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        fs::rename(draft, path)
    }
}

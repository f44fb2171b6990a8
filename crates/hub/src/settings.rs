//! What may be set.

use std::path::PathBuf;
use std::time::Duration;

use observation::{HOUR, Micros, SECOND};

/// What may be set of a hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How long after its first delivery a group is committed.
    pub group: Duration,
    /// Rows of one table that wait at most. As many again are being committed.
    pub rows: usize,
    /// Deliveries of one table that wait at most.
    pub deliveries: usize,
    /// Bytes of both tables that wait at most, as they are in memory.
    pub bytes: usize,
    /// How long a commit is tried again while others commit.
    pub patience: Duration,
    /// A point from which nothing was heard for so long is silent, µs. Points tell of themselves each
    /// minute.
    pub silent: Micros,
    /// A point whose oldest row waits for longer is behind, µs.
    pub behind: Micros,
    /// A point whose clock differs by more is off, µs.
    pub off: Micros,
    /// How often the archive is compacted and cleaned up.
    pub upkeep: Duration,
    /// The local folders on whose disks there must be room, and how many bytes.
    pub disks: Vec<PathBuf>,
    /// Bytes that must be free on them.
    pub free: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            group: Duration::from_secs(5),
            rows: 131_072,
            deliveries: 4_096,
            bytes: 128 << 20,
            patience: Duration::from_secs(60),
            silent: 300 * SECOND,
            behind: HOUR,
            off: 10 * SECOND,
            upkeep: Duration::from_secs(3_600),
            disks: Vec::new(),
            free: 256 << 20,
        }
    }
}

//! How the points are: what `yagura point list` shows.

use std::path::Path;

use delivery::Generation;
use observation::{Micros, Point};
use serde::{Serialize, Serializer};
use wire::Registry;

use crate::{BookError, Finding, Heard, Settings, book};

/// How a point is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PointState {
    /// The point.
    #[serde(serialize_with = "name")]
    pub point: Point,
    /// When it joined, µs since the epoch.
    pub joined: Micros,
    /// When it was revoked, if it is.
    pub revoked: Option<Micros>,
    /// When it told of itself last.
    pub heard: Option<Micros>,
    /// How long its oldest row that was not acknowledged had waited then, µs; 0 where none waited.
    pub lag: Option<Micros>,
    /// Rows that were not acknowledged then.
    pub depth: Option<u64>,
    /// Bytes of its spool.
    pub bytes: Option<u64>,
    /// Packets that it lost since it started.
    pub dropped: Option<u64>,
    /// How far the hub's clock was ahead of its own, µs.
    pub offset: Option<Micros>,
    /// Its program's version.
    pub version: Option<String>,
    /// Its journal.
    pub generation: Option<Generation>,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
}

fn name<S: Serializer>(point: &Point, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(point.as_str())
}

/// How every point of a registry is, by name. `folder` is the hub's.
///
/// # Errors
/// The disk.
pub fn points(
    registry: &Registry,
    folder: &Path,
    now: Micros,
    settings: &Settings,
) -> Result<Vec<PointState>, BookError> {
    let failed = |error: wire::RegistryError| BookError {
        path: folder.to_owned(),
        error: std::io::Error::other(error),
    };
    let known = registry.points().map_err(failed)?;
    let state = |(point, entry): (Point, wire::Entry)| {
        let heard = book::heard(folder, &point)?;
        let findings = match entry.revoked {
            Some(_) => Vec::new(),
            None => Finding::of(&entry, heard.as_ref(), now, settings),
        };
        let (at, status) = heard.map(|Heard { at, status }| (at, status)).unzip();
        let lag = status.as_ref().map(|status| {
            status.oldest.map_or(0, |oldest| status.sent.saturating_sub(oldest).max(0))
        });
        Ok(PointState {
            joined: entry.joined,
            revoked: entry.revoked,
            heard: at,
            lag,
            depth: status.as_ref().map(|status| status.depth),
            bytes: status.as_ref().map(|status| status.bytes),
            dropped: status.as_ref().map(|status| status.dropped),
            offset: status.as_ref().and_then(|status| Some(status.clock?.offset)),
            generation: entry.generation,
            version: status.map(|status| status.version),
            point,
            findings,
        })
    };
    known.into_iter().map(state).collect()
}

//! Detectors: what happened that an analyst would want to be told of, how sure that is, and why.
//!
//! Pure: no I/O, no clock. [`Replay`] takes the archive's rows hour by hour in time order, live and
//! looking back alike, and says what was found; the same rows give the same findings with the same
//! ids. Each detector is a folder of its own, which opens with its method, the paper that it comes
//! from, and its constants:
//!
//! | detector | says | from |
//! |---|---|---|
//! | [`surge`] | a service is asked for more than usual | hourly counts, coverage |
//! | [`backscatter`] | somebody out there is flooded | accesses that are answers |
//! | [`flood`] | a watched address is flooded; an intense scan | accesses |
//! | [`cracking`] | a source tries passwords; sources that act alike | accesses to ports with passwords |
//! | [`fresh`] | a new port, payload, tool; growth; silence; a point unlike its peers | counts, accesses, coverage |
//!
//! What is remembered is bounded by constants; [`evaluate`] measures how well it all works.
//!
//! Invariant: a finding's `detected_at` is the end of the last hour that was needed to make it, and
//! nothing after `detected_at` changes its `id`, `kind`, `rule`, `first_seen` or `detected_at`.

pub mod backscatter;
mod count;
pub mod cracking;
pub mod evaluate;
mod exposure;
mod finding;
pub mod flood;
pub mod fresh;
mod number;
mod replay;
mod roll;
#[cfg(test)]
mod samples;
mod service;
mod sighting;
pub mod surge;

pub use count::{Count, Tally};
pub use exposure::{Exposure, PointHour};
pub use finding::{Finding, FindingKind, Times, rfc3339};
pub use replay::{Hour, Replay, Settings, VERSION};
pub use roll::{PointId, Roll};
pub use service::Service;
pub use sighting::Sighting;

//! One Parquet file of a table, as the log knows it.

use std::collections::HashMap;

use deltalake_core::kernel::{Add, LogicalFileView, Remove};
use jiff::Timestamp;
use observation::Micros;
use serde::{Deserialize, Serialize};

use crate::day::Day;

/// A file that is part of a table.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) add: Add,
    pub(crate) stats: Stats,
}

/// What the log says of a file's rows: as much as helps to pass over files that a question does
/// not need.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Stats {
    pub(crate) num_records: u64,
    #[serde(default)]
    pub(crate) min_values: Bounds,
    #[serde(default)]
    pub(crate) max_values: Bounds,
    #[serde(default)]
    pub(crate) null_count: HashMap<String, u64>,
}

/// One end of a file's range of times.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Bounds {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) first_seen: Option<String>,
}

impl Stats {
    /// The statistics of a file with so many rows, first seen between these two moments.
    pub(crate) fn new(rows: u64, span: Option<(Micros, Micros)>) -> Self {
        let bound = |time: Micros| Bounds { first_seen: text(time) };
        Stats {
            num_records: rows,
            min_values: span.map(|(first, _)| bound(first)).unwrap_or_default(),
            max_values: span.map(|(_, last)| bound(last)).unwrap_or_default(),
            null_count: HashMap::new(),
        }
    }
}

fn text(time: Micros) -> Option<String> {
    // Delta keeps milliseconds in its statistics, cut off: readers allow for that at the upper end.
    let millis = time.div_euclid(1_000);
    Timestamp::from_millisecond(millis).ok().map(|time| format!("{time:.3}"))
}

impl File {
    pub(crate) fn new(view: &LogicalFileView) -> Self {
        let stats = view.stats().and_then(|stats| serde_json::from_str(&stats).ok());
        let stats: Stats = stats.unwrap_or_default();
        let size = u64::try_from(view.size()).unwrap_or_default();
        let mut add = add(view.path().into_owned(), size, None, &stats, true);
        add.partition_values = view.partition_values_map();
        File { add, stats }
    }

    /// The day of the partition that the file is in.
    pub(crate) fn day(&self) -> Option<Day> {
        self.add.partition_values.get("day")?.as_deref()?.parse().ok()
    }

    /// Takes the file out of its table.
    pub(crate) fn remove(&self, data_change: bool) -> Remove {
        Remove {
            path: self.add.path.clone(),
            data_change,
            deletion_timestamp: Some(Timestamp::now().as_millisecond()),
            extended_file_metadata: Some(true),
            partition_values: Some(self.add.partition_values.clone()),
            size: Some(self.add.size),
            tags: None,
            deletion_vector: None,
            base_row_id: None,
            default_row_commit_version: None,
        }
    }
}

/// Puts a file that has been written into its table.
pub(crate) fn add(
    path: String,
    size: u64,
    day: Option<Day>,
    stats: &Stats,
    data_change: bool,
) -> Add {
    let partition = day.map(|day| ("day".to_owned(), Some(day.to_string())));
    Add {
        path,
        partition_values: partition.into_iter().collect(),
        size: i64::try_from(size).unwrap_or(i64::MAX),
        modification_time: Timestamp::now().as_millisecond(),
        data_change,
        stats: serde_json::to_string(stats).ok(),
        tags: None,
        deletion_vector: None,
        base_row_id: None,
        default_row_commit_version: None,
        clustering_provider: None,
    }
}

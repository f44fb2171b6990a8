//! The `finding` row, what a detector told on a day, and the `acknowledged` row, that somebody has
//! seen to it.

use std::net::IpAddr;

use crate::{Field, Micros, Type};

/// What a detector told of one thing by the end of a UTC day.
///
/// A finding is told again on each day on which it grows: of the rows with one `id`, that of the last
/// day is its last word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingRow {
    /// What it is about, by which rule, since when, as 16 hexadecimal digits.
    pub id: String,
    /// What sort of thing: surge, backscatter, …
    pub kind: String,
    /// The rule that made it.
    pub rule: String,
    /// IP protocol number.
    pub protocol: Option<u8>,
    /// Destination port; of backscatter the port that was attacked.
    pub dst_port: Option<u16>,
    /// The victim's or flooded address; the latter is a telescope's secret (invariant 9).
    pub target: Option<IpAddr>,
    /// Source addresses, as the rule counts them.
    pub sources: Option<u64>,
    /// When it began.
    pub first_seen: Micros,
    /// When it was last seen.
    pub last_seen: Micros,
    /// The time in the data at which it was known.
    pub detected_at: Micros,
    /// Whether it goes on.
    pub open: bool,
    /// All of it, as `yagura detect replay --json` says it.
    pub line: String,
}

/// That somebody has seen to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledged {
    /// The finding's `id`.
    pub finding: String,
    /// What was said about it.
    pub note: String,
    /// When.
    pub received: Micros,
}

/// The columns of the table `finding`.
pub const FINDING: &[Field] = &[
    Field::required(
        "id",
        Type::Text,
        "",
        "what it is about, by which rule, since when; its last word has the greatest day",
    ),
    Field::required(
        "kind",
        Type::Text,
        "",
        "surge, password-cracking, campaign, backscatter, flood, scan, new, growth, differs, silence",
    ),
    Field::required("rule", Type::Text, "", "the rule that made it"),
    Field::optional("protocol", Type::Int, "", "IP protocol number; null where it is of none"),
    Field::optional(
        "dst_port",
        Type::Int,
        "",
        "destination port; of backscatter the port that was attacked",
    ),
    Field::optional("target", Type::Bytes, "", "the victim's or flooded address; never published"),
    Field::optional("sources", Type::Long, "sources", "source addresses, as the rule counts them"),
    Field::required("first_seen", Type::Time, "", "when it began"),
    Field::required("last_seen", Type::Time, "", "when it was last seen"),
    Field::required("detected_at", Type::Time, "", "the time in the data at which it was known"),
    Field::required("open", Type::Bool, "", "whether it went on at the end of the day"),
    Field::required(
        "line",
        Type::Text,
        "",
        "all of it in JSON, as yagura detect replay --json says it; never published",
    ),
    Field::required(
        "day",
        Type::Day,
        "",
        "UTC day on which this was told; the table is partitioned by it",
    ),
];

/// The columns of the table `acknowledged`.
pub const ACKNOWLEDGED: &[Field] = &[
    Field::required("finding", Type::Text, "", "the finding's id"),
    Field::required("note", Type::Text, "", "what was said about it"),
    Field::required("received", Type::Time, "", "when"),
];

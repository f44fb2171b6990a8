//! The `daily` rollup: accesses counted per civil day.

use crate::{Field, Type};

/// The columns of the table `daily`.
///
/// Rows with a kind count the accesses of that kind. A row without one holds what does not add up
/// over kinds: TALOT2's sources of its day, point and service.
pub const DAILY: &[Field] = &[
    Field::required("point", Type::Text, "", "the monitoring point"),
    Field::optional("protocol", Type::Int, "", "IP protocol number; null where a log did not say"),
    Field::optional("port", Type::Int, "", "destination port; null where there is none"),
    Field::optional("icmp_type", Type::Int, "", "ICMP or ICMPv6 type; null for other protocols"),
    Field::optional(
        "kind",
        Type::Text,
        "",
        "as in access, unknown where it is null there; null in the row that counts sources over all kinds",
    ),
    Field::optional(
        "accesses",
        Type::Long,
        "accesses",
        "accesses; null in the row over all kinds, so that sums over the table are right",
    ),
    Field::optional("packets", Type::Long, "packets", "packets; null in the row over all kinds"),
    Field::required(
        "sources",
        Type::Long,
        "addresses",
        "distinct source addresses; in the row over all kinds (kind is null) these are TALOT2's sources",
    ),
    Field::required("zone", Type::Text, "", "time zone of the civil day, an IANA name"),
    Field::required(
        "day",
        Type::Day,
        "",
        "civil day of first_seen in that zone; the table is partitioned by it",
    ),
];

/// The columns of the table `retired`: days whose rows were dropped on demand. Their daily counts
/// are kept.
pub const RETIRED: &[Field] = &[
    Field::required("day", Type::Day, "", "the UTC day whose rows were dropped"),
    Field::required("accesses", Type::Long, "accesses", "rows that were dropped"),
    Field::required("received", Type::Time, "", "when they were dropped"),
    Field::optional(
        "latest_received",
        Type::Time,
        "",
        "when the last of them had been received; null where it was not written down",
    ),
];

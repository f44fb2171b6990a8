//! The `import` row: one file read for one point, the ledger by which nothing is counted twice.

use crate::{Field, Micros, Point, Type};

/// One file's part in one point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The point.
    pub point: Point,
    /// Lower-case hexadecimal SHA-256 of the file's decompressed bytes.
    pub sha256: String,
    /// Digest of the settings that shape its rows.
    pub settings: String,
    /// The file's name, without its folder, for people.
    pub file: String,
    /// Bytes of the file, decompressed.
    pub bytes: u64,
    /// Earliest and latest packet of the file; none where it held no packet.
    pub span: Option<(Micros, Micros)>,
    /// Packets in the file (for all points together).
    pub packets: u64,
    /// Rows that the file gave this point.
    pub accesses: u64,
    /// Whether the file was read to its end.
    pub whole: bool,
}

impl Import {
    /// Whether another entry is of the same bytes, point and settings.
    pub fn is(&self, other: &Import) -> bool {
        self.point == other.point && self.sha256 == other.sha256 && self.settings == other.settings
    }

    /// Whether another file's packets lie in the same stretch of time. Files that meet in one
    /// moment, as those of a rotated capture may, do not overlap.
    pub fn overlaps(&self, other: &Import) -> bool {
        let (Some((first, last)), Some((begin, end))) = (self.span, other.span) else {
            return false;
        };
        (first < end && begin < last) || (first, last) == (begin, end)
    }
}

/// The columns of the table `import`.
pub const IMPORT: &[Field] = &[
    Field::required("point", Type::Text, "", "the monitoring point"),
    Field::required(
        "sha256",
        Type::Text,
        "",
        "SHA-256 of the file's decompressed bytes, hexadecimal",
    ),
    Field::required(
        "settings",
        Type::Text,
        "",
        "digest of the settings that shape the rows (mode, watch list, idle, active, fold version)",
    ),
    Field::required("file", Type::Text, "", "the file's name when it was imported"),
    Field::required("bytes", Type::Long, "bytes", "the file's length, decompressed"),
    Field::optional("first", Type::Time, "", "the earliest packet; null where the file held none"),
    Field::optional("last", Type::Time, "", "the latest packet; null where the file held none"),
    Field::required(
        "packets",
        Type::Long,
        "packets",
        "packets in the file, for all points together",
    ),
    Field::required("accesses", Type::Long, "accesses", "rows that it gave this point"),
    Field::required("whole", Type::Bool, "", "false: the file broke off and was read in part"),
    Field::required("received", Type::Time, "", "when it was imported"),
];

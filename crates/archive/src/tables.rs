//! The tables of the archive.

use observation::Field;

use crate::table::Spec;

/// Accesses, by UTC day.
pub(crate) static ACCESS: Spec =
    Spec { name: "access", fields: observation::ACCESS, partition: Some("day") };

/// Hours of points.
pub(crate) static COVERAGE: Spec =
    Spec { name: "coverage", fields: observation::COVERAGE, partition: None };

/// Accesses counted by civil day.
pub(crate) static DAILY: Spec =
    Spec { name: "daily", fields: observation::DAILY, partition: Some("day") };

/// The ledger of files.
pub(crate) static IMPORT: Spec =
    Spec { name: "import", fields: observation::IMPORT, partition: None };

/// Days whose rows were dropped.
pub(crate) static RETIRED: Spec =
    Spec { name: "retired", fields: observation::RETIRED, partition: None };

/// What detectors told, by the UTC day on which they did.
pub(crate) static FINDING: Spec =
    Spec { name: "finding", fields: observation::FINDING, partition: Some("day") };

/// Findings that somebody has seen to.
pub(crate) static ACKNOWLEDGED: Spec =
    Spec { name: "acknowledged", fields: observation::ACKNOWLEDGED, partition: None };

/// Every table that users may ask, with its columns.
pub fn reference() -> [(&'static str, &'static [Field]); 7] {
    [&ACCESS, &COVERAGE, &DAILY, &IMPORT, &RETIRED, &FINDING, &ACKNOWLEDGED]
        .map(|spec| (spec.name, spec.fields))
}

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

/// Every table that users may ask, with its columns.
pub fn reference() -> [(&'static str, &'static [Field]); 5] {
    [&ACCESS, &COVERAGE, &DAILY, &IMPORT, &RETIRED].map(|spec| (spec.name, spec.fields))
}

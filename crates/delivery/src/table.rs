//! The tables that points deliver to.

use std::fmt;
use std::sync::Arc;

use arrow_schema::{Schema, SchemaRef};
use observation::{ACCESS, COVERAGE, Field};
use serde::{Deserialize, Serialize};

/// A table that points deliver to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Table {
    /// Unwanted accesses.
    Access,
    /// What the point was able to see.
    Coverage,
}

/// Columns that the hub sets: no point may write them.
const HUB: [&str; 5] = ["received", "country", "asn", "geo_date", "day"];

impl Table {
    /// Every table, in the order in which the hub commits.
    pub const ALL: [Table; 2] = [Table::Access, Table::Coverage];

    /// The table's name in the archive.
    pub const fn as_str(self) -> &'static str {
        match self {
            Table::Access => "access",
            Table::Coverage => "coverage",
        }
    }

    /// All columns of the table in the archive.
    pub const fn all_fields(self) -> &'static [Field] {
        match self {
            Table::Access => ACCESS,
            Table::Coverage => COVERAGE,
        }
    }

    /// The columns that a point delivers, in order: all but those that the hub sets.
    pub fn fields(self) -> impl Iterator<Item = &'static Field> {
        self.all_fields().iter().filter(|field| !HUB.contains(&field.name))
    }

    /// The Arrow schema of what a point delivers.
    pub fn schema(self) -> SchemaRef {
        let columns: Vec<arrow_schema::Field> = self
            .fields()
            .map(|field| arrow_schema::Field::new(field.name, field.ty.arrow(), field.nullable))
            .collect();
        Arc::new(Schema::new(columns))
    }

    /// The table's number on the wire.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Table::Access => 1,
            Table::Coverage => 2,
        }
    }

    /// The table of a number on the wire.
    pub(crate) fn of(number: u8) -> Option<Self> {
        Table::ALL.into_iter().find(|table| table.number() == number)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hub_sets_what_points_cannot_know() {
        let names = |table: Table| table.fields().map(|field| field.name).collect::<Vec<_>>();
        assert_eq!(names(Table::Access).len(), ACCESS.len() - 5);
        assert_eq!(names(Table::Coverage).len(), COVERAGE.len() - 1);
        assert!(names(Table::Access).contains(&"point"));
        for name in HUB {
            assert!(ACCESS.iter().any(|field| field.name == name), "{name}");
        }
    }
}

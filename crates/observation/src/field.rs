//! One column: its name, type, unit and meaning.

use std::sync::Arc;

use arrow_schema::{DataType, Schema, SchemaRef, TimeUnit};

/// A column type that Delta Lake, and so every reader of the archive, has.
///
/// Delta knows no unsigned and no fixed-size binary types (invariant 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Microseconds since the epoch, UTC.
    Time,
    /// A civil day.
    Day,
    /// UTF-8 text.
    Text,
    /// Bytes; an address is 4 or 16 of them, in network order.
    Bytes,
    /// A 32-bit signed number.
    Int,
    /// A 64-bit signed number.
    Long,
    /// True or false.
    Bool,
}

impl Type {
    /// The Arrow type that rows of this column have in memory.
    pub fn arrow(self) -> DataType {
        match self {
            Type::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Type::Day => DataType::Date32,
            Type::Text => DataType::Utf8,
            Type::Bytes => DataType::Binary,
            Type::Int => DataType::Int32,
            Type::Long => DataType::Int64,
            Type::Bool => DataType::Boolean,
        }
    }
}

/// One column of a table, as users read of it on the reference page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The column's name in every table, file and answer.
    pub name: &'static str,
    /// What it holds.
    pub ty: Type,
    /// False: every row has a value.
    pub nullable: bool,
    /// The unit of a figure, empty where there is none.
    pub unit: &'static str,
    /// What the value says, and when it is null.
    pub meaning: &'static str,
}

impl Field {
    /// A column that every row fills.
    pub(crate) const fn required(
        name: &'static str,
        ty: Type,
        unit: &'static str,
        meaning: &'static str,
    ) -> Self {
        Field { name, ty, nullable: false, unit, meaning }
    }

    /// A column that may be null.
    pub(crate) const fn optional(
        name: &'static str,
        ty: Type,
        unit: &'static str,
        meaning: &'static str,
    ) -> Self {
        Field { name, ty, nullable: true, unit, meaning }
    }
}

/// The Arrow schema of a field list.
pub fn schema(fields: &[Field]) -> SchemaRef {
    let columns: Vec<arrow_schema::Field> = fields
        .iter()
        .map(|field| arrow_schema::Field::new(field.name, field.ty.arrow(), field.nullable))
        .collect();
    Arc::new(Schema::new(columns))
}

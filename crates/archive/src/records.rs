//! Reading values out of an answer's batches.

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Date32Type, Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, RecordBatch};
use observation::Micros;

use crate::day::Day;

/// One row of a batch.
#[derive(Clone, Copy)]
pub(crate) struct Record<'a> {
    batch: &'a RecordBatch,
    row: usize,
}

/// All rows of some batches.
pub(crate) fn records(batches: &[RecordBatch]) -> impl Iterator<Item = Record<'_>> {
    batches.iter().flat_map(|batch| (0..batch.num_rows()).map(move |row| Record { batch, row }))
}

impl<'a> Record<'a> {
    fn column(&self, name: &str) -> Option<&'a dyn Array> {
        let column = self.batch.column_by_name(name)?;
        column.is_valid(self.row).then_some(column.as_ref())
    }

    /// A number that is not negative; null is none.
    pub(crate) fn count(&self, name: &str) -> Option<u64> {
        u64::try_from(self.long(name)?).ok()
    }

    /// A 64-bit or 32-bit number.
    pub(crate) fn long(&self, name: &str) -> Option<i64> {
        let column = self.column(name)?;
        let long = column.as_primitive_opt::<Int64Type>().map(|column| column.value(self.row));
        long.or_else(|| {
            column.as_primitive_opt::<Int32Type>().map(|column| column.value(self.row).into())
        })
    }

    /// A small number: a port, a protocol, a type.
    pub(crate) fn small<T: TryFrom<i64>>(&self, name: &str) -> Option<T> {
        T::try_from(self.long(name)?).ok()
    }

    /// Text.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        let column = self.column(name)?;
        let plain = column.as_string_opt::<i32>().map(|column| column.value(self.row));
        plain.or_else(|| column.as_string_view_opt().map(|column| column.value(self.row)))
    }

    /// Bytes.
    pub(crate) fn bytes(&self, name: &str) -> Option<&'a [u8]> {
        let column = self.column(name)?;
        let plain = column.as_binary_opt::<i32>().map(|column| column.value(self.row));
        plain.or_else(|| column.as_binary_view_opt().map(|column| column.value(self.row)))
    }

    /// A moment.
    pub(crate) fn time(&self, name: &str) -> Option<Micros> {
        let column = self.column(name)?.as_primitive_opt::<TimestampMicrosecondType>()?;
        Some(column.value(self.row))
    }

    /// A day.
    pub(crate) fn day(&self, name: &str) -> Option<Day> {
        let column = self.column(name)?.as_primitive_opt::<Date32Type>()?;
        Some(Day::from_epoch(column.value(self.row)))
    }

    /// True or false.
    pub(crate) fn truth(&self, name: &str) -> Option<bool> {
        Some(self.column(name)?.as_boolean_opt()?.value(self.row))
    }
}

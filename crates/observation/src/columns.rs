//! Columns that are filled row by row.

use std::net::IpAddr;

use std::sync::Arc;

use arrow_array::builder::{BinaryBuilder, GenericByteBuilder, NullBufferBuilder};
use arrow_array::types::{ArrowPrimitiveType, BinaryType, ByteArrayType};
use arrow_array::{ArrayRef, PrimitiveArray};

/// A column of numbers that a row may leave empty. Such rows cost nothing until one has a value: of
/// the columns of an access, most are empty most of the time.
pub(crate) struct Numbers<T: ArrowPrimitiveType> {
    values: Vec<T::Native>,
    /// Rows that are empty, once there is one.
    gaps: NullBufferBuilder,
}

impl<T: ArrowPrimitiveType> Default for Numbers<T> {
    fn default() -> Self {
        Numbers { values: Vec::new(), gaps: NullBufferBuilder::new(0) }
    }
}

impl<T: ArrowPrimitiveType> Numbers<T> {
    /// The value of a row that comes after all rows with a value, where there is one.
    #[inline]
    pub(crate) fn put(&mut self, row: usize, value: Option<impl Into<T::Native>>) {
        let Some(value) = value else { return };
        if self.values.len() < row {
            self.leave(row);
        }
        self.values.push(value.into());
        self.gaps.append_non_null();
    }

    /// The values of the rows from `row` on, each of which has one.
    pub(crate) fn extend<V: Into<T::Native>>(
        &mut self,
        row: usize,
        values: impl ExactSizeIterator<Item = V>,
    ) {
        if self.values.len() < row {
            self.leave(row);
        }
        self.gaps.append_n_non_nulls(values.len());
        self.values.extend(values.map(Into::into));
    }

    /// The values of the rows from `row` on, where they have one.
    pub(crate) fn extend_some<V: Into<T::Native>>(
        &mut self,
        row: usize,
        values: impl Iterator<Item = Option<V>>,
    ) {
        // Values that follow each other are marked as present all at once.
        let mut unmarked = 0;
        for (at, value) in values.enumerate() {
            let Some(value) = value else {
                self.gaps.append_n_non_nulls(std::mem::take(&mut unmarked));
                continue;
            };
            if self.values.len() < row + at {
                self.leave(row + at);
            }
            self.values.push(value.into());
            unmarked += 1;
        }
        self.gaps.append_n_non_nulls(unmarked);
    }

    /// Leaves all rows before `row` empty.
    #[cold]
    fn leave(&mut self, row: usize) {
        let missing = row.saturating_sub(self.values.len());
        self.values.resize(row, T::default_value());
        self.gaps.append_n_nulls(missing);
    }

    /// The column of so many rows; it is empty afterwards.
    pub(crate) fn finish(&mut self, rows: usize) -> ArrayRef {
        Arc::new(self.finish_array(rows))
    }

    pub(crate) fn finish_array(&mut self, rows: usize) -> PrimitiveArray<T> {
        if self.values.len() < rows {
            self.leave(rows);
        }
        let values = std::mem::take(&mut self.values);
        PrimitiveArray::<T>::new(values.into(), self.gaps.finish())
    }
}

/// A column of texts or bytes that a row may leave empty, as [`Numbers`].
pub(crate) struct Texts<T: ByteArrayType>(GenericByteBuilder<T>);

impl<T: ByteArrayType> Default for Texts<T> {
    fn default() -> Self {
        Texts(GenericByteBuilder::new())
    }
}

impl<T: ByteArrayType> Texts<T> {
    /// The builder with every row before `row`, to append that row's value to.
    fn at(&mut self, row: usize) -> &mut GenericByteBuilder<T> {
        let missing = row.saturating_sub(arrow_array::builder::ArrayBuilder::len(&self.0));
        if missing > 0 {
            self.0.append_nulls(missing);
        }
        &mut self.0
    }

    /// The value of a row, where there is one.
    pub(crate) fn put(&mut self, row: usize, value: Option<impl AsRef<T::Native>>) {
        if let Some(value) = value {
            self.at(row).append_value(value);
        }
    }

    /// The values of the rows from `row` on, where they have one.
    pub(crate) fn extend<V: AsRef<T::Native>>(
        &mut self,
        row: usize,
        values: impl Iterator<Item = Option<V>> + Clone,
    ) {
        if values.clone().any(|value| value.is_some()) {
            for (at, value) in values.enumerate() {
                self.put(row + at, value);
            }
        }
    }

    /// The column of so many rows; it is empty afterwards.
    pub(crate) fn finish(&mut self, rows: usize) -> ArrayRef {
        Arc::new(self.at(rows).finish())
    }
}

impl Texts<BinaryType> {
    /// An address as 4 or 16 bytes in network order, where there is one.
    pub(crate) fn put_address(&mut self, row: usize, address: Option<IpAddr>) {
        if let Some(address) = address {
            append_address(self.at(row), address);
        }
    }
}

/// Appends an address as 4 or 16 bytes in network order.
pub(crate) fn append_address(column: &mut BinaryBuilder, address: IpAddr) {
    match address {
        IpAddr::V4(address) => column.append_value(address.octets()),
        IpAddr::V6(address) => column.append_value(address.octets()),
    }
}

/// A counter as Delta can hold it.
pub(crate) fn long(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

//! Columns that are filled row by row.

use std::net::IpAddr;

use arrow_array::builder::{ArrayBuilder, BinaryBuilder, GenericByteBuilder, PrimitiveBuilder};
use arrow_array::types::{ArrowPrimitiveType, ByteArrayType};

/// A builder that can leave rows empty.
pub(crate) trait Leave: ArrayBuilder {
    /// Leaves so many rows empty.
    fn leave(&mut self, rows: usize);
}

impl<T: ArrowPrimitiveType> Leave for PrimitiveBuilder<T> {
    fn leave(&mut self, rows: usize) {
        self.append_nulls(rows);
    }
}

impl<T: ByteArrayType> Leave for GenericByteBuilder<T> {
    fn leave(&mut self, rows: usize) {
        self.append_nulls(rows);
    }
}

/// A column that a row may leave empty. Such rows cost nothing until one has a value: of the columns
/// of an access, most are empty most of the time.
#[derive(Default)]
pub(crate) struct Sparse<B>(B);

impl<B: Leave> Sparse<B> {
    /// The builder with every row before `row`, to append that row's value to.
    pub(crate) fn at(&mut self, row: usize) -> &mut B {
        let missing = row.saturating_sub(self.0.len());
        if missing > 0 {
            self.0.leave(missing);
        }
        &mut self.0
    }

    /// The column of so many rows; it is empty afterwards.
    pub(crate) fn finish(&mut self, rows: usize) -> arrow_array::ArrayRef {
        self.at(rows).finish()
    }
}

impl<T: ArrowPrimitiveType> Sparse<PrimitiveBuilder<T>> {
    /// The value of a row, where there is one.
    pub(crate) fn put(&mut self, row: usize, value: Option<impl Into<T::Native>>) {
        if let Some(value) = value {
            self.at(row).append_value(value.into());
        }
    }
}

impl<T: ByteArrayType> Sparse<GenericByteBuilder<T>> {
    /// The value of a row, where there is one.
    pub(crate) fn put(&mut self, row: usize, value: Option<impl AsRef<T::Native>>) {
        if let Some(value) = value {
            self.at(row).append_value(value);
        }
    }
}

impl Sparse<BinaryBuilder> {
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

//! One column out of the bytes of its buffers, which may be any bytes.
//!
//! Layout: Arrow Columnar Format 1.5, "Physical Memory Layout". Values are copied, at most as many
//! bytes as there are, so that alignment does not matter.

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use std::sync::Arc;

use arrow_array::types::ByteArrayType;
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, GenericByteArray, Int32Array, Int64Array,
    TimestampMicrosecondArray,
};
use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use observation::Type;

/// The column of so many rows; none where the bytes are too few or make no values of its type.
/// `nulls` is none where the column says that it has none.
pub(crate) fn column(
    ty: Type,
    rows: usize,
    nulls: Option<&[u8]>,
    offsets: &[u8],
    values: &[u8],
) -> Option<ArrayRef> {
    let nulls = match nulls {
        Some(bytes) => Some(NullBuffer::new(bits(bytes, rows)?)),
        None => None,
    };
    Some(match ty {
        Type::Text => text::<arrow_array::types::Utf8Type>(rows, nulls, offsets, values)?,
        Type::Bytes => text::<arrow_array::types::BinaryType>(rows, nulls, offsets, values)?,
        Type::Int => Arc::new(Int32Array::try_new(ints(values, rows)?, nulls).ok()?),
        Type::Day => Arc::new(Date32Array::try_new(ints(values, rows)?, nulls).ok()?),
        Type::Long => Arc::new(Int64Array::try_new(longs(values, rows)?, nulls).ok()?),
        Type::Time => {
            let times = TimestampMicrosecondArray::try_new(longs(values, rows)?, nulls).ok()?;
            Arc::new(times.with_timezone("UTC"))
        }
        Type::Bool => Arc::new(BooleanArray::new(bits(values, rows)?, nulls)),
    })
}

fn bits(bytes: &[u8], rows: usize) -> Option<BooleanBuffer> {
    let bytes = bytes.get(..rows.div_ceil(8))?;
    Some(BooleanBuffer::new(Buffer::from_slice_ref(bytes), 0, rows))
}

fn ints(bytes: &[u8], count: usize) -> Option<ScalarBuffer<i32>> {
    let (values, _) = bytes.get(..count.checked_mul(4)?)?.as_chunks::<4>();
    Some(values.iter().map(|value| i32::from_le_bytes(*value)).collect())
}

fn longs(bytes: &[u8], count: usize) -> Option<ScalarBuffer<i64>> {
    let (values, _) = bytes.get(..count.checked_mul(8)?)?.as_chunks::<8>();
    Some(values.iter().map(|value| i64::from_le_bytes(*value)).collect())
}

fn text<T: ByteArrayType<Offset = i32>>(
    rows: usize,
    nulls: Option<NullBuffer>,
    offsets: &[u8],
    values: &[u8],
) -> Option<ArrayRef> {
    let offsets = ints(offsets, rows.checked_add(1)?)?;
    let rising = offsets.windows(2).all(|two| matches!(two, [a, b] if a <= b));
    let last = usize::try_from(*offsets.last()?).ok()?;
    if !rising || *offsets.first()? < 0 || last > values.len() {
        return None;
    }
    let offsets = OffsetBuffer::new(offsets);
    let values = Buffer::from_slice_ref(values);
    Some(Arc::new(GenericByteArray::<T>::try_new(offsets, values, nulls).ok()?))
}

//! A column's values, as they are read from Arrow and written plainly into Parquet.

use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    ByteArrayType, Date32Type, Int32Type, Int64Type, TimestampMicrosecondType,
};
use arrow_array::{Array, GenericByteArray};
use arrow_schema::DataType;

/// The values of some rows of a column; nulls are left out.
pub(super) enum Values<'a> {
    /// Numbers of 32 bits.
    Ints(Vec<i64>),
    /// Numbers of 64 bits, times too.
    Longs(Vec<i64>),
    Texts(Vec<&'a [u8]>),
    /// Texts by their numbers in a list, which may be longer than needed.
    Coded(Vec<i64>, Vec<&'a [u8]>),
    Truths(Vec<bool>),
}

impl<'a> Values<'a> {
    /// None: the column has a type that no table of ours has. `numbers` is a place for numbers, which
    /// need not be made anew each time.
    pub(super) fn of(column: &'a dyn Array, mut numbers: Vec<i64>) -> Option<Self> {
        numbers.clear();
        Some(match column.data_type() {
            DataType::Int32 => {
                widen(column, column.as_primitive::<Int32Type>().values(), &mut numbers);
                Values::Ints(numbers)
            }
            DataType::Date32 => {
                widen(column, column.as_primitive::<Date32Type>().values(), &mut numbers);
                Values::Ints(numbers)
            }
            DataType::Int64 => {
                widen(column, column.as_primitive::<Int64Type>().values(), &mut numbers);
                Values::Longs(numbers)
            }
            DataType::Timestamp(..) => {
                let times = column.as_primitive_opt::<TimestampMicrosecondType>()?;
                widen(column, times.values(), &mut numbers);
                Values::Longs(numbers)
            }
            DataType::Dictionary(..) => {
                let coded = column.as_dictionary_opt::<Int32Type>()?;
                let names =
                    coded.values().as_string_opt::<i32>().filter(|n| n.null_count() == 0)?;
                widen(column, coded.keys().values(), &mut numbers);
                Values::Coded(numbers, texts(names))
            }
            DataType::Utf8 => Values::Texts(texts(column.as_string::<i32>())),
            DataType::Binary => Values::Texts(texts(column.as_binary::<i32>())),
            DataType::Boolean => Values::Truths(column.as_boolean().iter().flatten().collect()),
            _ => return None,
        })
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Values::Ints(numbers) | Values::Longs(numbers) | Values::Coded(numbers, _) => {
                numbers.len()
            }
            Values::Texts(texts) => texts.len(),
            Values::Truths(truths) => truths.len(),
        }
    }

    /// Writes the values as PLAIN has them.
    pub(super) fn put(&self, out: &mut Vec<u8>) {
        match self {
            Values::Ints(numbers) => put_ints(numbers, out),
            Values::Longs(numbers) => put_longs(numbers, out),
            Values::Texts(texts) => put_texts(texts.iter().copied(), out),
            Values::Coded(numbers, texts) => put_texts(decoded(numbers, texts), out),
            Values::Truths(truths) => put_truths(truths, out),
        }
    }

    /// The place for numbers, to be used again.
    pub(super) fn into_numbers(self) -> Vec<i64> {
        match self {
            Values::Ints(numbers) | Values::Longs(numbers) | Values::Coded(numbers, _) => numbers,
            Values::Texts(_) | Values::Truths(_) => Vec::new(),
        }
    }
}

/// The texts that some numbers stand for.
pub(super) fn decoded<'a>(numbers: &[i64], texts: &[&'a [u8]]) -> impl Iterator<Item = &'a [u8]> {
    // Arrow has seen to it that there is one for each number.
    let text = |&number: &i64| texts.get(number as usize).copied().unwrap_or_default();
    numbers.iter().map(text)
}

/// 32-bit numbers, the lowest byte first.
pub(super) fn put_ints(numbers: &[i64], out: &mut Vec<u8>) {
    let at = out.len();
    out.resize(at + numbers.len() * 4, 0);
    let places = out.get_mut(at..).unwrap_or_default().as_chunks_mut::<4>().0;
    for (place, &number) in places.iter_mut().zip(numbers) {
        let [a, b, c, d, ..] = number.to_le_bytes();
        *place = [a, b, c, d];
    }
}

/// 64-bit numbers, the lowest byte first.
pub(super) fn put_longs(numbers: &[i64], out: &mut Vec<u8>) {
    let at = out.len();
    out.resize(at + numbers.len() * 8, 0);
    let places = out.get_mut(at..).unwrap_or_default().as_chunks_mut::<8>().0;
    for (place, &number) in places.iter_mut().zip(numbers) {
        *place = number.to_le_bytes();
    }
}

/// Each text behind its length.
pub(super) fn put_texts<'a>(texts: impl Iterator<Item = &'a [u8]>, out: &mut Vec<u8>) {
    for text in texts {
        // Arrow's own offsets are 32 bits.
        out.extend((text.len() as u32).to_le_bytes());
        out.extend_from_slice(text);
    }
}

fn put_truths(truths: &[bool], out: &mut Vec<u8>) {
    let eight =
        |truths: &[bool]| truths.iter().rev().fold(0, |bits, &truth| bits << 1 | u8::from(truth));
    out.extend(truths.chunks(8).map(eight));
}

fn widen<T: Copy + Into<i64>>(column: &dyn Array, values: &[T], numbers: &mut Vec<i64>) {
    match column.nulls().filter(|nulls| nulls.null_count() > 0) {
        None => numbers.extend(values.iter().map(|&value| value.into())),
        Some(nulls) if nulls.null_count() == values.len() => {}
        Some(nulls) => {
            let there = nulls.valid_indices().filter_map(|row| values.get(row).copied());
            numbers.extend(there.map(Into::into));
        }
    }
}

fn texts<T: ByteArrayType<Offset = i32>>(column: &GenericByteArray<T>) -> Vec<&[u8]> {
    let (data, ends) = (column.value_data(), column.value_offsets());
    let text = |row: usize| {
        let [begin, end] = *ends.get(row..row + 2)?.as_array()?;
        data.get(usize::try_from(begin).ok()?..usize::try_from(end).ok()?)
    };
    match column.nulls().filter(|nulls| nulls.null_count() > 0) {
        None => (0..column.len()).filter_map(text).collect(),
        Some(nulls) if nulls.null_count() == column.len() => Vec::new(),
        Some(nulls) => nulls.valid_indices().filter_map(text).collect(),
    }
}

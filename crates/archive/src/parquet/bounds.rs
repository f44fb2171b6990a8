//! The least and the greatest value of a column chunk, by which a reader passes over it.

use parquet::basic::Type;
use parquet::data_type::ByteArray;
use parquet::file::statistics::Statistics;

use super::column::{Values, decoded};

/// The bounds of the values so far.
#[derive(Default)]
pub(super) struct Bounds {
    numbers: Option<(i64, i64)>,
    texts: Option<(Vec<u8>, Vec<u8>)>,
    nulls: u64,
}

impl Bounds {
    pub(super) fn add(&mut self, values: &Values<'_>, nulls: usize) {
        self.nulls += nulls as u64;
        match values {
            Values::Ints(numbers) | Values::Longs(numbers) => self.add_numbers(numbers),
            Values::Texts(texts) => self.add_texts(texts),
            Values::Coded(numbers, texts) => {
                self.add_texts(&decoded(numbers, texts).collect::<Vec<_>>());
            }
            Values::Truths(_) => {}
        }
    }

    fn add_numbers(&mut self, numbers: &[i64]) {
        let least = numbers.iter().copied().min();
        let Some((least, most)) = least.zip(numbers.iter().copied().max()) else { return };
        let (a, b) = self.numbers.unwrap_or((least, most));
        self.numbers = Some((a.min(least), b.max(most)));
    }

    fn add_texts(&mut self, texts: &[&[u8]]) {
        let Some((least, most)) = addresses(texts).or_else(|| ends(texts)) else { return };
        let (a, b) = self.texts.get_or_insert_with(|| (least.clone(), most.clone()));
        if least < *a {
            *a = least;
        }
        if most > *b {
            *b = most;
        }
    }

    /// The bounds as a file says them of a column of this type.
    pub(super) fn statistics(&self, of: Type) -> Statistics {
        let nulls = Some(self.nulls);
        let (least, most) = self.numbers.unzip();
        // A column of 32 bits was read from one.
        let small = |value: Option<i64>| value.and_then(|value| i32::try_from(value).ok());
        let text = |text: &Vec<u8>| ByteArray::from(text.clone());
        match of {
            Type::INT32 => Statistics::int32(small(least), small(most), None, nulls, false),
            Type::INT64 => Statistics::int64(least, most, None, nulls, false),
            Type::BOOLEAN => Statistics::boolean(None, None, None, nulls, false),
            _ => {
                let (least, most) = self.texts.as_ref().map(|(a, b)| (text(a), text(b))).unzip();
                Statistics::byte_array(least, most, None, nulls, false)
            }
        }
    }
}

/// The least and the greatest of texts that all have four bytes, as IPv4 addresses have: numbers are
/// compared sooner.
fn addresses(texts: &[&[u8]]) -> Option<(Vec<u8>, Vec<u8>)> {
    let first = u32::from_be_bytes(*texts.first()?.as_array()?);
    let (mut least, mut most) = (first, first);
    for text in texts {
        let address = u32::from_be_bytes(*text.as_array()?);
        least = least.min(address);
        most = most.max(address);
    }
    Some((least.to_be_bytes().to_vec(), most.to_be_bytes().to_vec()))
}

fn ends(texts: &[&[u8]]) -> Option<(Vec<u8>, Vec<u8>)> {
    let (least, most) = (texts.iter().min()?, texts.iter().max()?);
    Some((least.to_vec(), most.to_vec()))
}

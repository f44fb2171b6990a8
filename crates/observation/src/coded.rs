//! Columns of texts of few values: a row has the number of its text, and each text stands once.
//!
//! Nothing is hashed for a row: kinds and tools are numbered already, countries are found by their
//! letters, and a point by the place of its name in memory, which its clones share.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use arrow_array::types::Int32Type;
use arrow_array::{Array as _, ArrayRef, DictionaryArray, StringArray};
use arrow_schema::DataType;

use crate::Point;
use crate::columns::Numbers;

/// The Arrow type of such columns.
pub(crate) fn coded_type() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

/// The rows of a column by the numbers of their texts.
#[derive(Default)]
pub(crate) struct Codes(Numbers<Int32Type>);

impl Codes {
    /// As [`Numbers::put`].
    pub(crate) fn put(&mut self, row: usize, code: Option<i32>) {
        self.0.put(row, code);
    }

    /// As [`Numbers::extend`].
    pub(crate) fn extend(&mut self, row: usize, codes: impl ExactSizeIterator<Item = i32>) {
        self.0.extend(row, codes);
    }

    /// As [`Numbers::extend_some`].
    pub(crate) fn extend_some(&mut self, row: usize, codes: impl Iterator<Item = Option<i32>>) {
        self.0.extend_some(row, codes);
    }

    /// The column of so many rows, whose numbers are places in `texts`; it is empty afterwards.
    pub(crate) fn finish<'a>(
        &mut self,
        rows: usize,
        texts: impl Iterator<Item = &'a str>,
    ) -> ArrayRef {
        let texts = Arc::new(StringArray::from_iter_values(texts));
        let column = DictionaryArray::try_new(self.0.finish_array(rows), texts);
        Arc::new(column.unwrap_or_else(|error| unreachable!("a number without a text: {error}")))
    }
}

/// A column in which each row has its text; others are given back as they are.
pub(crate) fn plain(column: &ArrayRef) -> ArrayRef {
    let coded = column.as_any().downcast_ref::<DictionaryArray<Int32Type>>();
    let texts = coded.and_then(DictionaryArray::downcast_dict::<StringArray>);
    texts.map_or_else(
        || Arc::clone(column),
        |texts| Arc::new(texts.into_iter().collect::<StringArray>()) as ArrayRef,
    )
}

/// The points of a batch.
#[derive(Default)]
pub(crate) struct Points {
    /// Points that were met last, each at a place that its name's place in memory gives. They are
    /// kept: memory that was given back may come to hold another name.
    met: Vec<Option<(Point, i32)>>,
    numbers: HashMap<Point, i32>,
    points: Vec<Point>,
}

/// Points that are found by the place of their names.
const MET: usize = 64;

impl Points {
    /// The number of a point; new ones get the next number.
    #[inline]
    pub(crate) fn number(&mut self, point: &Point) -> i32 {
        let address = point.as_str().as_ptr() as usize;
        let place = (address >> 4 ^ address >> 10) % MET;
        match self.met.get(place) {
            Some(Some((met, number))) if met.as_str().as_ptr() as usize == address => *number,
            _ => self.meet(point, place),
        }
    }

    fn meet(&mut self, point: &Point, place: usize) -> i32 {
        let next = self.points.len() as i32;
        let number = *self.numbers.entry(point.clone()).or_insert(next);
        if number == next {
            self.points.push(point.clone());
        }
        self.met.resize(MET, None);
        if let Some(met) = self.met.get_mut(place) {
            *met = Some((point.clone(), number));
        }
        number
    }

    /// The names in the order of their numbers.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.points.iter().map(Point::as_str)
    }

    /// Forgets all points.
    pub(crate) fn clear(&mut self) {
        *self = Points::default();
    }
}

/// The countries of a batch: two letters are a number of two digits of 26; what else a database may
/// say comes behind.
#[derive(Default)]
pub(crate) struct Countries(Vec<String>);

const LETTERS: usize = 26;

/// All pairs of letters, one behind the other.
static PAIRS: LazyLock<String> = LazyLock::new(|| {
    let pairs = (b'A'..=b'Z').flat_map(|a| (b'A'..=b'Z').flat_map(move |b| [a, b]));
    pairs.map(char::from).collect()
});

impl Countries {
    /// The number of a country.
    #[inline]
    pub(crate) fn number(&mut self, country: &str) -> i32 {
        match *country.as_bytes() {
            [a @ b'A'..=b'Z', b @ b'A'..=b'Z'] => {
                i32::from(a - b'A') * LETTERS as i32 + i32::from(b - b'A')
            }
            _ => self.meet(country),
        }
    }

    fn meet(&mut self, country: &str) -> i32 {
        let known = self.0.iter().position(|other| other == country);
        let place = known.unwrap_or_else(|| {
            self.0.push(country.to_owned());
            self.0.len() - 1
        });
        (LETTERS * LETTERS + place) as i32
    }

    /// The countries in the order of their numbers.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let pairs = (0..LETTERS * LETTERS).filter_map(|at| PAIRS.get(at * 2..at * 2 + 2));
        pairs.chain(self.0.iter().map(String::as_str))
    }

    /// Forgets what no two letters are.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_tools_are_numbered_in_the_order_of_their_lists() {
        assert!(crate::Kind::ALL.iter().enumerate().all(|(at, &kind)| kind as usize == at));
        assert!(crate::Tool::ALL.iter().enumerate().all(|(at, &tool)| tool as usize == at));
    }

    #[test]
    fn countries_have_their_names() {
        let mut countries = Countries::default();
        let all = ["AA", "JP", "ZZ", "jp", "", "Japan", "Japan", "ÄÖ"];
        let numbers = all.map(|country| countries.number(country));
        let names: Vec<&str> = countries.names().collect();
        assert_eq!(numbers.map(|number| names[number as usize]), all);
        assert_eq!(names.len(), 676 + 4);
    }

    #[test]
    fn points_have_their_names_wherever_these_stand() {
        let names: Vec<String> = (0..1_000).map(|n| format!("p{}", n % 300)).collect();
        let mut points = Points::default();
        // Each has memory of its own, which is given back at once.
        let number = |name: &String| points.number(&name.parse().unwrap());
        let numbers: Vec<i32> = names.iter().map(number).collect();
        let all: Vec<&str> = points.names().collect();
        assert_eq!(all.len(), 300);
        assert!(numbers.iter().zip(&names).all(|(&number, name)| all[number as usize] == name));
    }
}

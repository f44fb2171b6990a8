//! A line cut into columns.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr_iter};

use crate::reason::Reason;

const QUOTE: u8 = b'"';

/// Where the columns of one line are. Its memory is used again for every line.
pub(super) struct Row {
    delimiter: u8,
    cells: Vec<Cell>,
}

struct Cell {
    place: Range<usize>,
    /// Whether doubled quotes stand for single ones.
    doubled: bool,
}

impl Row {
    pub(super) fn new(delimiter: u8) -> Row {
        Row { delimiter, cells: Vec::new() }
    }

    /// How many columns the line has.
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// A column of the line that was split, without blanks around it.
    pub(super) fn get<'a>(&self, line: &'a [u8], column: usize) -> Option<Cow<'a, [u8]>> {
        let cell = self.cells.get(column)?;
        let text = line.get(cell.place.clone())?.trim_ascii();
        if !cell.doubled {
            return Some(Cow::Borrowed(text));
        }
        let mut single = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some(place) = memchr(QUOTE, rest) {
            let (head, tail) = rest.split_at_checked(place.saturating_add(1))?;
            single.extend_from_slice(head);
            rest = tail.strip_prefix(&[QUOTE]).unwrap_or(tail);
        }
        single.extend_from_slice(rest);
        Some(Cow::Owned(single))
    }

    /// Finds the columns of a line.
    pub(super) fn split(&mut self, line: &[u8]) -> Result<(), Reason> {
        self.cells.clear();
        let mut start = Some(0);
        while let Some(from) = start {
            let rest = line.get(from..).unwrap_or_default();
            let (inner, doubled, length) = match rest.strip_prefix(&[QUOTE]) {
                Some(quoted) => {
                    let (close, doubled) = self.close(quoted)?;
                    (1..close.saturating_add(1), doubled, close.saturating_add(2))
                }
                None => {
                    let length = memchr(self.delimiter, rest).unwrap_or(rest.len());
                    (0..length, false, length)
                }
            };
            let place = from.saturating_add(inner.start)..from.saturating_add(inner.end);
            self.cells.push(Cell { place, doubled });
            let end = from.saturating_add(length);
            start = (end < line.len()).then(|| end.saturating_add(1));
        }
        Ok(())
    }

    /// Where the quote is that closes a column, and whether there are doubled ones before it.
    fn close(&self, quoted: &[u8]) -> Result<(usize, bool), Reason> {
        let mut quotes = memchr_iter(QUOTE, quoted);
        let mut doubled = false;
        while let Some(place) = quotes.next() {
            match quoted.get(place.saturating_add(1)) {
                Some(&QUOTE) => {
                    quotes.next();
                    doubled = true;
                }
                Some(&byte) if byte != self.delimiter => return Err(Reason::Quote),
                _ => return Ok((place, doubled)),
            }
        }
        Err(Reason::Quote)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(line: &str) -> Result<Vec<String>, Reason> {
        let mut row = Row::new(b',');
        row.split(line.as_bytes())?;
        let cell = |place| row.get(line.as_bytes(), place).unwrap().into_owned();
        Ok((0..row.len()).map(|place| String::from_utf8(cell(place)).unwrap()).collect())
    }

    #[test]
    fn columns() {
        for (line, columns) in [
            ("", &[""][..]),
            ("a", &["a"]),
            ("a, b ,", &["a", "b", ""]),
            (",", &["", ""]),
            ("\"a\",\"b,c\",\"\"", &["a", "b,c", ""]),
            ("\"a\"\"b\"\"\",c", &["a\"b\"", "c"]),
            ("\"\"\"\"", &["\""]),
            ("a\"b,c\"", &["a\"b", "c\""]),
            ("\"a\",", &["a", ""]),
        ] {
            assert_eq!(split(line).unwrap(), columns, "{line}");
        }
        for line in ["\"", "\"a", "a,\"b", "\"a\"b,c", "\"a\"\"", "\"a\" ,b"] {
            assert_eq!(split(line), Err(Reason::Quote), "{line}");
        }
    }

    #[test]
    fn many_columns() {
        assert_eq!(split(&",".repeat(65_535)).unwrap().len(), 65_536);
    }
}

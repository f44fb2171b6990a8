//! One line at a time, in bounded memory.

use std::io::{self, BufRead};

use memchr::memchr;

/// The longest line that is read, in bytes without its break. rsyslog's longest message is 8 KiB
/// unless told otherwise, Cowrie's longest lines (a shell's whole input) seldom reach 32 KiB.
pub const MAXIMUM_LINE: usize = 64 * 1024;

/// A byte-order mark in UTF-8, which some programs put before the first line.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// What stands between two line breaks.
pub(crate) enum Raw<'a> {
    /// A line without its break (a line feed, or carriage return and line feed).
    Line(&'a [u8]),
    /// A line longer than [`MAXIMUM_LINE`], passed over.
    TooLong,
    /// The beginning of a line that nobody can read to its end; the failure comes next.
    Cut,
}

/// The lines of an input. An empty line behind the last break is no line.
pub(crate) struct Lines<R> {
    input: R,
    line: Vec<u8>,
    begun: bool,
    failure: Option<io::Error>,
}

/// How the reading of a line ended.
enum End {
    Break,
    /// The input's end, with or without bytes before it.
    Input {
        empty: bool,
    },
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(input: R) -> Lines<R> {
        Lines { input, line: Vec::new(), begun: false, failure: None }
    }

    pub(crate) fn input(&self) -> &R {
        &self.input
    }

    pub(crate) fn into_input(self) -> R {
        self.input
    }

    /// The next line; none at the end. Not to be called again after a failure.
    pub(crate) fn next(&mut self) -> io::Result<Option<Raw<'_>>> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        self.line.clear();
        let mut length: usize = 0;
        match self.fill(&mut length) {
            Ok(End::Input { empty: true }) => return Ok(None),
            Ok(_) => {}
            Err(failure) if length == 0 => return Err(failure),
            Err(failure) => {
                self.failure = Some(failure);
                return Ok(Some(Raw::Cut));
            }
        }
        let first = !std::mem::replace(&mut self.begun, true);
        if length > MAXIMUM_LINE {
            return Ok(Some(Raw::TooLong));
        }
        let line = self.line.strip_suffix(b"\r").unwrap_or(&self.line);
        Ok(Some(Raw::Line(line.strip_prefix(MARK).filter(|_| first).unwrap_or(line))))
    }

    /// Reads up to and with the next break; `length` grows by what comes before it.
    fn fill(&mut self, length: &mut usize) -> io::Result<End> {
        loop {
            let ahead = match self.input.fill_buf() {
                Ok([]) => return Ok(End::Input { empty: *length == 0 }),
                Ok(ahead) => ahead,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let found = memchr(b'\n', ahead);
            let piece = found.and_then(|end| ahead.get(..end)).unwrap_or(ahead);
            let room = MAXIMUM_LINE.saturating_sub(self.line.len());
            self.line.extend_from_slice(piece.get(..room).unwrap_or(piece));
            *length = length.saturating_add(piece.len());
            let taken = piece.len().saturating_add(usize::from(found.is_some()));
            self.input.consume(taken);
            if found.is_some() {
                return Ok(End::Break);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufReader, Cursor, Read};

    fn all(input: impl Read, capacity: usize) -> Vec<String> {
        let mut lines = Lines::new(BufReader::with_capacity(capacity, input));
        let mut given = Vec::new();
        loop {
            given.push(match lines.next() {
                Ok(Some(Raw::Line(line))) => String::from_utf8_lossy(line).into_owned(),
                Ok(Some(Raw::TooLong)) => "too long".to_owned(),
                Ok(Some(Raw::Cut)) => "cut".to_owned(),
                Ok(None) => return given,
                Err(error) => error.to_string(),
            });
        }
    }

    #[test]
    fn lines_end_at_breaks_and_at_the_end() {
        let text = "\u{feff}one\r\n\n\u{feff}three\rx\nfour";
        for capacity in [1, 3, 100] {
            let given = all(text.as_bytes(), capacity);
            assert_eq!(given, ["one", "", "\u{feff}three\rx", "four"]);
            assert_eq!(all("a\n".as_bytes(), capacity), ["a"]);
        }
        assert!(all(&b""[..], 10).is_empty());
    }

    #[test]
    fn long_lines_are_passed_over() {
        let most = "x".repeat(MAXIMUM_LINE);
        let text = format!("{most}\n{most}y\nz");
        assert_eq!(all(text.as_bytes(), 1_000), [&most, "too long", "z"]);
    }

    #[test]
    fn a_failure_within_a_line_is_told_after_it() {
        struct Failing;
        impl Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("on fire"))
            }
        }
        let mut lines = Lines::new(BufReader::new(Cursor::new("a\nb").chain(Failing)));
        assert!(matches!(lines.next(), Ok(Some(Raw::Line(b"a")))));
        assert!(matches!(lines.next(), Ok(Some(Raw::Cut))));
        assert_eq!(lines.next().err().map(|error| error.to_string()), Some("on fire".to_owned()));
    }
}

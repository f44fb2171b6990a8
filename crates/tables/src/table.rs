//! A log that is being read.

use std::io::{self, BufRead};

use observation::{Logged, Point};

use crate::lines::{Lines, Raw};
use crate::reason::Reason;
use crate::report::{Count, Report};
use crate::rules::Rules;
use crate::{cowrie, csv, iptables};

/// What one line is.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// An access.
    Access(Logged),
    /// It could not be read.
    Unread(Reason),
    /// It is something else by right.
    Other(Reason),
}

impl From<Result<Logged, Reason>> for Line {
    fn from(read: Result<Logged, Reason>) -> Line {
        match read {
            Ok(logged) => Line::Access(logged),
            Err(reason) if reason.is_other() => Line::Other(reason),
            Err(reason) => Line::Unread(reason),
        }
    }
}

/// Why a log cannot be read any further. Everything before was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// The input fails.
    #[error(transparent)]
    Read(#[from] io::Error),
    /// The header and the map do not fit: one of the two is at fault.
    #[error("the map says {field} = {{ column = {column} }}, but the header {has}: {advice}")]
    Header {
        /// The key of the map.
        field: &'static str,
        /// The column that it names, as it stands there.
        column: String,
        /// What the header has.
        has: String,
        /// What to do.
        advice: &'static str,
    },
    /// The first line cannot be read as a header.
    #[error("the first line is no header ({0}): give a file with one, or write header = false")]
    NoHeader(Reason),
}

/// Why it is not known whose log it is. The user is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PointError {
    /// Nobody names a point.
    #[error("nothing says which point the log is of: give --point, or let the map name it")]
    Missing,
    /// Both the caller and the map do.
    #[error("the point is given twice: leave out --point, or take point out of the map")]
    Twice,
}

/// The lines of one log, in order.
pub struct Table<R> {
    lines: Lines<R>,
    reader: Reader,
    count: Count,
    /// False after an error.
    open: bool,
}

enum Reader {
    Iptables(iptables::Reader),
    Cowrie(cowrie::Reader),
    Csv(Box<csv::Reader>),
}

impl Reader {
    fn new(rules: Rules, point: Option<Point>) -> Result<Reader, PointError> {
        Ok(match rules {
            Rules::Csv(map) => Reader::Csv(Box::new(csv::Reader::new(*map, point)?)),
            Rules::Cowrie { zone } => {
                Reader::Cowrie(cowrie::Reader::new(zone, point.ok_or(PointError::Missing)?))
            }
            Rules::Iptables { zone, year } => {
                let point = point.ok_or(PointError::Missing)?;
                Reader::Iptables(iptables::Reader::new(zone, year, point))
            }
        })
    }

    fn awaits_header(&self) -> bool {
        matches!(self, Reader::Csv(reader) if reader.awaits_header())
    }

    fn read(&mut self, line: &[u8]) -> Result<Result<Logged, Reason>, TableError> {
        match self {
            Reader::Iptables(reader) => Ok(reader.read(line)),
            Reader::Cowrie(reader) => Ok(reader.read(line)),
            Reader::Csv(reader) => reader.read(line),
        }
    }
}

impl<R: BufRead> Table<R> {
    /// Begins to read a log.
    ///
    /// `point` is whose log it is; a map may say so instead, but not too.
    ///
    /// # Errors
    /// [`PointError`] where nobody says whose log it is, or two do.
    pub fn new(rules: Rules, point: Option<Point>, input: R) -> Result<Table<R>, PointError> {
        let reader = Reader::new(rules, point)?;
        Ok(Table { lines: Lines::new(input), reader, count: Count::default(), open: true })
    }

    /// The next line; none at the end and after an error.
    ///
    /// # Errors
    /// [`TableError::Read`] where the input fails: every line before has been given.
    /// [`TableError::Header`] and [`TableError::NoHeader`], on the first line alone, where the
    /// columns are not those of the map.
    pub fn next_line(&mut self) -> Result<Option<Line>, TableError> {
        if !std::mem::replace(&mut self.open, false) {
            return Ok(None);
        }
        let read = match self.lines.next()? {
            None => return Ok(None),
            Some(Raw::TooLong) if self.reader.awaits_header() => {
                return Err(TableError::NoHeader(Reason::TooLong));
            }
            Some(Raw::TooLong) => Err(Reason::TooLong),
            Some(Raw::Cut) => Err(Reason::Cut),
            Some(Raw::Line(line)) if line.trim_ascii().is_empty() => Err(Reason::Empty),
            Some(Raw::Line(line)) => self.reader.read(line)?,
        };
        self.open = true;
        let line = Line::from(read);
        self.count.line(&line);
        if let Reader::Iptables(reader) = &mut self.reader
            && reader.began_a_year()
        {
            self.count.new_year();
        }
        Ok(Some(line))
    }

    /// What became of the lines so far.
    pub fn report(&self) -> Report {
        self.count.report()
    }

    /// The input, to ask it how far it is.
    pub fn input(&self) -> &R {
        self.lines.input()
    }

    /// The input, to finish it.
    pub fn into_input(self) -> R {
        self.lines.into_input()
    }
}

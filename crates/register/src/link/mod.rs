//! The one door to a database: SQL in, rows out.
//!
//! The SQL of this room is the part that both databases share, with `?1`, `?2` for values and only four
//! kinds of them. What they write differently stands in [`Backend`].

mod postgres;
mod sqlite;
mod tls;

use crate::error::{Error, Result};

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

impl Backend {
    /// A script in the words of the database.
    pub(crate) fn words(self, script: &str) -> String {
        let (key, blob, compact) = match self {
            Backend::Sqlite => ("integer primary key", "blob", " without rowid"),
            Backend::Postgres => ("bigint primary key", "bytea", ""),
        };
        script.replace("{key}", key).replace("{blob}", blob).replace("{compact}", compact)
    }

    /// Begins to write. One writes at a time: the log is one chain.
    fn begin(self) -> &'static str {
        match self {
            Backend::Sqlite => "begin immediate",
            // The number is ours alone: the first eight letters of the program and room, as it were.
            Backend::Postgres => "begin; select pg_advisory_xact_lock(7954884634420)",
        }
    }
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Int(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Int(i64::from(value))
    }
}

impl From<&str> for Value {
    // PostgreSQL holds no NUL in text, and no word of a report needs one.
    fn from(value: &str) -> Value {
        Value::Text(value.replace('\0', "\u{fffd}"))
    }
}

impl From<String> for Value {
    fn from(value: String) -> Value {
        Value::from(value.as_str())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

/// A row, read from the left.
#[derive(Debug)]
pub(crate) struct Row(std::vec::IntoIter<Value>);

impl Row {
    fn new(values: Vec<Value>) -> Row {
        Row(values.into_iter())
    }

    /// What was not read of it.
    pub(crate) fn rest(self) -> Vec<Value> {
        self.0.collect()
    }

    fn next(&mut self) -> Result<Value> {
        self.0.next().ok_or_else(|| Error::Damaged("a row is too short".to_owned()))
    }

    pub(crate) fn int(&mut self) -> Result<i64> {
        match self.next()? {
            Value::Int(value) => Ok(value),
            other => Err(Error::Damaged(format!("a number is due, and {other:?} is there"))),
        }
    }

    pub(crate) fn text(&mut self) -> Result<String> {
        match self.next()? {
            Value::Text(value) => Ok(value),
            other => Err(Error::Damaged(format!("text is due, and {other:?} is there"))),
        }
    }

    pub(crate) fn int_or_null(&mut self) -> Result<Option<i64>> {
        match self.next()? {
            Value::Null => Ok(None),
            Value::Int(value) => Ok(Some(value)),
            other => Err(Error::Damaged(format!("a number is due, and {other:?} is there"))),
        }
    }

    pub(crate) fn text_or_null(&mut self) -> Result<Option<String>> {
        match self.next()? {
            Value::Null => Ok(None),
            Value::Text(value) => Ok(Some(value)),
            other => Err(Error::Damaged(format!("text is due, and {other:?} is there"))),
        }
    }

    pub(crate) fn bytes_or_null(&mut self) -> Result<Option<Vec<u8>>> {
        match self.next()? {
            Value::Null => Ok(None),
            Value::Bytes(value) => Ok(Some(value)),
            other => Err(Error::Damaged(format!("bytes are due, and {other:?} is there"))),
        }
    }

    /// A word of a closed list.
    pub(crate) fn word<T: std::str::FromStr<Err: std::fmt::Display>>(&mut self) -> Result<T> {
        self.text()?.parse().map_err(|error: T::Err| Error::Damaged(error.to_string()))
    }
}

/// A connection.
pub(crate) trait Driver: Send {
    fn backend(&self) -> Backend;
    /// Runs several statements without values.
    fn script(&mut self, sql: &str) -> Result<()>;
    /// Cuts the log in which what was deleted still stands, where that is in our hands.
    fn forget(&mut self) -> Result<()>;
    /// Runs one statement, and says how many rows it changed.
    fn run(&mut self, sql: &str, values: &[Value]) -> Result<u64>;
    /// Asks.
    fn rows(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Vec<Value>>>;
}

/// A connection, with what both databases do alike.
pub(crate) struct Link(Box<dyn Driver>);

/// Whether a place is a URL of PostgreSQL's.
fn is_url(place: &str) -> bool {
    place.starts_with("postgres://") || place.starts_with("postgresql://")
}

/// A place as it may be shown: without a password.
pub fn public_place(place: &str) -> String {
    if is_url(place) { postgres::public(place) } else { place.to_owned() }
}

impl Link {
    /// Opens `postgres://...`, `postgresql://...`, or a file of SQLite's.
    pub(crate) fn open(place: &str) -> Result<Link> {
        if is_url(place) {
            return Ok(Link(Box::new(postgres::open(place)?)));
        }
        Ok(Link(Box::new(sqlite::open(place.strip_prefix("sqlite:").unwrap_or(place))?)))
    }

    pub(crate) fn backend(&self) -> Backend {
        self.0.backend()
    }

    pub(crate) fn script(&mut self, sql: &str) -> Result<()> {
        let sql = self.backend().words(sql);
        self.0.script(&sql)
    }

    pub(crate) fn forget(&mut self) -> Result<()> {
        self.0.forget()
    }

    pub(crate) fn run(&mut self, sql: &str, values: &[Value]) -> Result<u64> {
        self.0.run(sql, values)
    }

    pub(crate) fn rows(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>> {
        Ok(self.0.rows(sql, values)?.into_iter().map(Row::new).collect())
    }

    /// The first row, where there is one.
    pub(crate) fn first(&mut self, sql: &str, values: &[Value]) -> Result<Option<Row>> {
        Ok(self.rows(sql, values)?.into_iter().next())
    }

    /// The number that a question has for an answer.
    pub(crate) fn number(&mut self, sql: &str, values: &[Value]) -> Result<i64> {
        match self.first(sql, values)? {
            Some(mut row) => Ok(row.int_or_null()?.unwrap_or(0)),
            None => Ok(0),
        }
    }

    pub(crate) fn begin(&mut self) -> Result<()> {
        let begin = self.backend().begin();
        self.0.script(begin)
    }

    pub(crate) fn commit(&mut self) -> Result<()> {
        self.0.script("commit")
    }

    /// Best effort: a connection that is gone has rolled back already.
    pub(crate) fn roll_back(&mut self) {
        drop(self.0.script("rollback"));
    }
}

//! SQLite, compiled in.

use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql, params_from_iter};

use super::{Backend, Driver, Value};
use crate::error::{Error, Result};

/// How long another writer is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) struct Sqlite(Connection);

pub(super) fn open(path: &str) -> Result<Sqlite> {
    let refused =
        |error: rusqlite::Error| Error::Open { place: path.to_owned(), reason: error.to_string() };
    let link = Connection::open(path).map_err(refused)?;
    link.busy_timeout(PATIENCE).map_err(refused)?;
    // The log is written ahead, and a commit is on the disk when it returns; what is deleted is written over.
    let set = "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;
               pragma secure_delete = on;
               pragma cache_size = -65536; pragma trusted_schema = off;";
    link.execute_batch(set).map_err(refused)?;
    link.set_prepared_statement_cache_capacity(64);
    Ok(Sqlite(link))
}

fn failed(error: rusqlite::Error) -> Error {
    Error::Database(error.to_string())
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(value) => ValueRef::Integer(*value),
            Value::Text(value) => ValueRef::Text(value.as_bytes()),
            Value::Bytes(value) => ValueRef::Blob(value),
        }))
    }
}

impl Driver for Sqlite {
    fn backend(&self) -> Backend {
        Backend::Sqlite
    }

    fn script(&mut self, sql: &str) -> Result<()> {
        self.0.execute_batch(sql).map_err(failed)
    }

    fn forget(&mut self) -> Result<()> {
        // The row says whether a reader was in the way: then the log is cut at the next checkpoint.
        let cut = "pragma wal_checkpoint(truncate)";
        self.0.query_row(cut, [], |_| Ok(())).map_err(failed)
    }

    fn run(&mut self, sql: &str, values: &[Value]) -> Result<u64> {
        let mut statement = self.0.prepare_cached(sql).map_err(failed)?;
        statement.execute(params_from_iter(values)).map(|rows| rows as u64).map_err(failed)
    }

    fn rows(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Vec<Value>>> {
        let mut statement = self.0.prepare_cached(sql).map_err(failed)?;
        let columns = statement.column_count();
        let mut found = statement.query(params_from_iter(values)).map_err(failed)?;
        let mut rows = Vec::new();
        while let Some(row) = found.next().map_err(failed)? {
            let value = |at| match row.get_ref(at).map_err(failed)? {
                ValueRef::Null => Ok(Value::Null),
                ValueRef::Integer(value) => Ok(Value::Int(value)),
                ValueRef::Text(value) => {
                    Ok(Value::Text(String::from_utf8_lossy(value).into_owned()))
                }
                ValueRef::Blob(value) => Ok(Value::Bytes(value.to_vec())),
                ValueRef::Real(_) => Err(Error::Damaged("a number is no whole one".to_owned())),
            };
            rows.push((0..columns).map(value).collect::<Result<_>>()?);
        }
        Ok(rows)
    }
}

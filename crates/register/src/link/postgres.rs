//! PostgreSQL, by its URL: by a socket on this machine, or over TCP with TLS as the URL says ([`super::tls`]).

use std::collections::HashMap;
use std::error::Error as StdError;

use postgres::config::{Host, SslMode};
use postgres::types::private::BytesMut;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Config, NoTls, Statement};

use super::{Backend, Driver, Value, tls};
use crate::error::{Error, Result};

pub(super) struct Postgres {
    client: Client,
    /// Statements by our SQL, prepared once.
    statements: HashMap<String, Statement>,
}

pub(super) fn open(url: &str) -> Result<Postgres> {
    let refused = |reason: String| Error::Open { place: public(url), reason };
    let (plain, words) = tls::words(url).map_err(refused)?;
    let mut config: Config = plain.parse().map_err(|error| refused(said(&error)))?;
    // A socket of this machine has no TLS, and needs none.
    let local = config.get_hosts().iter().all(|host| matches!(host, Host::Unix(_)));
    let client = if local || words.is_off() {
        config.ssl_mode(SslMode::Disable).connect(NoTls)
    } else {
        config.connect(words.connector().map_err(refused)?)
    };
    let client = client.map_err(|error| refused(said(&error)))?;
    Ok(Postgres { client, statements: HashMap::new() })
}

/// A URL without its password, nor what else its query says.
pub(super) fn public(url: &str) -> String {
    let url = url.split('?').next().unwrap_or_default();
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((before, host))) => {
            let user =
                before.rsplit('/').next().unwrap_or_default().split(':').next().unwrap_or_default();
            format!("{scheme}://{user}@{host}")
        }
        _ => url.to_owned(),
    }
}

/// What PostgreSQL says, with the reason beneath.
fn said(error: &postgres::Error) -> String {
    match (error.as_db_error(), error.source()) {
        (Some(reason), _) => reason.to_string(),
        (None, Some(reason)) => format!("{error}: {reason}"),
        (None, None) => error.to_string(),
    }
}

fn failed(error: postgres::Error) -> Error {
    Error::Database(said(&error))
}

/// Our `?1` as PostgreSQL's `$1`. No SQL of ours has a question mark elsewhere.
fn numbered(sql: &str) -> String {
    sql.replace('?', "$")
}

impl Postgres {
    fn statement(&mut self, sql: &str) -> Result<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(&numbered(sql)).map_err(failed)?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

fn borrowed(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl Driver for Postgres {
    fn backend(&self) -> Backend {
        Backend::Postgres
    }

    fn script(&mut self, sql: &str) -> Result<()> {
        self.client.batch_execute(sql).map_err(failed)
    }

    /// A server vacuums and recycles its log by itself.
    fn forget(&mut self) -> Result<()> {
        Ok(())
    }

    fn run(&mut self, sql: &str, values: &[Value]) -> Result<u64> {
        let statement = self.statement(sql)?;
        self.client.execute(&statement, &borrowed(values)).map_err(failed)
    }

    fn rows(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Vec<Value>>> {
        let statement = self.statement(sql)?;
        let rows = self.client.query(&statement, &borrowed(values)).map_err(failed)?;
        rows.iter().map(row).collect()
    }
}

fn row(row: &postgres::Row) -> Result<Vec<Value>> {
    let value = |(at, column): (usize, &postgres::Column)| {
        Ok(match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(at).map_err(failed)?.into(),
            Type::INT4 => row.try_get::<_, Option<i32>>(at).map_err(failed)?.map(i64::from).into(),
            Type::BYTEA => {
                let bytes = row.try_get::<_, Option<Vec<u8>>>(at).map_err(failed)?;
                bytes.map_or(Value::Null, Value::Bytes)
            }
            _ => row.try_get::<_, Option<String>>(at).map_err(failed)?.into(),
        })
    };
    row.columns().iter().enumerate().map(value).collect()
}

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(value) if *kind == Type::INT4 => i32::try_from(*value)?.to_sql(kind, out),
            Value::Int(value) => value.to_sql(kind, out),
            Value::Text(value) => value.to_sql(kind, out),
            Value::Bytes(value) => value.to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        [Type::INT8, Type::INT4, Type::TEXT, Type::VARCHAR, Type::BYTEA].contains(kind)
    }

    to_sql_checked!();
}

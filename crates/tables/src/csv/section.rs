//! A part of a map's text, from which keys are taken one by one: what is left is not known.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::map::{Column, MapError};
use crate::reason::Field;

/// The last column that a map may name: a line of the greatest length has no more.
const LAST_COLUMN: i64 = 65_536;

/// The part below one key.
pub(super) struct Section {
    /// The keys that lead here, each with a dot behind it.
    path: String,
    pub(super) table: Table,
}

impl Section {
    /// The map: what stands under `[csv]` and what stands beside it.
    pub(super) fn of_map(text: &str) -> Result<Section, MapError> {
        let table = text.parse::<Table>().map_err(|bad| {
            let problem = format!("it is no TOML: {}", bad.to_string().trim_end());
            MapError { key: "the map".to_owned(), problem, advice: "correct it".to_owned() }
        })?;
        let mut beside = Section { path: String::new(), table };
        let Some(mut csv) = beside.section("csv")? else { return Ok(beside) };
        csv.path.clear();
        for (key, value) in beside.table {
            if csv.table.insert(key.clone(), value).is_some() {
                let problem = "it stands both under [csv] and beside it".to_owned();
                return Err(csv.error(&key, problem, "leave one of them out"));
            }
        }
        Ok(csv)
    }

    /// What is wrong with a key of this part.
    pub(super) fn error(&self, key: &str, problem: String, advice: &str) -> MapError {
        MapError { key: format!("{}{key}", self.path), problem, advice: advice.to_owned() }
    }

    pub(super) fn take(&mut self, key: &str) -> Option<Value> {
        self.table.remove(key)
    }

    pub(super) fn text(&mut self, key: &str) -> Result<Option<String>, MapError> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.wrong(key, &other, "write a text in quotes")),
        }
    }

    pub(super) fn boolean(&mut self, key: &str) -> Result<Option<bool>, MapError> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::Boolean(value)) => Ok(Some(value)),
            Some(other) => Err(self.wrong(key, &other, "write true or false")),
        }
    }

    pub(super) fn section(&mut self, key: &str) -> Result<Option<Section>, MapError> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::Table(table)) => {
                Ok(Some(Section { path: format!("{}{key}.", self.path), table }))
            }
            Some(other) => Err(self.wrong(key, &other, "write { column = … }")),
        }
    }

    pub(super) fn required(&mut self, key: &str, advice: &str) -> Result<Section, MapError> {
        let section = self.section(key)?;
        section.ok_or_else(|| self.error(key, "it lacks".to_owned(), advice))
    }

    /// The key `column`, which must be there.
    pub(super) fn column(&mut self) -> Result<Column, MapError> {
        const ADVICE: &str = "write a column's name in quotes, or its position from 1";
        match self.take("column") {
            Some(Value::String(name)) => Ok(Column::Name(name)),
            Some(Value::Integer(place)) if (1..=LAST_COLUMN).contains(&place) => {
                let place = usize::try_from(place).unwrap_or_default();
                Ok(Column::Position(place.saturating_sub(1)))
            }
            Some(other) => Err(self.wrong("column", &other, ADVICE)),
            None => Err(self.error("column", "it lacks".to_owned(), ADVICE)),
        }
    }

    /// The key `column` where there is no `value`, and only there.
    pub(super) fn column_unless(
        &mut self,
        value: bool,
        field: Field,
        columns: &mut BTreeMap<Field, Column>,
    ) -> Result<(), MapError> {
        if !value {
            columns.insert(field, self.column()?);
        } else if self.table.contains_key("column") {
            let problem = "there is a value, too".to_owned();
            return Err(self.error("column", problem, "leave one of them out"));
        }
        Ok(())
    }

    /// Refuses what has not been taken.
    pub(super) fn end(&self) -> Result<(), MapError> {
        match self.table.keys().next() {
            None => Ok(()),
            Some(key) => {
                let problem = "nothing is known by this name here".to_owned();
                Err(self.error(key, problem, "correct it, or leave it out"))
            }
        }
    }

    fn wrong(&self, key: &str, value: &Value, advice: &str) -> MapError {
        self.error(key, format!("{value} cannot stand there"), advice)
    }
}

//! The fields of a filing by their names, and the filing that they make.
//!
//! A form and a row of a table are the same thing: values by field. The names and the choices are those
//! of [`words`], in English and Japanese.

mod build;
mod choice;
mod ticks;
mod value;
mod words;

pub(crate) use build::{build, introduction};
pub(crate) use words::Field;

use std::collections::BTreeMap;

use crate::fault::Fault;

/// The longest value that is kept of one field, in characters.
pub(crate) const LONGEST: usize = 20_000;

/// Values by field. A field that comes again adds a value.
#[derive(Debug, Default)]
pub(crate) struct Fields(BTreeMap<Field, Vec<String>>);

impl Fields {
    pub(crate) fn add(&mut self, field: Field, value: &str) {
        let value = value.trim();
        if !value.is_empty() {
            self.0.entry(field).or_default().push(crate::text::cut(value, LONGEST));
        }
    }

    /// Every value of a field.
    fn all(&self, field: Field) -> &[String] {
        self.0.get(&field).map(Vec::as_slice).unwrap_or_default()
    }

    /// The one value of a field.
    fn one(&self, field: Field) -> Result<Option<&str>, Fault> {
        match self.all(field) {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            _ => Err(Fault::Twice(field.as_str())),
        }
    }

    /// All that was said, line by line.
    fn lines(&self, field: Field) -> Option<String> {
        let all = self.all(field);
        (!all.is_empty()).then(|| all.join("\n"))
    }

    pub(crate) fn has(&self, field: Field) -> bool {
        self.0.contains_key(&field)
    }
}

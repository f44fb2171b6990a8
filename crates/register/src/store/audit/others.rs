//! What changes beside items: months, figures, names, cases, erasures, and filings that had come earlier.

use std::collections::{BTreeMap, BTreeSet};

use incident::Micros;
use incident::log::Entry;
use incident::record::{FilingId, ItemId};
use incident::rule::Vintage;
use serde_json::Value;

use super::Register;
use crate::error::{Error, Result};

/// What the log says of it.
#[derive(Debug, Default)]
pub(super) struct Others {
    months: u64,
    figures: u64,
    names: u64,
    events: u64,
    /// Items whose bytes an erasure withdrew.
    pub(super) withdrawn: BTreeSet<ItemId>,
    /// Reporters whose contacts were erased, by their numbers.
    pub(super) erased: BTreeSet<String>,
    /// Filings that had come earlier than was known, and when.
    pub(super) advanced: BTreeMap<FilingId, Micros>,
}

fn damaged(what: &str) -> Error {
    Error::Damaged(format!("{what} is not what the log says"))
}

impl Register {
    /// Compares the row that an entry wrote.
    pub(super) fn audit_other(&mut self, others: &mut Others, entry: &Entry) -> Result<()> {
        let Some((kind, name)) = entry.subject.split_once(' ') else { return Ok(()) };
        let (counted, is_kept) = match kind {
            "month" => {
                let sql = "select at from closed where month = ?1";
                let at = self.link.number(sql, &[name.into()])?;
                (&mut others.months, at == entry.at)
            }
            "figure" => (&mut others.figures, self.is_figure(&entry.change)?),
            "name" => {
                let sql = "select entry from name_entry where version = ?1";
                let version: i64 = name.parse().map_err(|_| damaged(&entry.subject))?;
                let row = self.link.first(sql, &[version.into()])?;
                let text = row.map(|mut row| row.text()).transpose()?;
                (&mut others.names, text.as_deref() == Some(entry.change.as_str()))
            }
            "case" => {
                let sql = "select case_id from case_event where seq = ?1";
                let id = self.link.number(sql, &[entry.seq.into()])?;
                (&mut others.events, name == id.to_string())
            }
            "reporter" => {
                let change: Value = serde_json::from_str(&entry.change)?;
                let items = change.pointer("/erased/withdrawn").and_then(Value::as_array);
                if items.is_some() {
                    others.erased.insert(name.to_owned());
                }
                others.withdrawn.extend(items.into_iter().flatten().filter_map(Value::as_i64));
                return Ok(());
            }
            "filing" => {
                let change: Value = serde_json::from_str(&entry.change)?;
                let received = change.get("received").and_then(Value::as_i64);
                let id = name.parse().map_err(|_| damaged(&entry.subject))?;
                others.advanced.extend(received.map(|received| (id, received)));
                return Ok(());
            }
            _ => return Ok(()),
        };
        *counted += 1;
        if is_kept { Ok(()) } else { Err(damaged(&entry.subject)) }
    }

    /// Whether a figure is kept as it was published.
    fn is_figure(&mut self, text: &str) -> Result<bool> {
        let vintage: Vintage = serde_json::from_str(text)?;
        let count = &vintage.count;
        let sql = "select vintage from vintage
                   where rule = ?1 and rule_version = ?2 and month = ?3 and number = ?4";
        let key = [
            count.rule.as_str().into(),
            i64::from(count.rule_version).into(),
            count.month.to_string().into(),
            i64::from(vintage.number).into(),
        ];
        let row = self.link.first(sql, &key)?;
        Ok(row.map(|mut row| row.text()).transpose()?.as_deref() == Some(text))
    }

    /// Whether there is nothing that no entry wrote.
    pub(super) fn audit_others(&mut self, others: &Others) -> Result<()> {
        for (table, said) in [
            ("closed", others.months),
            ("vintage", others.figures),
            ("name_entry", others.names),
            ("case_event", others.events),
        ] {
            let are = self.link.number(&format!("select count(*) from {table}"), &[])?;
            if are.unsigned_abs() != said {
                let text = format!("the log knows {said} rows of {table}, and {are} are there");
                return Err(Error::Damaged(text));
            }
        }
        Ok(())
    }
}

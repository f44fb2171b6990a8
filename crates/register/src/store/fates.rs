//! What would become of an item, and what became of all.

use std::collections::{BTreeMap, BTreeSet};

use incident::record::Disposition;
use intake::Fate;

use super::{Raw, Register};
use crate::answer::{Fates, RowFate, Totals};
use crate::error::Result;

impl Register {
    /// What would become of an item and of each of its rows; nothing is stored.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn dry_run(&mut self, raw: &Raw<'_>) -> Result<Fates> {
        let reading = intake::read(&self.arrival(raw));
        let mut seen = BTreeSet::new();
        let mut again = BTreeMap::new();
        for placed in &reading.drafts {
            let known = self.known(&placed.draft)?.map(|id| format!("the same as filing {id}"));
            let twice = placed.draft.identity().filter(|identity| !seen.insert(*identity));
            let twice = twice.map(|_| "the same as an earlier row".to_owned());
            again.extend(known.or(twice).map(|why| (placed.row, why)));
        }
        let rows: Vec<RowFate> = reading
            .rows
            .iter()
            .map(|row| {
                let (fate, why) = match &row.fate {
                    Fate::Read => match again.remove(&row.row) {
                        Some(why) => ("duplicate", Some(why)),
                        None => ("report", None),
                    },
                    Fate::Refused(why) => ("refused", Some(why.clone())),
                    Fate::Other(why) => ("other", Some(why.clone())),
                };
                RowFate { row: row.row, fate, why }
            })
            .collect();
        let mut totals = BTreeMap::new();
        for row in &rows {
            *totals.entry(row.fate).or_default() += 1;
        }
        Ok(Fates { disposition: reading.disposition(), rows, totals, faults: reading.faults() })
    }

    /// Items by what became of them.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn totals(&mut self) -> Result<Totals> {
        let counted = "select disposition, count(*) from item group by disposition";
        let mut by_disposition = BTreeMap::new();
        for mut row in self.link.rows(counted, &[])? {
            let disposition: Disposition = row.word()?;
            by_disposition.insert(disposition, row.int()?.unsigned_abs());
        }
        let received = self.link.number("select count(*) from item", &[])?.unsigned_abs();
        let filings = self.link.number("select count(*) from filing", &[])?.unsigned_abs();
        Ok(Totals { received, by_disposition, filings })
    }
}

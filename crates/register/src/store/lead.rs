//! Which line of a key is the first received.

use incident::Micros;
use incident::record::FilingId;
use serde_json::json;

use super::Register;
use crate::error::Result;

/// One reporter (below zero: one filing without a reporter), one day of discovery, one family.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) who: i64,
    pub(super) discovered: String,
    pub(super) family: String,
}

impl Key {
    fn values(&self) -> [crate::link::Value; 3] {
        [self.who.into(), self.family.as_str().into(), self.discovered.as_str().into()]
    }
}

impl Register {
    /// A line was added: the first of its key leads, and no other does.
    pub(super) fn lead_with(&mut self, key: &Key, filing: FilingId, seq: i64) -> Result<()> {
        // The two first ones: either the new line is first and the second led, or nothing changes.
        let first =
            "select filing, seq from line where who = ?1 and family = ?2 and discovered = ?3
                     order by received, filing, seq limit 2";
        let mut rows = self.link.rows(first, &key.values())?.into_iter();
        let mut place = || -> Result<Option<(i64, i64)>> {
            rows.next().map(|mut row| Ok((row.int()?, row.int()?))).transpose()
        };
        let (first, second) = (place()?, place()?);
        if first == Some((filing, seq)) {
            self.set_leads((filing, seq), true)?;
            if let Some(second) = second {
                self.set_leads(second, false)?;
            }
        }
        Ok(())
    }

    fn set_leads(&mut self, (filing, seq): (i64, i64), leads: bool) -> Result<()> {
        let sql = "update line set leads = ?1 where filing = ?2 and seq = ?3";
        self.link.run(sql, &[leads.into(), filing.into(), seq.into()])?;
        Ok(())
    }

    /// Lines of a key changed: finds the first again.
    pub(super) fn lead_again(&mut self, key: &Key) -> Result<()> {
        let none = "update line set leads = 0
                    where who = ?1 and family = ?2 and discovered = ?3 and leads = 1";
        self.link.run(none, &key.values())?;
        let first =
            "select filing, seq from line where who = ?1 and family = ?2 and discovered = ?3
                     order by received, filing, seq limit 1";
        if let Some(mut row) = self.link.first(first, &key.values())? {
            let place = (row.int()?, row.int()?);
            self.set_leads(place, true)?;
        }
        Ok(())
    }

    /// A filing that was known came earlier than was known.
    pub(super) fn advance(
        &mut self,
        filing: FilingId,
        received: Micros,
        now: Micros,
    ) -> Result<()> {
        let values = [received.into(), filing.into()];
        let changed = self
            .link
            .run("update filing set received = ?1 where id = ?2 and received > ?1", &values)?;
        if changed == 0 {
            return Ok(());
        }
        self.link.run("update line set received = ?1 where filing = ?2", &values)?;
        self.link.run("update facet set received = ?1 where filing = ?2", &values)?;
        for key in self.keys(filing)? {
            self.lead_again(&key)?;
        }
        let change = json!({ "received": received }).to_string();
        self.log(now, "intake", &format!("filing {filing}"), &change)?;
        Ok(())
    }

    fn keys(&mut self, filing: FilingId) -> Result<Vec<Key>> {
        let its = "select distinct who, discovered, family from line
                   where filing = ?1 and family is not null";
        let rows = self.link.rows(its, &[filing.into()])?;
        rows.into_iter()
            .map(|mut row| {
                Ok(Key { who: row.int()?, discovered: row.text()?, family: row.text()? })
            })
            .collect()
    }
}

//! The audit: whether the book is what the log says.
//!
//! The chain is followed from its beginning. Items and filings are compared with the entries that settled them
//! (here), everything else that changes with its own entries ([`others`]), and the columns that counts are answered
//! from with the words of the filings ([`columns`]).

mod columns;
mod others;

use std::collections::BTreeSet;

use incident::log::{Entry, Head};
use incident::record::ItemId;
use incident::{Hash, Micros};
use serde::Deserialize;

use others::Others;

use super::Register;
use crate::answer::Audit;
use crate::error::{Error, Result};

/// Entries that are held at once.
const PAGE: i64 = 2_000;

/// What the log says of an item.
#[derive(Deserialize)]
struct Settled {
    sha256: Hash,
    disposition: String,
    filings: u64,
    digest: Hash,
    received: Micros,
    /// Pieces that scanners told of; books of earlier programs do not say it.
    pieces: Option<u64>,
    /// What else was kept of it; books of earlier programs do not say it.
    kept: Option<Hash>,
}

impl Register {
    /// Follows the chain from its beginning, and compares items and filings with it.
    ///
    /// # Errors
    /// [`Error::Log`] where the chain is broken; [`Error::Damaged`] where the book is not what it says.
    pub fn audit(&mut self) -> Result<Audit> {
        let mut head = Head::default();
        let (mut items, mut filings) = (0, 0);
        let mut others = Others::default();
        loop {
            let page = self.log_after(head.seq, PAGE)?;
            if page.is_empty() {
                break;
            }
            for entry in &page {
                head.follow(entry)?;
                if let Some(item) = settled(entry) {
                    filings += self.audit_item(item, entry)?;
                    items += 1;
                } else {
                    self.audit_other(&mut others, entry)?;
                }
            }
        }
        let totals = self.totals()?;
        let waiting = "select count(*) from item where disposition = 'waiting'";
        let waiting = self.link.number(waiting, &[])?.unsigned_abs();
        if items + waiting != totals.received {
            let text =
                format!("the log settles {items} items, and {} were received", totals.received);
            return Err(Error::Damaged(text));
        }
        if filings != totals.filings {
            let text = format!("the log knows {filings} filings, and {} are there", totals.filings);
            return Err(Error::Damaged(text));
        }
        self.audit_others(&others)?;
        self.audit_reporters(&others.erased)?;
        self.audit_columns(&others.advanced)?;
        let (whole, withdrawn) = self.audit_content(&others.withdrawn)?;
        Ok(Audit { head, whole, withdrawn, filings, totals })
    }

    /// What an audit says after a change by another hand, which is then undone; and how many rows it changed.
    #[cfg(test)]
    pub(crate) fn audit_after(&mut self, sql: &str) -> Result<(u64, Result<Audit>)> {
        self.link.begin()?;
        let changed = self.link.run(sql, &[])?;
        let said = self.audit();
        self.link.roll_back();
        Ok((changed, said))
    }

    fn audit_item(&mut self, item: ItemId, entry: &Entry) -> Result<u64> {
        let said: Settled = serde_json::from_str(&entry.change)?;
        let sql = "select sha256, disposition, (select count(*) from filing where item = i.id),
                          received, (select cast(sum(pieces) as bigint) from detection where item = i.id)
                   from item i where id = ?1";
        let row = self.link.first(sql, &[item.into()])?;
        let mut row = row.ok_or_else(|| Error::Damaged(format!("item {item} is gone")))?;
        let is = (row.word::<Hash>()?, row.text()?, row.int()?.unsigned_abs(), row.int()?);
        let pieces = row.int_or_null()?.unwrap_or(0).unsigned_abs();
        if is != (said.sha256, said.disposition, said.filings, said.received)
            || said.pieces.is_some_and(|said| said != pieces)
        {
            return Err(Error::Damaged(format!("item {item} is not what the log says")));
        }
        let kept = said.kept.map(|_| self.digest_of_item(item, true)).transpose()?;
        if kept != said.kept {
            return Err(Error::Damaged(format!("what is kept of item {item} was changed")));
        }
        if said.filings > 0 && self.digest_of_filings(item)? != said.digest {
            return Err(Error::Damaged(format!("a filing of item {item} was changed")));
        }
        Ok(said.filings)
    }

    /// Whether every filing's reporter is there, and has a contact unless that was erased. What a contact says is in no
    /// digest: it could be guessed from one after its erasure.
    fn audit_reporters(&mut self, erased: &BTreeSet<String>) -> Result<()> {
        let absent = "select min(id) from filing f where reporter is not null
                      and not exists (select 1 from reporter r where r.id = f.reporter)";
        if let filing @ 1.. = self.link.number(absent, &[])? {
            return Err(Error::Damaged(format!("the reporter of filing {filing} is gone")));
        }
        let silent = "select number from reporter r
                      where not exists (select 1 from contact c where c.reporter = r.id)";
        for mut row in self.link.rows(silent, &[])? {
            let number = row.text()?;
            if !erased.contains(&number) {
                let why = format!("the contact of reporter {number} is gone, and nobody erased it");
                return Err(Error::Damaged(why));
            }
        }
        Ok(())
    }

    /// Every content, one at a time: whether its bytes have its digest, or an erasure withdrew them.
    fn audit_content(&mut self, erased: &BTreeSet<ItemId>) -> Result<(u64, u64)> {
        let gone = "select min(id) from item i
                    where not exists (select 1 from content c where c.sha256 = i.sha256)";
        if let item @ 1.. = self.link.number(gone, &[])? {
            return Err(Error::Damaged(format!("the bytes of item {item} are gone")));
        }
        let (mut whole, mut withdrawn) = (0, 0);
        let mut last = String::new();
        let next = "select sha256, bytes from content where sha256 > ?1 order by sha256 limit 1";
        while let Some(mut row) = self.link.first(next, &[last.as_str().into()])? {
            last = row.text()?;
            match row.bytes_or_null()? {
                None => {
                    let sql = "select id from item where sha256 = ?1";
                    let items = self.link.rows(sql, &[last.as_str().into()])?;
                    let items = items.into_iter().map(|mut row| row.int());
                    if !items.collect::<Result<Vec<_>>>()?.iter().any(|id| erased.contains(id)) {
                        let why = "and no erasure withdrew them";
                        return Err(Error::Damaged(format!("the bytes of {last} are gone, {why}")));
                    }
                    withdrawn += 1;
                }
                Some(bytes) if Hash::of(&bytes).to_string() == last => whole += 1,
                Some(_) => return Err(Error::Damaged(format!("the bytes of {last} were changed"))),
            }
        }
        Ok((whole, withdrawn))
    }
}

/// The item that an entry settles.
fn settled(entry: &Entry) -> Option<ItemId> {
    entry.subject.strip_prefix("item ")?.parse().ok()
}

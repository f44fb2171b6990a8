//! The audit: whether the book is what the log says.

use incident::Hash;
use incident::log::{Entry, Head};
use incident::record::ItemId;
use serde::Deserialize;

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
}

impl Register {
    /// Follows the chain from its beginning, and compares items and filings with it.
    ///
    /// # Errors
    /// [`Error::Log`] where the chain is broken; [`Error::Damaged`] where the book is not what it says.
    pub fn audit(&mut self) -> Result<Audit> {
        let mut head = Head::default();
        let (mut items, mut filings) = (0, 0);
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
        let (whole, withdrawn) = self.audit_content()?;
        Ok(Audit { head, whole, withdrawn, filings, totals })
    }

    fn audit_item(&mut self, item: ItemId, entry: &Entry) -> Result<u64> {
        let said: Settled = serde_json::from_str(&entry.change)?;
        let sql = "select sha256, disposition, (select count(*) from filing where item = i.id)
                   from item i where id = ?1";
        let row = self.link.first(sql, &[item.into()])?;
        let mut row = row.ok_or_else(|| Error::Damaged(format!("item {item} is gone")))?;
        let is = (row.word::<Hash>()?, row.text()?, row.int()?.unsigned_abs());
        if is != (said.sha256, said.disposition, said.filings) {
            return Err(Error::Damaged(format!("item {item} is not what the log says")));
        }
        if said.filings > 0 && self.digest_of_filings(item)? != said.digest {
            return Err(Error::Damaged(format!("a filing of item {item} was changed")));
        }
        Ok(said.filings)
    }

    /// Every content, one at a time: whether its bytes have its digest.
    fn audit_content(&mut self) -> Result<(u64, u64)> {
        let (mut whole, mut withdrawn) = (0, 0);
        let mut last = String::new();
        let next = "select sha256, bytes from content where sha256 > ?1 order by sha256 limit 1";
        while let Some(mut row) = self.link.first(next, &[last.as_str().into()])? {
            last = row.text()?;
            match row.bytes_or_null()? {
                None => withdrawn += 1,
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

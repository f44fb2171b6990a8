//! Taking in: stored first, then read, then recorded.

use incident::record::{Channel, Disposition, Draft, FilingId, ItemId};
use incident::{Hash, Micros};
use intake::{Arrival, Format, MOST_BYTES, Reading};
use serde_json::json;

use super::Register;
use crate::answer::Taken;
use crate::error::{Error, Result};

/// An item as it arrives.
#[derive(Clone, Copy, Debug)]
pub struct Raw<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// How it came.
    pub channel: Channel,
    /// When.
    pub received: Micros,
    /// What it is, where that is known; none: what it looks like.
    pub format: Option<Format>,
}

/// An item that is stored and waits to be read.
pub(crate) struct Stored {
    id: ItemId,
    sha256: Hash,
}

impl Register {
    /// Takes items in: all of them are on the disk before the first is read.
    ///
    /// # Errors
    /// [`Error::TooLarge`] before anything is stored; else where the database fails. Items that were
    /// stored and not read are read when the book is opened again.
    pub fn take_in(&mut self, raws: &[Raw<'_>], now: Micros) -> Result<Vec<Taken>> {
        if let Some(raw) = raws.iter().find(|raw| raw.bytes.len() > MOST_BYTES) {
            return Err(Error::TooLarge(raw.bytes.len()));
        }
        let stored = self.store_all(raws)?;
        self.read_all(&stored, raws, now)
    }

    /// The first half of taking in.
    pub(crate) fn store_all(&mut self, raws: &[Raw<'_>]) -> Result<Vec<Stored>> {
        self.write(|book| raws.iter().map(|raw| book.store(raw)).collect())
    }

    /// The second half.
    pub(crate) fn read_all(
        &mut self,
        stored: &[Stored],
        raws: &[Raw<'_>],
        now: Micros,
    ) -> Result<Vec<Taken>> {
        self.write(|book| {
            let each = stored.iter().zip(raws);
            each.map(|(stored, raw)| book.read_and_record(stored, raw, now)).collect()
        })
    }

    /// What became of an item that somebody else read: whoever opens the book reads what waits.
    fn read_by_another(&mut self, id: ItemId) -> Result<Option<Taken>> {
        let item = self.item(id)?;
        if item.disposition == Disposition::Waiting {
            return Ok(None);
        }
        let sql = "select id, receipt from filing where item = ?1 order by id";
        let rows = self.link.rows(sql, &[id.into()])?;
        let filings = rows.into_iter().map(|mut row| Ok((row.int()?, row.word()?)));
        let pieces = "select cast(sum(pieces) as bigint) from detection where item = ?1";
        Ok(Some(Taken {
            item: id,
            disposition: item.disposition,
            format: item.format,
            filings: filings.collect::<Result<_>>()?,
            again: Vec::new(),
            pieces: self.link.number(pieces, &[id.into()])?.unsigned_abs(),
            same_as: item.same_as,
            faults: item.faults,
        }))
    }

    /// Reads what is stored and waits.
    pub(super) fn resume(&mut self, now: Micros) -> Result<()> {
        let waiting = "select id from item where disposition = 'waiting' order by id";
        let ids: Vec<ItemId> = self
            .link
            .rows(waiting, &[])?
            .into_iter()
            .map(|mut row| row.int())
            .collect::<Result<_>>()?;
        for id in ids {
            self.write(|book| book.read_again(id, now))?;
        }
        Ok(())
    }

    fn read_again(&mut self, id: ItemId, now: Micros) -> Result<()> {
        let asked = "select i.sha256, i.channel, i.received, i.asked_format, c.bytes
                     from item i join content c on c.sha256 = i.sha256 where i.id = ?1";
        let found = self.link.first(asked, &[id.into()])?;
        let mut row = found.ok_or_else(|| Error::Damaged(format!("item {id} has no content")))?;
        let (sha256, channel, received) = (row.word()?, row.word()?, row.int()?);
        let format = row.text_or_null()?.and_then(|name| serde_json::from_value(name.into()).ok());
        let bytes = row.bytes_or_null()?.unwrap_or_default();
        let raw = Raw { bytes: &bytes, channel, received, format };
        self.read_and_record(&Stored { id, sha256 }, &raw, now).map(|_| ())
    }

    /// The next number of a table's rows; within a transaction, in which nobody else writes.
    pub(super) fn next(&mut self, table: &'static str) -> Result<i64> {
        let last = match self.last.get(table) {
            Some(last) => *last,
            None => self.link.number(&format!("select max(id) from {table}"), &[])?,
        };
        let next = last.saturating_add(1);
        self.last.insert(table, next);
        Ok(next)
    }

    fn store(&mut self, raw: &Raw<'_>) -> Result<Stored> {
        let (id, sha256) = (self.next("item")?, Hash::of(raw.bytes));
        let size = i64::try_from(raw.bytes.len()).unwrap_or(i64::MAX);
        self.link.run(
            "insert into content (sha256, size, bytes) values (?1, ?2, ?3)
             on conflict (sha256) do nothing",
            &[
                sha256.to_string().into(),
                size.into(),
                crate::link::Value::Bytes(raw.bytes.to_vec()),
            ],
        )?;
        self.link.run(
            "insert into item (id, sha256, channel, received, asked_format, disposition, faults)
             values (?1, ?2, ?3, ?4, ?5, 'waiting', '[]')",
            &[
                id.into(),
                sha256.to_string().into(),
                raw.channel.as_str().into(),
                raw.received.into(),
                raw.format.map(Format::as_str).into(),
            ],
        )?;
        Ok(Stored { id, sha256 })
    }

    pub(super) fn arrival<'a>(&'a self, raw: &Raw<'a>) -> Arrival<'a> {
        Arrival {
            bytes: raw.bytes,
            channel: raw.channel,
            received: raw.received,
            format: raw.format,
            zone: &self.zone,
        }
    }

    /// The first item of the same bytes, and when it came.
    fn twin(&mut self, stored: &Stored, raw: &Raw<'_>) -> Result<Option<(ItemId, Micros)>> {
        let earlier = "select id, received from item where sha256 = ?1 and id < ?2
                       and (disposition in ('parsed', 'in part')
                            or (channel = ?3 and disposition <> 'waiting'))
                       order by id limit 1";
        let values =
            [stored.sha256.to_string().into(), stored.id.into(), raw.channel.as_str().into()];
        let found = self.link.first(earlier, &values)?;
        found.map(|mut row| Ok((row.int()?, row.int()?))).transpose()
    }

    fn read_and_record(&mut self, stored: &Stored, raw: &Raw<'_>, now: Micros) -> Result<Taken> {
        if let Some(taken) = self.read_by_another(stored.id)? {
            return Ok(taken);
        }
        let mut has_sealed = false;
        let taken = match self.twin(stored, raw)? {
            Some((twin, received)) => {
                if raw.received < received {
                    self.came_earlier(twin, raw, now)?;
                }
                Taken {
                    item: stored.id,
                    disposition: Disposition::Duplicate,
                    format: None,
                    filings: Vec::new(),
                    again: Vec::new(),
                    pieces: 0,
                    same_as: Some(twin),
                    faults: Vec::new(),
                }
            }
            None => {
                let reading = intake::read(&self.arrival(raw));
                has_sealed = !reading.sealed.is_empty();
                self.record(stored.id, raw, reading, now)?
            }
        };
        self.settle(&taken, (&stored.sha256, has_sealed), raw, now)?;
        Ok(taken)
    }

    /// The same bytes had come by another channel before they came by the one that was read first.
    fn came_earlier(&mut self, twin: ItemId, raw: &Raw<'_>, now: Micros) -> Result<()> {
        let reading = intake::read(&self.arrival(raw));
        for placed in &reading.drafts {
            let place = i64::try_from(placed.row).unwrap_or(i64::MAX);
            let by_place = "select id from filing where item = ?1 and place = ?2";
            let id = match self.known(&placed.draft)? {
                Some(id) => id,
                None => self.link.number(by_place, &[twin.into(), place.into()])?,
            };
            self.advance(id, raw.received, now)?;
        }
        // What has no stamp in a log was noted when its earliest copy came. Where such lines stand among others
        // depends on that moment, so all are kept anew.
        let before = "select min(received) from item
                      where sha256 = (select sha256 from item where id = ?1)
                      and (id = ?1 or same_as = ?1) and disposition <> 'waiting'";
        if !reading.detections.is_empty()
            && raw.received < self.link.number(before, &[twin.into()])?
        {
            self.link.run("delete from detection where item = ?1", &[twin.into()])?;
            for (seq, detection) in (0..).zip(&reading.detections) {
                self.keep_detection(twin, seq, detection)?;
            }
        }
        Ok(())
    }

    /// The filing that says the same under the same reference.
    pub(super) fn known(&mut self, draft: &Draft) -> Result<Option<FilingId>> {
        let Some(identity) = draft.identity() else { return Ok(None) };
        let same = "select id from filing where identity = ?1";
        let found = self.link.first(same, &[identity.to_string().into()])?;
        found.map(|mut row| row.int()).transpose()
    }

    fn record(
        &mut self,
        item: ItemId,
        raw: &Raw<'_>,
        reading: Reading,
        now: Micros,
    ) -> Result<Taken> {
        let mut taken = Taken {
            item,
            disposition: reading.disposition(),
            format: reading.format.map(|format| format.as_str().to_owned()),
            filings: Vec::new(),
            again: Vec::new(),
            pieces: reading.detections.iter().map(|detection| detection.pieces).sum(),
            same_as: None,
            faults: reading.faults(),
        };
        for placed in &reading.drafts {
            match self.known(&placed.draft)? {
                Some(id) => {
                    self.advance(id, raw.received, now)?;
                    taken.again.push(id);
                }
                None => {
                    let kept = self.keep(item, placed.row, &placed.draft, raw.received)?;
                    taken.filings.push(kept);
                }
            }
        }
        for (seq, detection) in (0..).zip(&reading.detections) {
            self.keep_detection(item, seq, detection)?;
        }
        for (seq, sealed) in (0..).zip(&reading.sealed) {
            self.keep_sealed(item, seq, sealed)?;
        }
        if let Some(receipt) = reading.answers {
            self.join(item, receipt, &mut taken)?;
        }
        let only_known = taken.filings.is_empty() && reading.detections.is_empty();
        if let Some(first) = taken.again.first().filter(|_| only_known) {
            taken.disposition = Disposition::Duplicate;
            let its = "select item from filing where id = ?1";
            taken.same_as = Some(self.link.number(its, &[(*first).into()])?);
        }
        Ok(taken)
    }

    /// Writes an item's disposition, and the entry of the log.
    fn settle(
        &mut self,
        taken: &Taken,
        (sha256, has_sealed): (&Hash, bool),
        raw: &Raw<'_>,
        now: Micros,
    ) -> Result<()> {
        self.link.run(
            "update item set disposition = ?1, format = ?2, same_as = ?3, faults = ?4 where id = ?5",
            &[
                taken.disposition.as_str().into(),
                taken.format.clone().into(),
                taken.same_as.into(),
                serde_json::to_string(&taken.faults)?.into(),
                taken.item.into(),
            ],
        )?;
        let change = json!({
            "sha256": sha256,
            "received": raw.received,
            "disposition": taken.disposition,
            "same_as": taken.same_as,
            "filings": taken.filings.len(),
            "pieces": taken.pieces,
            "kept": self.digest_of_item(taken.item, has_sealed)?,
            "digest": if taken.filings.is_empty() { Hash::of_pieces(&[]) } else { self.digest_of_filings(taken.item)? },
        });
        let subject = format!("item {}", taken.item);
        self.log(now, raw.channel.as_str(), &subject, &change.to_string())?;
        Ok(())
    }

    /// A digest of what was kept of an item beside its words, and never changes: what it was read as, its filings'
    /// receipts, references and reporters' numbers, what is sealed of it, and what it answers to.
    pub(super) fn digest_of_item(&mut self, item: ItemId, has_sealed: bool) -> Result<Hash> {
        let sql = "select channel, asked_format, format, same_as, faults,
                          (select filing from answer where item = i.id) from item i where id = ?1";
        let mut kept = Vec::new();
        if let Some(mut row) = self.link.first(sql, &[item.into()])? {
            let read = [row.text_or_null()?, row.text_or_null()?, row.text_or_null()?];
            let same = row.int_or_null()?;
            kept.push(json!([read, same, row.text()?, row.int_or_null()?]).to_string());
        }
        let sql = "select id, place, kind, receipt, identity, tlp,
                          (select number from reporter where id = f.reporter)
                   from filing f where item = ?1 order by id";
        for mut row in self.link.rows(sql, &[item.into()])? {
            let (id, place, kind, receipt) = (row.int()?, row.int()?, row.text()?, row.text()?);
            let (identity, tlp, number) = (row.text_or_null()?, row.text()?, row.text_or_null()?);
            kept.push(json!([id, place, kind, receipt, identity, tlp, number]).to_string());
        }
        if has_sealed {
            let sql =
                "select seq, name, media, size, sha256 from sealed where item = ?1 order by seq";
            for mut row in self.link.rows(sql, &[item.into()])? {
                let (seq, name, media) = (row.int()?, row.text_or_null()?, row.text_or_null()?);
                kept.push(json!([seq, name, media, row.int()?, row.text()?]).to_string());
            }
        }
        let pieces: Vec<&[u8]> = kept.iter().map(String::as_bytes).collect();
        Ok(Hash::of_pieces(&pieces))
    }

    /// A digest of the words of an item's filings, in order.
    pub(super) fn digest_of_filings(&mut self, item: ItemId) -> Result<Hash> {
        let rows = self
            .link
            .rows("select body from filing where item = ?1 order by id", &[item.into()])?;
        let bodies: Vec<String> =
            rows.into_iter().map(|mut row| row.text()).collect::<Result<_>>()?;
        let pieces: Vec<&[u8]> = bodies.iter().map(String::as_bytes).collect();
        Ok(Hash::of_pieces(&pieces))
    }
}

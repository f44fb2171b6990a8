//! Rows into records.

use incident::record::{Detection, Filing, FilingId, Item, ItemId, Receipt, ReporterId};
use intake::Sealed;

use super::Register;
use crate::error::{Error, Result};
use crate::link::Row;

/// The columns of a filing, in the order in which [`filing`] reads them.
pub(super) const FILING: &str = "f.id, f.item, r.number, f.received, f.receipt, f.tlp, f.body
                                 from filing f left join reporter r on r.id = f.reporter";

pub(super) fn filing(mut row: Row) -> Result<Filing> {
    let (id, item) = (row.int()?, row.int()?);
    let reporter = row.text_or_null()?.map(|number| number.parse::<ReporterId>());
    Ok(Filing {
        id,
        item,
        reporter: reporter.transpose().map_err(|error| Error::Damaged(error.to_string()))?,
        received: row.int()?,
        receipt: row.word()?,
        tlp: row.word()?,
        body: serde_json::from_str(&row.text()?)?,
    })
}

impl Register {
    /// A filing.
    pub(super) fn filing(&mut self, id: FilingId) -> Result<Filing> {
        let row = self.link.first(&format!("select {FILING} where f.id = ?1"), &[id.into()])?;
        filing(row.ok_or_else(|| Error::NotFound(format!("filing {id}")))?)
    }

    /// Every filing, in order.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn every_filing(&mut self) -> Result<Vec<Filing>> {
        let rows = self.link.rows(&format!("select {FILING} order by f.id"), &[])?;
        rows.into_iter().map(filing).collect()
    }

    /// Every detection, in order.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn every_detection(&mut self) -> Result<Vec<Detection>> {
        let sql = "select noted, name, vendor, pieces from detection order by item, seq";
        let rows = self.link.rows(sql, &[])?;
        rows.into_iter()
            .map(|mut row| {
                let (noted, name, vendor) = (row.int()?, row.text()?, row.text_or_null()?);
                Ok(Detection { noted, name, vendor, pieces: row.int()?.unsigned_abs() })
            })
            .collect()
    }

    /// An item, without its bytes.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none.
    pub fn item(&mut self, id: ItemId) -> Result<Item> {
        let sql = "select i.id, i.sha256, c.size, i.channel, i.received, i.disposition, i.format,
                          i.same_as, i.faults
                   from item i join content c on c.sha256 = i.sha256 where i.id = ?1";
        let row = self.link.first(sql, &[id.into()])?;
        let mut row = row.ok_or_else(|| Error::NotFound(format!("item {id}")))?;
        Ok(Item {
            id: row.int()?,
            sha256: row.word()?,
            size: row.int()?.unsigned_abs(),
            channel: row.word()?,
            received: row.int()?,
            disposition: row.word()?,
            format: row.text_or_null()?,
            same_as: row.int_or_null()?,
            faults: serde_json::from_str(&row.text()?)?,
        })
    }

    /// An item's bytes, exactly as they came; none where they were withdrawn.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such item.
    pub fn item_bytes(&mut self, id: ItemId) -> Result<Option<Vec<u8>>> {
        let sql =
            "select c.bytes from item i join content c on c.sha256 = i.sha256 where i.id = ?1";
        let row = self.link.first(sql, &[id.into()])?;
        row.ok_or_else(|| Error::NotFound(format!("item {id}")))?.bytes_or_null()
    }

    /// The receipts of an item's filings, in order.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn receipts_of(&mut self, item: ItemId) -> Result<Vec<Receipt>> {
        let sql = "select receipt from filing where item = ?1 order by id";
        let rows = self.link.rows(sql, &[item.into()])?;
        rows.into_iter().map(|mut row| row.word()).collect()
    }

    pub(super) fn sealed(&mut self, item: ItemId) -> Result<Vec<Sealed>> {
        let sql = "select name, media, size, sha256 from sealed where item = ?1 order by seq";
        let rows = self.link.rows(sql, &[item.into()])?;
        rows.into_iter()
            .map(|mut row| {
                let (name, media) = (row.text_or_null()?, row.text_or_null()?);
                Ok(Sealed { name, media, size: row.int()?.unsigned_abs(), sha256: row.word()? })
            })
            .collect()
    }
}

//! Attachments, out of the items that hold them.

use incident::record::FilingId;
use incident::{Hash, Micros};
use intake::{Arrival, Sealed};
use serde_json::json;

use super::Register;
use crate::error::{Error, Result};

impl Register {
    /// What was attached to a filing's item at a place, from 0: how it is described, and its bytes, which may
    /// do harm. That somebody took it is an entry of the log.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such filing or place, [`Error::Withdrawn`] where the item's bytes
    /// are gone.
    pub fn unseal(
        &mut self,
        filing: FilingId,
        place: usize,
        who: &str,
        now: Micros,
    ) -> Result<(Sealed, Vec<u8>)> {
        let item = self.filing(filing)?.item;
        let sealed = self.sealed(item)?.into_iter().nth(place);
        let sealed =
            sealed.ok_or_else(|| Error::NotFound(format!("attachment {place} of {filing}")))?;
        let asked = "select i.channel, i.received, i.asked_format, c.bytes
                     from item i join content c on c.sha256 = i.sha256 where i.id = ?1";
        let row = self.link.first(asked, &[item.into()])?;
        let mut row = row.ok_or_else(|| Error::Damaged(format!("item {item} has no content")))?;
        let (channel, received) = (row.word()?, row.int()?);
        let format = row.text_or_null()?.and_then(|name| serde_json::from_value(name.into()).ok());
        let item_bytes = row.bytes_or_null()?.ok_or(Error::Withdrawn(item))?;
        let arrival = Arrival { bytes: &item_bytes, channel, received, format, zone: &self.zone };
        let bytes = intake::attached(&arrival, place).unwrap_or_default();
        if Hash::of(&bytes) != sealed.sha256 {
            return Err(Error::Damaged(format!("attachment {place} of item {item} is another")));
        }
        self.write(|book| {
            let change = json!({ "unsealed": sealed.sha256, "filing": filing }).to_string();
            book.log(now, who, &format!("attached to item {item}"), &change).map(drop)
        })?;
        Ok((sealed, bytes))
    }
}

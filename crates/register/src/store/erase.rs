//! Contacts: asked for by those who may, and erased.

use incident::Micros;
use incident::record::{Channel, Contact, ItemId, ReporterId};
use serde_json::json;

use super::Register;
use crate::answer::Erased;
use crate::error::{Error, Result};

/// What stands between a mark that is taken and a reporter's number, and what sorts behind it.
const SECOND: char = '\u{1}';
const AFTER_SECOND: char = '\u{2}';

impl Register {
    /// Who a reporter is; none where that was erased. Whoever shows it asks for permission first.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn contact(&mut self, reporter: ReporterId) -> Result<Option<Contact>> {
        let sql = "select c.contact from contact c join reporter r on r.id = c.reporter
                   where r.number = ?1";
        let row = self.link.first(sql, &[reporter.to_string().into()])?;
        row.map(|mut row| Ok(serde_json::from_str(&row.text()?)?)).transpose()
    }

    /// The reporter of a contact, as reports tell one from the next; none where there is none, or it was erased.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn reporter_of_contact(&mut self, contact: &Contact) -> Result<Option<ReporterId>> {
        let Some(mark) = contact.key() else { return Ok(None) };
        let sql = "select r.number from contact c join reporter r on r.id = c.reporter
                   where c.mark = ?1";
        self.link.first(sql, &[mark.into()])?.map(|mut row| row.word()).transpose()
    }

    /// Marks contacts of earlier programs by what tells them apart now, and says how many. Two that are the same now
    /// stay two, so that no count changes: of the second the mark has its reporter's number behind U+0001, and
    /// who erases one erases both.
    pub(super) fn marks_anew(&mut self) -> Result<u64> {
        let mut changed = 0;
        let sql = "select reporter, mark, contact from contact order by reporter";
        for mut row in self.link.rows(sql, &[])? {
            let (reporter, was, contact) = (row.int()?, row.text()?, row.text()?);
            let contact: Contact = serde_json::from_str(&contact)?;
            let Some(mark) = contact.key().filter(|mark| *mark != was) else { continue };
            let taken = "select count(*) from contact where mark = ?1";
            let is_taken = self.link.number(taken, &[mark.as_str().into()])? > 0;
            let mark = if is_taken { format!("{mark}{SECOND}{reporter}") } else { mark };
            let sql = "update contact set mark = ?1 where reporter = ?2";
            changed += self.link.run(sql, &[mark.into(), reporter.into()])?;
        }
        Ok(changed)
    }

    /// How many reports a reporter filed.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such reporter.
    pub fn reports_of(&mut self, reporter: ReporterId) -> Result<u64> {
        let sql = "select id from reporter where number = ?1";
        let row = self.link.first(sql, &[reporter.to_string().into()])?;
        let id = row.ok_or_else(|| Error::NotFound(format!("reporter {reporter}")))?.int()?;
        let sql = "select count(*) from filing where reporter = ?1";
        Ok(self.link.number(sql, &[id.into()])?.unsigned_abs())
    }

    /// Forgets who a reporter is. The number and every count stay.
    ///
    /// The bytes of items that hold this reporter's filings alone are withdrawn, and so are mails that answered to
    /// one of these, and forms and mails that gave no filing and have the reporter's address in them. Items that hold
    /// others' filings too are named, as their bytes still say who it was, and so are files that gave none and have
    /// the address. A filing that this reporter sends later is a
    /// new reporter's.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such reporter.
    pub fn erase(&mut self, reporter: ReporterId, who: &str, now: Micros) -> Result<Erased> {
        let erased = self.write(|book| {
            let others = book.same(reporter)?;
            let mut erased = book.erase_one(reporter, who, now)?;
            for other in others {
                let more = book.erase_one(other, who, now)?;
                erased.withdrawn.extend(more.withdrawn);
                erased.kept.extend(more.kept);
            }
            Ok(erased)
        })?;
        self.link.forget()?;
        Ok(erased)
    }

    /// Reporters of earlier books who have the same contact.
    fn same(&mut self, reporter: ReporterId) -> Result<Vec<ReporterId>> {
        let Some(mark) = self.contact(reporter)?.and_then(|contact| contact.key()) else {
            return Ok(Vec::new());
        };
        let sql = "select r.number from contact c join reporter r on r.id = c.reporter
                   where (c.mark = ?1 or c.mark >= ?2 and c.mark < ?3) and r.number <> ?4";
        let (from, to) = (format!("{mark}{SECOND}"), format!("{mark}{AFTER_SECOND}"));
        let values = [mark.into(), from.into(), to.into(), reporter.to_string().into()];
        self.link.rows(sql, &values)?.into_iter().map(|mut row| row.word()).collect()
    }

    fn erase_one(&mut self, reporter: ReporterId, who: &str, now: Micros) -> Result<Erased> {
        let sql = "select id from reporter where number = ?1";
        let row = self.link.first(sql, &[reporter.to_string().into()])?;
        let id = row.ok_or_else(|| Error::NotFound(format!("reporter {reporter}")))?.int()?;
        let contact = self.contact(reporter)?;
        let gone = self.link.run("delete from contact where reporter = ?1", &[id.into()])?;
        let mut kept = self.items("exists", id)?;
        let mut withdrawn = self.items("not exists", id)?;
        withdrawn.extend(self.answers(id)?);
        if let Some(contact) = contact {
            let written = contact.mail.as_deref().map(|mail| mail.trim().to_ascii_lowercase());
            let mut addresses: Vec<String> = written.into_iter().chain(contact.address()).collect();
            addresses.retain(|address| !address.is_empty());
            addresses.dedup();
            self.unread(&addresses, &mut withdrawn, &mut kept)?;
        }
        withdrawn.sort_unstable();
        withdrawn.dedup();
        for item in withdrawn.clone() {
            let sql = "select id from item where same_as = ?1 order by id";
            for mut row in self.link.rows(sql, &[item.into()])? {
                withdrawn.push(row.int()?);
            }
        }
        for item in &withdrawn {
            self.link.run(
                "update content set bytes = null
                 where sha256 = (select sha256 from item where id = ?1)",
                &[(*item).into()],
            )?;
        }
        // The reference of a mail can hold an address; its digest does not give it back.
        let erased = Erased { contact: gone > 0, withdrawn, kept };
        let change = json!({ "erased": erased }).to_string();
        self.log(now, who, &format!("reporter {reporter}"), &change)?;
        Ok(erased)
    }

    /// Items of a reporter that hold somebody else's filings too (`exists`), or do not.
    fn items(&mut self, others: &str, reporter: i64) -> Result<Vec<ItemId>> {
        let sql = format!(
            "select distinct f.item from filing f where f.reporter = ?1 and {others} (
                 select 1 from filing o where o.item = f.item
                 and (o.reporter is null or o.reporter <> ?1)
             ) order by f.item"
        );
        let rows = self.link.rows(&sql, &[reporter.into()])?;
        rows.into_iter().map(|mut row| row.int()).collect()
    }

    /// Mails that answered to a reporter's filings.
    fn answers(&mut self, reporter: i64) -> Result<Vec<ItemId>> {
        let sql = "select distinct a.item from answer a join filing f on f.id = a.filing
                   where f.reporter = ?1 order by a.item";
        let rows = self.link.rows(sql, &[reporter.into()])?;
        rows.into_iter().map(|mut row| row.int()).collect()
    }

    /// Items that gave no filing and have an address in them: forms and mails are one person's, files are not.
    /// Each is looked at, one at a time.
    fn unread(
        &mut self,
        addresses: &[String],
        withdrawn: &mut Vec<ItemId>,
        kept: &mut Vec<ItemId>,
    ) -> Result<()> {
        let next =
            "select i.id, i.channel, c.bytes from item i join content c on c.sha256 = i.sha256
                    where i.id > ?1 and i.same_as is null and c.bytes is not null
                    and not exists (select 1 from filing f where f.item = i.id)
                    order by i.id limit 1";
        let mut last = 0;
        while let Some(mut row) = self.link.first(next, &[last.into()])? {
            last = row.int()?;
            let channel: Channel = row.word()?;
            let mut bytes = row.bytes_or_null()?.unwrap_or_default();
            bytes.make_ascii_lowercase();
            let has = |address: &String| memchr::memmem::find(&bytes, address.as_bytes()).is_some();
            if addresses.iter().any(has) {
                let one = matches!(channel, Channel::Form | Channel::Mail);
                if one { withdrawn.push(last) } else { kept.push(last) }
            }
        }
        Ok(())
    }
}

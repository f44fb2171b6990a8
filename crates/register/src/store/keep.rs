//! Records into rows.

use std::collections::BTreeSet;

use incident::Micros;
use incident::record::{
    AccessReport, Body, Detection, Disposition, Draft, FilingId, Introduction, ItemId, Receipt,
    ReporterClass, ReporterId, VirusReport,
};
use intake::Sealed;
use uuid::Uuid;

use super::Register;
use super::lead::Key;
use crate::answer::Taken;
use crate::error::Result;
use crate::link::Value;
use crate::word::words;

impl Register {
    /// Stores a filing.
    pub(super) fn keep(
        &mut self,
        item: ItemId,
        row: u64,
        draft: &Draft,
        received: Micros,
    ) -> Result<(FilingId, Receipt)> {
        let reporter = draft.reporter.as_ref().map(|who| self.reporter(who)).transpose()?;
        let (id, receipt) = (self.next("filing")?, receipt());
        let (category, damage) = match &draft.body {
            Body::Access(report) => (Some(report.category.as_str()), report.damage),
            _ => (None, false),
        };
        self.link.run(
            "insert into filing (id, item, place, kind, reporter, received, receipt, identity, tlp,
                                 category, damage, body)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            &[
                id.into(),
                item.into(),
                i64::try_from(row).unwrap_or(i64::MAX).into(),
                draft.body.kind().as_str().into(),
                reporter.into(),
                received.into(),
                receipt.to_string().into(),
                draft.identity().map(|identity| identity.to_string()).into(),
                draft.tlp.as_str().into(),
                category.into(),
                damage.into(),
                serde_json::to_string(&draft.body)?.into(),
            ],
        )?;
        match &draft.body {
            // A filing without a reporter is a reporter of its own, below zero.
            Body::Virus(report) => {
                self.keep_lines(id, reporter.unwrap_or(-id), received, report)?;
            }
            Body::Access(report) => self.keep_facets(id, received, report)?,
            Body::Consultation(_) => {}
        }
        self.keep_words(id, words_of(&draft.body))?;
        Ok((id, receipt))
    }

    /// All words of a filing in one statement: each would cost a way to the server and back.
    fn keep_words(&mut self, filing: FilingId, words: BTreeSet<String>) -> Result<()> {
        if words.is_empty() {
            return Ok(());
        }
        let rows: Vec<String> = (2..words.len() + 2).map(|at| format!("(?{at}, ?1)")).collect();
        let sql = format!("insert into word (word, filing) values {}", rows.join(", "));
        let values: Vec<Value> =
            std::iter::once(filing.into()).chain(words.into_iter().map(Value::from)).collect();
        self.link.run(&sql, &values)?;
        Ok(())
    }

    /// The number of a reporter by its contact; a new one where the contact is new.
    fn reporter(&mut self, who: &Introduction) -> Result<i64> {
        let mark = who.contact.key().unwrap_or_default();
        let known = "select reporter from contact where mark = ?1";
        if let Some(mut row) = self.link.first(known, &[mark.as_str().into()])? {
            let id = row.int()?;
            if who.class != ReporterClass::Unknown {
                let learn = "update reporter set class = ?1 where id = ?2 and class = 'unknown'";
                self.link.run(learn, &[who.class.as_str().into(), id.into()])?;
            }
            return Ok(id);
        }
        let (id, number) = (self.next("reporter")?, ReporterId(Uuid::new_v4().as_u128()));
        self.link.run(
            "insert into reporter (id, number, class, sector) values (?1, ?2, ?3, ?4)",
            &[
                id.into(),
                number.to_string().into(),
                who.class.as_str().into(),
                who.sector.clone().into(),
            ],
        )?;
        self.link.run(
            "insert into contact (reporter, mark, contact) values (?1, ?2, ?3)",
            &[id.into(), mark.into(), serde_json::to_string(&who.contact)?.into()],
        )?;
        Ok(id)
    }

    fn keep_lines(
        &mut self,
        filing: FilingId,
        who: i64,
        received: Micros,
        report: &VirusReport,
    ) -> Result<()> {
        for (seq, line) in (0_i64..).zip(&report.lines) {
            let found = self.names.resolve(&line.name, line.vendor.as_deref(), report.discovered);
            let discovered = report.discovered.to_string();
            self.link.run(
                "insert into line (filing, seq, who, discovered, name, vendor, stem, family, received,
                                   pieces, leads)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0)",
                &[
                    filing.into(),
                    seq.into(),
                    who.into(),
                    discovered.as_str().into(),
                    line.name.as_str().into(),
                    line.vendor.clone().into(),
                    self.names.stem(&line.name).into(),
                    found.family().into(),
                    received.into(),
                    i64::try_from(line.pieces.unwrap_or(0)).unwrap_or(i64::MAX).into(),
                ],
            )?;
            if let Some(family) = found.family() {
                let family = family.to_owned();
                self.lead_with(&Key { who, discovered, family }, filing, seq)?;
            }
        }
        Ok(())
    }

    fn keep_facets(
        &mut self,
        filing: FilingId,
        received: Micros,
        report: &AccessReport,
    ) -> Result<()> {
        let labels = report.labels();
        for label in &labels {
            self.link.run(
                "insert into facet (filing, label, shared_by, damage, received)
                 values (?1, ?2, ?3, ?4, ?5)",
                &[
                    filing.into(),
                    label.as_str().into(),
                    i64::try_from(labels.len()).unwrap_or(i64::MAX).into(),
                    report.damage.into(),
                    received.into(),
                ],
            )?;
        }
        Ok(())
    }

    pub(super) fn keep_detection(
        &mut self,
        item: ItemId,
        seq: i64,
        detection: &Detection,
    ) -> Result<()> {
        let family = self.family_of(detection);
        self.link.run(
            "insert into detection (item, seq, noted, name, vendor, stem, family, pieces)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            &[
                item.into(),
                seq.into(),
                detection.noted.into(),
                detection.name.as_str().into(),
                detection.vendor.clone().into(),
                self.names.stem(&detection.name).into(),
                family.into(),
                i64::try_from(detection.pieces).unwrap_or(i64::MAX).into(),
            ],
        )?;
        Ok(())
    }

    fn family_of(&self, detection: &Detection) -> Option<String> {
        let moment = jiff::Timestamp::from_microsecond(detection.noted).unwrap_or_default();
        let day = jiff::tz::TimeZone::UTC.to_datetime(moment).date();
        let found = self.names.resolve(&detection.name, detection.vendor.as_deref(), day);
        found.family().map(str::to_owned)
    }

    pub(super) fn keep_sealed(&mut self, item: ItemId, seq: i64, sealed: &Sealed) -> Result<()> {
        self.link.run(
            "insert into sealed (item, seq, name, media, size, sha256) values (?1, ?2, ?3, ?4, ?5, ?6)",
            &[
                item.into(),
                seq.into(),
                sealed.name.clone().into(),
                sealed.media.clone().into(),
                i64::try_from(sealed.size).unwrap_or(i64::MAX).into(),
                sealed.sha256.to_string().into(),
            ],
        )?;
        Ok(())
    }

    /// Joins a mail to the report that it answers to.
    pub(super) fn join(&mut self, item: ItemId, receipt: Receipt, taken: &mut Taken) -> Result<()> {
        let asked = "select id from filing where receipt = ?1";
        match self.link.first(asked, &[receipt.to_string().into()])? {
            Some(mut row) => {
                let filing = row.int()?;
                let sql = "insert into answer (item, filing) values (?1, ?2)";
                self.link.run(sql, &[item.into(), filing.into()])?;
            }
            None => {
                taken.disposition = Disposition::Unsupported;
                taken.faults.push(format!("it answers to {receipt}, which is not in the book"));
            }
        }
        Ok(())
    }
}

/// A receipt number. That one is taken happens once in a trillion books of a million reports; the index
/// refuses it then, and the item is read again with another.
fn receipt() -> Receipt {
    let bits = Uuid::new_v4().as_u128();
    // The low 60 bits of such a number are all random (RFC 9562, section 5.4).
    Receipt::of_random(u64::try_from(bits & u128::from(u64::MAX)).unwrap_or(0))
}

/// The words by which a filing is found; none of them says who filed it.
fn words_of(body: &Body) -> BTreeSet<String> {
    let mut text: Vec<&str> = Vec::new();
    match body {
        Body::Virus(report) => {
            text.extend(report.lines.iter().map(|line| line.name.as_str()));
            text.extend([report.status.as_str(), report.route.as_str()]);
        }
        Body::Access(report) => {
            text.extend([report.category.as_str(), report.cause.as_str()]);
            text.extend(report.facets.iter().map(|label| label.as_str()));
            text.extend(report.note.as_deref());
            text.extend(report.recovery.as_deref());
            text.extend(report.narrative.as_ref().map(|narrative| narrative.text.as_str()));
        }
        Body::Consultation(question) => text.extend([question.subject.as_str(), &question.text]),
    }
    words(&text.join("\n"))
}

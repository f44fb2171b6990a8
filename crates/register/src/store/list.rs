//! Lists, searches and single filings.

use incident::record::{Body, Filing, FilingId, Receipt, Reporter};

use super::Register;
use super::read::{FILING, filing};
use crate::answer::{Listed, Page, Search, Shown, ShownLine};
use crate::error::{Error, Result};
use crate::link::Value;
use crate::word::words;

/// The most filings of a page.
const MOST: usize = 200;

/// How many filings of a word are counted to find the rarest, and how many of the rarest are looked at
/// for one page: words that are frequent and never meet would hold up a page for seconds.
const LOOK: i64 = 2_000;

impl Register {
    /// A page of filings, latest first.
    ///
    /// A search for several words may give a page that is not full, or empty, and a place where to go
    /// on: each page looks at 2,000 filings of the rarest word at most.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn list(&mut self, search: &Search) -> Result<Page> {
        let most = search.most.clamp(1, MOST);
        let receipt = search.words.as_deref().and_then(|text| text.trim().parse::<Receipt>().ok());
        let mut values = vec![Value::from(search.before.unwrap_or(i64::MAX))];
        let mut given = |value: Value| {
            values.push(value);
            values.len()
        };
        let mut wheres = vec!["f.id < ?1".to_owned()];
        if let Some(kind) = search.kind {
            wheres.push(format!("f.kind = ?{}", given(kind.as_str().into())));
        }
        let (mut order, mut floor) = ("f.id", None);
        let mut from = FILING.to_owned();
        if let Some(receipt) = receipt {
            wheres.push(format!("f.receipt = ?{}", given(receipt.to_string().into())));
        } else if let Some(text) = &search.words {
            let Some((rarest, others)) = self.by_rarity(text)? else {
                return Ok(Page { filings: Vec::new(), next: None });
            };
            // The rarest word leads, so that common ones are only looked up.
            from = FILING.replace("from filing f", "from word w join filing f on f.id = w.filing");
            order = "w.filing";
            floor = self.floor(&rarest, search.before.unwrap_or(i64::MAX))?;
            wheres.push(format!("w.filing < ?1 and w.word = ?{}", given(rarest.into())));
            wheres.push(format!("w.filing >= ?{}", given(floor.unwrap_or(0).into())));
            for (at, other) in others.into_iter().enumerate() {
                wheres.push(format!(
                    "exists (select 1 from word w{at} where w{at}.word = ?{} and w{at}.filing = w.filing)",
                    given(other.into())
                ));
            }
        }
        let sql = format!(
            "select {from} where {} order by {order} desc limit {}",
            wheres.join(" and "),
            most + 1
        );
        let mut found: Vec<Filing> =
            self.link.rows(&sql, &values)?.into_iter().map(filing).collect::<Result<_>>()?;
        let more = found.len() > most;
        found.truncate(most);
        let next = if more { found.last().map(|filing| filing.id) } else { floor };
        Ok(Page { filings: found.into_iter().map(listed).collect(), next })
    }

    /// The last filing of a word that one page looks at; none where it looks at all that are left.
    fn floor(&mut self, word: &str, before: FilingId) -> Result<Option<FilingId>> {
        let sql = "select min(filing), count(*) from (
                       select filing from word where word = ?1 and filing < ?2
                       order by filing desc limit ?3
                   ) as few";
        let Some(mut row) = self.link.first(sql, &[word.into(), before.into(), LOOK.into()])?
        else {
            return Ok(None);
        };
        let (last, many) = (row.int_or_null()?, row.int()?);
        Ok(last.filter(|_| many == LOOK))
    }

    /// The words of a search, the rarest apart; none where the search has no words.
    fn by_rarity(&mut self, text: &str) -> Result<Option<(String, Vec<String>)>> {
        let mut counted = Vec::new();
        // Ten words find what can be found.
        for word in words(text).into_iter().take(10) {
            let sql = "select count(*) from (select 1 from word where word = ?1 limit ?2) as few";
            counted.push((self.link.number(sql, &[word.as_str().into(), LOOK.into()])?, word));
        }
        counted.sort();
        let mut words = counted.into_iter().map(|(_, word)| word);
        Ok(words.next().map(|rarest| (rarest, words.collect())))
    }

    /// A filing by its number, and everything about it but who filed it.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none.
    pub fn show(&mut self, id: FilingId) -> Result<Shown> {
        let filing = self.filing(id)?;
        let item = self.item(filing.item)?;
        let sealed = self.sealed(filing.item)?;
        let reporter = self.reporter_of(id)?;
        let lines = self.shown_lines(&filing)?;
        let answers = self
            .link
            .rows("select item from answer where filing = ?1 order by item", &[id.into()])?;
        let answers = answers.into_iter().map(|mut row| row.int()).collect::<Result<_>>()?;
        Ok(Shown { filing, reporter, item, sealed, lines, answers })
    }

    /// The number of the filing that has a receipt number.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none.
    pub fn by_receipt(&mut self, receipt: Receipt) -> Result<FilingId> {
        let sql = "select id from filing where receipt = ?1";
        let row = self.link.first(sql, &[receipt.to_string().into()])?;
        row.ok_or_else(|| Error::NotFound(format!("report {receipt}")))?.int()
    }

    fn reporter_of(&mut self, id: FilingId) -> Result<Option<Reporter>> {
        let sql = "select r.number, r.class, r.sector from filing f
                   join reporter r on r.id = f.reporter where f.id = ?1";
        let row = self.link.first(sql, &[id.into()])?;
        row.map(|mut row| {
            Ok(Reporter { id: row.word()?, class: row.word()?, sector: row.text_or_null()? })
        })
        .transpose()
    }

    fn shown_lines(&mut self, filing: &Filing) -> Result<Vec<ShownLine>> {
        let Body::Virus(report) = &filing.body else { return Ok(Vec::new()) };
        let leads = self
            .link
            .rows("select leads from line where filing = ?1 order by seq", &[filing.id.into()])?;
        let lines = report.lines.iter().zip(leads);
        lines
            .map(|(line, mut row)| {
                let vendor = line.vendor.as_deref();
                let means = self.names.resolve(&line.name, vendor, report.discovered);
                Ok(ShownLine { name: line.name.clone(), means, leads: row.int()? != 0 })
            })
            .collect()
    }
}

fn listed(filing: Filing) -> Listed {
    let what = match &filing.body {
        Body::Virus(report) => {
            let names: Vec<&str> =
                report.lines.iter().take(5).map(|line| line.name.as_str()).collect();
            names.join(", ")
        }
        Body::Access(report) => {
            format!("{}{}", report.category, if report.damage { ", damage" } else { "" })
        }
        Body::Consultation(question) => question.subject.clone(),
    };
    let (kind, tlp) = (filing.body.kind(), filing.tlp);
    Listed { id: filing.id, receipt: filing.receipt, kind, tlp, received: filing.received, what }
}

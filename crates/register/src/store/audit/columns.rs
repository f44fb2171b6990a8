//! The columns from which counts are answered, against the words of the filings that the log vouches for.

use std::collections::BTreeMap;

use incident::Micros;
use incident::record::{Body, Filing, FilingId, VirusReport};

use super::Register;
use crate::error::{Error, Result};
use crate::link::{Row, Value};
use crate::store::read::{FILING, filing};

/// Filings that are held at once.
const PAGE: i64 = 1_000;

fn damaged(filing: FilingId) -> Error {
    Error::Damaged(format!("filing {filing} is not counted as its words say"))
}

impl Register {
    /// Compares every filing's columns. `advanced`: when filings came that had come earlier than was known.
    pub(super) fn audit_columns(&mut self, advanced: &BTreeMap<FilingId, Micros>) -> Result<()> {
        self.fresh_names()?;
        let next = format!("select {FILING} where f.id > ?1 order by f.id limit {PAGE}");
        let mut last = 0;
        loop {
            let rows = self.link.rows(&next, &[last.into()])?;
            let page: Vec<Filing> = rows.into_iter().map(filing).collect::<Result<_>>()?;
            let (Some(first), Some(end)) = (page.first(), page.last()) else { break };
            let span = [first.id.into(), end.id.into()];
            last = end.id;
            self.audit_page(&page, &span, advanced)?;
        }
        self.audit_leading()
    }

    fn audit_page(
        &mut self,
        page: &[Filing],
        span: &[Value],
        advanced: &BTreeMap<FilingId, Micros>,
    ) -> Result<()> {
        let sql = "select f.id, f.kind, f.category, f.damage, f.reporter, i.received
                   from filing f join item i on i.id = f.item where f.id between ?1 and ?2 order by f.id";
        let mut kept = self.link.rows(sql, span)?.into_iter();
        let sql =
            "select filing, who, discovered, name, vendor, stem, family, received, pieces from line
                   where filing between ?1 and ?2 order by filing, seq";
        let mut lines = self.grouped(sql, span)?;
        let sql = "select filing, label, shared_by, damage, received from facet
                   where filing between ?1 and ?2 order by filing, label";
        let mut facets = self.grouped(sql, span)?;
        for filing in page {
            let id = filing.id;
            let mut row = kept.next().ok_or_else(|| damaged(id))?;
            let (number, kind) = (row.int()?, row.text()?);
            let (category, damage) = (row.text_or_null()?, row.int()? != 0);
            let (reporter, came) = (row.int_or_null()?, row.int()?);
            let (wanted, harm) = match &filing.body {
                Body::Access(report) => (Some(report.category.as_str()), report.damage),
                _ => (None, false),
            };
            let received = advanced.get(&id).copied().unwrap_or(came);
            let same = number == id
                && kind == filing.body.kind().as_str()
                && (category.as_deref(), damage) == (wanted, harm)
                && filing.received == received;
            let who = reporter.unwrap_or(-id);
            let lines = lines.remove(&id).unwrap_or_default();
            let facets = facets.remove(&id).unwrap_or_default();
            if !same || self.lines_of(filing, who) != lines || facets_of(filing) != facets {
                return Err(damaged(id));
            }
        }
        match lines.keys().chain(facets.keys()).next() {
            Some(id) => Err(damaged(*id)),
            None => Ok(()),
        }
    }

    /// Rows by their filing.
    fn grouped(
        &mut self,
        sql: &str,
        span: &[Value],
    ) -> Result<BTreeMap<FilingId, Vec<Vec<Value>>>> {
        let mut by_filing: BTreeMap<FilingId, Vec<Vec<Value>>> = BTreeMap::new();
        for mut row in self.link.rows(sql, span)? {
            let id = row.int()?;
            by_filing.entry(id).or_default().push(Row::rest(row));
        }
        Ok(by_filing)
    }

    /// The lines that a filing's words make.
    fn lines_of(&self, filing: &Filing, who: i64) -> Vec<Vec<Value>> {
        let Body::Virus(report) = &filing.body else { return Vec::new() };
        let VirusReport { discovered, lines, .. } = report;
        let line = |line: &incident::record::Line| {
            let family = self.names.resolve(&line.name, line.vendor.as_deref(), *discovered);
            let pieces = i64::try_from(line.pieces.unwrap_or(0)).unwrap_or(i64::MAX);
            vec![
                who.into(),
                discovered.to_string().into(),
                line.name.as_str().into(),
                line.vendor.clone().into(),
                self.names.stem(&line.name).into(),
                family.family().map(str::to_owned).into(),
                filing.received.into(),
                pieces.into(),
            ]
        };
        lines.iter().map(line).collect()
    }

    /// Of each reporter, day and family, the first received leads, and no other.
    fn audit_leading(&mut self) -> Result<()> {
        let sql =
            "select l.filing from line l where l.leads <> case when l.family is null or exists (
                       select 1 from line o where o.who = l.who and o.family = l.family
                       and o.discovered = l.discovered
                       and (o.received, o.filing, o.seq) < (l.received, l.filing, l.seq)
                   ) then 0 else 1 end limit 1";
        match self.link.first(sql, &[])? {
            Some(mut row) => Err(damaged(row.int()?)),
            None => Ok(()),
        }
    }
}

/// The facets that a filing's words make, in the order of their labels.
fn facets_of(filing: &Filing) -> Vec<Vec<Value>> {
    let Body::Access(report) = &filing.body else { return Vec::new() };
    let mut labels: Vec<&str> = report.labels().iter().map(|label| label.as_str()).collect();
    labels.sort_unstable();
    let shared = i64::try_from(labels.len()).unwrap_or(i64::MAX);
    let row = |label: &str| {
        vec![label.into(), shared.into(), report.damage.into(), filing.received.into()]
    };
    labels.into_iter().map(row).collect()
}

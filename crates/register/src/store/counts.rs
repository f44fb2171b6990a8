//! Counts by SQL. They equal `incident::rule::count` over the same records.

use std::collections::BTreeMap;

use incident::record::Category;
use incident::rule::Book;
use incident::rule::{
    AWAITING, Break, Comparison, Count, Counting, Difference, Key, Rule, Split, Subject, compare,
    differences,
};
use incident::{Micros, Month, Share};

use super::Register;
use crate::error::Result;

/// A span of moments, cut off after one.
fn until((from, to): (Micros, Micros), as_of: Micros) -> (Micros, Micros) {
    (from, to.min(as_of.saturating_add(1)))
}

/// The rule that counts labels.
const LABELS: &str = "rsit-weighted";

impl Register {
    /// A month under a rule.
    ///
    /// # Errors
    /// Where there is no such rule, or the database fails.
    pub fn count(&mut self, rule: &str, month: Month) -> Result<Count> {
        self.count_as_of(rule, month, Micros::MAX)
    }

    /// A month under a rule, of what was received at a moment or before it.
    ///
    /// # Errors
    /// As [`Register::count`].
    pub fn count_as_of(&mut self, rule: &str, month: Month, as_of: Micros) -> Result<Count> {
        self.fresh_names()?;
        let rule = self.rules.rule(rule)?.clone();
        let (from, to) = until(rule.span(month)?, as_of);
        let mut counting = Counting::new(&rule, month, self.names.version());
        match (rule.subject, rule.key) {
            (Subject::Virus, Key::ReporterDayFamily) => {
                self.families(&rule, from, to, &mut counting)?;
            }
            (Subject::Pieces, _) => self.pieces(&rule, from, to, &mut counting)?,
            (Subject::Access, Key::FilingLabel) => self.labels(from, to, &mut counting)?,
            (Subject::Access, _) => self.categories(&rule, from, to, &mut counting)?,
            (Subject::Virus | Subject::Consultation, _) => {
                let sql = "select count(*) from filing
                           where kind = ?1 and received >= ?2 and received < ?3";
                let kind = rule.subject.as_str();
                let all = self.link.number(sql, &[kind.into(), from.into(), to.into()])?;
                counting.add(None, false, Share::whole(all.unsigned_abs()));
            }
        }
        Ok(counting.done())
    }

    fn families(&mut self, rule: &Rule, from: i64, to: i64, counting: &mut Counting) -> Result<()> {
        let sql = "select family, count(*) from line
                   where leads = 1 and received >= ?1 and received < ?2 group by family";
        for mut row in self.link.rows(sql, &[from.into(), to.into()])? {
            let (family, times) = (row.text()?, row.int()?.unsigned_abs());
            let part = (rule.split == Split::Family).then_some(family.as_str());
            counting.add(part, false, Share::whole(times));
        }
        self.stems("line", "received", from, to, counting)
    }

    /// Names that wait, in a table and between two moments.
    fn stems(
        &mut self,
        table: &str,
        time: &str,
        from: i64,
        to: i64,
        counting: &mut Counting,
    ) -> Result<()> {
        let sql = format!(
            "select stem, count(*) from {table}
             where family is null and {time} >= ?1 and {time} < ?2 group by stem"
        );
        for mut row in self.link.rows(&sql, &[from.into(), to.into()])? {
            counting.wait(&row.text()?, row.int()?.unsigned_abs());
        }
        Ok(())
    }

    fn pieces(&mut self, rule: &Rule, from: i64, to: i64, counting: &mut Counting) -> Result<()> {
        for (table, time) in [("line", "received"), ("detection", "noted")] {
            let sql = format!(
                "select family, cast(sum(pieces) as bigint) from {table}
                 where {time} >= ?1 and {time} < ?2 group by family"
            );
            for mut row in self.link.rows(&sql, &[from.into(), to.into()])? {
                let family = row.text_or_null()?;
                let pieces = Share::whole(row.int()?.unsigned_abs());
                let part = family.as_deref().unwrap_or(AWAITING);
                counting.add((rule.split == Split::Family).then_some(part), false, pieces);
            }
            self.stems(table, time, from, to, counting)?;
        }
        Ok(())
    }

    fn labels(&mut self, from: i64, to: i64, counting: &mut Counting) -> Result<()> {
        let sql = "select label, damage, shared_by, count(*) from facet
                   where received >= ?1 and received < ?2 group by label, damage, shared_by";
        for mut row in self.link.rows(sql, &[from.into(), to.into()])? {
            let (label, damage) = (row.text()?, row.int()? != 0);
            let share = Share::one_of(row.int()?.unsigned_abs()).unwrap_or_default();
            counting.add(Some(&label), damage, share.times(row.int()?.unsigned_abs()));
        }
        Ok(())
    }

    fn categories(
        &mut self,
        rule: &Rule,
        from: i64,
        to: i64,
        counting: &mut Counting,
    ) -> Result<()> {
        let sql = "select category, damage, count(*) from filing
                   where kind = 'access' and received >= ?1 and received < ?2
                   group by category, damage";
        for mut row in self.link.rows(sql, &[from.into(), to.into()])? {
            let (category, damage) = (row.text()?, row.int()? != 0);
            let part = (rule.split == Split::Category).then_some(category.as_str());
            counting.add(part, damage, Share::whole(row.int()?.unsigned_abs()));
        }
        Ok(())
    }

    /// Access reports of a category that carry a label of RSIT, in a month of the rule that counts
    /// labels, of what was received at a moment or before it.
    ///
    /// # Errors
    /// Where that rule is none, or the database fails.
    pub fn labelled(
        &mut self,
        label: &str,
        category: Category,
        month: Month,
        as_of: Micros,
    ) -> Result<u64> {
        let (from, to) = until(self.rules.rule(LABELS)?.span(month)?, as_of);
        let sql = "select count(*) from facet join filing on filing.id = facet.filing
                   where facet.label = ?1 and filing.category = ?2
                   and facet.received >= ?3 and facet.received < ?4";
        let values = [label.into(), category.as_str().into(), from.into(), to.into()];
        Ok(self.link.number(sql, &values)?.unsigned_abs())
    }

    /// How many reporters stand behind each family's lines of a month under a rule, of what was received at a
    /// moment or before it. Whoever told what they detected, without a report, is one each time.
    ///
    /// # Errors
    /// Where there is no such rule, or the database fails.
    pub fn reporters(
        &mut self,
        rule: &str,
        month: Month,
        as_of: Micros,
    ) -> Result<BTreeMap<String, u64>> {
        let (from, to) = until(self.rules.rule(rule)?.span(month)?, as_of);
        let mut behind: BTreeMap<String, u64> = BTreeMap::new();
        for (table, time, who) in [("line", "received", "who"), ("detection", "noted", "item")] {
            let sql = format!(
                "select family, count(distinct {who}) from {table}
                 where family is not null and {time} >= ?1 and {time} < ?2 group by family"
            );
            for mut row in self.link.rows(&sql, &[from.into(), to.into()])? {
                let (family, reporters) = (row.text()?, row.int()?.unsigned_abs());
                *behind.entry(family).or_default() += reporters;
            }
        }
        Ok(behind)
    }

    /// When the last of the month's and earlier reports was received, in the months of a rule; none where
    /// there is none.
    ///
    /// # Errors
    /// Where there is no such rule, or the database fails.
    pub fn latest(&mut self, rule: &str, month: Month) -> Result<Option<Micros>> {
        let (_, to) = self.rules.rule(rule)?.span(month)?;
        let sql = "select coalesce(max(received), -1) from filing where received < ?1";
        let latest = self.link.number(sql, &[to.into()])?;
        Ok((latest >= 0).then_some(latest))
    }

    /// Two months under one rule; a break between them has to be accepted by its name.
    ///
    /// # Errors
    /// [`Error::Compare`](crate::Error::Compare) where a break lies between that was not accepted.
    pub fn compare(
        &mut self,
        rule: &str,
        one: Month,
        other: Month,
        accepted: &[&str],
    ) -> Result<Comparison> {
        let (one, other) = (self.count(rule, one)?, self.count(rule, other)?);
        let (rule, breaks): (&Rule, &[Break]) = (self.rules.rule(rule)?, self.rules.breaks());
        Ok(compare(rule, &one, &other, breaks, accepted)?)
    }

    /// Where two rules give a filing different weights in a month, record by record.
    ///
    /// This reads every record: it is for those who ask why, not for a page.
    ///
    /// # Errors
    /// Where there is no such rule, or the database fails.
    pub fn differences(&mut self, one: &str, other: &str, month: Month) -> Result<Vec<Difference>> {
        let (filings, detections) = (self.every_filing()?, self.every_detection()?);
        let book = Book { filings: &filings, detections: &detections, names: &self.names };
        Ok(differences(self.rules.rule(one)?, self.rules.rule(other)?, month, book)?)
    }
}

//! Months that are closed, and figures that were published.

use std::collections::BTreeMap;

use incident::record::Kind;
use incident::rule::{CountError, Vintage};
use incident::{Micros, Month};
use jiff::tz::TimeZone;
use serde_json::json;

use super::Register;
use crate::answer::Standings;
use crate::error::{Error, Result};

impl Register {
    /// Closes a month: from now on a figure that differs is a revision.
    ///
    /// # Errors
    /// [`Error::Closed`] where it is closed, [`Error::NotOver`] where it is not over in the book's zone.
    pub fn close_month(&mut self, month: Month, who: &str, now: Micros) -> Result<()> {
        let (_, end) = month.span(&self.time_zone()).map_err(CountError::from)?;
        if now < end {
            return Err(Error::NotOver(month));
        }
        self.write(|book| {
            let sql =
                "insert into closed (month, at) values (?1, ?2) on conflict (month) do nothing";
            if book.link.run(sql, &[month.to_string().into(), now.into()])? == 0 {
                return Err(Error::Closed(month));
            }
            let change = json!({ "closed": month }).to_string();
            book.log(now, who, &format!("month {month}"), &change)?;
            Ok(())
        })
    }

    /// The figure to publish: counts a month, and keeps it as a vintage unless the last one says the
    /// same and is as firm.
    ///
    /// # Errors
    /// Where there is no such rule, or the database fails.
    pub fn publish(&mut self, rule: &str, month: Month, who: &str, now: Micros) -> Result<Vintage> {
        self.write(|book| {
            let count = book.count(rule, month)?;
            let standings = book.standings(rule, month)?;
            let last = standings.vintages.last();
            let (closed, head) = (standings.closed.is_some(), book.log_end()?);
            let Some(vintage) = Vintage::next(last, count, closed, now, head) else {
                return last.cloned().ok_or_else(|| Error::NotFound(format!("figure of {month}")));
            };
            let version = i64::from(vintage.count.rule_version);
            let number = i64::from(vintage.number);
            let text = serde_json::to_string(&vintage)?;
            book.link.run(
                "insert into vintage (rule, rule_version, month, number, vintage)
                 values (?1, ?2, ?3, ?4, ?5)",
                &[
                    rule.into(),
                    version.into(),
                    month.to_string().into(),
                    number.into(),
                    text.as_str().into(),
                ],
            )?;
            book.log(now, who, &format!("figure {rule} {month}"), &text)?;
            Ok(vintage)
        })
    }

    /// The zone of months that no rule counts.
    fn time_zone(&self) -> TimeZone {
        TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC)
    }

    /// Months from the latest that has a report back, at most so many, and when each was closed.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn months(&mut self, most: usize) -> Result<Vec<(Month, Option<Micros>)>> {
        let (first, last) = (self.end("min")?, self.end("max")?);
        let (Some(first), Some(last)) = (first.into_iter().min(), last.into_iter().max()) else {
            return Ok(Vec::new());
        };
        let zone = self.time_zone();
        let at = |moment| Month::at(moment, &zone).map_err(CountError::from);
        let (first, mut month) = (at(first)?, at(last)?);
        let mut closed = BTreeMap::new();
        for mut row in self.link.rows("select month, at from closed", &[])? {
            closed.insert(row.text()?, row.int()?);
        }
        let mut months = Vec::new();
        while months.len() < most && month >= first {
            months.push((month, closed.get(&month.to_string()).copied()));
            let Some(before) = month.before() else { break };
            month = before;
        }
        Ok(months)
    }

    /// The first or last moment at which a report of each kind was received: by kind, as an index answers it.
    fn end(&mut self, which: &str) -> Result<Vec<Micros>> {
        let sql = format!("select {which}(received) from filing where kind = ?1");
        let mut ends = Vec::new();
        for kind in Kind::ALL {
            let row = self.link.first(&sql, &[kind.as_str().into()])?;
            ends.extend(row.map(|mut row| row.int_or_null()).transpose()?.flatten());
        }
        Ok(ends)
    }

    /// What was published of a month.
    ///
    /// # Errors
    /// Where there is no such rule, or the database fails.
    pub fn standings(&mut self, rule: &str, month: Month) -> Result<Standings> {
        let version = i64::from(self.rules.rule(rule)?.version);
        let at = "select at from closed where month = ?1";
        let closed = self.link.first(at, &[month.to_string().into()])?;
        let closed = closed.map(|mut row| row.int()).transpose()?;
        let sql = "select vintage from vintage where rule = ?1 and rule_version = ?2 and month = ?3
                   order by number";
        let rows = self.link.rows(sql, &[rule.into(), version.into(), month.to_string().into()])?;
        let vintages = rows
            .into_iter()
            .map(|mut row| Ok(serde_json::from_str(&row.text()?)?))
            .collect::<Result<_>>()?;
        Ok(Standings { month, closed, vintages })
    }
}

//! Months that are closed, and figures that were published.

use incident::rule::Vintage;
use incident::{Micros, Month};
use serde_json::json;

use super::Register;
use crate::answer::Standings;
use crate::error::{Error, Result};

impl Register {
    /// Closes a month: from now on a figure that differs is a revision.
    ///
    /// # Errors
    /// [`Error::Closed`] where it is closed.
    pub fn close_month(&mut self, month: Month, who: &str, now: Micros) -> Result<()> {
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

//! Named questions, with plain answers.
//!
//! Every question is plain SQL and ordinary functions over the tables, so that another engine can
//! run it. Days are civil days in the observatory's zone, first and last both counted. Every
//! answer names the rule by which it counted.

mod addresses;
mod as_of;
mod days;
mod kinds;
mod places;
mod scanners;
mod senders;
mod services;
#[cfg(test)]
mod tests;
mod totals;
mod within;

use datafusion::execution::context::SessionContext;
use observation::{Micros, Point};
use serde::Serialize;

use crate::Archive;
use crate::day::Day;
use crate::error::{Error, Result};
use crate::functions;
use crate::records::records;
use crate::session::{self, Limits, quoted};

pub use addresses::{Seen, Source};
pub use days::DayOfPoint;
pub use kinds::{KindCount, ToolCount};
pub use places::{AsnCount, CountryCount, Placed};
pub use scanners::ScannerCount;
pub use senders::{Port, Senders};
pub use services::{Service, ServiceCount, ServiceDay};
pub use totals::Totals;

/// What a question is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The first day; none: the archive's first.
    pub from: Option<Day>,
    /// The last day, counted too; none: the archive's last.
    pub to: Option<Day>,
    /// One point; none: all.
    pub point: Option<Point>,
    /// The moment that is asked as of: only rows received at or before it; none: all rows.
    pub as_of: Option<Micros>,
}

/// The days that a question is answered for, both counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Period {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
}

/// An answer: rows, and what they mean.
#[derive(Clone, Debug, Serialize)]
pub struct Answer<T> {
    /// The question's name.
    pub question: &'static str,
    /// The rules by which it counted.
    pub rule: &'static str,
    /// The zone of its days.
    pub zone: String,
    /// The days asked about; none where the archive is empty.
    #[serde(flatten)]
    pub period: Option<Period>,
    /// The point asked about; none: all.
    pub point: Option<String>,
    /// The rows.
    pub rows: Vec<T>,
}

/// A question's name and what it answers, for the list of `yagura ask`.
pub const LIST: [(&str, &str); 10] = [
    ("totals", "accesses, packets and sources over all days, and the average per point and day"),
    ("days", "accesses, packets, sources and coverage of each day and point"),
    ("ports", "accesses, packets, sources of each protocol and port, with the rank before"),
    ("sources", "the source addresses with the most accesses"),
    ("countries", "accesses, packets and sources of each country, and how old its database was"),
    ("asns", "accesses, packets and sources of each autonomous system, likewise"),
    ("scanners", "accesses, packets and sources of each operator of known scanners"),
    ("kinds", "accesses, packets and sources of each kind"),
    ("tools", "accesses, packets and sources of each tool that left its mark"),
    ("seen", "when and where a source address (--src) was first and last seen"),
];

impl Period {
    /// The month that a day lies in.
    pub fn month(day: Day) -> Self {
        Period { from: day.month(), to: day.month().plus_months(1).plus(-1) }
    }

    /// The period before: for whole months as many months, else as many days.
    #[must_use]
    pub fn before(&self) -> Self {
        let after = self.to.plus(1);
        let whole = self.from == self.from.month() && after == after.month();
        if whole {
            let months = (1..).find(|&n| self.from.plus_months(n) >= after).unwrap_or(1);
            return Period { from: self.from.plus_months(-months), to: self.from.plus(-1) };
        }
        let days = after.to_epoch() - self.from.to_epoch();
        Period { from: self.from.plus(-days), to: self.from.plus(-1) }
    }

    /// Whether a day is one of it.
    pub fn has(&self, day: Day) -> bool {
        (self.from..=self.to).contains(&day)
    }

    /// Its days, in order.
    pub fn days(&self) -> impl Iterator<Item = Day> + use<> {
        (self.from.to_epoch()..=self.to.to_epoch()).map(Day::from_epoch)
    }
}

impl Archive {
    /// The first and the last day of which there are counts or coverage; none in an empty archive.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn extent(&self) -> Result<Option<Period>> {
        self.refresh_daily().await?;
        let daily = self.daily.view().await?;
        let days = daily.files().await?.into_iter().filter_map(|file| file.day());
        let mut extent = days.fold(None, |extent, day| Some(widen(extent, day)));
        let session = self.session().await?;
        let query =
            "select min(hour) as first, max(hour) as last from coverage where point is not null";
        for record in records(&session::rows(&session, query).await?) {
            for time in [record.time("first"), record.time("last")].into_iter().flatten() {
                extent = Some(widen(extent, Day::of(time, &self.zone)));
            }
        }
        Ok(extent)
    }

    /// The days of a scope.
    async fn period(&self, scope: &Scope) -> Result<Option<Period>> {
        let period = match (scope.from, scope.to) {
            (Some(from), Some(to)) => Some(Period { from, to }),
            (from, to) => self.extent().await?.map(|extent| Period {
                from: from.unwrap_or(extent.from),
                to: to.unwrap_or(extent.to),
            }),
        };
        match period {
            Some(period)
                if period.from > period.to && scope.from.is_some() && scope.to.is_some() =>
            {
                Err(Error::Usage(format!(
                    "{} comes after {}: swap the two days",
                    period.from, period.to
                )))
            }
            Some(period) if period.from > period.to => Ok(None),
            period => Ok(period),
        }
    }

    /// A session that knows `access`, `coverage` and `daily`, with daily counts equal to the rows.
    async fn session(&self) -> Result<SessionContext> {
        self.refresh_daily().await?;
        let session = session::new(Limits::default())?;
        session.register_udf(functions::scanner(&self.scanners));
        for table in [&self.access, &self.coverage, &self.daily] {
            session::register(&session, table.spec.name, &table.view().await?).await?;
        }
        Ok(session)
    }

    fn answer<T>(
        &self,
        question: &'static str,
        rule: &'static str,
        scope: &Scope,
        period: Option<Period>,
        rows: Vec<T>,
    ) -> Answer<T> {
        let point = scope.point.as_ref().map(ToString::to_string);
        Answer { question, rule, zone: self.zone_name.clone(), period, point, rows }
    }

    /// A condition on `daily`.
    fn on_days(scope: &Scope, period: Period) -> String {
        let days = format!(
            "day >= cast('{}' as date) and day <= cast('{}' as date)",
            period.from, period.to
        );
        days + &on_point(scope)
    }

    /// A condition on rows with a time.
    fn on_times(&self, column: &str, scope: &Scope, period: Period) -> String {
        let from = period.from.begins(&self.zone);
        let to = period.to.plus(1).begins(&self.zone);
        crate::daily::within(column, from, to) + &on_point(scope)
    }
}

fn on_point(scope: &Scope) -> String {
    let on = |point: &Point| format!(" and point = {}", quoted(point.as_str()));
    scope.point.as_ref().map(on).unwrap_or_default()
}

fn widen(extent: Option<Period>, day: Day) -> Period {
    let Period { from, to } = extent.unwrap_or(Period { from: day, to: day });
    Period { from: from.min(day), to: to.max(day) }
}

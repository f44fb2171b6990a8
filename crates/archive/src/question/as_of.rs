//! A moment: a question answered as if nothing had been received after it.
//!
//! Daily counts stand for all rows. Days of which no row came later keep theirs; of the others the rows that had
//! come are counted, by SQL, under the same rule. Days whose rows were dropped keep what they have.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::execution::context::SessionContext;
use observation::Micros;

use super::{Period, Scope};
use crate::Archive;
use crate::daily;
use crate::day::Day;
use crate::error::{Error, Result};
use crate::records::records;
use crate::session;

/// What tells an access's service, in the order of `daily`.
const SERVICE: &str = "point, protocol, port, icmp_type";

impl Archive {
    /// When the last row of a scope's days came, of accesses or coverage; none where there is none.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn latest_received(&self, scope: &Scope) -> Result<Option<Micros>> {
        let Some(period) = self.period(scope).await? else { return Ok(None) };
        let session = self.session().await?;
        let accesses = format!(
            "select max(received) as latest from access where {}",
            self.on_utc_days(period)
        );
        let hours = format!(
            "select max(received) as latest from coverage where {}",
            self.on_times("hour", &Scope::default(), period)
        );
        let mut latest = None;
        for query in [accesses, hours] {
            let rows = session::rows(&session, &query).await?;
            latest = records(&rows).filter_map(|record| record.time("latest")).chain(latest).max();
        }
        let dropped = self.dropped_in(period).await?;
        Ok(dropped.into_values().flatten().chain(latest).max())
    }

    /// The UTC days of a scope whose rows were dropped: of them there are the daily counts, and nothing else.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn days_without_rows(&self, scope: &Scope) -> Result<BTreeSet<Day>> {
        let Some(period) = self.period(scope).await? else { return Ok(BTreeSet::new()) };
        Ok(self.dropped_in(period).await?.into_keys().collect())
    }

    /// A session that answers as of the scope's moment, where it has one.
    pub(super) async fn session_of(&self, scope: &Scope, period: Period) -> Result<SessionContext> {
        let session = self.session().await?;
        let Some(as_of) = scope.as_of else { return Ok(session) };
        let dropped = self.dropped_in(period).await?;
        let later = |latest: &Option<Micros>| latest.is_some_and(|latest| latest > as_of);
        if let Some((day, _)) = dropped.iter().find(|(_, latest)| later(latest)) {
            return Err(too_late(*day));
        }
        let days = self.days_with_later(&session, as_of, period).await?;
        let known =
            |table| format!("select * from {table} where {}", daily::until("received", as_of));
        replace(&session, "coverage", &known("coverage")).await?;
        if days.is_empty() {
            // Every access of these days was known: nothing is read to find that of each.
            return Ok(session);
        }
        replace(&session, "access", &known("access")).await?;
        let late = self.late_days(days, period).await?;
        if !late.is_empty() {
            replace(&session, "daily", &self.counted_anew(&late)).await?;
        }
        Ok(session)
    }

    /// The UTC days of accesses that came after a moment.
    async fn days_with_later(
        &self,
        session: &SessionContext,
        as_of: Micros,
        period: Period,
    ) -> Result<Vec<Day>> {
        let query = format!(
            "select day from access where not ({}) and {} group by day",
            daily::until("received", as_of),
            self.on_utc_days(period)
        );
        let rows = session::rows(session, &query).await?;
        Ok(records(&rows).filter_map(|record| record.day("day")).collect())
    }

    /// The civil days of which rows came late.
    async fn late_days(&self, days: Vec<Day>, period: Period) -> Result<BTreeSet<Day>> {
        let retired = self.retired_days().await?;
        let late = self.civil_days(days.into_iter());
        let is_frozen = |day: Day| self.utc_days(day).iter().any(|day| retired.contains(day));
        match late.iter().find(|day| period.has(**day) && is_frozen(**day)) {
            Some(day) => Err(too_late(*day)),
            None => Ok(late),
        }
    }

    /// The UTC days of a period whose rows were dropped, and when the last of these had been received.
    async fn dropped_in(&self, period: Period) -> Result<BTreeMap<Day, Option<Micros>>> {
        let mut dropped = self.dropped().await?;
        let touches =
            |day: Day| self.civil_days([day].into_iter()).iter().any(|day| period.has(*day));
        dropped.retain(|day, _| touches(*day));
        Ok(dropped)
    }

    /// The rows of `daily`, those of some days from the accesses that are left.
    fn counted_anew(&self, late: &BTreeSet<Day>) -> String {
        let days: Vec<String> = late.iter().map(|day| format!("cast('{day}' as date)")).collect();
        let mut all = format!(
            "select day, {SERVICE}, kind, accesses, packets, sources from daily where day not in ({})",
            days.join(", ")
        );
        for (day, date) in late.iter().zip(&days) {
            let times =
                daily::within("first_seen", day.begins(&self.zone), day.plus(1).begins(&self.zone));
            let (of, unknown) = ("point, protocol, dst_port as port, icmp_type", daily::UNKNOWN);
            let by = "point, protocol, dst_port, icmp_type";
            all += &format!(
                " union all select {date}, {of}, coalesce(kind, '{unknown}'), count(*), sum(packets),
                     count(distinct src) from access where {times} group by {by}, coalesce(kind, '{unknown}')
                  union all select {date}, {of}, null, null, null, count(distinct src)
                     from access where {times} group by {by}"
            );
        }
        all
    }

    /// A condition on the partitions that the days of a period lie in: cheaper than one on times.
    fn on_utc_days(&self, period: Period) -> String {
        let days = period.from.plus(-1).to_string()..=period.to.plus(1).to_string();
        let (from, to) = days.into_inner();
        format!("day >= cast('{from}' as date) and day <= cast('{to}' as date)")
    }
}

fn too_late(day: Day) -> Error {
    Error::Usage(format!(
        "some rows of {day} were received after that moment, and were dropped since: what is left are the counts \
         of all of them, so that a period with this day can be asked for as it is now only"
    ))
}

/// Puts the rows of a query in the place of a table.
async fn replace(session: &SessionContext, table: &str, query: &str) -> Result<()> {
    let view = session::plan(session, query).await?.into_view();
    session.deregister_table(table)?;
    session.register_table(table, view)?;
    Ok(())
}

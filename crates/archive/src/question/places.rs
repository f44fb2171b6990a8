//! Accesses by country and by autonomous system, and whether their databases can be relied on.

use arrow_array::RecordBatch;
use serde::Serialize;

use super::{Answer, Period, Scope};
use crate::Archive;
use crate::day::Day;
use crate::error::Result;
use crate::records::{Record, records};
use crate::session;

/// The accesses of one place, and the databases that told the place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Placed {
    /// Accesses.
    pub accesses: u64,
    /// Their packets; none where no access says, as in logs.
    pub packets: Option<u64>,
    /// Distinct source addresses over the whole period.
    pub sources: u64,
    /// The day of the oldest database that was asked; none where none was, or none told its day.
    pub database_from: Option<Day>,
    /// The day of the newest.
    pub database_to: Option<Day>,
    /// Accesses more than 12 months from the day of their database: claims from them are refused.
    pub out_of_date: u64,
}

/// A country's counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CountryCount {
    /// Its code of ISO 3166-1; none: unknown.
    pub country: Option<String>,
    /// Its counts.
    #[serde(flatten)]
    pub counts: Placed,
}

/// An autonomous system's counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AsnCount {
    /// Its number; none: unknown.
    pub asn: Option<u64>,
    /// Its counts.
    #[serde(flatten)]
    pub counts: Placed,
}

/// A condition: more days lie between an access and its database, before or after it, than 12 months
/// have, one of them with a leap day (invariant 10 of the design).
pub(super) const OUT_OF_DATE: &str =
    "arrow_cast(day, 'Int32') - arrow_cast(geo_date, 'Int32') not between -366 and 366";

const RULE: &str = "ranked by accesses, then by sources; \
    sources: distinct addresses over the whole answer's days and points, in each row apart; \
    the place is what a database of the days database_from to database_to said of the source address, none: unknown; \
    out_of_date: accesses more than 12 months (366 days) before or after their database's day, do not rely on them";

impl Archive {
    /// Each country's counts, the most accesses first; accesses of which none is known too.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn countries(&self, scope: &Scope) -> Result<Answer<CountryCount>> {
        let (period, batches) = self.placed("country", scope).await?;
        let rows = records(&batches).filter_map(|record| {
            let country = record.text("country").map(str::to_owned);
            Some(CountryCount { country, counts: counts(&record)? })
        });
        Ok(self.answer("countries", RULE, scope, period, rows.collect()))
    }

    /// Each autonomous system's counts, the most accesses first; accesses of which none is known
    /// too.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn asns(&self, scope: &Scope) -> Result<Answer<AsnCount>> {
        let (period, batches) = self.placed("asn", scope).await?;
        let rows = records(&batches).filter_map(|record| {
            Some(AsnCount { asn: record.count("asn"), counts: counts(&record)? })
        });
        Ok(self.answer("asns", RULE, scope, period, rows.collect()))
    }

    /// Each country's accesses at each point, and their databases, without sources, which are 0 in each:
    /// quicker than [`Archive::countries`].
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn countries_at_points(&self, scope: &Scope) -> Result<Vec<CountryCount>> {
        let Some(period) = self.period(scope).await? else { return Ok(Vec::new()) };
        let query = format!(
            "select country, count(*) as accesses, cast(null as bigint) as packets, 0 as sources,
                    min(geo_date) as database_from, max(geo_date) as database_to,
                    sum(case when {OUT_OF_DATE} then 1 else 0 end) as out_of_date
             from {} group by country, point order by country, point",
            self.accesses_of(scope, period)
        );
        let rows = session::rows(&self.session_of(scope, period).await?, &query).await?;
        let rows = records(&rows).filter_map(|record| {
            let country = record.text("country").map(str::to_owned);
            Some(CountryCount { country, counts: counts(&record)? })
        });
        Ok(rows.collect())
    }

    /// Counts by a column of place. By source first: a set of sources for each place would not fit
    /// in a query's memory, while groups spill to disk.
    async fn placed(
        &self,
        column: &str,
        scope: &Scope,
    ) -> Result<(Option<Period>, Vec<RecordBatch>)> {
        let Some(period) = self.period(scope).await? else { return Ok((None, Vec::new())) };
        let query = format!(
            "with of_source as (
               select {column}, src, count(*) as accesses, sum(packets) as packets,
                      min(geo_date) as oldest, max(geo_date) as newest,
                      sum(case when {OUT_OF_DATE} then 1 else 0 end) as late
               from access where {} group by {column}, src)
             select {column}, sum(accesses) as accesses, sum(packets) as packets,
                    count(*) as sources, min(oldest) as database_from,
                    max(newest) as database_to, sum(late) as out_of_date
             from of_source group by {column}
             order by accesses desc, sources desc, {column}",
            self.on_times("first_seen", scope, period)
        );
        Ok((Some(period), session::rows(&self.session_of(scope, period).await?, &query).await?))
    }
}

fn counts(record: &Record<'_>) -> Option<Placed> {
    Some(Placed {
        accesses: record.count("accesses")?,
        packets: record.count("packets"),
        sources: record.count("sources")?,
        database_from: record.day("database_from"),
        database_to: record.day("database_to"),
        out_of_date: record.count("out_of_date").unwrap_or_default(),
    })
}

//! Accesses, packets and sources over all days.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Answer, Period, Scope};
use crate::Archive;
use crate::error::Result;
use crate::records::records;
use crate::session;

/// Counts over a whole period.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Totals {
    /// Accesses.
    pub accesses: u64,
    /// Their packets, of those accesses that say; none where none says, as in logs.
    pub packets: Option<u64>,
    /// Distinct source addresses over the whole period.
    pub plain_sources: u64,
    /// TALOT2's sources.
    pub sources: u64,
    /// Points with coverage or accesses.
    pub points: u64,
    /// Seconds watched, over all points.
    pub seconds_up: u64,
    /// Days that points watched: seconds / 86,400, or civil days × points where unknown.
    pub point_days: f64,
    /// Whether coverage is assumed, in whole or in part.
    pub coverage_assumed: bool,
    /// Accesses per point and day; none where nothing was watched.
    pub accesses_per_point_day: Option<f64>,
    /// TALOT2's sources per point and day; none where nothing was watched.
    pub sources_per_point_day: Option<f64>,
}

const RULE: &str = "plain_sources: distinct addresses over the whole answer; \
    sources: distinct addresses per day, point and (protocol, port or ICMP type), summed (TALOT2); \
    per point and day: divided by seconds watched / 86,400, or by civil days x points where unknown";

impl Archive {
    /// Counts over a whole period, and averages per point and day.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn totals(&self, scope: &Scope) -> Result<Answer<Totals>> {
        let Some(period) = self.period(scope).await? else {
            return Ok(self.answer("totals", RULE, scope, None, Vec::new()));
        };
        let scope = Scope { from: Some(period.from), to: Some(period.to), ..scope.clone() };
        let mut totals = self.sums(&scope, period).await?;
        let query = format!(
            "select count(distinct src) as sources from access where {}",
            self.on_times("first_seen", &scope, period)
        );
        for record in
            records(&session::rows(&self.session_of(&scope, period).await?, &query).await?)
        {
            totals.plain_sources = record.count("sources").unwrap_or_default();
        }
        Ok(self.answer("totals", RULE, &scope, Some(period), vec![totals]))
    }

    /// The same from the daily counts and coverage alone, without `plain_sources`, which no sum gives:
    /// many times as quick.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn quick_totals(&self, scope: &Scope) -> Result<Totals> {
        match self.period(scope).await? {
            Some(period) => self.sums(scope, period).await,
            None => Ok(Totals::default()),
        }
    }

    async fn sums(&self, scope: &Scope, period: Period) -> Result<Totals> {
        let mut totals = Totals::default();
        let mut points: BTreeMap<String, Option<u64>> = BTreeMap::new();
        for row in self.days(scope).await?.rows {
            totals.accesses += row.accesses;
            if let Some(packets) = row.packets {
                *totals.packets.get_or_insert_default() += packets;
            }
            totals.sources += row.sources;
            totals.coverage_assumed |= row.assumed || row.seconds_up.is_none();
            let known = points.entry(row.point).or_insert(Some(0));
            *known = known.zip(row.seconds_up).map(|(sum, seconds)| sum + seconds);
        }
        totals.points = points.len() as u64;
        totals.seconds_up = points.values().flatten().sum();
        let unknown = points.values().filter(|known| known.is_none()).count();
        totals.point_days = point_days(totals.seconds_up, unknown * period.days().count());
        let per = |count: u64| (totals.point_days > 0.0).then(|| count as f64 / totals.point_days);
        totals.accesses_per_point_day = per(totals.accesses);
        totals.sources_per_point_day = per(totals.sources);
        Ok(totals)
    }
}

/// Days watched: those known by the second, and those taken to be whole.
fn point_days(seconds: u64, assumed: usize) -> f64 {
    seconds as f64 / 86_400.0 + assumed as f64
}

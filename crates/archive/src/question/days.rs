//! Accesses, packets, sources and coverage of each day and point.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Answer, Scope};
use crate::Archive;
use crate::day::Day;
use crate::error::Result;
use crate::records::records;
use crate::session;

/// One day of one point.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DayOfPoint {
    /// Civil day, as YYYY-MM-DD.
    pub day: String,
    /// The point.
    pub point: String,
    /// Accesses.
    pub accesses: u64,
    /// Their packets; none where no access says, as in logs.
    pub packets: Option<u64>,
    /// TALOT2's sources.
    pub sources: u64,
    /// Seconds watched; none where unknown.
    pub seconds_up: Option<u64>,
    /// Whether any of the coverage is only taken to be so.
    pub assumed: bool,
}

const RULE: &str = "an access counts for the day of its first packet; \
    sources: distinct addresses per day, point and (protocol, port or ICMP type), summed (TALOT2)";

impl Archive {
    /// Accesses, packets, sources and coverage of each day and point. Days that were watched and
    /// saw nothing are there too.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn days(&self, scope: &Scope) -> Result<Answer<DayOfPoint>> {
        let Some(period) = self.period(scope).await? else {
            return Ok(self.answer("days", RULE, scope, None, Vec::new()));
        };
        let session = self.session_of(scope, period).await?;
        let mut rows: BTreeMap<(Day, String), DayOfPoint> = BTreeMap::new();
        let hours = format!(
            "select point, hour, sum(seconds_up) as seconds, bool_or(assumed) as assumed
             from coverage where point is not null and {} group by point, hour",
            self.on_times("hour", scope, period)
        );
        for record in records(&session::rows(&session, &hours).await?) {
            let (Some(point), Some(hour)) = (record.text("point"), record.time("hour")) else {
                continue;
            };
            let row = rows.entry((Day::of(hour, &self.zone), point.to_owned())).or_default();
            row.packets = Some(0);
            row.assumed |= record.truth("assumed").unwrap_or_default();
            if let Some(seconds) = record.count("seconds") {
                *row.seconds_up.get_or_insert_default() += seconds;
            }
        }
        let counts = format!(
            "select day, point, sum(accesses) as accesses, sum(packets) as packets,
                    sum(case when kind is null then sources end) as sources
             from daily where {} group by day, point",
            Self::on_days(scope, period)
        );
        for record in records(&session::rows(&session, &counts).await?) {
            let (Some(day), Some(point)) = (record.day("day"), record.text("point")) else {
                continue;
            };
            let row = rows.entry((day, point.to_owned())).or_default();
            row.accesses = record.count("accesses").unwrap_or_default();
            row.packets = record.count("packets");
            row.sources = record.count("sources").unwrap_or_default();
        }
        let named = rows.into_iter().map(|((day, point), row)| DayOfPoint {
            day: day.to_string(),
            point,
            ..row
        });
        Ok(self.answer("days", RULE, scope, Some(period), named.collect()))
    }
}

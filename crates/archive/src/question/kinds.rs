//! Accesses by kind, and by the tool that left its mark.

use serde::Serialize;

use super::{Answer, Scope};
use crate::Archive;
use crate::error::Result;
use crate::records::{Record, records};
use crate::session;

/// A kind's counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KindCount {
    /// The kind: tcp-syn, udp, icmp-echo and so on; unknown where a log did not say enough.
    pub kind: String,
    /// Accesses.
    pub accesses: u64,
    /// Their packets; none where no access says, as in logs.
    pub packets: Option<u64>,
    /// Distinct source addresses over the whole period.
    pub sources: u64,
}

/// A tool's counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ToolCount {
    /// The tool; none: no mark.
    pub tool: Option<String>,
    /// Accesses.
    pub accesses: u64,
    /// Their packets; none where no access says, as in logs.
    pub packets: Option<u64>,
    /// Distinct source addresses over the whole period.
    pub sources: u64,
}

const RULE: &str =
    "sources: distinct addresses over the whole answer's days and points, in each row apart";

impl Archive {
    /// Each kind's counts, the most accesses first.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn kinds(&self, scope: &Scope) -> Result<Answer<KindCount>> {
        let (period, batches) = self.grouped("kind", scope).await?;
        let rows = records(&batches).filter_map(|record| {
            Some(KindCount {
                kind: record.text("kind").unwrap_or("unknown").to_owned(),
                accesses: record.count("accesses")?,
                packets: record.count("packets"),
                sources: record.count("sources")?,
            })
        });
        Ok(self.answer("kinds", RULE, scope, period, rows.collect()))
    }

    /// Each tool's counts, the most accesses first; accesses without a mark too.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn tools(&self, scope: &Scope) -> Result<Answer<ToolCount>> {
        let (period, batches) = self.grouped("tool", scope).await?;
        let rows = records(&batches).filter_map(|record| {
            Some(ToolCount {
                tool: record.text("tool").map(str::to_owned),
                accesses: record.count("accesses")?,
                packets: record.count("packets"),
                sources: record.count("sources")?,
            })
        });
        Ok(self.answer("tools", RULE, scope, period, rows.collect()))
    }

    /// One kind's counts and how many points saw it: accesses from the daily counts, and none is looked for
    /// where these have none.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn kind(&self, scope: &Scope, kind: &str) -> Result<Option<(KindCount, u64)>> {
        let Some(period) = self.period(scope).await? else { return Ok(None) };
        let session = self.session_of(scope, period).await?;
        let kind_is = format!("kind = {}", session::quoted(kind));
        let counted = format!(
            "select coalesce(sum(accesses), 0) as accesses, sum(packets) as packets,
                    count(distinct point) as points from daily where {kind_is} and {}",
            Self::on_days(scope, period)
        );
        let rows = session::rows(&session, &counted).await?;
        let Some(record) = records(&rows).next() else { return Ok(None) };
        let (accesses, packets) = (record.count("accesses"), record.count("packets"));
        let points = record.count("points").unwrap_or_default();
        let Some(accesses) = accesses.filter(|accesses| *accesses > 0) else { return Ok(None) };
        let sources = format!(
            "select count(distinct src) as sources from {} where {kind_is}",
            self.accesses_of(scope, period)
        );
        let rows = session::rows(&session, &sources).await?;
        let sources = records(&rows).next().and_then(|record| record.count("sources"));
        let sources = sources.unwrap_or_default();
        Ok(Some((KindCount { kind: kind.to_owned(), accesses, packets, sources }, points)))
    }

    /// Accesses of each tool at each point, without those that bear no mark of one, and without sources:
    /// quicker than [`Archive::tools`].
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn tools_at_points(&self, scope: &Scope) -> Result<Vec<(String, u64)>> {
        let Some(period) = self.period(scope).await? else { return Ok(Vec::new()) };
        let query = format!(
            "select tool, count(*) as accesses from {}
             where tool is not null group by tool, point order by tool, point",
            self.accesses_of(scope, period)
        );
        let rows = session::rows(&self.session_of(scope, period).await?, &query).await?;
        let tool =
            |record: Record<'_>| Some((record.text("tool")?.to_owned(), record.count("accesses")?));
        Ok(records(&rows).filter_map(tool).collect())
    }

    async fn grouped(
        &self,
        column: &str,
        scope: &Scope,
    ) -> Result<(Option<super::Period>, Vec<arrow_array::RecordBatch>)> {
        let Some(period) = self.period(scope).await? else { return Ok((None, Vec::new())) };
        let query = format!(
            "select {column}, count(*) as accesses, sum(packets) as packets,
                    count(distinct src) as sources
             from access where {} group by {column} order by accesses desc, {column}",
            self.on_times("first_seen", scope, period)
        );
        Ok((Some(period), session::rows(&self.session_of(scope, period).await?, &query).await?))
    }
}

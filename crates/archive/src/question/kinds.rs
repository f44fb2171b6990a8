//! Accesses by kind, and by the tool that left its mark.

use serde::Serialize;

use super::{Answer, Scope};
use crate::Archive;
use crate::error::Result;
use crate::records::records;
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
        Ok((Some(period), session::rows(&self.session().await?, &query).await?))
    }
}

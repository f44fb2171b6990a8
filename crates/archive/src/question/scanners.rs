//! Accesses from the networks of known scanners.

use serde::Serialize;

use super::{Answer, Scope};
use crate::Archive;
use crate::error::Result;
use crate::records::records;
use crate::session;

/// The counts of an operator of known scanners.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ScannerCount {
    /// Who scans; none: nobody that the list knows.
    pub operator: Option<String>,
    /// Accesses.
    pub accesses: u64,
    /// Their packets; none where no access says, as in logs.
    pub packets: Option<u64>,
    /// Distinct source addresses over the whole period.
    pub sources: u64,
}

/// What every rule says after the list's name.
macro_rules! rule {
    ($list:literal) => {
        concat!(
            "ranked by accesses, then by sources; operator: by ",
            $list,
            ", as it is today, by source address alone, which may be forged, none: not in the list; \
             sources: distinct addresses over the whole answer's days and points, in each row apart"
        )
    };
}

const SHIPPED: &str = rule!("the list that comes with Yagura (MISP warning lists and Maltrail)");
const GIVEN: &str = rule!("the list of networks that this observatory was given");

impl Archive {
    /// Each known operator's counts, the most accesses first; accesses from all others too. The
    /// list is asked now: rows bear no such mark.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn scanners(&self, scope: &Scope) -> Result<Answer<ScannerCount>> {
        let rule = if self.scanners.is_given() { GIVEN } else { SHIPPED };
        let Some(period) = self.period(scope).await? else {
            return Ok(self.answer("scanners", rule, scope, None, Vec::new()));
        };
        let query = format!(
            "with of_source as (
               select src, count(*) as accesses, sum(packets) as packets
               from access where {} group by src)
             select scanner(src) as operator, sum(accesses) as accesses,
                    sum(packets) as packets, count(*) as sources
             from of_source group by operator order by accesses desc, sources desc, operator",
            self.on_times("first_seen", scope, period)
        );
        let batches = session::rows(&self.session_of(scope, period).await?, &query).await?;
        let rows = records(&batches).filter_map(|record| {
            Some(ScannerCount {
                operator: record.text("operator").map(str::to_owned),
                accesses: record.count("accesses")?,
                packets: record.count("packets"),
                sources: record.count("sources")?,
            })
        });
        Ok(self.answer("scanners", rule, scope, Some(period), rows.collect()))
    }
}

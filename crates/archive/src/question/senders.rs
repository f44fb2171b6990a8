//! Who sent to a service in a stretch of time: what a finding says beside how much.

use std::fmt::Display;

use observation::Micros;

use super::places::OUT_OF_DATE;
use crate::Archive;
use crate::daily::within;
use crate::error::Result;
use crate::records::{Record, records};
use crate::session;

/// Rows of each list at most.
const TOP: usize = 5;

/// Who sent, each list ranked by distinct source addresses and five long at most; what is not known
/// has no row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Senders {
    /// Countries, as ISO 3166-1 codes, with their source addresses.
    pub countries: Vec<(String, u64)>,
    /// Autonomous systems, by number, with theirs.
    pub asns: Vec<(u64, u64)>,
    /// Tools, by their marks, with theirs.
    pub tools: Vec<(String, u64)>,
    /// Whether some places are from a database more than 12 months off: no claim can rest on them.
    pub out_of_date: bool,
}

/// A service: IP protocol number and destination port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port {
    /// IP protocol number.
    pub protocol: u8,
    /// Destination port.
    pub port: u16,
}

impl Archive {
    /// Who sent to a port from one moment up to another, the latter not included.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn senders(&self, of: Port, from: Micros, to: Micros) -> Result<Senders> {
        let session = self.session().await?;
        let mut senders = Senders::default();
        let ranked = |column: &str| ranked(column, of, &within("first_seen", from, to));
        let text = |record: Record<'_>, column: &str| {
            Some((record.text(column)?.to_owned(), record.count("sources")?))
        };
        let rows = session::rows(&session, &ranked("country")).await?;
        senders.countries = records(&rows).filter_map(|record| text(record, "country")).collect();
        senders.out_of_date = records(&rows).any(|record| record.count("late") > Some(0));
        let rows = session::rows(&session, &ranked("asn")).await?;
        let asn = |record: Record<'_>| record.count("asn").zip(record.count("sources"));
        senders.asns = records(&rows).filter_map(asn).collect();
        let rows = session::rows(&session, &ranked("tool")).await?;
        senders.tools = records(&rows).filter_map(|record| text(record, "tool")).collect();
        Ok(senders)
    }
}

/// By source first, as groups spill to disk and sets do not.
fn ranked(column: &str, Port { protocol, port }: Port, when: &impl Display) -> String {
    format!(
        "with of_source as (
           select {column}, src, max(case when {OUT_OF_DATE} then 1 else 0 end) as late from access
           where protocol = {protocol} and dst_port = {port} and {column} is not null and {when}
           group by {column}, src)
         select {column}, count(*) as sources, max(late) as late from of_source
         group by {column} order by sources desc, {column} limit {TOP}"
    )
}

//! Source addresses: which sent most, and when one was first and last seen.

use std::net::IpAddr;

use jiff::Timestamp;
use observation::Micros;
use serde::Serialize;

use super::{Answer, Scope};
use crate::Archive;
use crate::error::Result;
use crate::functions::{address, octets};
use crate::records::{Record, records};
use crate::session;

/// A source address's counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The address.
    pub src: IpAddr,
    /// Accesses.
    pub accesses: u64,
    /// Their packets; none where no access says, as in logs.
    pub packets: Option<u64>,
    /// How many points saw it.
    pub points: u64,
    /// How many services (protocol with port or ICMP type) it tried.
    pub services: u64,
    /// When it was first seen in the period.
    pub first_seen: Timestamp,
    /// When it was last seen in the period.
    pub last_seen: Timestamp,
}

/// When a point saw an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// The point.
    pub point: String,
    /// The address.
    pub src: IpAddr,
    /// Accesses.
    pub accesses: u64,
    /// Their packets; none where no access says, as in logs.
    pub packets: Option<u64>,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// When it was last seen.
    pub last_seen: Timestamp,
}

const SOURCES: &str =
    "ranked by accesses, then by packets; services: distinct (protocol, port or ICMP type)";
const SEEN: &str = "first packet of the first access to last packet of the last, over all that the archive holds in these days";

/// The times of an address's accesses. An access that began later may have ended earlier.
const TIMES: &str = "min(first_seen) as first_seen,
    max(arrow_cast(first_seen, 'Int64') + coalesce(duration, 0)) as last_seen";

impl Archive {
    /// The `top` source addresses with the most accesses.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn sources(&self, scope: &Scope, top: usize) -> Result<Answer<Source>> {
        let Some(period) = self.period(scope).await? else {
            return Ok(self.answer("sources", SOURCES, scope, None, Vec::new()));
        };
        let within = self.on_times("first_seen", scope, period);
        let session = self.session_of(scope, period).await?;
        // Points and services are counted for the top addresses only: a set for each of all
        // addresses would not fit in a query's memory.
        let query = format!(
            "select src from access where {within} group by src
             order by count(*) desc, sum(coalesce(packets, 0)) desc, src limit {top}"
        );
        let addresses = session::rows(&session, &query).await?;
        let addresses: Vec<String> =
            records(&addresses).filter_map(|record| record.bytes("src").map(literal)).collect();
        if addresses.is_empty() {
            return Ok(self.answer("sources", SOURCES, scope, Some(period), Vec::new()));
        }
        // A list and no join: it is looked up while the rows are read.
        let query = format!(
            "select src, count(*) as accesses, sum(packets) as packets,
                    count(distinct point) as points,
                    count(distinct coalesce(protocol, 256) * 131072 + coalesce(dst_port, icmp_type + 65536, 65535)) as services,
                    {TIMES}
             from access where {within} and src in ({}) group by src
             order by accesses desc, coalesce(packets, 0) desc, src",
            addresses.join(", ")
        );
        let batches = session::rows(&session, &query).await?;
        let rows = records(&batches).filter_map(|record| {
            Some(Source {
                src: address(record.bytes("src")?)?,
                accesses: record.count("accesses")?,
                packets: record.count("packets"),
                points: record.count("points")?,
                services: record.count("services")?,
                first_seen: moment(record.time("first_seen")?),
                last_seen: last_seen(&record)?,
            })
        });
        Ok(self.answer("sources", SOURCES, scope, Some(period), rows.collect()))
    }

    /// When each point first and last saw an address.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn seen(&self, scope: &Scope, src: IpAddr) -> Result<Answer<Seen>> {
        let Some(period) = self.period(scope).await? else {
            return Ok(self.answer("seen", SEEN, scope, None, Vec::new()));
        };
        let literal = literal(&octets(src));
        let query = format!(
            "select point, count(*) as accesses, sum(packets) as packets, {TIMES}
             from access where src = {literal} and {} group by point order by point",
            self.on_times("first_seen", scope, period)
        );
        let batches = session::rows(&self.session_of(scope, period).await?, &query).await?;
        let rows = records(&batches).filter_map(|record| {
            Some(Seen {
                point: record.text("point")?.to_owned(),
                src,
                accesses: record.count("accesses")?,
                packets: record.count("packets"),
                first_seen: moment(record.time("first_seen")?),
                last_seen: last_seen(&record)?,
            })
        });
        Ok(self.answer("seen", SEEN, scope, Some(period), rows.collect()))
    }
}

/// Bytes as they stand in a query.
fn literal(bytes: &[u8]) -> String {
    bytes.iter().fold("X'".to_owned(), |text, byte| text + &format!("{byte:02x}")) + "'"
}

fn last_seen(record: &Record<'_>) -> Option<Timestamp> {
    record.long("last_seen").map(moment)
}

fn moment(time: Micros) -> Timestamp {
    Timestamp::from_microsecond(time).unwrap_or_default()
}

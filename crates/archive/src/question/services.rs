//! Accesses, packets and sources of each protocol and port.

use std::collections::{BTreeMap, BTreeSet};

use observation::protocol;
use serde::{Serialize, Serializer};

use super::{Answer, Period, Scope};
use crate::Archive;
use crate::day::Day;
use crate::error::Result;
use crate::records::{Record, records};
use crate::session;

/// What an access is for: a protocol with its port or ICMP type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Service {
    /// IP protocol number; none where a log did not say.
    pub protocol: Option<u8>,
    /// Destination port, where there is one.
    pub port: Option<u16>,
    /// ICMP or ICMPv6 type, where there is one.
    pub icmp_type: Option<u8>,
}

/// A service's counts in a period, and how it stood in the one before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServiceCount {
    /// By accesses, then sources, from 1; no two have the same.
    pub rank: u64,
    /// The service: 1433/tcp, icmp 8.
    pub service: Service,
    /// IP protocol number; none where a log did not say.
    pub protocol: Option<u8>,
    /// Destination port.
    pub port: Option<u16>,
    /// ICMP or ICMPv6 type.
    pub icmp_type: Option<u8>,
    /// Accesses.
    pub accesses: u64,
    /// Their packets; none where no access says, as in logs.
    pub packets: Option<u64>,
    /// TALOT2's sources.
    pub sources: u64,
    /// The rank in the period before; none where it was not seen then.
    pub rank_before: Option<u64>,
    /// The accesses in the period before.
    pub accesses_before: u64,
}

/// A service's accesses on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ServiceDay {
    /// Civil day.
    pub day: Day,
    /// The service.
    pub service: Service,
    /// Accesses.
    pub accesses: u64,
}

const RULE: &str = "ranked by accesses, then by sources; \
    sources: distinct addresses per day, point and (protocol, port or ICMP type), summed (TALOT2); \
    before: the months before for whole months, else as many days before";

impl Service {
    /// The transport's short name, where it is well known.
    fn name(self) -> Option<&'static str> {
        match self.protocol {
            Some(protocol::TCP) => Some("tcp"),
            Some(protocol::UDP) => Some("udp"),
            Some(protocol::ICMP) => Some("icmp"),
            Some(protocol::ICMPV6) => Some("icmp6"),
            _ => None,
        }
    }
}

impl std::fmt::Display for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let fallback = match self.protocol {
            Some(number) => format!("protocol {number}"),
            None => "unknown protocol".to_owned(),
        };
        let name = self.name().unwrap_or(&fallback);
        match (self.port, self.icmp_type) {
            (Some(port), _) => write!(f, "{port}/{name}"),
            (None, Some(icmp_type)) => write!(f, "{name} {icmp_type}"),
            (None, None) => f.write_str(name),
        }
    }
}

impl Serialize for Service {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Archive {
    /// Each service's counts, the most accesses first, and its rank in the period before.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn services(&self, scope: &Scope) -> Result<Answer<ServiceCount>> {
        let Some(period) = self.period(scope).await? else {
            return Ok(self.answer("ports", RULE, scope, None, Vec::new()));
        };
        let before: BTreeMap<Service, (u64, u64)> = self
            .ranked(scope, period.before())
            .await?
            .into_iter()
            .map(|count| (count.service, (count.rank, count.accesses)))
            .collect();
        let mut rows = self.ranked(scope, period).await?;
        for row in &mut rows {
            if let Some(&(rank, accesses)) = before.get(&row.service) {
                row.rank_before = Some(rank);
                row.accesses_before = accesses;
            }
        }
        Ok(self.answer("ports", RULE, scope, Some(period), rows))
    }

    /// Each service's accesses on each day that had some, by day, from the daily counts.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn service_days(&self, scope: &Scope) -> Result<Answer<ServiceDay>> {
        let Some(period) = self.period(scope).await? else {
            return Ok(self.answer("service days", RULE, scope, None, Vec::new()));
        };
        let session = self.session_of(scope, period).await?;
        let query = format!(
            "select day, protocol, port, icmp_type, sum(accesses) as accesses
             from daily where {} group by day, protocol, port, icmp_type
             order by day, accesses desc, protocol, port, icmp_type",
            Self::on_days(scope, period)
        );
        let batches = session::rows(&session, &query).await?;
        let rows = records(&batches).filter_map(|record| {
            let (port, icmp_type) = (record.small("port"), record.small("icmp_type"));
            let service = Service { protocol: record.small("protocol"), port, icmp_type };
            Some(ServiceDay {
                day: record.day("day")?,
                service,
                accesses: record.count("accesses")?,
            })
        });
        Ok(self.answer("service days", RULE, scope, Some(period), rows.collect()))
    }

    /// The services that fewer than so many points saw, from the daily counts.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn services_of_few(&self, scope: &Scope, least: u64) -> Result<BTreeSet<Service>> {
        let Some(period) = self.period(scope).await? else { return Ok(BTreeSet::new()) };
        let query = format!(
            "select protocol, port, icmp_type from daily where {} group by protocol, port, icmp_type
             having count(distinct point) < {least}",
            Self::on_days(scope, period)
        );
        let rows = session::rows(&self.session_of(scope, period).await?, &query).await?;
        let service = |record: Record<'_>| Service {
            protocol: record.small("protocol"),
            port: record.small("port"),
            icmp_type: record.small("icmp_type"),
        };
        Ok(records(&rows).map(service).collect())
    }

    async fn ranked(&self, scope: &Scope, period: Period) -> Result<Vec<ServiceCount>> {
        let session = self.session_of(scope, period).await?;
        let query = format!(
            "select protocol, port, icmp_type, sum(accesses) as accesses, sum(packets) as packets,
                    sum(case when kind is null then sources end) as sources
             from daily where {} group by protocol, port, icmp_type
             order by accesses desc, sources desc, protocol, port, icmp_type",
            Self::on_days(scope, period)
        );
        let batches = session::rows(&session, &query).await?;
        let rows = records(&batches).zip(1..).filter_map(|(record, rank)| {
            let protocol = record.small("protocol");
            let (port, icmp_type) = (record.small("port"), record.small("icmp_type"));
            Some(ServiceCount {
                rank,
                service: Service { protocol, port, icmp_type },
                protocol,
                port,
                icmp_type,
                accesses: record.count("accesses")?,
                packets: record.count("packets"),
                sources: record.count("sources")?,
                rank_before: None,
                accesses_before: 0,
            })
        });
        Ok(rows.collect())
    }
}

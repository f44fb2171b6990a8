//! The archive's part of a monthly bulletin: its named questions as plain figures.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use archive::Archive;
use archive::question::{CountryCount, Scope, Service, ServiceCount, ServiceDay, Totals};
use claims::{Decimal, Entries, Figure, Row};
use jiff::tz::TimeZone;
use observation::{FindingRow, Micros};
use summary::{Backscatter, Monitoring, Surge};

use crate::place::Places;
use crate::rate::point_seconds;
use crate::{Error, Month, Result};

/// The kind of access that is somebody's answer to a forged address: nobody else sends it unasked.
const ANSWER: &str = "tcp-syn-ack";

/// The kinds of findings that are surges, and answers of those who were attacked under forged addresses.
const SURGE: &str = "surge";
const BACKSCATTER: &str = "backscatter";

/// Services that are looked at for surges, and that have a name of their own in the ranking.
const SERVICES: usize = 50;

/// When the last row of a month or of the month before came; none where there is none.
///
/// # Errors
/// The archive cannot answer.
pub async fn latest_received(archive: &Archive, month: Month) -> Result<Option<Micros>> {
    let both = Scope { from: Some(month.before().first()), ..month.scope() };
    Ok(archive.latest_received(&both).await?)
}

/// What points saw in a month and in the month before, as of a moment; none where no point watched.
///
/// # Errors
/// The archive cannot answer.
pub async fn monitoring(
    archive: &Archive,
    month: Month,
    as_of: Option<Micros>,
) -> Result<Option<Monitoring>> {
    let scope = month.scope_as_of(as_of);
    let now = archive.quick_totals(&scope).await?;
    if now.points == 0 {
        return Ok(None);
    }
    let before = archive.quick_totals(&month.before().scope_as_of(as_of)).await?;
    let services = archive.services(&scope).await?.rows;
    let days = archive.service_days(&scope).await?.rows;
    let countries = archive.country_accesses(&scope).await?;
    let tools = archive.tool_accesses(&scope).await?;
    let found = Found::of(archive, month, as_of).await?;
    let series = |of: fn(&Totals) -> u64| {
        let months = [(month, &now), (month.before(), &before)];
        let watched = months.into_iter().filter(|(_, totals)| totals.points > 0);
        watched
            .filter_map(|(of_month, totals)| Some((said(of_month)?, exact(of(totals)))))
            .collect()
    };
    let whole = month.days().saturating_mul(now.points).saturating_mul(86_400);
    let seconds = point_seconds(&now);
    let answers = archive.kind(&scope, ANSWER).await?;
    Ok(Some(Monitoring {
        accesses: series(|totals| totals.accesses),
        sources: series(|totals| totals.sources),
        points: u32::try_from(now.points).unwrap_or(u32::MAX),
        seconds_up: (seconds < whole).then(|| Decimal::from(seconds)),
        coverage_assumed: now.coverage_assumed,
        services: ranking(&services, |row| row.accesses),
        services_before: ranking(&services, |row| row.accesses_before),
        days_of_services: by_day(&services, &days, month),
        surges: found.surges,
        countries: by_country(&countries),
        tools: tools.into_iter().map(|(tool, accesses)| (tool, exact(accesses))).collect(),
        backscatter: answers.map(|row| Backscatter {
            accesses: exact(row.accesses),
            senders: exact(row.sources),
            victims: found.victims.map(exact),
        }),
    }))
}

/// What the archive keeps of the detectors' findings in a month.
#[derive(Default)]
struct Found {
    surges: Vec<Surge>,
    /// Addresses that were attacked under forged addresses; none where nothing is kept of it.
    victims: Option<u64>,
}

impl Found {
    /// Findings are made of all rows: where some came after the moment, none is told.
    async fn of(archive: &Archive, month: Month, as_of: Option<Micros>) -> Result<Found> {
        let latest = latest_received(archive, month).await?;
        if as_of.zip(latest).is_some_and(|(as_of, latest)| as_of < latest) {
            return Ok(Found::default());
        }
        let zone = archive.zone();
        let clock = TimeZone::get(zone).map_err(|_| Error::Zone(zone.to_owned()))?;
        let (from, to) = (month.first().begins(&clock), month.after().first().begins(&clock));
        let rows = archive.findings(from, to).await?;
        let victims: BTreeSet<IpAddr> = rows
            .iter()
            .filter(|row| row.kind == BACKSCATTER)
            .filter_map(|row| row.target)
            .collect();
        let victims = (!victims.is_empty()).then_some(victims.len() as u64);
        Ok(Found { surges: surges(archive, month, from, &rows), victims })
    }
}

fn exact(count: u64) -> Figure {
    Figure::exact(count)
}

/// Surges that began in the month, by service and day.
fn surges(archive: &Archive, month: Month, from: Micros, rows: &[FindingRow]) -> Vec<Surge> {
    let mut surges: BTreeMap<String, u32> = BTreeMap::new();
    for row in rows {
        if row.kind != SURGE || row.dst_port.is_none() || row.first_seen < from {
            continue;
        }
        let service = Service { protocol: row.protocol, port: row.dst_port, icmp_type: None };
        let day = archive.day_of(row.first_seen).to_epoch() - month.first().to_epoch() + 1;
        let Ok(day) = u32::try_from(day) else { continue };
        let first = surges.entry(service.to_string()).or_insert(day);
        *first = day.min(*first);
    }
    surges.into_iter().map(|(service, first_day)| Surge { service, first_day }).collect()
}

/// The month as claims write it.
fn said(month: Month) -> Option<claims::Month> {
    month.to_string().parse().ok()
}

/// The services with the most accesses by name; those that are not known before are not in it.
fn ranking(services: &[ServiceCount], of: fn(&ServiceCount) -> u64) -> Row {
    let mut sorted: Vec<&ServiceCount> = services.iter().filter(|row| of(row) > 0).collect();
    sorted.sort_by_key(|row| std::cmp::Reverse(of(row)));
    let named = sorted.iter().take(SERVICES);
    let mut row: Vec<(String, Figure)> =
        named.map(|row| (row.service.to_string(), exact(of(row)))).collect();
    let rest: u64 = sorted.iter().skip(SERVICES).map(|row| of(row)).sum();
    if rest > 0 {
        row.push(("other".to_owned(), exact(rest)));
    }
    row.into_iter().collect()
}

/// Accesses of each day of the month, of the services with the most.
fn by_day(
    services: &[ServiceCount],
    days: &[ServiceDay],
    month: Month,
) -> Entries<String, Vec<u64>> {
    let first = month.first().to_epoch();
    let length = usize::try_from(month.days()).unwrap_or(0);
    let mut counts: BTreeMap<Service, Vec<u64>> = BTreeMap::new();
    for row in days {
        let at = usize::try_from(row.day.to_epoch() - first).unwrap_or(usize::MAX);
        let of = counts.entry(row.service).or_insert_with(|| vec![0; length]);
        if let Some(count) = of.get_mut(at) {
            *count += row.accesses;
        }
    }
    let named = services.iter().take(SERVICES);
    named.filter_map(|row| Some((row.service.to_string(), counts.remove(&row.service)?))).collect()
}

/// Countries, where the databases can be relied on.
fn by_country(rows: &[CountryCount]) -> Row {
    if !Places::of_countries(rows).can_be_told() {
        return Entries(Vec::new());
    }
    let named =
        rows.iter().filter_map(|row| Some((row.country.clone()?, exact(row.counts.accesses))));
    named.collect()
}

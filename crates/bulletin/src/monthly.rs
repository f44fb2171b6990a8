//! The archive's part of a monthly bulletin: its named questions as plain figures.

use std::collections::BTreeMap;

use archive::Archive;
use archive::question::{CountryCount, Service, ServiceCount, ServiceDay, ToolCount, Totals};
use claims::{Decimal, Entries, Figure, Row};
use jiff::tz::TimeZone;
use summary::{Backscatter, Monitoring, Surge};

use crate::place::Places;
use crate::rate::point_seconds;
use crate::{Error, Month, Result};

/// The kind of access that is somebody's answer to a forged address: nobody else sends it unasked.
const ANSWER: &str = "tcp-syn-ack";

/// The kind of finding that is a surge.
const SURGE: &str = "surge";

/// Services that are looked at for surges, and that have a name of their own in the ranking.
const SERVICES: usize = 50;

/// What points saw in a month and in the month before; none where no point watched.
///
/// # Errors
/// The archive cannot answer.
pub async fn monitoring(archive: &Archive, month: Month) -> Result<Option<Monitoring>> {
    let scope = month.scope();
    let now = totals(archive, month).await?;
    if now.points == 0 {
        return Ok(None);
    }
    let before = totals(archive, month.before()).await?;
    let services = archive.services(&scope).await?.rows;
    let days = archive.service_days(&scope).await?.rows;
    let countries = archive.countries(&scope).await?.rows;
    let tools = archive.tools(&scope).await?.rows;
    let kinds = archive.kinds(&scope).await?.rows;
    let series = |of: fn(&Totals) -> u64| {
        let months = [(month, &now), (month.before(), &before)];
        let watched = months.into_iter().filter(|(_, totals)| totals.points > 0);
        watched
            .filter_map(|(of_month, totals)| Some((said(of_month)?, exact(of(totals)))))
            .collect()
    };
    let whole = month.days().saturating_mul(now.points).saturating_mul(86_400);
    let seconds = point_seconds(&now);
    let answers = kinds.iter().find(|row| row.kind == ANSWER);
    let backscatter = answers.filter(|row| row.accesses > 0);
    Ok(Some(Monitoring {
        accesses: series(|totals| totals.accesses),
        sources: series(|totals| totals.sources),
        points: u32::try_from(now.points).unwrap_or(u32::MAX),
        seconds_up: (seconds < whole).then(|| Decimal::from(seconds)),
        coverage_assumed: now.coverage_assumed,
        services: ranking(&services, |row| row.accesses),
        services_before: ranking(&services, |row| row.accesses_before),
        days_of_services: by_day(&services, &days, month),
        surges: surges(archive, month).await?,
        countries: by_country(&countries),
        tools: by_tool(&tools),
        backscatter: backscatter
            .map(|row| Backscatter { accesses: exact(row.accesses), victims: exact(row.sources) }),
    }))
}

async fn totals(archive: &Archive, month: Month) -> Result<Totals> {
    Ok(archive.totals(&month.scope()).await?.rows.into_iter().next().unwrap_or_default())
}

fn exact(count: u64) -> Figure {
    Figure::exact(count)
}

/// The surges that the archive keeps as findings and that began in the month, by service and day.
async fn surges(archive: &Archive, month: Month) -> Result<Vec<Surge>> {
    let zone = archive.zone();
    let clock = TimeZone::get(zone).map_err(|_| Error::Zone(zone.to_owned()))?;
    let (from, to) = (month.first().begins(&clock), month.after().first().begins(&clock));
    let mut surges: BTreeMap<String, u32> = BTreeMap::new();
    for row in archive.findings(from, to).await? {
        if row.kind != SURGE || row.dst_port.is_none() || row.first_seen < from {
            continue;
        }
        let service = Service { protocol: row.protocol, port: row.dst_port, icmp_type: None };
        let day = archive.day_of(row.first_seen).to_epoch() - month.first().to_epoch() + 1;
        let Ok(day) = u32::try_from(day) else { continue };
        let first = surges.entry(service.to_string()).or_insert(day);
        *first = day.min(*first);
    }
    let surge = |(service, first_day)| Surge { service, first_day };
    Ok(surges.into_iter().map(surge).collect())
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

fn by_tool(rows: &[ToolCount]) -> Row {
    rows.iter().filter_map(|row| Some((row.tool.clone()?, exact(row.accesses)))).collect()
}

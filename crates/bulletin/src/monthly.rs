//! The archive's part of a monthly bulletin: its named questions as plain figures.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use archive::Archive;
use archive::question::{CountryCount, Scope, Service, ServiceCount, ServiceDay, Totals};
use claims::{Decimal, Entries, Figure, Row};
use jiff::tz::TimeZone;
use observation::{FindingRow, Micros};
use summary::disclosure::{self, Cell, OTHER, POINTS, Threshold};
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
    let (few, few_before) = of_few(archive, [&scope, &month.before().scope_as_of(as_of)]).await?;
    let named = ranking(&services, |row| row.accesses, &few);
    let least = if now.points < POINTS.least { 0 } else { POINTS.least };
    let threshold = Threshold { least, ..POINTS };
    let countries = archive.countries_at_points(&scope).await?;
    let tools = archive.tools_at_points(&scope).await?;
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
        services_before: ranking(&services, |row| row.accesses_before, &few_before),
        days_of_services: by_day(&named, &days, month),
        services: named,
        surges: found.surges,
        countries: by_country(&countries, now.accesses, threshold),
        tools: told(tools.into_iter(), now.accesses, threshold),
        backscatter: answers.filter(|(_, points)| *points >= least).map(|(row, _)| Backscatter {
            accesses: exact(row.accesses),
            senders: exact(row.sources),
            victims: found.victims.map(exact),
        }),
    }))
}

/// Services that too few points saw, in each of two months; none where there are too few points in it.
async fn of_few(archive: &Archive, scopes: [&Scope; 2]) -> Result<(Few, Few)> {
    let mut few = [Few::new(), Few::new()];
    for (few, scope) in few.iter_mut().zip(scopes) {
        if archive.quick_totals(scope).await?.points >= POINTS.least {
            *few = archive.services_of_few(scope, POINTS.least).await?;
        }
    }
    let [now, before] = few;
    Ok((now, before))
}

type Few = BTreeSet<Service>;

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

/// The services with the most accesses by name, without those that too few points saw; those that are not
/// known before are not in it.
fn ranking(services: &[ServiceCount], of: fn(&ServiceCount) -> u64, few: &Few) -> Row {
    let mut sorted: Vec<&ServiceCount> = services.iter().filter(|row| of(row) > 0).collect();
    sorted.sort_by_key(|row| std::cmp::Reverse(of(row)));
    let (few, mut safe): (Vec<&ServiceCount>, Vec<&ServiceCount>) =
        sorted.into_iter().partition(|row| few.contains(&row.service));
    let mut rest = safe.split_off(SERVICES.min(safe.len()));
    if !few.is_empty() && rest.is_empty() {
        // The complement: what few saw should not follow from the total.
        rest.extend(safe.pop());
    }
    let mut row: Vec<(String, Figure)> =
        safe.into_iter().map(|row| (row.service.to_string(), exact(of(row)))).collect();
    let rest: u64 = few.into_iter().chain(rest).map(of).sum();
    if rest > 0 {
        row.push((OTHER.to_owned(), exact(rest)));
    }
    row.into_iter().collect()
}

/// Accesses of each day of the month, of the services that have a name.
fn by_day(named: &Row, days: &[ServiceDay], month: Month) -> Entries<String, Vec<u64>> {
    let first = month.first().to_epoch();
    let length = usize::try_from(month.days()).unwrap_or(0);
    let mut counts: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let known: BTreeSet<&str> = named.0.iter().map(|(name, _)| name.as_str()).collect();
    for row in days {
        let name = row.service.to_string();
        if !known.contains(name.as_str()) {
            continue;
        }
        let at = usize::try_from(row.day.to_epoch() - first).unwrap_or(usize::MAX);
        let of = counts.entry(name).or_insert_with(|| vec![0; length]);
        if let Some(count) = of.get_mut(at) {
            *count += row.accesses;
        }
    }
    let named = named.0.iter();
    named.filter_map(|(name, _)| Some((name.clone(), counts.remove(name)?))).collect()
}

/// Countries, where the databases can be relied on.
fn by_country(rows: &[CountryCount], all: u64, threshold: Threshold) -> Row {
    if !Places::of_countries(rows).can_be_told() {
        return Entries(Vec::new());
    }
    let named = rows.iter().filter_map(|row| Some((row.country.clone()?, row.counts.accesses)));
    told(named, all, threshold)
}

/// Names with their accesses at each point, of all accesses, as a row that may be told.
fn told(at_points: impl Iterator<Item = (String, u64)>, all: u64, threshold: Threshold) -> Row {
    let mut cells: BTreeMap<String, Cell> = BTreeMap::new();
    for (name, accesses) in at_points {
        let cell = cells.entry(name.clone()).or_insert(Cell { name, count: 0, behind: 0 });
        cell.count += accesses;
        cell.behind += 1;
    }
    let cells: Vec<Cell> = cells.into_values().collect();
    let named: u64 = cells.iter().map(|cell| cell.count).sum();
    let hidden = disclosure::hidden(&cells, threshold, named < all);
    let told = cells.into_iter().filter(|cell| !hidden.contains(&cell.name));
    told.map(|cell| (cell.name, exact(cell.count))).collect()
}

//! The archive's part of a monthly bulletin: its named questions as plain figures.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use archive::Archive;
use archive::question::{Scope, Service, ServiceDay, Totals};
use claims::{Decimal, Entries, Figure, Row};
use jiff::tz::TimeZone;
use observation::{FindingRow, Micros};
use summary::{Backscatter, Monitoring, Surge};

use crate::hiding::{by_country, services, threshold, told};
use crate::{Error, Month, Result};

/// The kind of access that is somebody's answer to a forged address: nobody else sends it unasked.
const ANSWER: &str = "tcp-syn-ack";

/// The kinds of findings that are surges, and answers of those who were attacked under forged addresses.
const SURGE: &str = "surge";
const BACKSCATTER: &str = "backscatter";

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
    let scope_before = month.before().scope_as_of(as_of);
    let before = archive.quick_totals(&scope_before).await?;
    // The month before is asked for by itself, so that what is hidden in its own bulletin is hidden here too.
    let named = services(archive, &scope, now.points).await?;
    let services_before = services(archive, &scope_before, before.points).await?;
    let days = archive.service_days(&scope).await?.rows;
    let threshold = threshold(now.points);
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
    let whole = seconds_of(month, archive)?.saturating_mul(now.points);
    let seconds = point_seconds(&now);
    let answers = archive.kind(&scope, ANSWER).await?;
    Ok(Some(Monitoring {
        accesses: series(|totals| totals.accesses),
        sources: series(|totals| totals.sources),
        points: u32::try_from(now.points).unwrap_or(u32::MAX),
        seconds_up: (seconds < whole).then(|| Decimal::from(seconds)),
        seconds_whole: (seconds < whole).then(|| Decimal::from(whole)),
        coverage_assumed: now.coverage_assumed,
        services_before,
        days_of_services: by_day(&named, &days, month),
        services: named,
        surges: found.surges,
        countries: by_country(&countries, now.accesses, threshold),
        tools: told(tools.into_iter(), now.accesses, threshold),
        backscatter: answers.filter(|(_, points)| *points >= threshold.least).map(|(row, _)| {
            Backscatter {
                accesses: exact(row.accesses),
                senders: exact(row.sources),
                victims: found.victims.map(exact),
            }
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
        let (from, to) = bounds(month, archive)?;
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

/// Seconds of a month: where clocks change, not its days by 86,400.
fn seconds_of(month: Month, archive: &Archive) -> Result<u64> {
    let (from, to) = bounds(month, archive)?;
    Ok(u64::try_from((to - from) / 1_000_000).unwrap_or_default())
}

/// When a month begins and ends, in the archive's zone.
fn bounds(month: Month, archive: &Archive) -> Result<(Micros, Micros)> {
    let zone = archive.zone();
    let clock = TimeZone::get(zone).map_err(|_| Error::Zone(zone.to_owned()))?;
    Ok((month.first().begins(&clock), month.after().first().begins(&clock)))
}

/// Seconds watched over all points; days of unknown coverage count as whole.
pub fn point_seconds(totals: &Totals) -> u64 {
    // `point_days` is a whole number of seconds over 86,400: rounding gives that number back.
    (totals.point_days * 86_400.0).round() as u64
}

/// A count as a figure.
pub(crate) fn exact(count: u64) -> Figure {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_empty_archive_watched_nothing() {
        let home = tempfile::tempdir().unwrap();
        let location = url::Url::from_directory_path(home.path()).unwrap();
        let archive = Archive::open(&location, "Asia/Tokyo").await.unwrap();
        let month = "2005-05".parse().unwrap();
        assert_eq!(monitoring(&archive, month, None).await.unwrap(), None);
        assert_eq!(latest_received(&archive, month).await.unwrap(), None);
    }

    #[test]
    fn seconds_come_back_from_days() {
        for seconds in [0, 1, 86_399, 2_678_400, 26_784_001, 400_000_000_007] {
            let totals = Totals { point_days: seconds as f64 / 86_400.0, ..Totals::default() };
            assert_eq!(point_seconds(&totals), seconds);
        }
    }
}

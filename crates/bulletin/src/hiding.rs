//! Services, countries and tools as they may be told: those that few points saw are in the rest.

use std::collections::{BTreeMap, BTreeSet};

use archive::Archive;
use archive::question::{CountryCount, Scope, Service, ServiceCount};
use claims::{Entries, Figure, Row};
use summary::disclosure::{self, Cell, OTHER, POINTS, Threshold};

use crate::Result;
use crate::monthly::exact;
use crate::place::Places;

/// Services that have a name of their own in the ranking.
const SERVICES: usize = 50;

type Few = BTreeSet<Service>;

/// How many points have to stand behind a figure; where there are fewer in all, none can be hidden.
pub(crate) fn threshold(points: u64) -> Threshold {
    Threshold { least: if points < POINTS.least { 0 } else { POINTS.least }, ..POINTS }
}

/// A month's services as they may be told, whichever bulletin tells of it.
pub(crate) async fn services(archive: &Archive, scope: &Scope, points: u64) -> Result<Row> {
    let few = match threshold(points).least {
        0 => Few::new(),
        least => archive.services_of_few(scope, least).await?,
    };
    Ok(ranking(&archive.services(scope).await?.rows, &few))
}

/// The services with the most accesses by name, without those that too few points saw.
fn ranking(services: &[ServiceCount], few: &Few) -> Row {
    let of = |row: &ServiceCount| row.accesses;
    let (few, mut safe): (Vec<&ServiceCount>, Vec<&ServiceCount>) =
        services.iter().partition(|row| few.contains(&row.service));
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

/// Countries, where the databases can be relied on.
pub(crate) fn by_country(rows: &[CountryCount], all: u64, threshold: Threshold) -> Row {
    if !Places::of_countries(rows).can_be_told() {
        return Entries(Vec::new());
    }
    let named = rows.iter().filter_map(|row| Some((row.country.clone()?, row.counts.accesses)));
    told(named, all, threshold)
}

/// Names with their accesses at each point, of all accesses, as a row that may be told.
pub(crate) fn told(
    at_points: impl Iterator<Item = (String, u64)>,
    all: u64,
    threshold: Threshold,
) -> Row {
    let mut cells: BTreeMap<String, Cell> = BTreeMap::new();
    for (name, accesses) in at_points {
        let cell = cells.entry(name.clone()).or_insert(Cell { name, count: 0, behind: 0 });
        cell.count += accesses;
        cell.behind += 1;
    }
    let cells: Vec<Cell> = cells.into_values().collect();
    let named: u64 = cells.iter().map(|cell| cell.count).sum();
    let few: u64 =
        cells.iter().filter(|cell| cell.behind < threshold.least).map(|cell| cell.count).sum();
    // What has no name is known to nobody, and hides what few saw where it is as much.
    let hidden = disclosure::hidden(&cells, threshold, all.saturating_sub(named) >= few.max(1));
    let told = cells.into_iter().filter(|cell| !hidden.contains(&cell.name));
    told.map(|cell| (cell.name, exact(cell.count))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(port: u16, accesses: u64) -> ServiceCount {
        let (protocol, port) = (Some(6), Some(port));
        ServiceCount {
            rank: 1,
            service: Service { protocol, port, icmp_type: None },
            protocol,
            port,
            icmp_type: None,
            accesses,
            packets: None,
            sources: 1,
            rank_before: None,
            accesses_before: 0,
        }
    }

    fn said(row: &Row) -> Vec<String> {
        row.0.iter().map(|(name, figure)| format!("{name} {}", figure.value)).collect()
    }

    #[test]
    fn a_service_of_few_points_takes_the_least_of_the_others_with_it() {
        let all = [count(445, 900), count(135, 90), count(31_337, 9)];
        assert_eq!(said(&ranking(&all, &Few::new())), ["445/tcp 900", "135/tcp 90", "31337/tcp 9"]);
        let few = Few::from([all[2].service]);
        assert_eq!(said(&ranking(&all, &few)), ["445/tcp 900", "other 99"]);
        // Where there are more than have a name, the rest holds others already.
        let many: Vec<ServiceCount> = (0..60)
            .map(|port| count(port, 1_000 - u64::from(port)))
            .chain([count(31_337, 9)])
            .collect();
        let told = ranking(&many, &few);
        assert_eq!((told.0.len(), told.0[49].0.as_str()), (51, "49/tcp"));
        let all: u64 = many.iter().map(|row| row.accesses).sum();
        let sum: u64 = told.0.iter().filter_map(|(_, figure)| figure.value.whole::<u64>()).sum();
        assert_eq!(sum, all, "nothing is lost");
    }

    /// Countries and tools: of four points, one saw KR.
    #[test]
    fn a_country_of_few_points_is_hidden_by_what_has_no_name_or_by_another() {
        let rows = |name: &'static str, each: u64, points: usize| {
            std::iter::repeat_n((name.to_owned(), each), points)
        };
        let all = || rows("CN", 100, 4).chain(rows("US", 20, 4)).chain(rows("KR", 7, 1));
        let of = |whole| said(&told(all(), whole, threshold(4)));
        assert_eq!(of(487 + 7), ["CN 400", "US 80"], "as many have no name");
        assert_eq!(of(487 + 6), ["CN 400"], "else the least that could be told is hidden too");
        assert_eq!(of(487), ["CN 400"]);
        assert_eq!(
            said(&told(all(), 487, threshold(2))),
            ["CN 400", "KR 7", "US 80"],
            "two points cannot hide"
        );
    }
}

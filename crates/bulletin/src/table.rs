//! The tables that a bulletin is made of, as CSV (RFC 4180; a header row; null is empty).

use std::iter;

use archive::question::{CountryCount, DayOfPoint, KindCount, ServiceCount, ToolCount, Totals};
use csv::{Terminator, WriterBuilder};

use crate::model::{Half, Model};
use crate::place::{self, Places};
use crate::{Error, Month, Result, service};

/// A table of a bulletin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The file's name, below `data/`.
    pub file: &'static str,
    /// What a row is.
    pub meaning: &'static str,
    /// The whole file.
    pub csv: String,
}

const TOTALS: [&str; 11] = [
    "month",
    "point",
    "points",
    "accesses",
    "packets",
    "sources",
    "plain_sources",
    "seconds_up",
    "coverage_assumed",
    "accesses_per_point_day",
    "sources_per_point_day",
];
const DAYS: [&str; 7] = ["day", "point", "accesses", "packets", "sources", "seconds_up", "assumed"];
const PORTS: [&str; 10] = [
    "rank",
    "protocol",
    "port",
    "icmp_type",
    "service_name",
    "accesses",
    "packets",
    "sources",
    "rank_before",
    "accesses_before",
];
const COUNTRIES: [&str; 9] = [
    "country",
    "name",
    "accesses",
    "packets",
    "sources",
    "accesses_before",
    "database_from",
    "database_to",
    "out_of_date",
];
const KINDS: [&str; 4] = ["kind", "accesses", "packets", "sources"];
const TOOLS: [&str; 4] = ["tool", "accesses", "packets", "sources"];

/// Every table of a month. Countries are one of them where they can be told.
///
/// # Errors
/// A row could not be written as CSV.
pub fn tables(model: &Model) -> Result<Vec<Table>> {
    let halves = [(model.month, &model.now), (model.month.before(), &model.before)];
    let totals = halves
        .into_iter()
        .filter(|(_, half)| half.has_data())
        .map(|(month, half)| whole(month, half));
    let points = halves.into_iter().flat_map(|(month, half)| points(month, half));
    let tables = [
        table("totals.csv", "the month and the month before, over all points", TOTALS, totals),
        table("points.csv", "each point in the month and in the month before", TOTALS, points),
        table("days.csv", "each day and point of the month", DAYS, model.now.days.iter().map(day)),
        table("ports.csv", "each protocol with its port or ICMP type", PORTS, services(model)),
        table("kinds.csv", "each kind of access", KINDS, model.kinds.iter().map(kind)),
        table("tools.csv", "each tool; empty: no mark of one", TOOLS, model.tools.iter().map(tool)),
    ];
    let countries = Places::of_countries(&model.now.countries).can_be_told().then(|| {
        let rows = model.now.countries.iter().map(|row| country(model, row));
        table("countries.csv", "each country of source addresses; empty: unknown", COUNTRIES, rows)
    });
    tables.into_iter().chain(countries).collect()
}

fn table<const N: usize>(
    file: &'static str,
    meaning: &'static str,
    head: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> Result<Table> {
    let head = head.map(str::to_owned);
    let csv = csv(iter::once(head).chain(rows)).map_err(|error| Error::Table(file, error))?;
    Ok(Table { file, meaning, csv })
}

fn csv<const N: usize>(rows: impl Iterator<Item = [String; N]>) -> Result<String, csv::Error> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(&row)?;
    }
    let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn whole(month: Month, half: &Half) -> [String; 11] {
    let known = half.points.iter().map(|point| point.seconds_up).sum();
    totals(month, "", &half.totals, known)
}

fn points(month: Month, half: &Half) -> impl Iterator<Item = [String; 11]> {
    half.points
        .iter()
        .map(move |point| totals(month, &point.point, &point.totals, point.seconds_up))
}

fn totals(month: Month, point: &str, totals: &Totals, seconds_up: Option<u64>) -> [String; 11] {
    [
        month.to_string(),
        point.to_owned(),
        totals.points.to_string(),
        totals.accesses.to_string(),
        cell(totals.packets),
        totals.sources.to_string(),
        totals.plain_sources.to_string(),
        cell(seconds_up),
        totals.coverage_assumed.to_string(),
        cell(totals.accesses_per_point_day),
        cell(totals.sources_per_point_day),
    ]
}

fn day(row: &DayOfPoint) -> [String; 7] {
    [
        row.day.clone(),
        row.point.clone(),
        row.accesses.to_string(),
        cell(row.packets),
        row.sources.to_string(),
        cell(row.seconds_up),
        row.assumed.to_string(),
    ]
}

/// Accesses before are null, not zero, where the month before has no data.
fn services(model: &Model) -> impl Iterator<Item = [String; 10]> {
    let known = model.before.has_data();
    model.services.iter().map(move |row| service(row, known))
}

fn service(row: &ServiceCount, known_before: bool) -> [String; 10] {
    [
        row.rank.to_string(),
        cell(row.protocol),
        cell(row.port),
        cell(row.icmp_type),
        cell(service::name(&row.service)),
        row.accesses.to_string(),
        cell(row.packets),
        row.sources.to_string(),
        cell(row.rank_before),
        cell(known_before.then_some(row.accesses_before)),
    ]
}

fn country(model: &Model, row: &CountryCount) -> [String; 9] {
    let (code, counts) = (row.country.as_deref(), &row.counts);
    [
        cell(code),
        cell(code.and_then(place::name)),
        counts.accesses.to_string(),
        cell(counts.packets),
        counts.sources.to_string(),
        cell(model.accesses_before(code)),
        cell(counts.database_from),
        cell(counts.database_to),
        counts.out_of_date.to_string(),
    ]
}

fn kind(row: &KindCount) -> [String; 4] {
    let (accesses, sources) = (row.accesses.to_string(), row.sources.to_string());
    [row.kind.clone(), accesses, cell(row.packets), sources]
}

fn tool(row: &ToolCount) -> [String; 4] {
    let (accesses, sources) = (row.accesses.to_string(), row.sources.to_string());
    [row.tool.clone().unwrap_or_default(), accesses, cell(row.packets), sources]
}

fn cell<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial;

    fn file(model: &Model, name: &str) -> String {
        let tables = tables(model).unwrap();
        tables.into_iter().find(|table| table.file == name).unwrap().csv
    }

    #[test]
    fn cells_are_quoted_only_where_they_must_be() {
        let rows = [["a,b", "say \"no\""], ["two\nlines", ""]].map(|row| row.map(str::to_owned));
        assert_eq!(
            csv(rows.into_iter()).unwrap(),
            "\"a,b\",\"say \"\"no\"\"\"\r\n\"two\nlines\",\r\n"
        );
    }

    #[test]
    fn null_is_empty() {
        let model = trial::model();
        let ports = file(&model, "ports.csv");
        assert!(ports.starts_with("rank,protocol,port,icmp_type,service_name,accesses,"));
        assert!(ports.contains("\r\n1,6,1433,,ms-sql-s,40000,40100,900,3,8000\r\n"), "{ports}");
        assert!(ports.contains("\r\n3,1,,8,echo request,2000,2500,150,,0\r\n"), "{ports}");
        let countries = file(&model, "countries.csv");
        let first = "\r\nCN,China,30000,30000,750,15200,2005-05-01,2005-05-01,2000\r\n";
        assert!(countries.contains(first), "{countries}");
        assert!(countries.contains("\r\nKR,South Korea,4000,4000,100,0,"), "{countries}");
        assert!(countries.contains("\r\n,,1000,1000,25,0,"), "{countries}");
        let days = file(&model, "days.csv");
        assert!(days.contains("\r\n2005-05-02,cable-2,500,700,30,,true\r\n"), "{days}");
    }

    #[test]
    fn a_month_without_data_has_headers_alone() {
        for table in tables(&trial::empty()).unwrap() {
            assert_eq!(table.csv.lines().count(), 1, "{}", table.file);
        }
    }
}

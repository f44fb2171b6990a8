//! Series that others published, from tables in a folder: they stand beside our own counts where
//! these do not reach.
//!
//! `virus_monthly.csv`: month, reports, detections, detections_pm; `virus_family_monthly.csv`: month,
//! family_as_printed, measure (reports or detections), value, pm; `access_monthly.csv`: period, total,
//! damaged; `virus_run.csv`: month, family_as_printed, run, source, where a run at the top was told. `pm` is half of the unit that a value was rounded to. Further columns are left alone, and
//! so are periods that are no month.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use claims::{Decimal, Entries, Figure, Labels, Month, Months, Row, Series};

/// What others published.
#[derive(Clone, Debug)]
pub(crate) struct Quoted {
    pub(crate) virus: Series,
    pub(crate) detections: Series,
    pub(crate) families: Months,
    pub(crate) pieces: Months,
    pub(crate) access: Series,
    pub(crate) damaged: Series,
    runs: Vec<Record>,
}

/// A row of a table, by the names of its columns.
type Record = HashMap<String, String>;

impl Quoted {
    /// Reads a folder; tables that are not there are empty.
    pub(crate) fn read(folder: &Path) -> Result<Quoted> {
        let virus = records(&folder.join("virus_monthly.csv"))?;
        let family = records(&folder.join("virus_family_monthly.csv"))?;
        let access = records(&folder.join("access_monthly.csv"))?;
        Ok(Quoted {
            virus: series(&virus, ["month", "reports", ""])?,
            detections: series(&virus, ["month", "detections", "detections_pm"])?,
            families: rows(&family, "reports")?,
            pieces: rows(&family, "detections")?,
            access: series(&access, ["period", "total", ""])?,
            damaged: series(&access, ["period", "damaged", ""])?,
            runs: records(&folder.join("virus_run.csv"))?,
        })
    }

    /// The last run before a month that somebody told of a family at the top.
    pub(crate) fn run(&self, month: Month, leader: &str) -> Option<claims::Quoted> {
        let told = self.runs.iter().filter_map(|record| {
            let of: Month = text(record, "month").parse().ok()?;
            let run = text(record, "run").parse().ok()?;
            let source = Some(text(record, "source").to_owned());
            let is_it = of < month && family(text(record, "family_as_printed")) == leader;
            is_it.then_some(claims::Quoted { month: of, run, source })
        });
        told.max_by_key(|quoted| quoted.month)
    }
}

fn records(path: &Path) -> Result<Vec<Record>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let whose = || format!("cannot read the table {}", path.display());
    let mut table = csv::Reader::from_path(path).with_context(whose)?;
    table.deserialize().collect::<Result<_, _>>().with_context(whose)
}

fn series(records: &[Record], [month, value, pm]: [&str; 3]) -> Result<Series> {
    let mut entries = Vec::new();
    for record in records {
        let Some(month) = text(record, month).parse::<Month>().ok() else { continue };
        if let Some(figure) = figure(record, value, pm)? {
            entries.push((month, figure));
        }
    }
    Ok(Entries(entries))
}

fn rows(records: &[Record], measure: &str) -> Result<Months> {
    let mut months: Vec<(Month, Row)> = Vec::new();
    for record in records.iter().filter(|record| text(record, "measure") == measure) {
        let Some(month) = text(record, "month").parse::<Month>().ok() else { continue };
        let Some(figure) = figure(record, "value", "pm")? else { continue };
        let name = family(text(record, "family_as_printed"));
        match months.iter_mut().find(|(of, _)| *of == month) {
            Some((_, row)) => row.0.push((name, figure)),
            None => months.push((month, Entries(vec![(name, figure)]))),
        }
    }
    Ok(Entries(months))
}

/// A family as the book of reports names it: without the platform before it.
fn family(printed: &str) -> String {
    let name = printed.rsplit_once('/').map_or(printed, |(_, name)| name);
    if name.eq_ignore_ascii_case("other") { "other".to_owned() } else { name.to_owned() }
}

fn figure(record: &Record, value: &str, pm: &str) -> Result<Option<Figure>> {
    let number = |column: &str| -> Result<Option<Decimal>> {
        let text = text(record, column);
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).with_context(|| format!("{column} {text:?} is no number"))
    };
    let Some(value) = number(value)? else { return Ok(None) };
    let source = Some(text(record, "source").to_owned()).filter(|source| !source.is_empty());
    let labels = Labels { source, ..Labels::default() };
    Ok(Some(Figure { value, half_unit: number(pm)?.unwrap_or_default(), labels }))
}

fn text<'a>(record: &'a Record, column: &str) -> &'a str {
    record.get(column).map_or("", |text| text.trim())
}

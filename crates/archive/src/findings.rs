//! What detectors told, kept equal to the rows that they looked at.
//!
//! A day's file of the table `finding` holds what was told on that UTC day. It bears in its name a
//! digest of how many rows there were on each day that the detectors looked at for it, and of their
//! version: rows are only ever added, so whoever finds another digest knows that the day's findings
//! are not those of its rows, and lets the detectors look anew. Compaction changes no number.
//!
//! The detectors themselves are no concern of this room: [`Archive::days_to_detect`] says which days
//! they must tell of, and [`Archive::keep_findings`] takes what they told.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use jiff::tz::TimeZone;
use observation::{Acknowledged, FindingRow, Micros, acknowledged_batch, finding_batch};
use sha2::{Digest as _, Sha256};

use crate::Archive;
use crate::daily::within;
use crate::day::Day;
use crate::error::{Error, Result};
use crate::functions::address;
use crate::records::{Record, records};
use crate::session::{self, Limits};
use crate::table::{Change, View};

/// Tries against other writers before giving up.
const TRIES: usize = 20;

/// A day whose findings are not those of its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayToDetect {
    /// The UTC day.
    pub day: Day,
    /// Until when it is looked at: its end, or a moment before that.
    pub until: Micros,
    /// What its file is called.
    name: String,
}

/// How many accesses and hours of coverage there are of a UTC day.
type Rows = (u64, u64);

impl Archive {
    /// The UTC days whose findings are not those of their rows, oldest first. A day's findings come
    /// from its own rows and those of `look_back` days before it, by detectors of a `version`; what was
    /// first seen at or after the moment that `until` gives for its day is not looked at yet.
    ///
    /// Days of which rows were dropped, or for which such a day was looked at, keep what they have; those that
    /// nothing was seen for, neither on them nor on the days looked back at, have none.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn days_to_detect(
        &self,
        look_back: u32,
        version: u32,
        until: impl Fn(Day) -> Micros,
    ) -> Result<Vec<DayToDetect>> {
        let rows = self.rows_by_day().await?;
        let (retired, kept) = (self.retired_days().await?, self.kept().await?);
        let (Some((&first, _)), Some((&last, _))) = (rows.first_key_value(), rows.last_key_value())
        else {
            return Ok(Vec::new());
        };
        let mut days = Vec::new();
        for day in first.to_epoch()..=last.to_epoch() {
            let day = Day::from_epoch(day);
            let until = until(day);
            if until <= day.begins(&TimeZone::UTC) {
                continue;
            }
            let from = day.plus(-i32::try_from(look_back).unwrap_or(i32::MAX));
            // One packet with a clock of 1970 must not have fifty years of nothing looked at.
            if rows.range(from..=day).next().is_none() {
                continue;
            }
            let name = format!("told-{}.parquet", digest(version, until, &rows, from, day));
            let has_any = kept.iter().any(|(of, _)| *of == day);
            let is_retired = retired.range(from..=day).next().is_some();
            let stays = is_retired && has_any;
            if !(stays || kept.contains(&(day, name.clone()))) {
                days.push(DayToDetect { day, until, name });
            }
        }
        Ok(days)
    }

    /// Puts what was told on some days in the place of what they have.
    ///
    /// # Errors
    /// The store failed.
    pub async fn keep_findings(&self, told: &[(DayToDetect, Vec<FindingRow>)]) -> Result<()> {
        let mut add = Vec::with_capacity(told.len());
        for (DayToDetect { day, name, .. }, rows) in told {
            let mut file = self.begin_file(&self.finding, Some(*day), Some(name.clone())).await?;
            file.write(&finding_batch(rows, day.to_epoch())).await?;
            add.push(file.finish().await?);
        }
        let days: BTreeSet<Day> = told.iter().map(|(told, _)| told.day).collect();
        for _ in 0..TRIES {
            let view = self.finding.view().await?;
            let (mut remove, mut there) = (Vec::new(), BTreeSet::new());
            for file in view.files().await? {
                if add.iter().any(|add| add.path == file.add.path) {
                    there.insert(file.add.path.clone());
                } else if file.day().is_some_and(|day| days.contains(&day)) {
                    remove.push(file.remove(true));
                }
            }
            // Whoever told the same at the same time has made the same file.
            let mut add = add.clone();
            add.retain(|add| !there.contains(&add.path));
            if view.commit(Change { add, remove, ..Change::default() }).await? {
                return Ok(());
            }
        }
        Err(Error::Busy(self.finding.spec.name))
    }

    /// The last word on each finding that was known in [from, to), in the order in which they became
    /// known.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn findings(&self, from: Micros, to: Micros) -> Result<Vec<FindingRow>> {
        let session = session::new(Limits::default())?;
        session::register(&session, "finding", &self.finding.view().await?).await?;
        let query =
            format!("select * from finding where {} order by day", within("detected_at", from, to));
        let rows = session::rows(&session, &query).await?;
        let mut last: BTreeMap<String, FindingRow> = BTreeMap::new();
        for row in records(&rows).filter_map(|record| finding(&record)) {
            last.insert(row.id.clone(), row);
        }
        let mut found: Vec<FindingRow> = last.into_values().collect();
        found.sort_by(|a, b| (a.detected_at, &a.kind, &a.id).cmp(&(b.detected_at, &b.kind, &b.id)));
        Ok(found)
    }

    /// Writes down that somebody has seen to findings.
    ///
    /// # Errors
    /// The store failed.
    pub async fn acknowledge(&self, findings: &[Acknowledged]) -> Result<()> {
        let add = self.write_file(&self.acknowledged, &acknowledged_batch(findings)).await?;
        for _ in 0..TRIES {
            let change = Change { add: vec![add.clone()], ..Change::default() };
            if self.acknowledged.view().await?.commit(change).await? {
                return Ok(());
            }
        }
        Err(Error::Busy(self.acknowledged.spec.name))
    }

    /// What somebody has seen to, by the findings' ids: the last word on each.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn acknowledged(&self) -> Result<BTreeMap<String, Acknowledged>> {
        let view = self.acknowledged.view().await?;
        let session = session::new(Limits::default())?;
        session::register(&session, "acknowledged", &view).await?;
        let rows = session::rows(&session, "select * from acknowledged order by received").await?;
        let row = |record: Record<'_>| {
            let (finding, note) =
                (record.text("finding")?.to_owned(), record.text("note")?.to_owned());
            Some((
                finding.clone(),
                Acknowledged { finding, note, received: record.time("received")? },
            ))
        };
        Ok(records(&rows).filter_map(row).collect())
    }

    /// The UTC days of which there are accesses or coverage.
    ///
    /// # Errors
    /// The store or the engine failed.
    pub async fn days_with_rows(&self) -> Result<BTreeSet<Day>> {
        Ok(self.rows_by_day().await?.into_keys().collect())
    }

    async fn rows_by_day(&self) -> Result<BTreeMap<Day, Rows>> {
        let mut days: BTreeMap<Day, Rows> = BTreeMap::new();
        for file in self.access.view().await?.files().await? {
            if let Some(day) = file.day() {
                days.entry(day).or_default().0 += file.stats.num_records;
            }
        }
        let session = session::new(Limits::default())?;
        session::register(&session, "coverage", &self.coverage.view().await?).await?;
        let query = "select cast(hour as date) as day, count(*) as hours from coverage group by 1";
        for record in records(&session::rows(&session, query).await?) {
            if let Some((day, hours)) = record.day("day").zip(record.count("hours")) {
                days.entry(day).or_default().1 += hours;
            }
        }
        Ok(days)
    }

    /// The days that have been told of, and what their files are called.
    async fn kept(&self) -> Result<BTreeSet<(Day, String)>> {
        let view: View = self.finding.view().await?;
        let of = |file: crate::file::File| {
            let name = file.add.path.rsplit('/').next()?.to_owned();
            Some((file.day()?, name))
        };
        Ok(view.files().await?.into_iter().filter_map(of).collect())
    }
}

fn digest(version: u32, until: Micros, rows: &BTreeMap<Day, Rows>, from: Day, day: Day) -> String {
    let mut hash = Sha256::new();
    hash.update(format!("{version}\n{until}\n"));
    for (day, (accesses, hours)) in rows.range(from..=day) {
        hash.update(format!("{day} {accesses} {hours}\n"));
    }
    hash.finalize().iter().take(16).fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn finding(record: &Record<'_>) -> Option<FindingRow> {
    let text = |name: &str| record.text(name).map(str::to_owned);
    Some(FindingRow {
        id: text("id")?,
        kind: text("kind")?,
        rule: text("rule")?,
        protocol: record.small("protocol"),
        dst_port: record.small("dst_port"),
        target: record.bytes("target").and_then(address),
        sources: record.count("sources"),
        first_seen: record.time("first_seen")?,
        last_seen: record.time("last_seen")?,
        detected_at: record.time("detected_at")?,
        open: record.truth("open")?,
        line: text("line")?,
    })
}

//! `yagura detect`.

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;
use archive::question::{Port, Senders};
use archive::{AccessRow, Archive, Day};
use detect::{Finding, FindingKind, Hour, PointHour, PointId, Replay, Settings, Sighting};
use gazetteer::Scanners;
use jiff::tz::TimeZone;
use observation::{DAY, FindingRow, HOUR, Micros};
use serde_json::{Value, json};

use crate::Done;
use crate::cli::ReplayArgs;
use crate::table;

/// Drives the detectors over the archive and says what they found.
pub(crate) async fn replay(archive: &Archive, args: &ReplayArgs) -> Result<Done> {
    let Some(all) = archive.days_in_utc().await? else {
        eprintln!("yagura: the archive is empty: import captures or logs first");
        return Ok(Done::Whole);
    };
    let last = args.to.unwrap_or(*all.end()).min(*all.end());
    let first = args.from.map_or(*all.start(), |from| looked_at_from(from).max(*all.start()));
    let mut found: BTreeMap<u64, Finding> = BTreeMap::new();
    let with_rows = archive.days_with_rows().await?;
    let days = (first.to_epoch()..=last.to_epoch()).map(Day::from_epoch);
    let (mut watch, mut skipped) = (Watch::new(begin(first)), false);
    for day in days {
        if with_rows.range(looked_at_from(day)..=day).next().is_none() {
            skipped = true;
            continue;
        }
        if std::mem::take(&mut skipped) {
            watch.warn();
            watch = Watch::new(begin(day));
        }
        found.extend(watch.day(archive, day, looked_at_until(day)).await?);
    }
    watch.warn();
    let from = args.from.map_or(Micros::MIN, begin);
    let mut found = known_between(found, from, begin(last) + DAY);
    for finding in &mut found {
        say_who(archive, finding).await?;
    }
    say(&found, args.json)
}

/// Makes the findings that are kept those of the rows. Says of how many days they were not.
///
/// Days that the archive cannot be asked for at once, as they are many, are kept as they are told.
pub(crate) async fn refresh(archive: &Archive) -> Result<usize> {
    let (look_back, version) = (Replay::LOOK_BACK, detect::VERSION);
    let stale = archive.days_to_detect(look_back, version, looked_at_until).await?;
    let (Some(first), Some(all)) = (stale.first(), archive.days_in_utc().await?) else {
        return Ok(0);
    };
    let mut day = looked_at_from(first.day).max(*all.start());
    let mut watch = Watch::new(begin(day));
    let mut told = Vec::new();
    for stale in &stale {
        // What lies further back makes no difference, be it a day or fifty years of nothing.
        let from = looked_at_from(stale.day);
        if day < from {
            watch.warn();
            watch = Watch::new(begin(from));
            day = from;
        }
        while day < stale.day {
            // Told already, and known again: ids are the same.
            watch.day(archive, day, begin(day) + DAY).await?;
            day = day.plus(1);
        }
        let found = watch.day(archive, day, stale.until).await?;
        let mut rows = Vec::with_capacity(found.len());
        for mut finding in found.into_values() {
            say_who(archive, &mut finding).await?;
            rows.push(row(&finding));
        }
        told.push((stale.clone(), rows));
        day = day.plus(1);
        if told.len() >= KEPT_AT_ONCE {
            archive.keep_findings(&told).await?;
            told.clear();
        }
    }
    if !told.is_empty() {
        archive.keep_findings(&told).await?;
    }
    watch.warn();
    Ok(stale.len())
}

/// Days whose findings are kept by one commit at most.
const KEPT_AT_ONCE: usize = 64;
/// How long after an hour its rows have come: an access closes an hour after its first packet at the
/// latest, and is delivered soon after. Rows that come later are looked at with their day once more.
const DELAY: Micros = 2 * HOUR;

/// Until when a UTC day is looked at: to its end, but for the present one, of which only those hours
/// are whose rows have come.
fn looked_at_until(day: Day) -> Micros {
    let complete = (jiff::Timestamp::now().as_microsecond() - DELAY).div_euclid(HOUR) * HOUR;
    let end = begin(day) + DAY;
    if (begin(day)..end + DELAY).contains(&(complete + DELAY)) { end.min(complete) } else { end }
}

/// The first day to look at, for findings of a day.
fn looked_at_from(day: Day) -> Day {
    day.plus(-i32::try_from(Replay::LOOK_BACK).unwrap_or(i32::MAX))
}

/// What detectors take of a row.
pub(crate) fn sighting(row: &AccessRow<'_>, point: PointId, is_scanner: bool) -> Sighting {
    Sighting {
        time: row.first_seen,
        duration: row.duration.unwrap_or_default(),
        point,
        src: row.src,
        dst: row.dst,
        protocol: row.protocol.unwrap_or(Sighting::UNKNOWN_PROTOCOL),
        src_port: row.src_port,
        dst_port: row.dst_port,
        icmp_type: row.icmp_type,
        kind: row.kind,
        packets: row.packets.unwrap_or(1),
        tcp_flags: row.tcp_flags.unwrap_or_default(),
        tool: row.tool,
        quoted: row.quoted,
        payload: row.payload_hash,
        is_scanner,
    }
}

/// A finding as the archive keeps it.
fn row(finding: &Finding) -> FindingRow {
    let Finding { protocol, dst_port, target, sources, .. } = *finding;
    let Finding { first_seen, last_seen, detected_at, open, .. } = *finding;
    FindingRow {
        id: format!("{:016x}", finding.id),
        kind: finding.kind.as_str().to_owned(),
        rule: finding.rule.to_owned(),
        protocol,
        dst_port,
        target,
        sources,
        first_seen,
        last_seen,
        detected_at,
        open,
        line: finding.line(),
    }
}

fn begin(day: Day) -> Micros {
    day.begins(&TimeZone::UTC)
}

/// What the detectors are given, and what they gave.
struct Watch {
    replay: Replay,
    scanners: Scanners,
    points: HashMap<String, Option<PointId>>,
    coverage: BTreeMap<Micros, Vec<PointHour>>,
    /// The hour whose accesses are given now.
    hour: Micros,
    /// The last word on each finding that was told since somebody asked.
    found: BTreeMap<u64, Finding>,
    left_out: u64,
}

impl Watch {
    fn new(hour: Micros) -> Self {
        Watch {
            replay: Replay::new(Settings::default()),
            scanners: Scanners::shipped(),
            points: HashMap::new(),
            coverage: BTreeMap::new(),
            hour,
            found: BTreeMap::new(),
            left_out: 0,
        }
    }

    /// Looks at a UTC day up to a moment. Gives the last word on what was found in it.
    async fn day(
        &mut self,
        archive: &Archive,
        day: Day,
        until: Micros,
    ) -> Result<BTreeMap<u64, Finding>> {
        for hour in archive.point_hours(day).await?.iter().filter(|hour| hour.hour < until) {
            self.covered(hour);
        }
        let look = |row: &AccessRow<'_>| {
            if row.first_seen < until {
                self.access(row);
            }
        };
        archive.each_access(day, look).await?;
        self.close_until(until);
        Ok(std::mem::take(&mut self.found))
    }

    /// Says what could not be looked at.
    fn warn(&self) {
        if self.left_out > 0 {
            eprintln!(
                "yagura: {} accesses were left out: detectors know {} points at most",
                self.left_out,
                detect::Roll::CAPACITY
            );
        }
    }

    fn point(&mut self, name: &str) -> Option<PointId> {
        if let Some(&known) = self.points.get(name) {
            return known;
        }
        let id = name.parse().ok().and_then(|point| self.replay.roll().id(&point));
        self.points.insert(name.to_owned(), id);
        id
    }

    fn covered(&mut self, hour: &archive::PointHour) {
        let Some(point) = self.point(&hour.point) else { return };
        let covered = PointHour { point, seconds_up: hour.seconds_up, addresses: hour.addresses };
        self.coverage.entry(hour.hour).or_default().push(covered);
    }

    fn access(&mut self, row: &AccessRow<'_>) {
        self.close_until(row.first_seen.div_euclid(HOUR) * HOUR);
        let Some(point) = self.point(row.point) else {
            self.left_out += 1;
            return;
        };
        let is_scanner = self.scanners.of(row.src).is_some();
        self.replay.access(&sighting(row, point, is_scanner));
    }

    /// Ends all hours before a moment, silent ones too.
    fn close_until(&mut self, moment: Micros) {
        while self.hour < moment {
            let coverage = self.coverage.remove(&self.hour).unwrap_or_default();
            let hour = Hour { begin: self.hour, coverage: &coverage };
            let found = self.replay.hour(hour);
            self.found.extend(found.into_iter().map(|finding| (finding.id, finding)));
            self.hour += HOUR;
        }
    }
}

/// The findings that became known after one moment and up to another, in that order.
fn known_between(found: BTreeMap<u64, Finding>, from: Micros, to: Micros) -> Vec<Finding> {
    let known = |finding: &Finding| finding.detected_at > from && finding.detected_at <= to;
    let mut found: Vec<Finding> = found.into_values().filter(known).collect();
    found.sort_by_key(|finding| (finding.detected_at, finding.kind, finding.id));
    found
}

/// Says of a surge what its port is, and who sent.
async fn say_who(archive: &Archive, finding: &mut Finding) -> Result<()> {
    let service = finding.protocol.zip(finding.dst_port);
    let Some((protocol, port)) = service.filter(|_| finding.kind == FindingKind::Surge) else {
        return Ok(());
    };
    let name = gazetteer::service::name(protocol, port);
    let name = name.or_else(|| gazetteer::service::commonly(protocol, port));
    let (from, to) = (finding.first_seen, finding.last_seen + 1);
    let Senders { countries, asns, tools, out_of_date } =
        archive.senders(Port { protocol, port }, from, to).await?;
    finding.evidence.extend([
        ("service_name", json!(name)),
        ("countries", json!(countries)),
        ("asns", json!(asns)),
        ("places_out_of_date", json!(out_of_date)),
        ("tools", json!(tools)),
    ]);
    Ok(())
}

fn say(found: &[Finding], json: bool) -> Result<Done> {
    if json {
        for finding in found {
            say!("{}", finding.line());
        }
        return Ok(Done::Whole);
    }
    if found.is_empty() {
        say!("nothing was found");
        return Ok(Done::Whole);
    }
    let found: Vec<Value> = found.iter().map(Finding::json).collect();
    say!("{}", table::of_findings(&found).trim_end());
    Ok(Done::Whole)
}

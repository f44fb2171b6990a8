//! `yagura detect`.

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;
use archive::{AccessRow, Archive, Day};
use detect::{Finding, Hour, PointHour, PointId, Replay, Settings, Sighting};
use gazetteer::Scanners;
use jiff::tz::TimeZone;
use observation::{DAY, HOUR, Micros};

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
    let look_back = i32::try_from(Replay::LOOK_BACK).unwrap_or(i32::MAX);
    let first = args.from.map_or(*all.start(), |from| from.plus(-look_back).max(*all.start()));
    let mut watch = Watch::new(begin(first));
    for day in first.to_epoch()..=last.to_epoch() {
        let day = Day::from_epoch(day);
        for hour in archive.point_hours(day).await? {
            watch.covered(&hour);
        }
        archive.each_access(day, |row| watch.access(row)).await?;
        watch.close_until(begin(day) + DAY);
    }
    if watch.left_out > 0 {
        eprintln!(
            "yagura: {} accesses were left out: detectors know {} points at most",
            watch.left_out,
            detect::Roll::CAPACITY
        );
    }
    let from = args.from.map_or(Micros::MIN, begin);
    say(&watch.known_between(from, begin(last) + DAY), args.json)
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
    /// The last word on each finding.
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
        self.replay.access(&Sighting {
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
        });
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

    /// The findings that became known after one moment and up to another, in that order.
    fn known_between(&self, from: Micros, to: Micros) -> Vec<&Finding> {
        let known = |finding: &&Finding| finding.detected_at > from && finding.detected_at <= to;
        let mut found: Vec<&Finding> = self.found.values().filter(known).collect();
        found.sort_by_key(|finding| (finding.detected_at, finding.kind, finding.id));
        found
    }
}

fn say(found: &[&Finding], json: bool) -> Result<Done> {
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
    say!("{}", table::of_findings(found)?.trim_end());
    Ok(Done::Whole)
}

//! Hour after hour through the archive: the one way in which detectors are driven, live and looking
//! back alike.
//!
//! [`Replay::hour`] takes one UTC hour after the other, none left out and none twice: what was
//! covered, and its accesses in the order of `first_seen`. It gives the findings that are new or have
//! changed. Live, call it when an hour's rows are complete (accesses are closed an hour after their
//! first packet at the latest, so that is an hour and the delay of delivery later). At start the
//! state is made again by replaying the last [`Replay::LOOK_BACK`] days, and what these say is known
//! already: ids are the same.
//!
//! # What the archive must answer
//!
//! Two queries for a day, each one pass over that day's partition:
//!
//! ```sql
//! -- coverage of the day: one row for each point and hour, summed over deliveries
//! SELECT hour, point, least(sum(seconds_up), 3600) AS seconds_up, max(addresses) AS addresses
//! FROM coverage WHERE point IS NOT NULL AND hour >= :day AND hour < :day + 1 day
//! GROUP BY hour, point ORDER BY hour, point
//!
//! -- accesses of the day in time order
//! SELECT first_seen, duration, point, src, dst, protocol, src_port, dst_port, icmp_type, kind,
//!        packets, tcp_flags, tool, quoted_protocol, quoted_dst, quoted_src_port, quoted_dst_port,
//!        payload_hash
//! FROM access WHERE day = :day ORDER BY first_seen, src, dst, src_port, dst_port
//! ```
//!
//! `seconds_up` stays null where any row of the hour says null (unknown); a point without a row in an
//! hour did not watch if its coverage was ever measured. `is_scanner` is the gazetteer's word on `src`.
//! Rows stream: nothing is kept of an access but counts.
//!
//! Where an archive is so large that reading every access is too dear, the counts can be made in SQL
//! and only the accesses that are looked at one by one be read. Then call [`Replay::counted`] with the
//! counts, and give [`Replay::hour`]'s place only accesses of these kinds and ports:
//!
//! ```sql
//! -- counts of the day (see Count): rows by hour, service, point, the row over all points first
//! WITH visit AS (
//!   SELECT date_trunc('hour', first_seen) AS hour, point, protocol, dst_port, icmp_type, src,
//!          count(*) AS accesses
//!   FROM access WHERE day = :day AND kind NOT IN ('tcp-syn-ack', 'tcp-rst', 'icmp-unreachable',
//!        'icmp-other') AND NOT is_scanner(src) GROUP BY 1, 2, 3, 4, 5, 6),
//! source AS (  -- grouped once by point and once over all points
//!   SELECT hour, point, protocol, dst_port, icmp_type, src, sum(accesses) AS accesses,
//!          hour = min(hour) OVER (PARTITION BY point, protocol, dst_port, icmp_type, src) AS fresh
//!   FROM visit GROUP BY GROUPING SETS (
//!     (hour, point, protocol, dst_port, icmp_type, src), (hour, protocol, dst_port, icmp_type, src)))
//! SELECT hour, protocol, dst_port, icmp_type, point, sum(accesses) AS accesses, count(*) AS sources,
//!        count(*) FILTER (WHERE fresh) AS fresh, count(DISTINCT network(src)) AS networks,
//!        max(accesses) AS loudest
//! FROM source GROUP BY 1, 2, 3, 4, 5
//! ORDER BY hour, protocol, dst_port NULLS FIRST, icmp_type NULLS FIRST, point NULLS FIRST
//!
//! -- accesses that are looked at one by one
//! ... WHERE kind IN ('tcp-syn-ack', 'tcp-rst', 'icmp-unreachable', 'icmp-other')
//!        OR protocol = 6 AND dst_port IN (21, 22, 23, ...)  -- cracking::PORTS
//! ```
//!
//! Floods, scans, campaigns, new payloads and tools, and cracking on odd ports need the accesses
//! themselves and are then not looked for.

use observation::{DAY, HOUR, Micros};

use crate::backscatter::Victims;
use crate::count::hour_of;
use crate::cracking::Cracking;
use crate::cracking::campaign::Campaigns;
use crate::flood::Floods;
use crate::flood::scan::Scans;
use crate::fresh::growth::Growth;
use crate::fresh::marks::Marks;
use crate::fresh::peers::Peers;
use crate::fresh::ports::Ports;
use crate::fresh::silence::Silence;
use crate::surge::{self, Surges};
use crate::{Count, Exposure, Finding, PointHour, Roll, Sighting, Tally};

/// The version of the rules. Findings that are kept are made anew when it changes: change it with
/// every change that can change a finding.
pub const VERSION: u32 = 2;

/// What can be set.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Settings {
    /// Of surges.
    pub surge: surge::Settings,
}

/// An hour of the archive.
#[derive(Clone, Copy, Debug)]
pub struct Hour<'a> {
    /// Its beginning, UTC.
    pub begin: Micros,
    /// What the points watched.
    pub coverage: &'a [PointHour],
}

/// All detectors together.
#[derive(Debug, Default)]
pub struct Replay {
    roll: Roll,
    tally: Tally,
    exposure: Exposure,
    surges: Surges,
    victims: Victims,
    floods: Floods,
    scans: Scans,
    cracking: Cracking,
    campaigns: Campaigns,
    ports: Ports,
    marks: Marks,
    growth: Growth,
    peers: Peers,
    silence: Silence,
    found: Vec<Finding>,
}

impl Replay {
    /// Days whose rows make the state again at start: the baselines' four weeks, and a week more so
    /// that what is new and what settles is known.
    pub const LOOK_BACK: u32 = 35;

    /// Detectors that have seen nothing.
    pub fn new(settings: Settings) -> Self {
        Replay { surges: Surges::new(settings.surge), ..Replay::default() }
    }

    /// The points by their numbers; who fills rows asks here.
    pub fn roll(&mut self) -> &mut Roll {
        &mut self.roll
    }

    /// Takes an access of the hour that is open.
    pub fn access(&mut self, sighting: &Sighting) {
        self.tally.add(sighting);
        self.looked_at(sighting);
        self.found.extend(self.floods.add(sighting, &self.roll));
        self.found.extend(self.scans.add(sighting, &self.roll));
        self.campaigns.add(sighting);
        self.marks.add(sighting);
    }

    /// Takes an access of the hour that is open and whose counts come by [`Replay::counted`].
    pub fn looked_at(&mut self, sighting: &Sighting) {
        self.victims.add(sighting);
        self.cracking.add(sighting, &self.roll);
    }

    /// Ends the hour whose accesses were given one by one.
    pub fn hour(&mut self, hour: Hour<'_>) -> Vec<Finding> {
        let counts = self.tally.close(hour.begin);
        self.counted(hour, counts)
    }

    /// Ends an hour whose counts were made by a query.
    pub fn counted(&mut self, hour: Hour<'_>, counts: Vec<Count>) -> Vec<Finding> {
        let begin = hour_of(hour.begin);
        let mut found = std::mem::take(&mut self.found);
        let surges = &self.surges;
        let usual = |service| surges.usual_of(service);
        let day_ended = self.exposure.hour(begin, hour.coverage, &counts, usual);
        let (exposure, roll) = (&self.exposure, &self.roll);
        let watched = exposure.addresses();
        self.victims.watching(watched);
        self.scans.watching(watched);
        found.extend(self.floods.close(begin + HOUR, roll));
        found.extend(self.victims.close(begin, roll));
        found.extend(self.cracking.close(begin, roll));
        found.extend(self.marks.close(begin, exposure, roll));
        found.extend(self.ports.hour(begin, &counts, exposure, roll));
        found.extend(self.growth.hour(begin, &counts, exposure, day_ended, roll));
        found.extend(self.peers.hour(begin, &counts, exposure, day_ended, roll));
        found.extend(self.silence.hour(begin, exposure, roll));
        found.extend(self.surges.hour(begin, counts, exposure, day_ended, roll));
        if (begin + HOUR).rem_euclid(DAY) == 0 {
            found.extend(self.campaigns.close(begin + HOUR - DAY, roll));
        }
        found
    }

    /// What surged or nearly did in the last hour.
    pub fn scores(&self) -> &[surge::Score] {
        self.surges.scores()
    }
}

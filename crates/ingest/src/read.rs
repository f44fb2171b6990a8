//! A file that has been read: all that it gives, nothing of it committed.

use std::collections::BTreeMap;

use archive::{Delivery, Staged};
use capture::file::{FileError, Identity};
use capture::fold::Tally;
use gazetteer::{Atlas, Country, Place};
use observation::{Coverage, Fates, Micros, Origin, Point};
use tables::Report;

use crate::identity::hex;
use crate::summary::{Counts, FileSummary};

/// What one file gave.
pub(crate) struct Read {
    pub(crate) identity: Identity,
    /// Digest of what shaped the rows.
    pub(crate) settings: String,
    pub(crate) broken: Option<FileError>,
    pub(crate) fates: Fates,
    pub(crate) tally: Tally,
    /// Earliest and latest packet.
    pub(crate) span: Option<(Micros, Micros)>,
    /// Rows of each point.
    pub(crate) rows: BTreeMap<Point, u64>,
    pub(crate) hours: Vec<Coverage>,
    pub(crate) staged: Staged,
    pub(crate) received: Micros,
    /// What became of a log's lines.
    pub(crate) lines: Option<Report>,
}

impl Read {
    /// Whether it is a log in which no line had a time: there is nothing to keep.
    pub(crate) fn is_nothing(&self) -> bool {
        self.lines.is_some() && self.span.is_none()
    }

    pub(crate) fn sha256(&self) -> String {
        hex(&self.identity.sha256)
    }

    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        let generation = generation(&self.sha256(), &self.settings);
        let of = |(point, &rows): (&Point, &u64)| Delivery {
            point: point.clone(),
            generation: generation.clone(),
            rows,
        };
        self.rows.iter().map(of).collect()
    }

    pub(crate) fn entries(&self, file: &str) -> Vec<observation::Import> {
        let entry = |(point, &accesses): (&Point, &u64)| observation::Import {
            point: point.clone(),
            sha256: self.sha256(),
            settings: self.settings.clone(),
            file: file.to_owned(),
            bytes: self.identity.bytes,
            span: self.span,
            packets: self.fates.packets,
            accesses,
            whole: self.broken.is_none(),
        };
        self.rows.iter().map(entry).collect()
    }

    pub(crate) fn summary(&self, name: &str) -> FileSummary {
        FileSummary {
            file: name.to_owned(),
            sha256: Some(self.sha256()),
            counts: Counts::new(&self.fates, self.tally, self.span),
            error: self.broken.as_ref().map(ToString::to_string),
            partial: self.broken.is_some(),
            unreadable: self.identity.unreadable_packets(),
            evicted: self.tally.evicted,
            forgotten: self.tally.forgotten,
            clock_jumps: self.tally.jumps,
            lines: self.lines.clone(),
        }
    }
}

/// What tells a file's delivery from every other of the same point.
pub(crate) fn generation(sha256: &str, settings: &str) -> String {
    format!("{sha256}:{settings}")
}

/// Where an address is, for as long as its row is made.
pub(crate) struct Located(Place);

impl Located {
    pub(crate) fn new(atlas: &Atlas, address: std::net::IpAddr) -> Self {
        Located(atlas.of(address))
    }

    pub(crate) fn origin(&self) -> Origin<'_> {
        Origin { country: self.0.country.as_ref().map(Country::as_str), asn: self.0.asn }
    }
}

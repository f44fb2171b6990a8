//! What a record amounts to under a rule: units, each with a key.

use jiff::civil::Date;

use super::data::{Key, Rule, Split, Subject};
use crate::name::{Registry, Resolution};
use crate::record::{Body, Detection, Filing, FilingId, Line, ReporterId, VirusReport};
use crate::{Micros, Share};

/// The records that a count walks.
#[derive(Clone, Copy, Debug)]
pub struct Book<'a> {
    /// Every filing.
    pub filings: &'a [Filing],
    /// Every detection.
    pub detections: &'a [Detection],
    /// The names, at the version that is counted with.
    pub names: &'a Registry,
}

/// Who stands in a key: a reporter, or a filing that has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Who {
    Reporter(ReporterId),
    Nobody(FilingId),
}

/// What makes two units one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum UnitKey {
    ReporterDayFamily(Who, Date, String),
    /// A record's place, and the unit's within it: it is like no other.
    Alone(i64, usize),
}

/// One unit.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub(super) key: UnitKey,
    /// None for a scanner's detection.
    pub(super) filing: Option<FilingId>,
    pub(super) received: Micros,
    pub(super) part: Option<String>,
    pub(super) weight: Share,
    pub(super) damage: bool,
}

/// A name that no family was found for, and when it was received.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    pub(super) filing: Option<FilingId>,
    pub(super) stem: String,
    pub(super) received: Micros,
}

/// Everything that a rule makes of a book.
#[derive(Debug, Default)]
pub(super) struct Units {
    pub(super) units: Vec<Unit>,
    pub(super) waiting: Vec<Waiting>,
}

/// The part under which pieces count whose name waits for a person.
pub const AWAITING: &str = "(awaiting a name)";

impl Units {
    pub(super) fn of(rule: &Rule, book: Book<'_>) -> Units {
        let mut all = Units::default();
        for filing in book.filings {
            all.filing(rule, filing, book.names);
        }
        if rule.subject == Subject::Pieces {
            for (place, detection) in (0..).zip(book.detections) {
                all.detection(rule, place, detection, book.names);
            }
        }
        all
    }

    fn filing(&mut self, rule: &Rule, filing: &Filing, names: &Registry) {
        match (&filing.body, rule.subject, rule.key) {
            (Body::Virus(report), Subject::Virus, Key::ReporterDayFamily) => {
                for line in &report.lines {
                    self.line(rule, filing, report, line, names);
                }
            }
            (Body::Virus(report), Subject::Pieces, _) => {
                for (place, line) in (0..).zip(&report.lines) {
                    let day = report.discovered;
                    let found = names.resolve(&line.name, line.vendor.as_deref(), day);
                    let part = self.part(rule, Some(filing), filing.received, found);
                    let weight = Share::whole(line.pieces.unwrap_or(0));
                    self.alone(filing, place, part, weight, false);
                }
            }
            (Body::Access(report), Subject::Access, Key::FilingLabel) => {
                let labels = report.labels();
                let weight = Share::one_of(labels.len() as u64).unwrap_or_default();
                for (place, label) in (0..).zip(labels) {
                    let part = Some(label.as_str().to_owned());
                    self.alone(filing, place, part, weight, report.damage);
                }
            }
            (Body::Access(report), Subject::Access, _) => {
                let part = (rule.split == Split::Category).then(|| report.category.to_string());
                self.alone(filing, 0, part, Share::whole(1), report.damage);
            }
            (Body::Virus(_), Subject::Virus, _)
            | (Body::Consultation(_), Subject::Consultation, _) => {
                self.alone(filing, 0, None, Share::whole(1), false);
            }
            _ => {}
        }
    }

    fn line(
        &mut self,
        rule: &Rule,
        filing: &Filing,
        report: &VirusReport,
        line: &Line,
        names: &Registry,
    ) {
        match names.resolve(&line.name, line.vendor.as_deref(), report.discovered) {
            Resolution::Family { family } => {
                let who = filing.reporter.map_or(Who::Nobody(filing.id), Who::Reporter);
                let part = (rule.split == Split::Family).then(|| family.clone());
                self.units.push(Unit {
                    key: UnitKey::ReporterDayFamily(who, report.discovered, family),
                    filing: Some(filing.id),
                    received: filing.received,
                    part,
                    weight: Share::whole(1),
                    damage: false,
                });
            }
            Resolution::Ambiguous { stem, .. } | Resolution::Unknown { stem, .. } => {
                let (filing, received) = (Some(filing.id), filing.received);
                self.waiting.push(Waiting { filing, stem, received });
            }
        }
    }

    fn detection(&mut self, rule: &Rule, place: usize, detection: &Detection, names: &Registry) {
        // A scanner's day matters only for aliases that changed; UTC's will do.
        let moment = jiff::Timestamp::from_microsecond(detection.noted).unwrap_or_default();
        let day = jiff::tz::TimeZone::UTC.to_datetime(moment).date();
        let found = names.resolve(&detection.name, detection.vendor.as_deref(), day);
        let part = self.part(rule, None, detection.noted, found);
        self.units.push(Unit {
            key: UnitKey::Alone(-1, place),
            filing: None,
            received: detection.noted,
            part,
            weight: Share::whole(detection.pieces),
            damage: false,
        });
    }

    /// The part that pieces belong to. Pieces whose name waits are counted, and told apart.
    fn part(
        &mut self,
        rule: &Rule,
        filing: Option<&Filing>,
        received: Micros,
        found: Resolution,
    ) -> Option<String> {
        let part = match found {
            Resolution::Family { family } => family,
            Resolution::Ambiguous { stem, .. } | Resolution::Unknown { stem, .. } => {
                self.waiting.push(Waiting { filing: filing.map(|f| f.id), stem, received });
                AWAITING.to_owned()
            }
        };
        (rule.split == Split::Family).then_some(part)
    }

    fn alone(
        &mut self,
        filing: &Filing,
        place: usize,
        part: Option<String>,
        weight: Share,
        damage: bool,
    ) {
        self.units.push(Unit {
            key: UnitKey::Alone(filing.id, place),
            filing: Some(filing.id),
            received: filing.received,
            part,
            weight,
            damage,
        });
    }
}

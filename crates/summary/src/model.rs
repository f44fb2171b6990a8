//! What a bulletin is made of: a month's figures as plain data, whoever counted them.

use claims::{Break, Decimal, Entries, Figure, Month, Months, Quoted, Row, Series};

/// A month, and what is known of it and of the months before.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The month.
    pub month: Month,
    /// Its days.
    pub days: u32,
    /// The zone of the days of Internet monitoring, an IANA name.
    pub zone: String,
    /// The moment that the figures stand for: only what was received at or before it is counted. RFC
    /// 3339 in UTC; none where nothing was received.
    pub as_of: Option<String>,
    /// The program that wrote the bulletin, and its version. Another one may word or lay it out otherwise.
    pub writer: String,
    /// Reports by people; none where there are none.
    pub reports: Option<Reports>,
    /// Internet monitoring; none where no point watched.
    pub monitoring: Option<Monitoring>,
    /// What bulletins of earlier months told of them, the earliest first; revisions are found by it.
    pub earlier: Vec<Earlier>,
    /// Instances of damage, told by an editor.
    pub narratives: Vec<Narrative>,
}

/// What a bulletin that was published told of its month.
#[derive(Clone, Debug, PartialEq)]
pub struct Earlier {
    /// Its month.
    pub month: Month,
    /// Its figures, by what they are called.
    pub figures: Row,
}

/// Reports of viruses and of unauthorized access.
#[derive(Clone, Debug, PartialEq)]
pub struct Reports {
    /// The zone whose months are counted, as the rules have it; none where they do not agree, or where all that is
    /// known was quoted. Quoted months are taken to be of the same zone.
    pub zone: Option<String>,
    /// Virus reports by month, under one rule.
    pub virus: Series,
    /// The rule that they are counted by.
    pub virus_rule: String,
    /// Pieces of viruses that were detected, by month.
    pub detections: Series,
    /// Virus reports of each family, by month.
    pub families: Months,
    /// Pieces of each family, by month.
    pub pieces: Months,
    /// A run that somebody else told, where rankings do not reach so far.
    pub quoted_run: Option<Quoted>,
    /// Reports of unauthorized access, by month.
    pub access: Series,
    /// The rule that they are counted by.
    pub access_rule: String,
    /// Of these, with damage.
    pub damaged: Series,
    /// Reports with damage by category, in the month.
    pub damaged_by: Row,
    /// Reports without damage by category, in the month.
    pub harmless_by: Row,
    /// Of the intrusions, those where pages were altered.
    pub altered: Option<Figure>,
    /// Where the series of virus reports breaks.
    pub breaks: Vec<Break>,
}

/// What points saw.
#[derive(Clone, Debug, PartialEq)]
pub struct Monitoring {
    /// Accesses by month: the month and the one before, where watched.
    pub accesses: Series,
    /// TALOT2's sources by month.
    pub sources: Series,
    /// Points with data in the month.
    pub points: u32,
    /// Seconds that all points watched together; none where they watched all of the month, or where
    /// that is not known.
    pub seconds_up: Option<Decimal>,
    /// Seconds that all points could have watched; none where `seconds_up` is, and in bundles of earlier programs.
    pub seconds_whole: Option<Decimal>,
    /// Whether it is assumed, in whole or in part, that they watched.
    pub coverage_assumed: bool,
    /// Accesses by service in the month; `other` stands for the rest.
    pub services: Row,
    /// And in the month before.
    pub services_before: Row,
    /// Accesses of each day of the services that are looked at for surges, by name.
    pub days_of_services: Entries<String, Vec<u64>>,
    /// Surges that somebody else found; where there are none, levels are looked at.
    pub surges: Vec<Surge>,
    /// Accesses by country in the month; empty where countries are not told.
    pub countries: Row,
    /// Accesses by tool.
    pub tools: Row,
    /// Answers to forged addresses.
    pub backscatter: Option<Backscatter>,
}

/// What came back from victims of forged addresses.
#[derive(Clone, Debug, PartialEq)]
pub struct Backscatter {
    /// Accesses that are answers by TCP SYN-ACK: nobody else sends one unasked.
    pub accesses: Figure,
    /// Addresses that these came from.
    pub senders: Figure,
    /// Victims that the detectors found, by every kind of answer and by their own thresholds; none
    /// where no finding is kept.
    pub victims: Option<Figure>,
}

/// A service that was asked for more than usual from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surge {
    /// The service: `1433/tcp`.
    pub service: String,
    /// The first day, from 1.
    pub first_day: u32,
}

/// An instance of damage as an editor tells it. The text is the editor's; its numbers are theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Narrative {
    /// What happened, in each language.
    pub text: crate::Both<String>,
    /// Whether whoever reported it agreed.
    pub consent: bool,
    /// The Traffic Light Protocol's label (FIRST, version 2.0). Only CLEAR is published.
    pub tlp: Tlp,
}

/// A label of the Traffic Light Protocol 2.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is what its name says")]
pub enum Tlp {
    Clear,
    Green,
    Amber,
    AmberStrict,
    Red,
}

impl Tlp {
    /// Every label.
    pub const ALL: [Tlp; 5] = [Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::AmberStrict, Tlp::Red];

    /// The label as it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Tlp::Clear => "TLP:CLEAR",
            Tlp::Green => "TLP:GREEN",
            Tlp::Amber => "TLP:AMBER",
            Tlp::AmberStrict => "TLP:AMBER+STRICT",
            Tlp::Red => "TLP:RED",
        }
    }
}

impl Narrative {
    /// Whether it may be published: with consent, and TLP:CLEAR.
    pub fn may_be_published(&self) -> bool {
        self.consent && self.tlp == Tlp::Clear
    }
}

/// A figure of a month.
pub(crate) fn at(series: &Series, month: Month) -> Option<&Figure> {
    series.0.iter().find(|(of, _)| *of == month).map(|(_, figure)| figure)
}

/// A figure of a row; none where there are two that differ, of which nobody knows the right one.
pub(crate) fn of<'a>(row: &'a Row, name: &str) -> Option<&'a Figure> {
    let mut all = row.0.iter().filter(|(of, _)| of == name).map(|(_, figure)| figure);
    let first = all.next()?;
    all.all(|other| other.value == first.value).then_some(first)
}

/// The row of a month.
pub(crate) fn row(months: &Months, month: Month) -> Option<&Row> {
    months.0.iter().find(|(of, _)| *of == month).map(|(_, row)| row)
}

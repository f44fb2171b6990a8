//! Reports of unauthorized access.
//!
//! A filing has one primary category, as IPA counted them, and any number of facets from the taxonomy
//! RSIT (at most [`MOST_FACETS`]). What did no damage is never inside the totals of actual damage.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::label::Label;

/// The most facets of one report: as many as a share can be exact in.
pub const MOST_FACETS: usize = 16;

words! {
    /// The primary category, IPA's of 2005.
    Category, "category" {
        /// Somebody got in.
        Intrusion = "intrusion",
        /// A mail server was used to relay.
        MailRelay = "mail relay",
        /// A worm got in by itself.
        WormInfection = "worm infection",
        /// A service was denied, or that was tried.
        Dos = "dos",
        /// Somebody sent mail under another's address.
        AddressSpoofing = "address spoofing",
        /// Something else; the note says what.
        Other = "other",
        /// A probe that got nowhere.
        AccessAttempt = "access attempt",
        /// The trace of a worm that got nowhere.
        WormTrace = "worm trace",
    }
}

words! {
    /// What made it possible.
    Cause, "cause" {
        /// An account or password was weak, stolen or shared.
        Password = "password",
        /// An old version, or a patch that lacked.
        Unpatched = "unpatched",
        /// A setting was wrong.
        Setting = "setting",
        /// A flaw in one's own program.
        OwnFlaw = "own flaw",
        /// Somebody inside.
        Insider = "insider",
        /// Another.
        Other = "other",
        /// Not known.
        Unknown = "unknown",
    }
}

words! {
    /// How it was noticed.
    Found, "way of finding" {
        /// By a look at logs.
        Logs = "logs",
        /// By a tool that watches.
        Monitoring = "monitoring",
        /// A service or a machine behaved oddly.
        Behaviour = "behaviour",
        /// Somebody outside said so.
        Outside = "outside",
        /// Otherwise.
        Other = "other",
        /// Not said.
        Unknown = "unknown",
    }
}

/// When it happened, as exactly as is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Occurred {
    /// On a day.
    Day(Date),
    /// In a year.
    Year(i16),
}

/// What happened, in the reporter's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Narrative {
    /// The words.
    pub text: String,
    /// Whether they may be published.
    pub publish: bool,
}

/// An access report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessReport {
    /// The one category under which it counts.
    pub category: Category,
    /// Whether there was actual damage.
    pub damage: bool,
    /// More exactly what, in RSIT's words; no order, none twice.
    pub facets: Vec<Label>,
    /// What made it possible.
    pub cause: Cause,
    /// How it was noticed.
    pub found: Found,
    /// When it happened.
    pub occurred: Option<Occurred>,
    /// What `other` means.
    pub note: Option<String>,
    /// What was done about it.
    pub recovery: Option<String>,
    /// What happened.
    pub narrative: Option<Narrative>,
}

/// Why something is no access report. The reporter is asked to complete it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAccess {
    /// Damage by what does none.
    #[error("{0} means that nothing was damaged, and damage is reported: choose another category")]
    NoDamage(Category),
    /// No damage by what is damage.
    #[error("{0} is damage, and none is reported: choose access attempt, worm trace or other")]
    Damage(Category),
    /// Other damage, and nobody knows which.
    #[error("other damage needs a note that says what it was")]
    Note,
    /// More facets than a share is exact in.
    #[error("more than {MOST_FACETS} facets: name those that matter most")]
    Facets,
    /// A facet stands twice.
    #[error("facet {0} stands twice: name it once")]
    Twice(Label),
}

impl AccessReport {
    /// A report of a category, with everything else unknown.
    pub fn new(category: Category, damage: bool) -> AccessReport {
        AccessReport {
            category,
            damage,
            facets: Vec::new(),
            cause: Cause::Unknown,
            found: Found::Unknown,
            occurred: None,
            note: None,
            recovery: None,
            narrative: None,
        }
    }

    /// Whether it can be taken in.
    ///
    /// # Errors
    /// [`BadAccess`] says what is wrong.
    pub fn check(&self) -> Result<(), BadAccess> {
        match (self.category, self.damage) {
            (Category::AccessAttempt | Category::WormTrace, true) => {
                return Err(BadAccess::NoDamage(self.category));
            }
            (
                Category::Intrusion
                | Category::MailRelay
                | Category::WormInfection
                | Category::AddressSpoofing,
                false,
            ) => return Err(BadAccess::Damage(self.category)),
            (Category::Other, true) if self.note.as_deref().is_none_or(|n| n.trim().is_empty()) => {
                return Err(BadAccess::Note);
            }
            _ => {}
        }
        if self.facets.len() > MOST_FACETS {
            return Err(BadAccess::Facets);
        }
        let mut sorted = self.facets.clone();
        sorted.sort_unstable();
        let twice = sorted.iter().zip(sorted.iter().skip(1)).find(|(one, next)| one == next);
        twice.map_or(Ok(()), |(label, _)| Err(BadAccess::Twice(*label)))
    }

    /// Under which labels of RSIT it counts: its facets, or else what its category means there.
    pub fn labels(&self) -> Vec<Label> {
        if self.facets.is_empty() { vec![Label::of(self.category)] } else { self.facets.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_fits_its_category() {
        for &category in Category::ALL {
            let fits = |damage| {
                let report = AccessReport {
                    note: Some("masquerading".into()),
                    ..AccessReport::new(category, damage)
                };
                report.check().is_ok()
            };
            let harmless = matches!(category, Category::AccessAttempt | Category::WormTrace);
            let either = matches!(category, Category::Other | Category::Dos);
            assert_eq!((fits(true), fits(false)), (!harmless, harmless || either), "{category}");
        }
        assert_eq!(AccessReport::new(Category::Other, true).check(), Err(BadAccess::Note));
    }

    #[test]
    fn facets_are_few_and_once() {
        let mut report = AccessReport::new(Category::Dos, true);
        let scanner = "information-gathering:scanner".parse().unwrap();
        assert_eq!(report.labels(), ["availability:dos".parse().unwrap()]);
        report.facets = vec![scanner, Label::of(Category::Dos), scanner];
        assert_eq!(report.check(), Err(BadAccess::Twice(scanner)));
        report.facets =
            super::super::LABELS.iter().filter_map(|l| l.parse().ok()).take(17).collect();
        assert_eq!(report.check(), Err(BadAccess::Facets));
    }
}

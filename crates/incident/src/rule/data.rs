//! Rules as they stand in the file.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::breaks::Break;
use crate::month::{self, Month, ZoneError};

words! {
    /// What a rule counts.
    Subject, "subject" {
        /// Virus reports.
        Virus = "virus",
        /// Access reports.
        Access = "access",
        /// Consultations.
        Consultation = "consultation",
        /// Pieces of viruses.
        Pieces = "pieces",
    }
}

words! {
    /// Which time puts a unit into its month.
    DateBasis, "date basis" {
        /// That of the first filing received, of those that are one unit.
        FirstReceived = "first-received",
        /// That of each filing.
        Received = "received",
    }
}

words! {
    /// Into which parts a figure is split.
    Split, "split" {
        /// By family of virus.
        Family = "family",
        /// By primary category.
        Category = "category",
        /// By label of RSIT.
        Label = "label",
        /// Not at all.
        None = "none",
    }
}

/// What makes several records one unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub enum Key {
    /// The same reporter, day of discovery and family.
    ReporterDayFamily,
    /// The filing alone.
    Filing,
    /// The filing and a label: the filing's weight is shared.
    FilingLabel,
}

impl From<Key> for Vec<String> {
    fn from(key: Key) -> Vec<String> {
        let words: &[&str] = match key {
            Key::ReporterDayFamily => &["reporter", "discovered", "family"],
            Key::Filing => &["filing"],
            Key::FilingLabel => &["filing", "label"],
        };
        words.iter().map(|word| (*word).to_owned()).collect()
    }
}

impl TryFrom<Vec<String>> for Key {
    type Error = String;

    fn try_from(words: Vec<String>) -> Result<Key, String> {
        let all = [Key::ReporterDayFamily, Key::Filing, Key::FilingLabel];
        let found = all.into_iter().find(|key| Vec::from(*key) == words);
        found.ok_or_else(|| format!("{words:?} is no key that can be counted by"))
    }
}

/// One counting rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name, which a figure carries.
    pub id: String,
    /// Its version, from 1.
    pub version: u32,
    /// What it is, in a sentence.
    pub title: String,
    /// What it counts.
    pub subject: Subject,
    /// What one of them is called.
    pub unit: String,
    /// What makes several one.
    pub key: Key,
    /// Which time counts.
    pub date: DateBasis,
    /// The parts.
    pub split: Split,
    /// The zone whose months they are.
    pub zone: String,
    /// The first month for which it was used.
    pub from: Month,
    /// The last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Month>,
}

/// Why rules cannot be used. Whoever wrote them is at fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRule {
    /// The text is none.
    #[error("the rules cannot be understood: {0}")]
    Text(String),
    /// The parts of a rule do not go together.
    #[error("rule {0} version {1}: its key, date and split do not go with its subject")]
    Shape(String, u32),
    /// It stands twice.
    #[error("rule {0} version {1} stands twice: give the later one a new version")]
    Twice(String, u32),
    /// Its zone is none.
    #[error("rule {0}: {1}")]
    Zone(String, ZoneError),
    /// There is no such rule.
    #[error("there is no rule {0:?}: use one of {1}")]
    Unknown(String, String),
}

impl Rule {
    /// Whether a month lies within the rule's time.
    pub fn is_valid_for(&self, month: Month) -> bool {
        self.from <= month && self.until.is_none_or(|until| month <= until)
    }

    /// Its zone.
    pub(super) fn time_zone(&self) -> Result<TimeZone, ZoneError> {
        month::zone(&self.zone)
    }

    /// Whether it can be counted: not every key makes sense of every subject.
    fn check(&self) -> Result<(), BadRule> {
        use {DateBasis as D, Key as K, Split as P, Subject as S};
        let fits = matches!(
            (self.subject, self.key, self.date, self.split),
            (S::Virus, K::ReporterDayFamily, D::FirstReceived, P::Family | P::None)
                | (S::Virus | S::Consultation, K::Filing, D::Received, P::None)
                | (S::Pieces, K::Filing, D::Received, P::Family | P::None)
                | (S::Access, K::Filing, D::Received, P::Category | P::None)
                | (S::Access, K::FilingLabel, D::Received, P::Label)
        );
        if !fits {
            return Err(BadRule::Shape(self.id.clone(), self.version));
        }
        self.time_zone().map(|_| ()).map_err(|error| BadRule::Zone(self.id.clone(), error))
    }
}

/// The rules there are, and the breaks in their series.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    #[serde(rename = "rule")]
    rules: Vec<Rule>,
    #[serde(rename = "break", default)]
    breaks: Vec<Break>,
}

impl Rules {
    /// The rules that are shipped.
    ///
    /// # Errors
    /// [`BadRule`] where the shipped file is damaged, which is our fault and a test's business.
    pub fn shipped() -> Result<Rules, BadRule> {
        Rules::from_toml(include_str!("../../data/rules.toml"))
    }

    /// Rules as a team writes them, in the words of the shipped file.
    ///
    /// # Errors
    /// [`BadRule`] says which rule is wrong.
    pub fn from_toml(text: &str) -> Result<Rules, BadRule> {
        let rules: Rules =
            toml::from_str(text).map_err(|error| BadRule::Text(error.to_string()))?;
        let mut seen = std::collections::BTreeSet::new();
        for rule in &rules.rules {
            rule.check()?;
            if !seen.insert((&rule.id, rule.version)) {
                return Err(BadRule::Twice(rule.id.clone(), rule.version));
            }
        }
        Ok(rules)
    }

    /// The latest version of a rule.
    ///
    /// # Errors
    /// [`BadRule::Unknown`] names those there are.
    pub fn rule(&self, id: &str) -> Result<&Rule, BadRule> {
        let versions = self.rules.iter().filter(|rule| rule.id == id);
        versions.max_by_key(|rule| rule.version).ok_or_else(|| {
            let names: std::collections::BTreeSet<&str> =
                self.rules.iter().map(|rule| rule.id.as_str()).collect();
            BadRule::Unknown(id.to_owned(), names.into_iter().collect::<Vec<_>>().join(", "))
        })
    }

    /// Every rule.
    pub fn all(&self) -> &[Rule] {
        &self.rules
    }

    /// Every break.
    pub fn breaks(&self) -> &[Break] {
        &self.breaks
    }
}

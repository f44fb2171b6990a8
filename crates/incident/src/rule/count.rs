//! A month's figure.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::data::Rule;
use super::units::{Book, Unit, UnitKey, Units};
use crate::month::{BadMonth, Month, ZoneError};
use crate::{Micros, Share};

/// A month's figure, and everything that says how it came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The rule.
    pub rule: String,
    /// Its version.
    pub rule_version: u32,
    /// What one of them is called.
    pub unit: String,
    /// The month.
    pub month: Month,
    /// The zone whose month it is.
    pub zone: String,
    /// Whether the rule was in use in that month.
    pub in_use: bool,
    /// The version of the names.
    pub names_version: usize,
    /// All of them.
    pub total: Share,
    /// Of these, with actual damage. Only access reports have any.
    pub damaged: Share,
    /// The parts; they add up to the total, unless the rule has none.
    pub parts: BTreeMap<String, Share>,
    /// The parts of those with damage.
    pub damaged_parts: BTreeMap<String, Share>,
    /// Names that wait for a person, and how often each was reported in the month. Under a rule that
    /// counts families they are not in the total.
    pub awaiting: BTreeMap<String, u64>,
}

/// A count under way: what is added up in the same way from records and from a store's sums.
#[derive(Clone, Debug)]
pub struct Counting(Count);

impl Counting {
    /// Nothing yet.
    pub fn new(rule: &Rule, month: Month, names_version: usize) -> Counting {
        Counting(Count {
            rule: rule.id.clone(),
            rule_version: rule.version,
            unit: rule.unit.clone(),
            month,
            zone: rule.zone.clone(),
            in_use: rule.is_valid_for(month),
            names_version,
            total: Share::ZERO,
            damaged: Share::ZERO,
            parts: BTreeMap::new(),
            damaged_parts: BTreeMap::new(),
            awaiting: BTreeMap::new(),
        })
    }

    /// Adds units of one part; a weight of nothing leaves no part behind.
    pub fn add(&mut self, part: Option<&str>, damage: bool, weight: Share) {
        let count = &mut self.0;
        count.total += weight;
        if damage {
            count.damaged += weight;
        }
        let Some(part) = part.filter(|_| weight > Share::ZERO) else { return };
        *count.parts.entry(part.to_owned()).or_default() += weight;
        if damage {
            *count.damaged_parts.entry(part.to_owned()).or_default() += weight;
        }
    }

    /// Adds a name that waits for a person.
    pub fn wait(&mut self, stem: &str, times: u64) {
        *self.0.awaiting.entry(stem.to_owned()).or_default() += times;
    }

    /// The figure.
    pub fn done(self) -> Count {
        self.0
    }
}

/// Why a month cannot be counted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CountError {
    /// The rule's zone is none.
    #[error(transparent)]
    Zone(#[from] ZoneError),
    /// The month is none in that zone.
    #[error(transparent)]
    Month(#[from] BadMonth),
}

impl Rule {
    /// From the first microsecond of a month to the first one after, as the rule understands it.
    ///
    /// # Errors
    /// [`CountError`] where zone or month are none.
    pub fn span(&self, month: Month) -> Result<(Micros, Micros), CountError> {
        Ok(month.span(&self.time_zone()?)?)
    }
}

/// Counts a month under a rule.
///
/// # Errors
/// [`CountError`] where the rule's zone or the month are none.
pub fn count(rule: &Rule, month: Month, book: Book<'_>) -> Result<Count, CountError> {
    let (from, to) = rule.span(month)?;
    let all = Units::of(rule, book);
    let mut counting = Counting::new(rule, month, book.names.version());
    for unit in leading(&all.units).into_values() {
        if (from..to).contains(&unit.received) {
            counting.add(unit.part.as_deref(), unit.damage, unit.weight);
        }
    }
    for waiting in all.waiting.iter().filter(|waiting| (from..to).contains(&waiting.received)) {
        counting.wait(&waiting.stem, 1);
    }
    Ok(counting.done())
}

/// Of the units with one key the first received; of those at the same moment the first filing's.
pub(super) fn leading(units: &[Unit]) -> HashMap<&UnitKey, &Unit> {
    let mut leading: HashMap<&UnitKey, &Unit> = HashMap::with_capacity(units.len());
    for unit in units {
        let first = leading.entry(&unit.key).or_insert(unit);
        if (unit.received, unit.filing) < (first.received, first.filing) {
            *first = unit;
        }
    }
    leading
}

//! Breaks in series, and comparisons that do not cross them silently.

use serde::{Deserialize, Serialize};

use super::count::Count;
use super::data::{Rule, Subject};
use crate::Share;
use crate::month::Month;

/// From this month on a subject's figures do not compare with those before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Break {
    /// Its name.
    pub id: String,
    /// What changed.
    pub subject: Subject,
    /// The first month of the new series.
    pub month: Month,
    /// What happened.
    pub what: String,
    /// Who says so.
    pub source: String,
}

/// Two months of one series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The earlier month.
    pub earlier: Month,
    /// Its figure.
    pub before: Share,
    /// The later month.
    pub later: Month,
    /// Its figure.
    pub after: Share,
    /// Breaks that lie between and that the reader said it knows of.
    pub across: Vec<String>,
}

/// Why two figures do not compare.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Incomparable {
    /// They were counted by different rules.
    #[error("{0} and {1} are counted by different rules: count both by one")]
    Rules(String, String),
    /// A break lies between them.
    #[error(
        "the series breaks between them ({id}: {what}): accept the break by its name, or compare months on one side of it"
    )]
    Break {
        /// Its name.
        id: String,
        /// What happened.
        what: String,
    },
}

/// Compares two months that were counted by one rule.
///
/// `accepted` names the breaks that the reader knows of.
///
/// # Errors
/// [`Incomparable`] where the rules differ or a break lies between that was not accepted.
pub fn compare(
    rule: &Rule,
    one: &Count,
    other: &Count,
    breaks: &[Break],
    accepted: &[&str],
) -> Result<Comparison, Incomparable> {
    let named = |count: &Count| format!("{} version {}", count.rule, count.rule_version);
    let wanted = (rule.id.as_str(), rule.version);
    for count in [one, other] {
        if (count.rule.as_str(), count.rule_version) != wanted {
            return Err(Incomparable::Rules(named(one), named(other)));
        }
    }
    let (earlier, later) = if one.month <= other.month { (one, other) } else { (other, one) };
    let mut across = Vec::new();
    for mark in breaks {
        let between = earlier.month < mark.month && mark.month <= later.month;
        if mark.subject != rule.subject || !between {
            continue;
        }
        if !accepted.contains(&mark.id.as_str()) {
            return Err(Incomparable::Break { id: mark.id.clone(), what: mark.what.clone() });
        }
        across.push(mark.id.clone());
    }
    Ok(Comparison {
        earlier: earlier.month,
        before: earlier.total,
        later: later.month,
        after: later.total,
        across,
    })
}

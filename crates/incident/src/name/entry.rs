//! One entry of the registry.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What an entry says. Entries are only ever added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Entry {
    /// A stem means a family, within a scope.
    Alias {
        /// The stem, as [`Label`](super::Label) gives it.
        alias: String,
        /// The family.
        family: String,
        /// Where it holds.
        #[serde(flatten)]
        scope: Scope,
        /// Who says so.
        source: String,
        /// The number of an earlier entry that no longer holds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        supersedes: Option<usize>,
    },
    /// How a publisher prints a family's name.
    Print {
        /// The name as printed.
        print: String,
        /// The family.
        family: String,
        /// The publisher.
        publisher: String,
        /// Who says so.
        source: String,
    },
    /// There is a family of this name.
    Family {
        /// Its name, whose lower case is its first alias.
        family: String,
        /// Who says so.
        source: String,
    },
}

/// Where an alias holds. What is none holds everywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// In labels of this vendor, as [`vendor`](super::vendor) spells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// For this variant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// From this day on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Until this day, which counts too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// Why an entry is refused. Whoever adds it is at fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadEntry {
    /// The family is there already.
    #[error("there is a family {0:?} already: add an alias to it")]
    Twice(String),
    /// There is no such family.
    #[error("there is no family {0:?}: add it first")]
    NoFamily(String),
    /// Nothing that a label could have.
    #[error("{0:?} is no stem of a label: write lower case letters and digits")]
    Stem(String),
    /// It supersedes what is not there.
    #[error("there is no alias at number {0} to supersede")]
    Supersedes(usize),
    /// The text is not a list of entries.
    #[error("the list of names cannot be understood: {0}")]
    Text(String),
}

//! The registry: entries in order, and what they say of a name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::entry::{BadEntry, Entry, Scope};
use super::label::{self, Label};
use super::{candidates, vendor};

/// What joins the stems of a label that names several families.
const TOGETHER: &str = "+";

/// What a reported name means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase", tag = "is")]
pub enum Resolution {
    /// This family.
    Family {
        /// Its name.
        family: String,
    },
    /// One of these, and nobody said which.
    Ambiguous {
        /// The stem.
        stem: String,
        /// What it could be.
        families: Vec<String>,
    },
    /// Nothing that the registry knows.
    Unknown {
        /// The stem; empty where the label has none.
        stem: String,
        /// What another list holds it to be.
        suggestion: Option<String>,
    },
}

impl Resolution {
    /// The family, where there is one.
    pub fn family(&self) -> Option<&str> {
        match self {
            Resolution::Family { family } => Some(family),
            _ => None,
        }
    }
}

/// An alias within its scope.
#[derive(Clone, Debug)]
struct Alias {
    /// The entry's number.
    number: usize,
    family: String,
    scope: Scope,
}

/// Whether an alias holds for a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Yes,
    No,
    /// It would, if the name were that vendor's, which was not said.
    Perhaps,
}

impl Alias {
    fn holds(&self, label: &Label, vendor: Option<&str>, day: Date) -> Holds {
        let scope = &self.scope;
        let outside = scope.from.is_some_and(|from| day < from)
            || scope.until.is_some_and(|until| day > until)
            || scope.variant.as_ref().is_some_and(|v| label.variant.as_ref() != Some(v));
        match (&scope.vendor, vendor) {
            _ if outside => Holds::No,
            (None, _) => Holds::Yes,
            (Some(_), None) => Holds::Perhaps,
            (Some(wanted), Some(vendor)) if wanted == vendor => Holds::Yes,
            _ => Holds::No,
        }
    }

    /// The narrower, the more it weighs.
    fn weight(&self) -> usize {
        usize::from(self.scope.vendor.is_some()) + usize::from(self.scope.variant.is_some())
    }
}

/// The families and their names.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    entries: Vec<Entry>,
    families: BTreeSet<String>,
    aliases: HashMap<String, Vec<Alias>>,
    prints: BTreeMap<(String, String), String>,
}

#[derive(Deserialize)]
struct File {
    entry: Vec<Entry>,
}

impl Registry {
    /// What is shipped: the families of 2004 and 2005.
    ///
    /// # Errors
    /// [`BadEntry`] where the shipped list is damaged, which is our fault and a test's business.
    pub fn shipped() -> Result<Registry, BadEntry> {
        let text = include_str!("../../data/names.toml");
        let file: File = toml::from_str(text).map_err(|error| BadEntry::Text(error.to_string()))?;
        let mut registry = Registry::default();
        file.entry.into_iter().try_for_each(|entry| registry.add(entry).map(|_| ()))?;
        Ok(registry)
    }

    /// How many entries there are: the registry's version.
    pub fn version(&self) -> usize {
        self.entries.len()
    }

    /// The registry as it was at a version; as it is, where the version is yet to come.
    ///
    /// # Errors
    /// None for a registry that was built by [`add`](Self::add).
    pub fn at(&self, version: usize) -> Result<Registry, BadEntry> {
        let mut then = Registry::default();
        for entry in self.entries.iter().take(version) {
            then.add(entry.clone())?;
        }
        Ok(then)
    }

    /// Adds an entry, and gives the new version.
    ///
    /// # Errors
    /// [`BadEntry`] where it contradicts itself or what is there.
    pub fn add(&mut self, entry: Entry) -> Result<usize, BadEntry> {
        let number = self.entries.len() + 1;
        match &entry {
            Entry::Family { family, .. } => {
                let stem = self.checked(family)?;
                if self.families.contains(family) {
                    return Err(BadEntry::Twice(family.clone()));
                }
                self.families.insert(family.clone());
                let alias = Alias { number, family: family.clone(), scope: Scope::default() };
                self.aliases.entry(stem).or_default().push(alias);
            }
            Entry::Alias { alias, family, scope, supersedes, .. } => {
                let stem = self.checked_alias(alias)?;
                self.known(family)?;
                if let Some(gone) = supersedes {
                    self.supersede(*gone)?;
                }
                let alias = Alias { number, family: family.clone(), scope: scope.clone() };
                self.aliases.entry(stem).or_default().push(alias);
            }
            Entry::Print { print, family, publisher, .. } => {
                self.known(family)?;
                self.prints.insert((family.clone(), publisher.clone()), print.clone());
            }
        }
        self.entries.push(entry);
        Ok(number)
    }

    fn checked(&self, text: &str) -> Result<String, BadEntry> {
        let stem = text.to_lowercase();
        if stem.is_empty() || Label::read(&stem).stem != stem {
            return Err(BadEntry::Stem(text.to_owned()));
        }
        Ok(stem)
    }

    /// A stem, or several together: each once, in the order of the alphabet.
    fn checked_alias(&self, text: &str) -> Result<String, BadEntry> {
        let parts: Vec<String> =
            text.split(TOGETHER).map(|part| self.checked(part)).collect::<Result<_, _>>()?;
        let in_order = parts.is_sorted_by(|one, next| one < next);
        in_order.then(|| parts.join(TOGETHER)).ok_or_else(|| BadEntry::Stem(text.to_owned()))
    }

    /// What a name is looked up by: the label's stem; where joints part several families in it (`Netsky or
    /// Bagle`), all their stems, in the order of the alphabet, with `+` between them. So a person can decide
    /// `bagle+netsky` by itself.
    ///
    /// It depends on which words are aliases: an entry that makes one of a word can change it for the names in
    /// which [`mentions`](Self::mentions) finds that word.
    pub fn stem(&self, name: &str) -> String {
        let stems: BTreeSet<String> = label::joined(name).into_iter().collect();
        let known: Vec<(&String, BTreeSet<&str>)> = stems
            .iter()
            .map(|stem| (stem, self.families_of(stem)))
            .filter(|(_, families)| !families.is_empty())
            .collect();
        let differ =
            known.iter().any(|(_, one)| known.iter().any(|(_, other)| one.is_disjoint(other)));
        if !differ {
            return Label::read(name).stem;
        }
        known.iter().map(|(stem, _)| stem.as_str()).collect::<Vec<_>>().join(TOGETHER)
    }

    /// Whether a name has one of these stems as a part.
    pub fn mentions(name: &str, stems: &BTreeSet<String>) -> bool {
        label::joined(name).iter().any(|stem| stems.contains(stem))
    }

    /// What a stem means where nothing more is said; where it means nothing then, all that it can mean.
    fn families_of(&self, stem: &str) -> BTreeSet<&str> {
        let families = |plain: bool| -> BTreeSet<&str> {
            let aliases = self.of(stem).iter();
            let wanted = aliases.filter(|alias| !plain || alias.scope == Scope::default());
            wanted.map(|alias| alias.family.as_str()).collect()
        };
        let plain = families(true);
        if plain.is_empty() { families(false) } else { plain }
    }

    fn of(&self, stem: &str) -> &[Alias] {
        self.aliases.get(stem).map(Vec::as_slice).unwrap_or_default()
    }

    fn known(&self, family: &str) -> Result<(), BadEntry> {
        let known = self.families.contains(family);
        known.then_some(()).ok_or_else(|| BadEntry::NoFamily(family.to_owned()))
    }

    fn supersede(&mut self, number: usize) -> Result<(), BadEntry> {
        let before: usize = self.aliases.values().map(Vec::len).sum();
        for aliases in self.aliases.values_mut() {
            aliases.retain(|alias| alias.number != number);
        }
        let after: usize = self.aliases.values().map(Vec::len).sum();
        (after < before).then_some(()).ok_or(BadEntry::Supersedes(number))
    }

    /// Which family a reported name means, on the day of its discovery.
    pub fn resolve(&self, name: &str, reported_vendor: Option<&str>, day: Date) -> Resolution {
        let label = Label::read(name);
        let maker = reported_vendor.map(vendor).filter(|vendor| !vendor.is_empty());
        let stem = self.stem(name);
        let aliases = self.of(&stem);
        let (parts, maker) = (&label, maker.as_deref());
        let held = |wanted: Holds| {
            aliases.iter().filter(move |alias| alias.holds(parts, maker, day) == wanted)
        };
        let weight = held(Holds::Yes).map(Alias::weight).max();
        let mut families: BTreeSet<&str> = held(Holds::Yes)
            .filter(|alias| Some(alias.weight()) == weight)
            .map(|alias| alias.family.as_str())
            .collect();
        let certain = families.len() == 1;
        families.extend(held(Holds::Perhaps).map(|alias| alias.family.as_str()));
        match families.first() {
            Some(family) if certain && families.len() == 1 => {
                Resolution::Family { family: (*family).to_owned() }
            }
            Some(_) => {
                let families = families.into_iter().map(str::to_owned).collect();
                Resolution::Ambiguous { stem, families }
            }
            None if stem.contains(TOGETHER) => self.together(stem),
            None => nobody_knows(stem, aliases),
        }
    }

    /// What several names together could be, where nobody decided it: each of the families that are known.
    fn together(&self, stem: String) -> Resolution {
        let aliases = stem.split(TOGETHER).flat_map(|part| self.of(part));
        let families: BTreeSet<&str> = aliases.map(|alias| alias.family.as_str()).collect();
        if families.is_empty() {
            return Resolution::Unknown { stem, suggestion: None };
        }
        let families = families.into_iter().map(str::to_owned).collect();
        Resolution::Ambiguous { stem, families }
    }

    /// A family's name as a publisher prints it.
    pub fn print<'a>(&'a self, family: &'a str, publisher: &str) -> &'a str {
        let key = (family.to_owned(), publisher.to_owned());
        self.prints.get(&key).map_or(family, String::as_str)
    }

    /// The families, in the order of the alphabet.
    pub fn families(&self) -> impl Iterator<Item = &str> {
        self.families.iter().map(String::as_str)
    }

    /// The entries, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

/// A stem that means nothing here. Where it means something elsewhere, that is a suggestion.
fn nobody_knows(stem: String, aliases: &[Alias]) -> Resolution {
    let elsewhere = aliases.first().map(|alias| alias.family.clone());
    let suggestion = elsewhere.or_else(|| candidates::suggestion(&stem).map(str::to_owned));
    Resolution::Unknown { stem, suggestion }
}

//! The registry of names, as the book keeps it.

use std::collections::{BTreeMap, BTreeSet};

use incident::Micros;
use incident::name::{Entry, Label, Registry};
use jiff::civil::Date;

use super::Register;
use super::lead::Key;
use crate::answer::Waiting;
use crate::error::{Error, Result};

impl Register {
    /// Loads the names where another program added some, or an addition was rolled back.
    pub(super) fn fresh_names(&mut self) -> Result<()> {
        let version = self.link.number("select max(version) from name_entry", &[])?;
        if usize::try_from(version).is_ok_and(|version| version == self.names.version()) {
            return Ok(());
        }
        let mut names = Registry::default();
        for mut row in self.link.rows("select entry from name_entry order by version", &[])? {
            names.add(serde_json::from_str(&row.text()?)?)?;
        }
        self.names = names;
        Ok(())
    }

    /// Adds shipped entries that the book does not have yet: all of them to a new book, those of a
    /// later release to an old one. What a team decided itself comes first and is not overruled.
    pub(super) fn adopt_shipped_names(&mut self, now: Micros) -> Result<()> {
        let shipped = Registry::shipped()?;
        for entry in shipped.entries() {
            if !self.names.entries().contains(entry) {
                match self.enter(entry.clone(), "shipped", now) {
                    Ok(_) | Err(Error::Name(_)) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }

    /// Decides a name: adds an entry to the registry, and resolves anew what it concerns.
    ///
    /// The new version of the registry is given.
    ///
    /// # Errors
    /// [`Error::Name`] where the entry contradicts the registry.
    pub fn decide(&mut self, entry: Entry, who: &str, now: Micros) -> Result<usize> {
        self.write(|book| book.enter(entry, who, now))
    }

    fn enter(&mut self, entry: Entry, who: &str, now: Micros) -> Result<usize> {
        let version = self.names.add(entry.clone())?;
        let number = i64::try_from(version).unwrap_or(i64::MAX);
        let text = serde_json::to_string(&entry)?;
        let sql = "insert into name_entry (version, entry) values (?1, ?2)";
        self.link.run(sql, &[number.into(), text.as_str().into()])?;
        self.log(now, who, &format!("name {version}"), &text)?;
        let mut stems: BTreeSet<String> = match &entry {
            Entry::Family { family, .. } => [Label::read(family).stem].into(),
            Entry::Alias { alias, supersedes, .. } => {
                let before = supersedes.and_then(|n| n.checked_sub(1));
                let before = before.and_then(|place| self.names.entries().get(place));
                let old = match before {
                    Some(Entry::Alias { alias, .. }) => Some(alias.to_lowercase()),
                    Some(Entry::Family { family, .. }) => Some(Label::read(family).stem),
                    _ => None,
                };
                old.into_iter().chain([alias.to_lowercase()]).collect()
            }
            Entry::Print { .. } => BTreeSet::new(),
        };
        let anew = self.stems_anew(|name| Registry::mentions(name, &stems))?;
        stems.extend(anew);
        self.resolve_all(&stems)?;
        Ok(version)
    }

    fn resolve_all(&mut self, stems: &BTreeSet<String>) -> Result<()> {
        stems.iter().try_for_each(|stem| {
            self.resolve_lines(stem)?;
            self.resolve_detections(stem)
        })
    }

    /// Looks up anew what earlier programs looked up otherwise.
    pub(super) fn look_up_anew(&mut self) -> Result<()> {
        let stems = self.stems_anew(|_| true)?;
        self.resolve_all(&stems)
    }

    /// Which words are aliases says by what a name is looked up that has several families in it: keeps it anew for
    /// the names that are asked for, and says by what they are looked up now.
    fn stems_anew(&mut self, asked: impl Fn(&str) -> bool) -> Result<BTreeSet<String>> {
        let mut anew = BTreeSet::new();
        for (table, key) in [("line", "filing"), ("detection", "item")] {
            let mut changes: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
            for mut row in
                self.link.rows(&format!("select distinct stem, name from {table}"), &[])?
            {
                let (was, name) = (row.text()?, row.text()?);
                let is = asked(&name).then(|| self.names.stem(&name));
                if let Some(is) = is.filter(|is| *is != was) {
                    changes.entry(was).or_default().insert(name, is);
                }
            }
            let rows = format!("select {key}, seq, name from {table} where stem = ?1");
            let update = format!("update {table} set stem = ?1 where {key} = ?2 and seq = ?3");
            for (was, names) in changes {
                for mut row in self.link.rows(&rows, &[was.into()])? {
                    let (of, seq, name) = (row.int()?, row.int()?, row.text()?);
                    let Some(is) = names.get(&name) else { continue };
                    self.link.run(&update, &[is.as_str().into(), of.into(), seq.into()])?;
                    anew.insert(is.clone());
                }
            }
        }
        Ok(anew)
    }

    fn resolve_lines(&mut self, stem: &str) -> Result<()> {
        let sql =
            "select filing, seq, who, discovered, name, vendor, family from line where stem = ?1";
        let mut keys = BTreeSet::new();
        for mut row in self.link.rows(sql, &[stem.into()])? {
            let (filing, seq, who) = (row.int()?, row.int()?, row.int()?);
            let discovered = row.text()?;
            let (name, vendor, was) = (row.text()?, row.text_or_null()?, row.text_or_null()?);
            let day: Date =
                discovered.parse().map_err(|_| Error::Damaged("a line has no day".to_owned()))?;
            let found = self.names.resolve(&name, vendor.as_deref(), day);
            let is = found.family().map(str::to_owned);
            if is == was {
                continue;
            }
            let sql = "update line set family = ?1, leads = 0 where filing = ?2 and seq = ?3";
            self.link.run(sql, &[is.clone().into(), filing.into(), seq.into()])?;
            let families = was.into_iter().chain(is);
            keys.extend(families.map(|family| Key { who, discovered: discovered.clone(), family }));
        }
        keys.iter().try_for_each(|key| self.lead_again(key))
    }

    fn resolve_detections(&mut self, stem: &str) -> Result<()> {
        let sql = "select item, seq, noted, name, vendor from detection where stem = ?1";
        for mut row in self.link.rows(sql, &[stem.into()])? {
            let (item, seq, noted) = (row.int()?, row.int()?, row.int()?);
            let (name, vendor) = (row.text()?, row.text_or_null()?);
            let moment = jiff::Timestamp::from_microsecond(noted).unwrap_or_default();
            let day = jiff::tz::TimeZone::UTC.to_datetime(moment).date();
            let found = self.names.resolve(&name, vendor.as_deref(), day);
            let family = found.family().map(str::to_owned);
            let sql = "update detection set family = ?1 where item = ?2 and seq = ?3";
            self.link.run(sql, &[family.into(), item.into(), seq.into()])?;
        }
        Ok(())
    }

    /// Names that wait for a person, the most frequent first.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn waiting_names(&mut self, most: usize) -> Result<Vec<Waiting>> {
        let sql = "select stem, count(*), min(name), min(discovered) from (
                       select stem, name, discovered from line where family is null
                       union all
                       select stem, name, null from detection where family is null
                   ) as w group by stem order by count(*) desc, stem limit ?1";
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let rows = self.link.rows(sql, &[most.into()])?;
        rows.into_iter()
            .map(|mut row| {
                let (stem, times, example) = (row.text()?, row.int()?.unsigned_abs(), row.text()?);
                let day = row.text_or_null()?.and_then(|day| day.parse().ok());
                let day = day.unwrap_or(jiff::civil::date(2005, 5, 1));
                let means = self.names.resolve(&example, None, day);
                Ok(Waiting { stem, times, example, means })
            })
            .collect()
    }
}

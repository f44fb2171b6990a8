//! Whether tables and charts agree with themselves, with each other, and with the text.
//!
//! Every figure by itself was proven when it got into the ledger. Here what is printed is read again, figure by
//! figure from its claim: parts are no more than their whole, shares no more than all, no rank is taken twice,
//! who leads the text leads the table, a rest is never ranked, and bars stand on zero and are months throughout
//! or none.

use std::collections::{BTreeMap, BTreeSet};

use claims::{Claim, Decimal, Id, Rational, Statement};
use press::{Bar, Block, Cell, Document, Fault};

use crate::Written;
use crate::disclosure::OTHER;

/// A table's columns of parts, from 1, and the claim of their whole. Parts may leave some of it unsaid.
const WHOLES: &[(&str, &[usize], &str)] = &[
    ("virus-families", &[1], "virus-reports"),
    ("virus-families", &[2], "virus-reports-before"),
    ("access-categories", &[1], "access-damaged"),
    ("access-categories", &[1, 2], "access-reports"),
    ("services", &[1], "accesses"),
    ("country", &[1], "accesses"),
    ("tool", &[1], "accesses"),
];

/// Tables whose first row is whom a claim calls the first.
const LEADERS: &[(&str, &str)] = &[("virus-families", "virus-worst")];

/// What does not agree, and where.
pub fn lint(written: &Written) -> Vec<Fault> {
    let claims: Vec<Claim> = written.claims.lines().filter_map(|line| line.parse().ok()).collect();
    let by_name = claims.iter().filter_map(|claim| match &claim.id {
        Some(Id::Text(id)) => Some((id.as_str(), &claim.statement)),
        _ => None,
    });
    let lint = Lint { claims: by_name.collect() };
    let mut faults: Vec<Fault> = claims.iter().filter_map(ranked_rest).collect();
    for document in [&written.documents.en, &written.documents.ja] {
        faults.extend(lint.document(document));
    }
    faults
}

fn fault(place: &str, why: impl Into<String>) -> Fault {
    Fault { place: place.to_owned(), why: why.into() }
}

/// A rest holds many: it has no place among them.
fn ranked_rest(claim: &Claim) -> Option<Fault> {
    let name = match &claim.statement {
        Statement::Rank1(claim) => &claim.stated,
        Statement::Rank(claim) => &claim.name,
        Statement::RankChange(claim) => &claim.name,
        Statement::Run(claim) => &claim.name,
        Statement::NewEntry(claim) => &claim.name,
        _ => return None,
    };
    let id = claim.id.as_ref().map(Id::to_string).unwrap_or_default();
    (name == OTHER).then(|| fault(&id, "it ranks the rest"))
}

/// The claims of what is printed, by name.
struct Lint<'a> {
    claims: BTreeMap<&'a str, &'a Statement>,
}

impl Lint<'_> {
    fn document(&self, document: &Document) -> Vec<Fault> {
        let mut faults = Vec::new();
        for block in &document.blocks {
            match block {
                Block::Chart { id, bars, .. } => faults.extend(self.chart(id, bars)),
                Block::Table { id, rows, .. } => {
                    faults.extend(self.wholes(id, rows));
                    faults.extend(self.shares(id, rows));
                    faults.extend(self.ranks(id, rows));
                    faults.extend(self.leader(id, rows));
                }
                _ => {}
            }
        }
        faults
    }

    fn statement(&self, cell: &Cell) -> Option<&Statement> {
        let Cell::Figure { claim, .. } = cell else { return None };
        self.claims.get(claim.0.as_str()).copied()
    }

    /// The value that a cell states; none where it states none.
    fn value(&self, cell: &Cell) -> Option<Rational> {
        match self.statement(cell)? {
            Statement::Value(claim) => Some(claim.of.value.ratio()),
            _ => None,
        }
    }

    fn wholes(&self, id: &str, rows: &[Vec<Cell>]) -> Vec<Fault> {
        let of = WHOLES.iter().filter(|(table, ..)| *table == id);
        let wrong = of.filter_map(|(_, columns, whole)| {
            let whole = match self.claims.get(whole)? {
                Statement::Value(claim) => claim.of.value.ratio(),
                _ => return None,
            };
            let cells = rows.iter().flat_map(|row| columns.iter().filter_map(|at| row.get(*at)));
            let parts: Rational = cells.filter_map(|cell| self.value(cell)).sum();
            let why = || {
                format!(
                    "its parts are {}, their whole is {}",
                    claims::exactly(&parts),
                    claims::exactly(&whole)
                )
            };
            (parts > whole).then(|| fault(id, why()))
        });
        wrong.collect()
    }

    /// Shares of one whole are no more than all of it.
    fn shares(&self, id: &str, rows: &[Vec<Cell>]) -> Option<Fault> {
        let all = rows.iter().flatten().filter_map(|cell| match self.statement(cell)? {
            Statement::Share(claim) => Some(claim.part.value.ratio() / claim.whole.value.ratio()),
            _ => None,
        });
        let all: Rational = all.sum();
        (all > Rational::from_integer(1.into())).then(|| fault(id, "its shares are more than all"))
    }

    /// A rank is one row's; in a table with ranks, the first row has the first.
    fn ranks(&self, id: &str, rows: &[Vec<Cell>]) -> Option<Fault> {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        for column in 1..columns {
            let mut taken = BTreeSet::new();
            for row in rows {
                let cell = row.get(column).and_then(|cell| self.statement(cell));
                let Some(Statement::Rank(claim)) = cell else { continue };
                if row.first().is_none_or(|name| name.text() != claim.name) {
                    return Some(fault(
                        id,
                        format!("a rank of {} is in another's row", claim.name),
                    ));
                }
                if !taken.insert(claim.stated) {
                    return Some(fault(id, format!("rank {} is taken twice", claim.stated)));
                }
            }
        }
        None
    }

    fn leader(&self, id: &str, rows: &[Vec<Cell>]) -> Option<Fault> {
        let (_, claim) = LEADERS.iter().find(|(table, _)| *table == id)?;
        let Statement::Rank1(claim) = self.claims.get(claim)? else { return None };
        let first = rows.first().and_then(|row| row.first()).map_or("nobody", Cell::text);
        let why = || format!("the text says that {} leads, the table {first}", claim.stated);
        (first != claim.stated).then(|| fault(id, why()))
    }

    /// Heights are the figures', from zero; labels are of one kind.
    fn chart(&self, id: &str, bars: &[Bar]) -> Option<Fault> {
        let values: Vec<Option<Rational>> =
            bars.iter().map(|bar| self.value(&bar.figure)).collect();
        let highest = values.iter().flatten().max()?;
        for (bar, value) in bars.iter().zip(&values) {
            let height = value.as_ref().map_or(0, |value| thousandths(value, highest));
            if bar.height != height {
                let why = format!(
                    "the bar of {} {} is {} high and not {height}",
                    bar.label, bar.below, bar.height
                );
                return Some(fault(id, why));
            }
        }
        let months = bars.iter().filter(|bar| is_month(&bar.label)).count();
        let is_mixed = months != 0 && months != bars.len();
        is_mixed.then(|| fault(id, "its axis mixes months with others"))
    }
}

fn thousandths(value: &Rational, highest: &Rational) -> u32 {
    if *highest <= Rational::from_integer(0.into()) {
        return 0;
    }
    let part = claims::round(&(value * Rational::from_integer(1_000.into()) / highest), 0);
    claims::exactly(&part).parse::<Decimal>().ok().and_then(|part| part.whole()).unwrap_or(0)
}

/// A month as charts label it: May, 5月.
fn is_month(label: &str) -> bool {
    (1..=12).any(|number| {
        let month = format!("2005-{number:02}").parse();
        month.is_ok_and(|month| {
            let words = crate::number::short_month(month);
            words.en == label || words.ja == label
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::may;
    use crate::write;

    fn changed(change: impl Fn(&mut Block)) -> Vec<Fault> {
        let mut written = write(&may());
        written.documents.en.blocks.iter_mut().for_each(change);
        lint(&written)
    }

    fn rows<'a>(block: &'a mut Block, of: &str) -> Option<&'a mut Vec<Vec<Cell>>> {
        match block {
            Block::Table { id, rows, .. } if id == of => Some(rows),
            _ => None,
        }
    }

    fn says(faults: &[Fault], place: &str, why: &str) {
        let found = faults.iter().any(|fault| fault.place == place && fault.why.contains(why));
        assert!(found, "{why} is not in {faults:?}");
    }

    #[test]
    fn what_is_written_agrees() {
        assert_eq!(lint(&write(&may())), []);
    }

    #[test]
    fn what_does_not_agree_is_found() {
        let twice = changed(|block| {
            if let Some(rows) = rows(block, "services") {
                let first = rows[0].clone();
                rows.push(first);
            }
        });
        says(&twice, "services", "is taken twice");
        let turned = changed(|block| {
            if let Some(rows) = rows(block, "virus-families") {
                rows.reverse();
            }
        });
        says(&turned, "virus-families", "the text says that Netsky leads, the table Bagle");
        let more = changed(|block| {
            if let Some(rows) = rows(block, "access-categories") {
                let first = rows[0].clone();
                rows.push(first);
            }
        });
        says(&more, "access-categories", "its parts are 21, their whole is 11");
        let cut = changed(|block| {
            if let Block::Chart { bars, .. } = block {
                bars[0].height -= 1;
            }
        });
        says(&cut, "virus-months-chart", "high and not");
        let mixed = changed(|block| {
            if let Block::Chart { bars, .. } = block {
                bars[0].label = "week".to_owned();
            }
        });
        says(&mixed, "virus-months-chart", "mixes months");
        let foreign = changed(|block| {
            if let Some(rows) = rows(block, "services") {
                rows[1][0] = Cell::Name("23/tcp".to_owned());
            }
        });
        says(&foreign, "services", "is in another's row");
    }

    #[test]
    fn shares_and_rests_are_looked_at() {
        let mut may = may();
        let seen = may.monitoring.as_mut().unwrap();
        seen.countries = claims::Entries(vec![
            ("CN".to_owned(), claims::Figure::exact(594_960_u64)),
            ("JP".to_owned(), claims::Figure::exact(1_u64)),
        ]);
        says(&lint(&write(&may)), "country", "its shares are more than all");
        let line = r#"{"id":"worst","op":"rank1","row":{"other":2,"a":1},"stated":"other"}"#;
        let claim: Claim = line.parse().unwrap();
        assert!(ranked_rest(&claim).is_some());
    }
}

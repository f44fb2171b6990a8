//! Small figures: those by which one reporter or one point could be recognised are not told, nor what would
//! give them away.
//!
//! A cell is told where enough reporters or points stand behind it. The others are added up into one rest, and
//! since a total less what is told gives the rest, a rest holds at least one cell that could have been told by
//! itself (the complement). The same cells of a month give the same choice in every bulletin that looks
//! back at it, so that two bulletins in a row cannot be subtracted.
//!
//! What is hidden is in no file of a bundle: figures are hidden before they become a [`crate::Summary`].

use std::collections::BTreeSet;

use claims::{Figure, Row};

/// The name of a rest. Claims never rank it.
pub const OTHER: &str = "other";

/// A threshold, and where it is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threshold {
    /// What stands behind a cell.
    pub of: &'static str,
    /// How many have to.
    pub least: u64,
    /// Why so many.
    pub source: &'static str,
}

/// Reporters behind a virus family's reports and pieces. Categories of access reports are not held to it: such
/// a cell counts reports and says no more of who sent them.
pub const REPORTERS: Threshold = Threshold {
    of: "reporters",
    least: 3,
    source: "the minimum frequency rule with n = 3: Hundepool et al., Statistical Disclosure Control, 2012, 4.2.2",
};

/// Points behind a service, a country, a tool, or answers to forged addresses. An observatory of fewer points
/// cannot hide any of them, and is not held to it.
pub const POINTS: Threshold = Threshold {
    of: "points",
    least: 3,
    source: "a figure of one point tells who probes it where it is: Bethencourt, Franklin, Vernon, Mapping Internet \
             Sensors with Probe Response Attacks, USENIX Security 2005",
};

/// A cell, and how many stand behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its name.
    pub name: String,
    /// Its count.
    pub count: u64,
    /// Reporters or points behind it.
    pub behind: u64,
}

/// The names of the cells that may not be told. `rest_is_safe`: what no cell names, and is not told either, has
/// enough behind it.
pub fn hidden(cells: &[Cell], threshold: Threshold, rest_is_safe: bool) -> BTreeSet<String> {
    let (safe, few): (Vec<&Cell>, Vec<&Cell>) =
        cells.iter().partition(|cell| cell.behind >= threshold.least);
    let mut hidden: BTreeSet<String> = few.into_iter().map(|cell| cell.name.clone()).collect();
    if !hidden.is_empty() && !rest_is_safe {
        // The least of those that could be told: it costs the reader least.
        let complement = safe.into_iter().min_by_key(|cell| (cell.count, &cell.name));
        hidden.extend(complement.map(|cell| cell.name.clone()));
    }
    hidden
}

/// A row without some cells, which are added up in its rest.
pub fn without(row: &Row, hidden: &BTreeSet<String>) -> Row {
    let is_rest = |name: &str| name == OTHER || hidden.contains(name);
    let told = row.0.iter().filter(|(name, _)| !is_rest(name)).cloned();
    let rest = row.0.iter().filter(|(name, _)| is_rest(name));
    let rest: u64 = rest.filter_map(|(_, figure)| figure.value.whole::<u64>()).sum();
    let rest = (rest > 0).then(|| (OTHER.to_owned(), Figure::exact(rest)));
    told.chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(all: &[(&str, u64, u64)]) -> Vec<Cell> {
        let cell = |&(name, count, behind): &(&str, u64, u64)| Cell {
            name: name.to_owned(),
            count,
            behind,
        };
        all.iter().map(cell).collect()
    }

    fn row(cells: &[Cell]) -> Row {
        cells.iter().map(|cell| (cell.name.clone(), Figure::exact(cell.count))).collect()
    }

    #[test]
    fn one_small_cell_takes_another_with_it() {
        let all = cells(&[("Netsky", 100, 40), ("Mytob", 9, 5), ("Bagz", 8, 1)]);
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(hidden(&all, REPORTERS, false), names(&["Bagz", "Mytob"]));
        assert_eq!(hidden(&all, REPORTERS, true), names(&["Bagz"]));
        assert_eq!(hidden(&all[..2], REPORTERS, false), BTreeSet::new());
        let told = without(&row(&all), &hidden(&all, REPORTERS, false));
        assert_eq!(told, row(&cells(&[("Netsky", 100, 0), ("other", 17, 0)])));
    }

    /// Whoever has a month's bulletin and the next one, which looks back at it, knows every total and every
    /// cell that either tells. No cell of few reporters, nor their sum, follows by subtracting.
    #[test]
    fn two_bulletins_in_a_row_give_nothing_away() {
        // A generator of Marsaglia's (xorshift), so that every run looks at the same months.
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = move |below: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % below
        };
        for _ in 0..2_000 {
            let families = 1 + next(7);
            let april: Vec<Cell> = (0..families)
                .map(|n| {
                    let behind = 1 + next(6);
                    Cell { name: format!("family-{n}"), count: behind + next(20), behind }
                })
                .collect();
            // April's bulletin, and what May's says of April, from the same book in another order.
            let mut again = april.clone();
            again.reverse();
            let (first, second) =
                (hidden(&april, REPORTERS, false), hidden(&again, REPORTERS, false));
            assert_eq!(first, second);
            let (one, other) = (without(&row(&april), &first), without(&row(&again), &second));
            let told: BTreeSet<&str> =
                one.0.iter().chain(&other.0).map(|(name, _)| name.as_str()).collect();
            let rest: Vec<&Cell> =
                april.iter().filter(|cell| !told.contains(cell.name.as_str())).collect();
            for cell in april.iter().filter(|cell| cell.behind < REPORTERS.least) {
                assert!(!told.contains(cell.name.as_str()));
            }
            // The rest is known by subtracting; it is of few only where nobody could have told any.
            let can_be_told = april.iter().any(|cell| cell.behind >= REPORTERS.least);
            let is_of_many = rest.iter().any(|cell| cell.behind >= REPORTERS.least);
            assert!(rest.is_empty() || is_of_many || !can_be_told, "{april:?}");
        }
    }
}

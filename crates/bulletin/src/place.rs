//! Whether what databases said of places can be relied on.

use archive::Day;
use archive::question::{AsnCount, CountryCount, Placed};

/// The places of some accesses: how many are known, and from which databases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// Accesses.
    pub accesses: u64,
    /// Those whose place is known.
    pub known: u64,
    /// Those of the known that are more than 12 months from the day of their database.
    pub out_of_date: u64,
    /// The days of the oldest and of the newest database; none where they do not tell.
    pub days: Option<(Day, Day)>,
}

impl Places {
    /// Of an answer by country.
    pub fn of_countries(rows: &[CountryCount]) -> Self {
        Places::of(rows.iter().map(|row| (row.country.is_some(), &row.counts)))
    }

    /// Of an answer by autonomous system.
    pub fn of_asns(rows: &[AsnCount]) -> Self {
        Places::of(rows.iter().map(|row| (row.asn.is_some(), &row.counts)))
    }

    fn of<'a>(rows: impl Iterator<Item = (bool, &'a Placed)>) -> Self {
        let mut places = Places::default();
        for (known, counts) in rows {
            places.accesses = places.accesses.saturating_add(counts.accesses);
            if known {
                places.known = places.known.saturating_add(counts.accesses);
                places.out_of_date = places.out_of_date.saturating_add(counts.out_of_date);
                places.days = joined(places.days, counts.database_from.zip(counts.database_to));
            }
        }
        places
    }

    /// Whether no claim may be made: of the accesses whose place is known, more than a tenth are
    /// more than 12 months from the day of their database.
    pub fn are_refused(&self) -> bool {
        u128::from(self.out_of_date) * 10 > u128::from(self.known)
    }

    /// Whether there are places, and claims may be made of them.
    pub fn can_be_told(&self) -> bool {
        self.known > 0 && !self.are_refused()
    }

    /// Whether they can be compared with those of other days: they can be told, and at least nine
    /// tenths are known.
    pub fn can_be_compared(&self) -> bool {
        self.can_be_told() && u128::from(self.known) * 10 >= u128::from(self.accesses) * 9
    }

    /// The databases in words, to stand before a verb: `the database of 2026-11-01`.
    pub fn databases(&self) -> String {
        match self.days {
            None => "a database that does not tell its day".to_owned(),
            Some((from, to)) if from == to => format!("the database of {from}"),
            Some((from, to)) => format!("the databases of {from} to {to}"),
        }
    }
}

fn joined(one: Option<(Day, Day)>, other: Option<(Day, Day)>) -> Option<(Day, Day)> {
    match (one, other) {
        (Some((from, to)), Some((first, last))) => Some((from.min(first), to.max(last))),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn row(code: Option<&str>, accesses: u64, out_of_date: u64) -> CountryCount {
        let database = Some(day("2005-05-01"));
        CountryCount {
            country: code.map(str::to_owned),
            counts: Placed {
                accesses,
                packets: Some(accesses),
                sources: accesses.div_ceil(40),
                database_from: database,
                database_to: database,
                out_of_date,
            },
        }
    }

    #[test]
    fn a_tenth_out_of_date_is_the_most() {
        let of = |late| Places::of_countries(&[row(Some("CN"), 70, late), row(None, 900, 900)]);
        assert_eq!((of(7).known, of(7).accesses, of(7).out_of_date), (70, 970, 7));
        assert!(of(7).can_be_told() && !of(7).can_be_compared());
        assert!(of(8).are_refused() && !of(8).can_be_told());
        let none = Places::of_countries(&[row(None, 5, 0)]);
        assert!(!none.can_be_told() && !none.are_refused() && none.days.is_none());
        let most = Places::of_countries(&[row(Some("CN"), u64::MAX, 0), row(None, u64::MAX, 0)]);
        assert!(most.can_be_compared());
    }

    #[test]
    fn databases_in_words() {
        let days = |from, to| Places { days: Some((day(from), day(to))), ..Places::default() };
        assert_eq!(days("2026-11-01", "2026-11-01").databases(), "the database of 2026-11-01");
        assert_eq!(
            days("2026-10-01", "2026-11-01").databases(),
            "the databases of 2026-10-01 to 2026-11-01"
        );
        assert!(Places::default().databases().contains("does not tell"));
    }
}

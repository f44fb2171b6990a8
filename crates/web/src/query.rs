//! What an address asks for: days and a point.

use archive::Day;
use archive::question::{Period, Scope};
use observation::Point;
use serde::Deserialize;

use crate::error::Failure;

/// The most days that one page shows.
const MOST_DAYS: i32 = 366;
/// How many days are shown where none are asked for.
const SHOWN: i32 = 31;

/// The words after `?`; what a form leaves empty is not asked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Query {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    point: String,
}

/// What a page shows.
#[derive(Debug)]
pub(crate) struct View {
    /// The days, both counted.
    pub(crate) period: Period,
    /// One point, or all.
    pub(crate) point: Option<Point>,
}

impl Query {
    /// What to show of an archive that holds the days of `extent`.
    pub(crate) fn view(&self, extent: Period) -> Result<View, Failure> {
        let to = day(&self.to)?;
        let from = day(&self.from)?;
        let (from, to) = match (from, to) {
            (Some(from), Some(to)) => (from, to),
            (Some(from), None) => (from, from.plus(SHOWN - 1).min(extent.to).max(from)),
            (None, to) => {
                let to = to.unwrap_or(extent.to);
                (to.plus(1 - SHOWN).max(extent.from).min(to), to)
            }
        };
        let period = period(from, to)?;
        let point = match self.point.as_str() {
            "" => None,
            name => Some(name.parse().map_err(|error| Failure::Usage(sentence(error)))?),
        };
        Ok(View { period, point })
    }
}

impl View {
    /// The same, as the archive's questions take it.
    pub(crate) fn scope(&self) -> Scope {
        Scope {
            from: Some(self.period.from),
            to: Some(self.period.to),
            point: self.point.clone(),
            as_of: None,
        }
    }
}

fn day(text: &str) -> Result<Option<Day>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|error: String| Failure::Usage(sentence(error)))
}

fn period(from: Day, to: Day) -> Result<Period, Failure> {
    if from > to {
        return Err(Failure::Usage(format!("{from} comes after {to}: swap the two days.")));
    }
    if to.to_epoch() - from.to_epoch() >= MOST_DAYS {
        return Err(Failure::Usage(format!(
            "One page shows at most {MOST_DAYS} days: choose fewer."
        )));
    }
    Ok(Period { from, to })
}

fn sentence(error: impl ToString) -> String {
    format!("{}.", error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(from: &str, to: &str, point: &str) -> Result<View, Failure> {
        let extent =
            Period { from: "2005-01-01".parse().unwrap(), to: "2005-05-31".parse().unwrap() };
        let query = Query { from: from.to_owned(), to: to.to_owned(), point: point.to_owned() };
        query.view(extent)
    }

    #[track_caller]
    fn shows(from: &str, to: &str, days: &str) {
        let period = view(from, to, "").unwrap().period;
        assert_eq!(format!("{} {}", period.from, period.to), days);
    }

    #[test]
    fn days_that_are_not_asked_for_are_the_last() {
        shows("", "", "2005-05-01 2005-05-31");
        shows("2005-05-20", "", "2005-05-20 2005-05-31");
        shows("2005-02-01", "", "2005-02-01 2005-03-03");
        shows("2006-02-01", "", "2006-02-01 2006-02-01");
        shows("", "2005-03-31", "2005-03-01 2005-03-31");
        shows("", "2005-01-05", "2005-01-01 2005-01-05");
        shows("", "2004-12-05", "2004-12-05 2004-12-05");
        shows("2005-05-02", "2005-05-02", "2005-05-02 2005-05-02");
    }

    #[test]
    fn what_makes_no_sense_is_refused_in_a_sentence() {
        let refused = |from, to, point| view(from, to, point).unwrap_err().to_string();
        assert_eq!(
            refused("2005-05-02", "2005-05-01", ""),
            "2005-05-02 comes after 2005-05-01: swap the two days."
        );
        assert!(refused("yesterday", "", "").contains("is no day"));
        assert!(refused("", "", "<script>").contains("cannot name a point"));
        assert!(refused("0001-01-01", "9999-12-31", "").contains("at most 366 days"));
    }
}

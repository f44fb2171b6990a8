//! The accesses of a period, as cheaply as days allow.
//!
//! `access` is partitioned by UTC day. Of a UTC day that lies whole in the period every row is in it: to ask each row
//! for its time would read a column for nothing, which of 50 million rows takes a second.

use observation::{Micros, SECOND};

use super::{Period, Scope, on_point};
use crate::{Archive, Day};

const DAY: Micros = 86_400 * SECOND;

impl Archive {
    /// The accesses of a period, in the place of the table `access`.
    pub(super) fn accesses_of(&self, scope: &Scope, period: Period) -> String {
        let (from, to) = (period.from.begins(&self.zone), period.to.plus(1).begins(&self.zone));
        let point = on_point(scope);
        let parts: Vec<String> = conditions(from, to)
            .iter()
            .map(|rows| format!("select * from access where {rows}{point}"))
            .collect();
        format!("({})", parts.join(" union all "))
    }
}

/// Conditions on accesses that lie in [from, to), of which no two hold of one access.
fn conditions(from: Micros, to: Micros) -> Vec<String> {
    // The UTC days that are whole: from the first that begins in it to the last that ends in it.
    let (first, last) = (-(-from).div_euclid(DAY), to.div_euclid(DAY));
    let within = crate::daily::within;
    if first >= last {
        return vec![within("first_seen", from, to)];
    }
    let date = |day: Micros| {
        let day = Day::from_epoch(i32::try_from(day).unwrap_or(i32::MAX));
        format!("cast('{day}' as date)")
    };
    let mut all = vec![format!("day >= {} and day < {}", date(first), date(last))];
    for (day, from, to) in [(first - 1, from, first * DAY), (last, last * DAY, to)] {
        if from < to {
            all.push(format!("day = {} and {}", date(day), within("first_seen", from, to)));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Micros {
        text.parse::<jiff::Timestamp>().unwrap().as_microsecond()
    }

    #[test]
    fn whole_days_are_not_asked_for_their_times() {
        let utc = conditions(at("2005-05-01T00:00:00Z"), at("2005-06-01T00:00:00Z"));
        assert_eq!(utc, ["day >= cast('2005-05-01' as date) and day < cast('2005-06-01' as date)"]);
        let tokyo = conditions(at("2005-04-30T15:00:00Z"), at("2005-05-31T15:00:00Z"));
        assert_eq!(tokyo.len(), 3);
        assert_eq!(
            tokyo[0],
            "day >= cast('2005-05-01' as date) and day < cast('2005-05-31' as date)"
        );
        assert!(tokyo[1].starts_with("day = cast('2005-04-30' as date) and first_seen >= "));
        assert!(tokyo[2].starts_with("day = cast('2005-05-31' as date) and first_seen >= "));
    }

    #[test]
    fn a_part_of_a_day_is_asked_for_by_time() {
        for (from, to) in [
            ("2005-05-01T15:00:00Z", "2005-05-02T15:00:00Z"),
            ("1969-12-31T03:00:00Z", "1969-12-31T05:00:00Z"),
        ] {
            let all = conditions(at(from), at(to));
            assert_eq!(all.len(), 1, "{all:?}");
            assert!(all[0].starts_with("first_seen >= "), "{all:?}");
        }
    }
}

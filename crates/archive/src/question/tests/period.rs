//! Periods.

use crate::question::Period;

fn period(from: &str, to: &str) -> Period {
    Period { from: from.parse().unwrap(), to: to.parse().unwrap() }
}

#[test]
fn the_period_before() {
    let check = |now: Period, before: Period| assert_eq!(now.before(), before);
    check(period("2005-05-01", "2005-05-31"), period("2005-04-01", "2005-04-30"));
    check(period("2024-03-01", "2024-03-31"), period("2024-02-01", "2024-02-29"));
    check(period("2005-04-01", "2005-06-30"), period("2005-01-01", "2005-03-31"));
    check(period("2005-05-02", "2005-05-08"), period("2005-04-25", "2005-05-01"));
    check(period("2005-05-02", "2005-05-02"), period("2005-05-01", "2005-05-01"));
}

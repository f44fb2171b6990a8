//! Places in rankings, also against every choice of true values on a grid.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{outcome, why};
use crate::standing::Ranked;
use crate::{Figure, Refusal, Row};

#[test]
fn first_of_a_row() {
    let line = |row: &str, name: &str| {
        why(&format!(r#"{{"op":"rank1","row":{{{row}}},"stated":"{name}"}}"#))
    };
    let row = r#""N":1128,"M":584,"Other":5000,"W32/OTHER":9000,"その他":7000"#;
    assert_eq!(line(row, "N"), ("consistent", "N is first".to_owned()));
    assert_eq!(line(row, "M"), ("refuted", "N is before M".to_owned()));
    assert_eq!(line(row, "K"), ("refuted", "N is before K".to_owned()));
    assert_eq!(line(row, "Other").0, "refused");
    assert_eq!(line("", "N").0, "refused");
    assert_eq!(line(r#""other":1"#, "N").0, "refused");
    assert_eq!(line(r#""N":1,"N":2"#, "N").1, "N has two figures that differ");
    assert_eq!(line(r#""N":2,"N":2,"M":1"#, "N").0, "consistent");
    let (found, told) = line(r#""N":5,"M":5,"K":1"#, "N");
    assert_eq!(found, "refused");
    assert!(told.starts_with("M and N are first together"), "{told}");
    assert_eq!(line(r#""N":5,"M":5,"K":6"#, "N").0, "refuted");
    let rounded = |value: u32| format!(r#"{{"value":{value},"half_unit":5}}"#);
    let two = |n: u32, m: u32| format!(r#""N":{},"M":{}"#, rounded(n), rounded(m));
    assert_eq!(line(&two(100, 100), "N").1, "N can be first, as its figures are rounded");
    assert_eq!(line(&two(100, 110), "N").0, "refuted");
    // Up to 105, without it; and from 105 on.
    assert_eq!(line(&format!(r#""N":{},"M":105"#, rounded(100)), "N").0, "refuted");
    assert_eq!(line(&format!(r#""N":{},"M":95"#, rounded(100)), "N").0, "consistent");
}

#[test]
fn places_and_their_changes() {
    let now = r#"{"N":1128,"T":584,"D":446,"B":336}"#;
    let then = r#"{"N":1009,"D":377,"B":330,"T":302}"#;
    let rank = |name: &str, stated: u32| {
        outcome(&format!(r#"{{"op":"rank","row":{now},"name":"{name}","stated":{stated}}}"#))
    };
    assert_eq!((rank("T", 2), rank("T", 3), rank("X", 5)), ("consistent", "refuted", "refused"));
    let change = |name: &str, stated: i32| {
        why(&format!(
            r#"{{"op":"rank_change","now":{now},"then":{then},"name":"{name}","stated":{stated}}}"#
        ))
    };
    assert_eq!(change("T", 2).1, "T went from place 4 to 2: +2 places, as stated +2");
    assert_eq!((change("D", -1).0, change("N", 0).0), ("consistent", "consistent"));
    assert_eq!((change("D", 1).0, change("X", 1).0), ("refuted", "refused"));
    let entry = |name: &str, more: &str| {
        outcome(&format!(r#"{{"op":"new_entry","now":{now},"then":{then},"name":"{name}"{more}}}"#))
    };
    assert_eq!((entry("T", ""), entry("X", "")), ("refuted", "refuted"));
    assert_eq!((entry("T", r#","top":3"#), entry("D", r#","top":3"#)), ("consistent", "refuted"));
}

#[test]
fn one_part_that_makes_it() {
    let line = |name: &str, stated: &str| {
        why(&format!(
            r#"{{"op":"contribution","parts":{{"a":{{"now":180,"then":100}},"b":{{"now":70,"then":50}}}},"name":"{name}","stated":{stated},"decimals":0}}"#
        ))
    };
    let (found, told) = line("b", "20");
    assert_eq!(found, "consistent");
    assert!(told.ends_with("; warning: a alone makes 80 % of the change"), "{told}");
    assert_eq!(
        (line("a", "80").0, line("a", "79").0, line("c", "1").0),
        ("consistent", "refuted", "refused")
    );
    let whole = |now: u32| {
        outcome(&format!(
            r#"{{"op":"contribution","parts":{{"a":{{"now":180,"then":100}}}},"whole":{{"now":{now},"then":200}},"name":"a","stated":40,"decimals":0}}"#
        ))
    };
    assert_eq!((whole(400), whole(200), whole(170)), ("consistent", "refused", "refused"));
}

/// The ranks of `m` with true values on a grid of quarters, all others different from it.
fn on_a_grid(mine: (i64, i64), others: &[(i64, i64)]) -> BTreeSet<usize> {
    let values = |(value, half): (i64, i64)| {
        let all = (value - half) * 4..=(value + half) * 4;
        // Above zero the upper end is out, and the lower one in.
        all.filter(move |&t| half == 0 || t != (value + half) * 4).collect::<Vec<_>>()
    };
    let mut found = BTreeSet::new();
    for t in values(mine) {
        let mut ranks = BTreeSet::from([1]);
        for other in others {
            let (above, below) =
                (values(*other).iter().any(|&o| o > t), values(*other).iter().any(|&o| o < t));
            ranks = ranks
                .into_iter()
                .flat_map(|rank| [above.then_some(rank + 1), below.then_some(rank)])
                .flatten()
                .collect();
        }
        found.extend(ranks);
    }
    found
}

proptest! {
    #[test]
    fn ranks_are_those_that_true_values_give(
        mine in (20..26_i64, 0..3_i64),
        others in prop::collection::vec((20..26_i64, 0..3_i64), 0..5),
    ) {
        let figure = |(value, half): (i64, i64)| Figure::rounded(value, half);
        let row: Row = others
            .iter()
            .enumerate()
            .map(|(at, &other)| (format!("o{at}"), figure(other)))
            .chain([("m".to_owned(), figure(mine))])
            .collect();
        let expected = on_a_grid(mine, &others);
        match Ranked::of(&row, "m").unwrap().ranks(&figure(mine).interval()) {
            Ok(ranges) => {
                let found: BTreeSet<usize> = ranges.into_iter().flatten().collect();
                prop_assert_eq!(found, expected);
            }
            Err(refusal) => {
                prop_assert!(matches!(refusal, Refusal::Tied(_)));
                prop_assert!(expected.is_empty());
            }
        }
    }
}

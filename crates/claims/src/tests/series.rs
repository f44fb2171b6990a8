//! Claims over months.

use super::{outcome, why};

const SERIES: &str = r#""2004-10":4654,"2004-11":5308,"2004-12":4905,"2005-01":4880,"2005-02":4150,"2005-03":4846,"2005-04":4440,"2005-05":5021"#;

fn first(series: &str, months: u32, more: &str) -> (&'static str, String) {
    why(&format!(
        r#"{{"op":"first_above","series":{{{series}}},"month":"2005-05","threshold":5000,"stated_months":{months}{more}}}"#
    ))
}

#[test]
fn above_for_the_first_time() {
    assert_eq!(first(SERIES, 6, "").0, "consistent");
    assert_eq!(first(SERIES, 5, ""), ("refuted", "2004-12 is not above 5000 with 4905".to_owned()));
    assert_eq!(first(SERIES, 7, ""), ("refuted", "2004-11 is above 5000 with 5308".to_owned()));
    // Strictly: at the threshold is not above it.
    assert_eq!(first(&SERIES.replace("5021", "5000"), 6, "").0, "refuted");
    assert_eq!(first(&SERIES.replace("4905", "5000"), 6, "").0, "consistent");
    let without = |entry: &str| SERIES.replace(entry, "");
    let missing = |month: &str| ("refused", format!("{month} is missing"));
    assert_eq!(first(&without(r#""2005-02":4150,"#), 6, ""), missing("2005-02"));
    assert_eq!(first(&without(r#""2004-10":4654,"2004-11":5308,"#), 6, ""), missing("2004-11"));
    assert_eq!(first(&without(r#","2005-05":5021"#), 6, ""), missing("2005-05"));
    // What is known refutes, whatever else is missing.
    assert_eq!(first(&without(r#""2004-12":4905,"#), 7, "").0, "refuted");
}

#[test]
fn months_with_two_figures() {
    let twice = |value: &str| format!(r#"{SERIES},"2005-02":{value}"#);
    let (found, told) = first(&twice("4151"), 6, "");
    assert_eq!((found, told.as_str()), ("refused", "2005-02 has two figures that differ"));
    assert_eq!(first(&twice("4150.0"), 6, "").0, "consistent");
}

#[test]
fn breaks_within_the_span() {
    assert_eq!(first(SERIES, 6, r#","breaks":["2005-01"]"#).0, "refused");
    assert_eq!(first(SERIES, 6, r#","breaks":["2004-11"]"#).0, "consistent");
}

#[test]
fn rounded_months_can_be_above() {
    let rounded = SERIES.replace("5021", r#"{"value":5000,"half_unit":50}"#);
    let (found, told) = first(&rounded, 6, "");
    assert!(found == "consistent" && told.contains("can be"), "{told}");
    let below = SERIES.replace("5021", r#"{"value":4950,"half_unit":50}"#);
    assert_eq!(first(&below, 6, "").0, "refuted");
}

#[test]
fn below_is_above_in_the_mirror() {
    let line = |months: u32| {
        outcome(&format!(
            r#"{{"op":"first_below","series":{{"2005-01":31,"2005-02":63,"2005-03":50,"2005-04":48}},"month":"2005-04","threshold":50,"stated_months":{months}}}"#
        ))
    };
    assert_eq!((line(3), line(2), line(4)), ("consistent", "refuted", "refuted"));
}

#[test]
fn highs_and_lows() {
    let line = |op: &str, month: &str, months: u32| {
        why(&format!(
            r#"{{"op":"{op}","series":{{{SERIES}}},"month":"{month}","stated_months":{months}}}"#
        ))
    };
    assert_eq!(line("high", "2005-05", 6).0, "consistent");
    assert_eq!(line("high", "2005-05", 1).0, "consistent");
    assert_eq!(line("high", "2005-05", 7).1, "2004-11 is beyond 2005-05: it is not the highest");
    assert_eq!(line("low", "2005-02", 5).0, "consistent");
    assert_eq!(line("low", "2005-02", 6), ("refused", "2004-09 is missing".to_owned()));
    assert_eq!(line("high", "2005-05", 100_000).0, "refused");
    assert_eq!(line("high", "2006-01", 1), ("refused", "2006-01 is missing".to_owned()));
    let tie =
        r#"{"op":"high","series":{"2005-01":5,"2005-02":5},"month":"2005-02","stated_months":2}"#;
    assert_eq!(why(tie).0, "refused");
    let rounded = r#"{"op":"high","series":{"2005-01":{"value":5,"half_unit":1},"2005-02":5},"month":"2005-02","stated_months":2}"#;
    assert_eq!(why(rounded).0, "consistent");
}

fn run(months: &str, stated: u32, more: &str) -> (&'static str, String) {
    why(&format!(
        r#"{{"op":"run","months":{{{months}}},"month":"2005-05","name":"N","stated":{stated}{more}}}"#
    ))
}

#[test]
fn runs() {
    let months = r#""2005-02":{"N":1,"M":2},"2005-03":{"N":3,"M":2},"2005-04":{"N":3,"M":2},"2005-05":{"N":4}"#;
    assert_eq!(run(months, 3, "").0, "consistent");
    // Exactly, where the month before is given.
    assert_eq!(
        run(months, 2, "").1,
        "N is first in each of 2 months up to 2005-05, and in 2005-03 too"
    );
    assert_eq!(run(months, 4, ""), ("refuted", "M is before N in 2005-02".to_owned()));
    // What is known refutes, whatever else is missing.
    assert_eq!(run(months, 9, "").0, "refuted");
    // At least, where it is not.
    let later = &months[r#""2005-02":{"N":1,"M":2},"#.len()..];
    assert_eq!(run(later, 3, "").0, "consistent");
    assert_eq!(run(later, 4, ""), ("refused", "2005-02 is missing".to_owned()));
    let gap = later.replace(r#""2005-04":{"N":3,"M":2},"#, "");
    assert_eq!(run(&gap, 3, ""), ("refused", "2005-04 is missing".to_owned()));
    let tie = later.replace(r#"{"N":3,"M":2}"#, r#"{"N":2,"M":2}"#);
    assert_eq!(run(&tie, 3, "").0, "refused");
    assert_eq!(run(&tie, 1, "").0, "refused");
    assert_eq!(run(later, 3, r#","breaks":["2005-04"]"#).0, "refused");
    // Nobody compares over a break: the month before is as if it were not given.
    assert_eq!(run(months, 2, r#","breaks":["2005-04"]"#).0, "consistent");
    assert_eq!(run(&format!(r#"{months},"2005-04":{{"N":3,"M":1}}"#), 3, "").0, "refused");
}

#[test]
fn runs_that_others_began() {
    let months = r#""2005-04":{"N":3,"M":2},"2005-05":{"N":4}"#;
    let quoted = |month: &str, run: u32| {
        format!(r#","quoted":{{"month":"{month}","run":{run},"source":"E0503"}}"#)
    };
    let (found, told) = run(months, 15, &quoted("2005-03", 13));
    assert_eq!(found, "consistent");
    assert!(told.ends_with("; the 13 months up to 2005-03 are as E0503 said"), "{told}");
    assert_eq!(run(months, 14, &quoted("2005-03", 13)).0, "refuted");
    assert_eq!(run(months, 15, &quoted("2005-02", 12)).0, "refused");
    assert_eq!(run(months, 15, &quoted("2005-05", 15)).0, "refused");
    assert_eq!(run(months, 2, &quoted("2005-03", 1)).0, "refused");
}

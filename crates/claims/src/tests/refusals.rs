//! What is refused, and with which reason.

use super::{outcome, why};

fn refused(line: &str, reason: &str) {
    let (found, told) = why(line);
    assert_eq!(found, "refused", "{line}: {told}");
    assert!(told.contains(reason), "{line}: {told}");
}

#[test]
fn lines_that_are_no_claims() {
    refused("[1]", "a claim is a JSON object");
    refused("{}", "\"op\" is missing");
    refused(r#"{"op":7}"#, "\"op\" should be a text");
    refused(r#"{"id":[],"op":"sum"}"#, "\"id\" should be a text or a number");
    refused(r#"{"op":"sum","stated":1}"#, "\"parts\" is missing");
    refused(r#"{"op":"sum","parts":null,"stated":1}"#, "\"parts\" is missing");
    refused(r#"{"op":"sum","parts":[1],"stated":1,"stated":2}"#, "\"stated\" comes twice");
    refused(r#"{"op":"sum","parts":["1"],"stated":1}"#, "\"parts\" should be a figure");
    refused(r#"{"op":"sum","parts":[{"half_unit":1}],"stated":1}"#, "\"value\" is missing");
    refused(r#"{"op":"sum","parts":[{"value":1,"halfunit":1}],"stated":1}"#, "no key \"halfunit\"");
    refused(r#"{"op":"sum","parts":[{"value":1,"half_unit":-1}],"stated":1}"#, "zero or more");
    refused(r#"{"op":"sum","parts":[1e61],"stated":1}"#, "more than 60 digits");
    refused(r#"{"op":"high","series":{"May":1},"month":"2005-05","stated_months":1}"#, "\"May\"");
    refused(r#"{"op":"change_percent","now":1,"then":1,"stated":0}"#, "\"decimals\" is missing");
}

fn change(now: &str, then: &str, more: &str) -> String {
    format!(r#"{{"op":"change_percent","now":{now},"then":{then},"stated":50,"decimals":0{more}}}"#)
}

#[test]
fn bases_that_carry_nothing() {
    refused(&change("5", "0", ""), "may be zero");
    refused(&change("5", r#"{"value":3,"half_unit":5}"#, ""), "may be zero");
    refused(&change("5", r#"{"value":0.5,"half_unit":0.5}"#, ""), "may be zero");
    refused(&change("9", "6", ""), "a base of 6 is too small");
    refused(&change("9", r#"{"value":6,"half_unit":2}"#, ""), "too small");
    assert_eq!(outcome(&change("15", "10", "")), "consistent");
    // The base is small whatever stands over it, and where it may be.
    refused(&change(r#"{"value":12,"half_unit":0.5}"#, "8", ""), "a base of 8 is too small");
    refused(&change("12", r#"{"value":8,"half_unit":0.5}"#, ""), "too small");
    refused(&change("12", r#"{"value":12,"half_unit":5}"#, ""), "too small");
    assert_eq!(outcome(&change("15", r#"{"value":10,"half_unit":0.5}"#, "")), "consistent");
    refused(&change("9", "6", r#","least_base":-1"#), "\"least_base\" should be zero or more");
    assert_eq!(outcome(&change("9", "6", r#","least_base":5"#)), "consistent");
    // Figures in millions are no counts.
    assert_eq!(outcome(&change("0.9", "0.6", "")), "consistent");
    assert_eq!(outcome(&change("1.5", "1", "")), "consistent");
}

#[test]
fn figures_that_do_not_compare() {
    let of = |value: u32, labels: &str| format!(r#"{{"value":{value},{labels}}}"#);
    let pair = |now: &str, then: &str, more: &str| change(&of(150, now), &of(100, then), more);
    for label in ["unit", "rule", "zone", "registry"] {
        let named = |name: &str| format!(r#""{label}":"{name}""#);
        let differs = format!("the {label} differs (a, b)");
        refused(&pair(&named("a"), &named("b"), ""), &differs);
        let scope = format!(r#","scope":{{{}}}"#, named("b"));
        refused(&pair(&named("a"), r#""source":"x""#, &scope), &differs);
        assert_eq!(outcome(&pair(&named("a"), &named("a"), "")), "consistent");
    }
    // What figures say themselves counts, whatever the scope says.
    let own = r#""unit":"reports""#;
    assert_eq!(outcome(&pair(own, own, r#","scope":{"unit":"pieces"}"#)), "consistent");
    assert_eq!(outcome(&pair(r#""vintage":"1""#, r#""vintage":"2""#, "")), "consistent");
    let months = |broken: &str| {
        pair(r#""period":"2004-05""#, r#""period":"2004-03""#, &format!(r#","breaks":[{broken}]"#))
    };
    refused(&months(r#""2004-05""#), "breaks at 2004-05:");
    refused(&months(r#"{"month":"2004-04","why":"new form"}"#), "breaks at 2004-04 (new form):");
    assert_eq!(outcome(&months(r#""2004-03","2004-06""#)), "consistent");
    refused(
        &pair(r#""period":"2004-05""#, r#""source":"x""#, r#","breaks":["2004-03"]"#),
        "name its period",
    );
    // Two figures of one year have the break in both.
    let year = r#""period":"2004-01..2004-12""#;
    assert_eq!(outcome(&pair(year, year, r#","breaks":["2004-03"]"#)), "consistent");
    let sum = r#"{"op":"sum","parts":[{"value":1,"period":"2004-02"},{"value":2,"period":"2004-03"}],"stated":3,"breaks":["2004-03"]}"#;
    assert_eq!(outcome(sum), "consistent");
}

#[test]
fn places_hold_for_a_year() {
    let of = |day: &str| {
        let line =
            r#"{"op":"value","of":{"value":5,"period":"2025-05","database":"DAY"},"stated":5}"#;
        line.replace("DAY", day)
    };
    assert_eq!(outcome(&of("2026-05-01")), "consistent");
    refused(&of("2026-05-02"), "places are as of 2026-05-02");
    assert_eq!(outcome(&of("2024-05-31")), "consistent");
    refused(&of("2024-05-30"), "more than 12 months");
}

#[test]
fn parts_and_wholes() {
    let share = |part: &str, whole: &str, stated: &str| {
        format!(r#"{{"op":"share","part":{part},"whole":{whole},"stated":{stated},"decimals":0}}"#)
    };
    assert_eq!(outcome(&share("100", "100", "100")), "consistent");
    refused(&share("101", "100", "101"), "greater than the whole");
    refused(&share("-1", "100", "-1"), "below zero");
    // Of rounded figures only shares are possible.
    let (part, whole) = (r#"{"value":100,"half_unit":5}"#, r#"{"value":100,"half_unit":5}"#);
    assert_eq!(outcome(&share(part, whole, "100")), "consistent");
    assert_eq!(outcome(&share(part, whole, "101")), "refuted");
    assert_eq!(outcome(&share(part, whole, "91")), "consistent");
    assert_eq!(outcome(&share("0", "100", "0")), "consistent");
}

#[test]
fn two_rules_stand_side_by_side() {
    let line = |left: &str, right: &str, stated: u32| {
        format!(
            r#"{{"op":"two_rules","left":{{"value":10{left}}},"stated_left":10,"right":{{"value":4{right}}},"stated_right":{stated}}}"#
        )
    };
    let (ours, theirs) = (r#","rule":"talot2""#, r#","rule":"plain""#);
    assert_eq!(outcome(&line(ours, theirs, 4)), "consistent");
    assert_eq!(outcome(&line(ours, theirs, 5)), "refuted");
    refused(&line(ours, ours, 4), "do not name two rules");
    refused(&line(ours, "", 4), "do not name two rules");
}

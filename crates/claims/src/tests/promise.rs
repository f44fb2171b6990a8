//! The forms that are promised, letter for letter.

use super::{outcome, verdict, why};

const CHANGE: &str = r#"{"id":"d","op":"change_percent","now":{"value":3550000,"half_unit":5000},"then":{"value":3380000,"half_unit":5000},"stated":5.3,"decimals":1}"#;

#[test]
fn the_line_of_a_verdict() {
    assert_eq!(
        verdict(CHANGE).to_string(),
        r#"{"id":"d","verdict":"consistent","exact":"850/169","interval":[4.726735598227,5.333333333334],"why":"5.0296 %, anything in (4.7267, 5.3333): it can be 5.3 %"}"#
    );
    let exact = r#"{"id":7,"op":"sum","parts":[1.5,2],"stated":3.5}"#;
    assert_eq!(
        verdict(exact).to_string(),
        r#"{"id":7,"verdict":"consistent","exact":"3.5","interval":[3.5,3.5],"why":"3.5 is 3.5 as stated"}"#
    );
    assert_eq!(
        verdict("nonsense").to_string(),
        r#"{"id":null,"verdict":"refused","exact":null,"interval":null,"why":"not JSON: byte 0 should be a value"}"#
    );
    assert_eq!(
        verdict(r#"{"id":"a\u001b","op":"guess"}"#).to_string(),
        r#"{"id":"a\u001b","verdict":"refused","exact":null,"interval":null,"why":"\"guess\" is no operator: see docs/claims.md"}"#
    );
}

#[test]
fn percents_at_the_ends() {
    let change = |now: &str, stated: &str| {
        outcome(&format!(
            r#"{{"op":"change_percent","now":{now},"then":400,"stated":{stated},"decimals":1}}"#
        ))
    };
    // 5.25 % and -5.25 %: half away from zero.
    assert_eq!((change("421", "5.3"), change("421", "5.2")), ("consistent", "refuted"));
    assert_eq!((change("379", "-5.3"), change("379", "-5.2")), ("consistent", "refuted"));
    // 0.05 % is 0.1 %, and less is 0.
    assert_eq!((change("400.2", "0.1"), change("400.2", "0")), ("consistent", "refuted"));
    assert_eq!((change("400.19", "0.0"), change("399.81", "-0.0")), ("consistent", "consistent"));
    // An upper end does not belong: up to 5.25 %, without it.
    let rounded = r#"{"value":420,"half_unit":1}"#;
    assert_eq!((change(rounded, "5.2"), change(rounded, "5.3")), ("consistent", "refuted"));
    // A lower end does: from 4.75 % on.
    assert_eq!((change(rounded, "4.8"), change(rounded, "4.7")), ("consistent", "refuted"));
    // Nothing rounded to one decimal is 5.25.
    assert_eq!(change("421", "5.25"), "refuted");
    assert_eq!(change("421", "5.30"), "consistent");
    assert_eq!(change("4.21e2", "53e-1"), "consistent");
    // What is shown never looks like what is stated where it is not.
    let near = r#"{"op":"change_percent","now":420.99999999,"then":400,"stated":5.3,"decimals":1}"#;
    assert_eq!(why(near), ("refuted", "5.2499999975 % is not 5.3 %".to_owned()));
}

#[test]
fn multiples_have_a_band() {
    let multiple = |now: &str, band: &str| {
        outcome(&format!(r#"{{"op":"multiple","now":{now},"then":100,"stated":5{band}}}"#))
    };
    assert_eq!((multiple("450", ""), multiple("449", "")), ("consistent", "refuted"));
    assert_eq!((multiple("549.9", ""), multiple("550", "")), ("consistent", "refuted"));
    assert_eq!(multiple("450", r#","decimals":1"#), "consistent");
    assert_eq!(multiple("450", r#","stated_half_unit":0.25"#), "refuted");
    assert_eq!(multiple("500", r#","stated_half_unit":0"#), "consistent");
}

#[test]
fn words_have_their_bands() {
    let word = |op: &str, now: u32, word: &str| {
        outcome(&format!(r#"{{"op":"{op}","now":{now},"then":360,"stated":"{word}"}}"#))
    };
    let holds = |op: &str, said: &str, nows: [u32; 4]| nows.map(|now| word(op, now, said));
    let edges = ["refuted", "consistent", "consistent", "refuted"];
    assert_eq!(holds("almost", "doubled", [647, 648, 719, 720]), edges);
    assert_eq!(holds("almost", "quintupled", [1619, 1620, 1799, 1800]), edges);
    assert_eq!(holds("almost", "halved", [180, 181, 200, 201]), edges);
    let from = ["refuted", "refuted", "consistent", "consistent"];
    assert_eq!(holds("more_than", "doubled", [1, 720, 721, 9999]), from);
    assert_eq!(holds("more_than", "halved", [9999, 180, 179, 0]), from);
    assert_eq!(word("almost", 700, "dubbled"), "refused");
    let rounded =
        r#"{"op":"more_than","now":{"value":720,"half_unit":5},"then":360,"stated":"doubled"}"#;
    assert_eq!(outcome(rounded), "consistent");
}

#[test]
fn sums_of_rounded_figures() {
    let sum = |stated: &str| {
        let part = r#"{"value":10,"half_unit":0.5}"#;
        outcome(&format!(r#"{{"op":"sum","parts":[{part},{part}],"stated":{stated}}}"#))
    };
    // From 19, which belongs, to 21, which does not.
    assert_eq!((sum("19"), sum("21"), sum("20.99")), ("consistent", "refuted", "consistent"));
    assert_eq!(sum(r#"{"value":22,"half_unit":1}"#), "refuted");
    assert_eq!(sum(r#"{"value":18,"half_unit":1}"#), "refuted");
    assert_eq!(sum(r#"{"value":18,"half_unit":1.001}"#), "consistent");
    assert_eq!(outcome(r#"{"op":"sum","parts":[0.1,0.2],"stated":0.3}"#), "consistent");
    assert_eq!(outcome(r#"{"op":"sum","parts":[],"stated":0}"#), "refused");
    // Around zero neither end belongs, below zero the lower does not.
    let one = |part: &str, stated: &str| {
        outcome(&format!(r#"{{"op":"sum","parts":[{part}],"stated":{stated}}}"#))
    };
    let zero = r#"{"value":0,"half_unit":5}"#;
    assert_eq!(
        (one(zero, "5"), one(zero, "-5"), one(zero, "4.9")),
        ("refuted", "refuted", "consistent")
    );
    let below = r#"{"value":-10,"half_unit":5}"#;
    assert_eq!((one(below, "-5"), one(below, "-15")), ("consistent", "refuted"));
}

#[test]
fn averages_say_their_coverage() {
    let average = |more: &str| {
        why(&format!(
            r#"{{"op":"average_per_point_day","total":594960,"points":10,"days":31,"stated":1900,"half_unit":50{more}}}"#
        ))
    };
    let (found, told) = average("");
    assert_eq!(found, "consistent");
    assert!(told.starts_with("1919.2258 ") && told.ends_with("coverage assumed"), "{told}");
    let (found, told) = average(r#","seconds_up":26784000"#);
    assert!(found == "consistent" && told.ends_with("310 days of points were watched"), "{told}");
    assert_eq!(average(r#","seconds_up":20000000"#).0, "refuted");
    assert_eq!(average(r#","seconds_up":26784001"#).0, "refused");
    assert_eq!(average(r#","seconds_up":86399"#).0, "refused");
    let exact = r#"{"op":"average_per_point_day","total":620,"points":10,"days":31,"stated":2}"#;
    assert_eq!(outcome(exact), "consistent");
    for bad in [r#""points":0,"days":31"#, r#""points":2.5,"days":31"#, r#""points":10,"days":0"#] {
        let line = format!(r#"{{"op":"average_per_point_day","total":620,{bad},"stated":2}}"#);
        assert_eq!(outcome(&line), "refused", "{bad}");
    }
}

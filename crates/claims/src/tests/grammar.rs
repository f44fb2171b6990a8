//! The worked examples of docs/claims.md, and claims that are built.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::verdict;
use crate::{
    Break, ChangePercent, Claim, Decimal, Figure, Frame, Labels, Multiple, Pair, Rank1, Stated, Sum,
};

const EXAMPLES: &str = include_str!("../../../../samples/claims/grammar.jsonl");
const PAGE: &str = include_str!("../../../../docs/claims.md");

#[test]
fn every_operator_has_an_example_that_is_consistent() {
    let mut names = BTreeSet::new();
    for line in EXAMPLES.lines() {
        let found = verdict(line);
        assert!(found.verdict.is_consistent(), "{line}: {}", found.verdict.why);
        let claim: Claim = line.parse().unwrap();
        names.insert(claim.statement.operator());
        assert!(PAGE.contains(line), "docs/claims.md lacks {line}");
        assert!(PAGE.contains(&found.verdict.why), "docs/claims.md lacks: {}", found.verdict.why);
    }
    assert_eq!(names.len(), 20, "{names:?}");
}

#[test]
fn a_claim_with_everything() {
    let month = |text: &str| text.parse().unwrap();
    let labels = Labels {
        unit: Some("reports".to_owned()),
        rule: Some("report".to_owned()),
        period: Some(month("2005-05")),
        zone: Some("Asia/Tokyo".to_owned()),
        vintage: Some("42".to_owned()),
        registry: Some("names 3".to_owned()),
        database: Some("2005-06-01".parse().unwrap()),
        source: Some("E0505".to_owned()),
    };
    let now = Figure::exact(5021).with(labels.clone());
    let stated = Stated { value: Decimal::scaled(131, 1).unwrap(), decimals: 1 };
    let change = Pair { now, then: Figure::exact(4440) };
    let frame = Frame {
        scope: Labels { period: Some(month("2005-04")), source: None, ..labels },
        breaks: vec![Break { month: "2004-03".parse().unwrap(), why: Some("new form".to_owned()) }],
        least_base: Some(Decimal::from(5)),
    };
    let claim = Claim::new("all", ChangePercent { change, stated }).within(frame);
    assert!(claim.check().is_consistent(), "{:?}", claim.check());
    assert_eq!(claim.to_string().parse::<Claim>(), Ok(claim));
}

#[test]
fn what_the_grammar_does_not_know_is_carried() {
    let line =
        r#"{"id":1,"op":"sum","parts":[1],"stated":1,"where":{"page":"en","x":[1.50,null]}}"#;
    let claim: Claim = line.parse().unwrap();
    assert_eq!(claim.to_string(), line.replace("1.50", "1.5"));
}

fn decimal() -> impl Strategy<Value = Decimal> {
    (any::<i64>(), 0..20_u8).prop_map(|(digits, scale)| Decimal::scaled(digits, scale).unwrap())
}

fn figure() -> impl Strategy<Value = Figure> {
    let label = prop::option::of("[a-z\"\\\\\n日 ]{0,4}");
    (decimal(), 0..1_000_u32, 0..9_u8, label.clone(), label).prop_map(
        |(value, half, scale, unit, rule)| {
            let labels = Labels { unit, rule, ..Labels::default() };
            Figure::rounded(value, Decimal::scaled(half.into(), scale).unwrap()).with(labels)
        },
    )
}

proptest! {
    /// Built, written, read: the same claim, and the same verdict.
    #[test]
    fn claims_survive_their_lines(
        now in figure(), then in figure(), value in decimal(), decimals in -18..19_i32, name in ".{0,9}",
    ) {
        let change = Pair { now: now.clone(), then: then.clone() };
        let half_unit = Decimal::scaled(i64::from(decimals.abs()), 1).unwrap();
        let row = [(name.clone(), now.clone()), (name.clone(), then.clone())];
        let claims = [
            Claim::new(&*name, ChangePercent { change: change.clone(), stated: Stated { value: value.clone(), decimals } }),
            Claim::new(&*name, Multiple { change, stated: value, half_unit }),
            Claim::new(&*name, Sum { parts: vec![now.clone(), then], stated: now }),
            Claim::new(&*name, Rank1 { row: row.into_iter().collect(), stated: name.clone() }),
        ];
        for claim in claims {
            let again: Claim = claim.to_string().parse().unwrap();
            prop_assert_eq!(again.check(), claim.check());
            prop_assert_eq!(again, claim);
        }
    }
}

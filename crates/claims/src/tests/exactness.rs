//! Intervals and verdicts against brute force.
//!
//! Whether a value is reached is asked of the operands: `q` is a quotient of two intervals if some
//! `t` of the divisor has `q * t` in the dividend. That needs no arithmetic on ends but scaling.

use num_bigint::BigInt;
use proptest::prelude::*;

use crate::{Decimal, End, Interval, Rational, check, round};

fn of(above: i64, below: i64) -> Rational {
    Rational::new(BigInt::from(above), BigInt::from(below))
}

/// Every value times a factor that is not zero.
fn scaled(interval: &Interval, factor: &Rational) -> Interval {
    let turned = if *factor < of(0, 1) { interval.negated() } else { interval.clone() };
    let end = |end: &End| End { value: &end.value * abs(factor), reached: end.reached };
    Interval::between(end(turned.low()), end(turned.high())).unwrap()
}

fn abs(factor: &Rational) -> Rational {
    if *factor < of(0, 1) { -factor } else { factor.clone() }
}

fn interval() -> impl Strategy<Value = Interval> {
    (-6..7_i64, 0..5_i64, any::<(bool, bool)>()).prop_map(|(low, length, (first, last))| {
        let end = |value: i64, reached: bool| End { value: of(value, 2), reached };
        let (first, last) = if length == 0 { (true, true) } else { (first, last) };
        Interval::between(end(low, first), end(low + length, last)).unwrap()
    })
}

/// Places where something can go wrong: the ends, a hair beside them, and between.
fn places(interval: &Interval) -> Vec<Rational> {
    let hair = of(1, 1_000_000);
    let (low, high) = (&interval.low().value, &interval.high().value);
    let mut places = vec![(low + high) / of(2, 1), of(0, 1), of(1, 1)];
    for end in [low, high] {
        places.extend([end.clone(), end - &hair, end + &hair]);
    }
    places
}

fn is_quotient(q: &Rational, above: &Interval, below: &Interval) -> bool {
    if *q == of(0, 1) {
        return above.contains(q);
    }
    scaled(below, q).overlap(above).is_some()
}

fn is_share(q: &Rational, part: &Interval, rest: &Interval) -> bool {
    if *q == of(0, 1) || *q == of(1, 1) {
        return if *q == of(0, 1) { part.contains(q) } else { rest.contains(&of(0, 1)) };
    }
    // part = q (part + rest), so rest = part (1 - q) / q.
    scaled(part, &((of(1, 1) - q) / q)).overlap(rest).is_some()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn quotients_are_those_that_values_give(above in interval(), below in interval()) {
        let zero = of(0, 1);
        let near = below.low().value <= zero && below.high().value >= zero;
        let Some(found) = above.quotient(&below) else {
            prop_assert!(near);
            return Ok(());
        };
        prop_assert!(!near);
        for q in places(&found) {
            prop_assert_eq!(found.contains(&q), is_quotient(&q, &above, &below), "{} of {}", q, found);
        }
    }

    #[test]
    fn shares_are_those_that_values_give(part in interval(), rest in interval()) {
        if let Some(found) = part.share_beside(&rest) {
            for q in places(&found) {
                prop_assert_eq!(found.contains(&q), is_share(&q, &part, &rest), "{} of {}", q, found);
            }
        }
    }

    #[test]
    fn sums_are_those_that_values_give(a in interval(), b in interval()) {
        let found = a.sum(&b);
        for q in places(&found) {
            // q - b has a value in a.
            let rest = Interval::point(q.clone()).difference(&b);
            prop_assert_eq!(found.contains(&q), rest.overlap(&a).is_some());
        }
    }

    /// What a rounded figure stands for is what rounds to it.
    #[test]
    fn figures_stand_for_what_rounds_to_them(units in -5..6_i64, decimals in -2..3_i32, t in -60_000..60_000_i64) {
        let unit = crate::ratio::ten_to(-decimals);
        let value = of(units, 1) * &unit;
        let interval = Interval::rounded(&value, &(&unit / of(2, 1)));
        let t = of(t, 8_000) * &unit;
        prop_assert_eq!(interval.contains(&t), round(&t, decimals) == value);
    }
}

proptest! {
    // Each case tries thousands of operands.
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Every choice of true operands on a grid gives a percent that is consistent; and a percent that
    /// no operands give is refuted, as the neighbour of the ends shows.
    #[test]
    fn percents_against_a_grid(
        now in -40..60_i64, then in 11..40_i64, now_half in 0..5_i64, then_half in 0..5_i64,
    ) {
        let grid = |value: i64, half: i64| -> Vec<Rational> {
            let interval = Interval::rounded(&of(value, 1), &of(half, 1));
            let all = (value - half) * 4..=(value + half) * 4;
            all.map(|t| of(t, 4)).filter(|t| interval.contains(t)).collect()
        };
        let line = |stated: &Rational| {
            let stated = crate::exactly(stated);
            format!(
                r#"{{"op":"change_percent","now":{{"value":{now},"half_unit":{now_half}}},"then":{{"value":{then},"half_unit":{then_half}}},"stated":{stated},"decimals":0,"least_base":0}}"#
            )
        };
        let mut seen = std::collections::BTreeSet::new();
        for a in grid(now, now_half) {
            for b in grid(then, then_half) {
                seen.insert(round(&((&a / &b - of(1, 1)) * of(100, 1)), 0));
            }
        }
        for stated in &seen {
            let found = check(line(stated).as_bytes());
            prop_assert!(found.verdict.is_consistent(), "{}: {}", line(stated), found.verdict.why);
        }
        // Outside of what is seen, a percent is consistent only if the operands give it: some `t`
        // whose multiple by a percent that rounds to it is in `now`.
        let (above, below) = (
            Interval::rounded(&of(now, 1), &of(now_half, 1)),
            Interval::rounded(&of(then, 1), &of(then_half, 1)),
        );
        let (first, last) = (seen.first().unwrap() - of(2, 1), seen.last().unwrap() + of(2, 1));
        let mut stated = first;
        while stated <= last {
            let given = (-500..=500).any(|part| {
                let percent = &stated + of(part, 1_000);
                round(&percent, 0) == stated
                    && is_quotient(&(percent / of(100, 1) + of(1, 1)), &above, &below)
            });
            let found = check(line(&stated).as_bytes());
            let says = found.verdict.is_consistent();
            // A sweep by thousandths can miss a sliver, but never find what is not there.
            prop_assert!(says || !given, "{}: {}", line(&stated), found.verdict.why);
            if says && !given {
                let sliver = found.verdict.interval.as_ref().and_then(|all| {
                    all.overlap(&Interval::rounded(&stated, &of(1, 2)))
                });
                let sliver = sliver.unwrap();
                let middle = (&sliver.low().value + &sliver.high().value) / of(2, 1);
                prop_assert!(is_quotient(&(middle / of(100, 1) + of(1, 1)), &above, &below));
            }
            stated += of(1, 1);
        }
    }

    /// Decimals are read as they are written.
    #[test]
    fn decimals_are_exact(digits in any::<i64>(), scale in 0..30_u8) {
        let number = Decimal::scaled(digits, scale).unwrap();
        prop_assert_eq!(number.to_string().parse::<Decimal>(), Ok(number.clone()));
        let expected = Rational::from_integer(BigInt::from(digits)) / crate::ratio::ten_to(scale.into());
        prop_assert_eq!(number.ratio(), expected);
    }
}

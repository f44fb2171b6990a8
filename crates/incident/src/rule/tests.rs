//! Rules, on small books and on books that chance writes.

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::log::Head;
use crate::name::Registry;
use crate::record::{
    AccessReport, Body, Category, Filing, Line, Receipt, ReporterId, Route, Tlp, VirusReport,
    VirusStatus,
};
use crate::{Micros, Month, Share};

const DAY: Micros = 86_400_000_000;
/// 2005-05-01 in Tokyo.
const MAY: Micros = 1_114_873_200_000_000;

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

fn filing(id: i64, reporter: Option<u128>, received: Micros, body: Body) -> Filing {
    let reporter = reporter.map(ReporterId);
    let receipt = Receipt::of_random(id.unsigned_abs());
    Filing { id, item: id, reporter, received, receipt, tlp: Tlp::Amber, body }
}

fn virus(discovered: Date, names: &[&str]) -> Body {
    let line = |name: &&str| Line { name: (*name).into(), vendor: None, pieces: Some(10) };
    let (status, route) = (VirusStatus::Found, Route::Mail);
    let lines = names.iter().map(line).collect();
    Body::Virus(VirusReport { status, discovered, zone: "Asia/Tokyo".into(), lines, route })
}

fn total(id: &str, text: &str, filings: &[Filing]) -> Share {
    let (rules, names) = (Rules::shipped().unwrap(), Registry::shipped().unwrap());
    let book = Book { filings, detections: &[], names: &names };
    count(rules.rule(id).unwrap(), month(text), book).unwrap().total
}

#[test]
fn one_reporter_one_day_one_family_is_one() {
    let day = date(2005, 5, 12);
    let filings = [
        filing(1, Some(1), MAY + 12 * DAY, virus(day, &["W32/Netsky.P", "W32/Netsky.Q"])),
        filing(2, Some(1), MAY + 13 * DAY, virus(day, &["WORM_NETSKY.D"])),
        filing(3, Some(1), MAY + 13 * DAY, virus(day, &["W32/Bagle.A"])),
        filing(4, Some(1), MAY + 13 * DAY, virus(date(2005, 5, 13), &["W32/Netsky.P"])),
        filing(5, Some(2), MAY + 13 * DAY, virus(day, &["W32/Netsky.P"])),
    ];
    assert_eq!(total("ipa-2005", "2005-05", &filings), Share::whole(4));
    assert_eq!(total("ipa-2019", "2005-05", &filings), Share::whole(5));
    assert_eq!(total("detections-2004", "2005-05", &filings), Share::whole(60));
}

#[test]
fn nobody_is_never_the_same() {
    let day = date(2005, 5, 12);
    let body = virus(day, &["W32/Netsky.P", "W32/Netsky.Q"]);
    let filings: Vec<Filing> = (1..=3).map(|id| filing(id, None, MAY, body.clone())).collect();
    assert_eq!(total("ipa-2005", "2005-05", &filings), Share::whole(3));
}

#[test]
fn the_month_is_that_of_the_first_filing() {
    let body = virus(date(2005, 4, 30), &["W32/Netsky.P"]);
    let filings = [filing(1, Some(1), MAY, body.clone()), filing(2, Some(1), MAY - 1, body)];
    assert_eq!(total("ipa-2005", "2005-04", &filings), Share::whole(1));
    assert_eq!(total("ipa-2005", "2005-05", &filings), Share::ZERO);
    assert_eq!(total("ipa-2019", "2005-05", &filings), Share::whole(1));
}

#[test]
fn a_name_that_waits_is_told_apart() {
    let body = virus(date(2005, 5, 12), &["W32/Netsky.P", "W32/Mimail.R", "Somethingnew.A"]);
    let filings = [filing(1, Some(1), MAY, body)];
    let (rules, names) = (Rules::shipped().unwrap(), Registry::shipped().unwrap());
    let book = Book { filings: &filings, detections: &[], names: &names };
    let may = month("2005-05");
    let counted = count(rules.rule("ipa-2005").unwrap(), may, book).unwrap();
    assert_eq!(counted.total, Share::whole(1));
    assert_eq!(counted.awaiting.keys().collect::<Vec<_>>(), ["mimail", "somethingnew"]);
    let pieces = count(rules.rule("detections-2004").unwrap(), may, book).unwrap();
    assert_eq!(pieces.parts["(awaiting a name)"], Share::whole(20));
    let told = explain(rules.rule("ipa-2005").unwrap(), may, book).unwrap();
    assert_eq!(told[&1].why, Why::Awaiting(vec!["mimail".into(), "somethingnew".into()]));
}

fn access(id: i64, category: Category, damage: bool, facets: &[&str]) -> Filing {
    let mut report = AccessReport::new(category, damage);
    report.facets = facets.iter().map(|facet| facet.parse().unwrap()).collect();
    filing(id, Some(1), MAY, Body::Access(report))
}

#[test]
fn access_reports_under_one_category_and_under_many_labels() {
    let filings = [
        access(1, Category::Intrusion, true, &["intrusions:system-compromise", "fraud:phishing"]),
        access(2, Category::AccessAttempt, false, &[]),
    ];
    let (rules, names) = (Rules::shipped().unwrap(), Registry::shipped().unwrap());
    let book = Book { filings: &filings, detections: &[], names: &names };
    let one = count(rules.rule("access-one-category").unwrap(), month("2005-05"), book).unwrap();
    assert_eq!((one.total, one.damaged), (Share::whole(2), Share::whole(1)));
    assert_eq!(one.damaged_parts.keys().collect::<Vec<_>>(), ["intrusion"]);
    let many = count(rules.rule("rsit-weighted").unwrap(), month("2005-05"), book).unwrap();
    assert_eq!(many.total, Share::whole(2));
    assert_eq!(many.parts["fraud:phishing"].to_string(), "1/2");
    assert!(one.in_use && !many.in_use);
}

#[test]
fn the_difference_of_two_rules_stands_record_by_record() {
    let day = date(2005, 5, 12);
    let filings = [
        filing(1, Some(1), MAY, virus(day, &["W32/Netsky.P", "W32/Bagle.A"])),
        filing(2, Some(1), MAY + 1, virus(day, &["W32/Netsky.Q"])),
        filing(3, Some(2), MAY, virus(day, &["W32/Netsky.Q"])),
    ];
    let (rules, names) = (Rules::shipped().unwrap(), Registry::shipped().unwrap());
    let book = Book { filings: &filings, detections: &[], names: &names };
    let (old, new) = (rules.rule("ipa-2005").unwrap(), rules.rule("ipa-2019").unwrap());
    let apart = differences(old, new, month("2005-05"), book).unwrap();
    assert_eq!(apart.iter().map(|d| d.filing).collect::<Vec<_>>(), [1, 2]);
    assert_eq!((apart[0].one.weight, apart[0].other.weight), (Share::whole(2), Share::whole(1)));
    assert_eq!(apart[1].one.why, Why::SameAs(vec![1]));
}

#[test]
fn no_comparison_crosses_a_break_silently() {
    let (rules, names) = (Rules::shipped().unwrap(), Registry::shipped().unwrap());
    let book = Book { filings: &[], detections: &[], names: &names };
    let rule = rules.rule("ipa-2005").unwrap();
    let of = |text| count(rule, month(text), book).unwrap();
    let (february, march, april) = (of("2004-02"), of("2004-03"), of("2004-04"));
    assert!(compare(rule, &march, &april, rules.breaks(), &[]).unwrap().across.is_empty());
    for (one, other) in [(&february, &march), (&march, &february), (&february, &april)] {
        let refused = compare(rule, one, other, rules.breaks(), &[]);
        assert!(matches!(refused, Err(Incomparable::Break { .. })));
        let accepted = compare(rule, one, other, rules.breaks(), &["2004-03-form"]).unwrap();
        assert_eq!(accepted.across, ["2004-03-form"]);
    }
    let other = count(rules.rule("ipa-2019").unwrap(), month("2004-04"), book).unwrap();
    let refused = compare(rule, &march, &other, rules.breaks(), &[]);
    assert!(matches!(refused, Err(Incomparable::Rules(..))));
}

#[test]
fn vintages() {
    let filings: Vec<Filing> = (1..=2)
        .map(|id| filing(id, None, MAY, virus(date(2005, 5, 1), &["W32/Netsky.P"])))
        .collect();
    let (rules, names) = (Rules::shipped().unwrap(), Registry::shipped().unwrap());
    let of = |filings: &[Filing]| {
        let book = Book { filings, detections: &[], names: &names };
        count(rules.rule("ipa-2005").unwrap(), month("2005-05"), book).unwrap()
    };
    let next = |last: Option<&Vintage>, count, closed| {
        Vintage::next(last, count, closed, 0, Head::default())
    };
    let first = next(None, of(&filings[..1]), false).unwrap();
    assert_eq!((first.number, first.standing), (1, Standing::Preliminary));
    assert_eq!(next(Some(&first), of(&filings[..1]), false), None);
    let closed = next(Some(&first), of(&filings[..1]), true).unwrap();
    assert_eq!((closed.number, closed.standing), (2, Standing::Closed));
    assert_eq!(next(Some(&closed), of(&filings[..1]), true), None);
    let revised = next(Some(&closed), of(&filings), true).unwrap();
    assert_eq!((revised.number, revised.standing), (3, Standing::Revised));
    assert_eq!((revised.before, revised.count.total), (Some(Share::whole(1)), Share::whole(2)));
}

#[test]
fn rules_that_make_no_sense_are_refused() {
    let shipped = include_str!("../../data/rules.toml");
    let with = |from: &str, to: &str| Rules::from_toml(&shipped.replacen(from, to, 1));
    assert!(matches!(with("key = [\"filing\"]", "key = [\"day\"]"), Err(BadRule::Text(_))));
    let shape = with("split = \"family\"", "split = \"label\"");
    assert_eq!(shape, Err(BadRule::Shape("ipa-2005".into(), 1)));
    let twice = with("\"ipa-2019\"", "\"ipa-2005\"");
    assert_eq!(twice, Err(BadRule::Twice("ipa-2005".into(), 1)));
    assert!(matches!(with("Asia/Tokyo", "Asia/Edo"), Err(BadRule::Zone(..))));
    assert!(Rules::shipped().unwrap().rule("nobody").is_err());
}

const NAMES: [&str; 5] =
    ["W32/Netsky.P", "W32/Netsky.Q", "WORM_MYTOB.A", "W32/Mimail.R", "Nobody.X"];

fn books() -> impl Strategy<Value = Vec<Filing>> {
    let body = prop_oneof![
        (1..3_i8, proptest::collection::vec(0..NAMES.len(), 1..4)).prop_map(|(day, names)| {
            let names: Vec<&str> = names.iter().map(|name| NAMES[*name]).collect();
            virus(date(2005, 5, day), &names)
        }),
        (0..2_usize).prop_map(|facets| {
            access(0, Category::Dos, true, &["fraud:phishing", "availability:dos"][..facets]).body
        }),
    ];
    let one = (proptest::option::of(0..3_u128), -2 * DAY..33 * DAY, body);
    proptest::collection::vec(one, 0..30).prop_map(|list| {
        let made = |(id, (reporter, received, body))| filing(id, reporter, MAY + received, body);
        (1..).zip(list).map(made).collect()
    })
}

proptest! {
    #[test]
    fn order_does_not_matter(book in books(), seed in any::<u64>()) {
        let mut shuffled = book.clone();
        let mut state = seed;
        for at in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(at, usize::try_from(state >> 33).unwrap() % (at + 1));
        }
        // What is numbered in another order is the same too, but for filings that nobody signed.
        for (id, filing) in (1..).zip(&mut shuffled) {
            filing.id = id;
        }
        let names = Registry::shipped().unwrap();
        for rule in Rules::shipped().unwrap().all() {
            let of = |filings| count(rule, month("2005-05"), Book { filings, detections: &[], names: &names });
            prop_assert_eq!(of(&book).unwrap(), of(&shuffled).unwrap());
        }
    }

    #[test]
    fn contributions_add_up(book in books()) {
        let names = Registry::shipped().unwrap();
        let book = Book { filings: &book, detections: &[], names: &names };
        for rule in Rules::shipped().unwrap().all() {
            let counted = count(rule, month("2005-05"), book).unwrap();
            let told = explain(rule, month("2005-05"), book).unwrap();
            prop_assert_eq!(told.values().map(|c| c.weight).sum::<Share>(), counted.total);
            if rule.split != Split::None {
                prop_assert_eq!(counted.parts.values().copied().sum::<Share>(), counted.total);
            }
        }
    }
}

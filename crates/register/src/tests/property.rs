//! Books that chance writes: SQL counts what the rules count, and nothing that is done to a book but a
//! new report changes a count.

use std::collections::BTreeMap;

use incident::case::Change;
use incident::record::Channel;
use incident::rule::{Book, Count, Rules, count};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;

const NAMES: [&str; 10] = [
    "W32/Netsky.P",
    "W32/Netsky.Q",
    "WORM_MYTOB.A",
    "W32/Mimail.R",
    "Nobody.X",
    "W32/Fresh.A",
    "I-Worm.Bagle.b",
    "Netsky or Bagle",
    "W32/Netsky.Fresh",
    "Fresh and Netsky",
];

/// An item: text, channel, when.
type Item = (String, Channel, Micros);

fn items() -> impl Strategy<Value = Vec<Item>> {
    let virus = (0..4_u8, 1..4_u8, proptest::collection::vec(0..NAMES.len(), 1..4)).prop_map(
        |(who, day, names)| {
            let mail = if who == 0 { String::new() } else { format!("{who}@example.jp") };
            let names: Vec<&str> = names.iter().map(|name| NAMES[*name]).collect();
            (virus_form(&mail, &format!("2005-05-{day:02}"), &names), Channel::Form)
        },
    );
    let access = (0..3_usize).prop_map(|facets| {
        let all = ["fraud:phishing", "availability:dos"][..facets.min(2)].join("; ");
        let facets = if all.is_empty() { String::new() } else { format!("Facets: {all}\n") };
        (access_form("dos", true, &facets), Channel::Form)
    });
    let log =
        (0..NAMES.len()).prop_map(|name| (format!("/x: {} FOUND\n", NAMES[name]), Channel::Log));
    let question = (0..9_u8).prop_map(|n| (format!("Question: {n}?\n"), Channel::Form));
    let one = (prop_oneof![6 => virus, 2 => access, 1 => log, 1 => question], -2 * DAY..33 * DAY);
    let one = one.prop_map(|((text, channel), at)| (text, channel, MAY + at));
    proptest::collection::vec(one, 1..25)
}

fn put(book: &mut Register, items: &[Item]) {
    let raws: Vec<Raw<'_>> =
        items.iter().map(|(text, channel, at)| raw(text.as_bytes(), *channel, *at)).collect();
    book.take_in(&raws, NOW).unwrap();
}

/// Both months under every rule.
fn counts(book: &mut Register) -> Vec<Count> {
    let rules: Vec<String> = book.rules().all().iter().map(|rule| rule.id.clone()).collect();
    let months = [month("2005-04"), month("2005-05")];
    let mut all = Vec::new();
    for rule in &rules {
        all.extend(months.map(|month| book.count(rule, month).unwrap()));
    }
    all
}

fn by_the_rules(book: &mut Register) -> Vec<Count> {
    let (filings, detections) = (book.every_filing().unwrap(), book.every_detection().unwrap());
    let names = book.names().clone();
    let book = Book { filings: &filings, detections: &detections, names: &names };
    let rules = Rules::shipped().unwrap();
    let months = [month("2005-04"), month("2005-05")];
    let one = |rule| months.map(|month| count(rule, month, book).unwrap());
    rules.all().iter().flat_map(one).collect()
}

/// Empties a book between two tries: a new one costs more.
fn blank(place: &str) {
    let mut link = crate::link::Link::open(place).unwrap();
    for table in [
        "content",
        "item",
        "sealed",
        "reporter",
        "contact",
        "filing",
        "line",
        "facet",
        "detection",
        "log",
        "name_entry",
        "case_event",
        "closed",
        "vintage",
        "word",
        "answer",
    ] {
        link.script(&format!("delete from {table}")).unwrap();
    }
}

pub(super) fn sql_counts_like_the_rules(shelf: &Shelf, cases: u32) {
    let place = shelf.place();
    drop(open(&place));
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let all = (items(), any::<u64>());
    TestRunner::new(config)
        .run(&all, |(items, seed)| {
            blank(&place);
            let mut book = open(&place);
            put(&mut book, &items);
            let before = counts(&mut book);
            prop_assert_eq!(&before, &by_the_rules(&mut book));
            work(&mut book, &items, seed);
            prop_assert_eq!(&before, &counts(&mut book));
            book.audit().unwrap();
            // A name is decided, and both still agree.
            let family =
                incident::name::Entry::Family { family: "Fresh".into(), source: "a test".into() };
            book.decide(family, "ann", NOW).unwrap();
            prop_assert_eq!(counts(&mut book), by_the_rules(&mut book));
            // Another order, and some of it twice.
            blank(&place);
            let mut other = open(&place);
            let mut shuffled = items.clone();
            let mut random = Random(seed);
            shuffled.extend((0..random.below(items.len())).map(|at| items[at].clone()));
            random.shuffle(&mut shuffled);
            put(&mut other, &shuffled);
            prop_assert_eq!(&before, &counts(&mut other));
            Ok(())
        })
        .unwrap();
}

/// What a team does, and none of which counts: it doubles, merges, splits and erases.
fn work(book: &mut Register, items: &[Item], seed: u64) {
    let mut random = Random(seed);
    // Later copies of what is there.
    let twice: Vec<Item> =
        items.iter().map(|(text, channel, _)| (text.clone(), *channel, MAY + 60 * DAY)).collect();
    put(book, &twice);
    let filings = book.every_filing().unwrap();
    let cases: Vec<i64> =
        (0..3).map(|n| book.open_case(&n.to_string(), "ann", NOW).unwrap()).collect();
    for filing in &filings {
        let change = Change::Linked { filing: filing.id, incident: None };
        book.change_case(*random.of(&cases), change, "ann", NOW).unwrap();
    }
    let merge = book.change_case(cases[0], Change::Merged { into: cases[1] }, "ann", NOW).unwrap();
    let mine: Vec<i64> = book
        .board()
        .unwrap()
        .case(cases[2])
        .unwrap()
        .links
        .iter()
        .map(|link| link.filing)
        .collect();
    book.split_case(cases[2], "apart", &mine, "ann", NOW).unwrap();
    if random.below(2) == 0 {
        book.change_case(cases[0], Change::Undone { event: merge }, "ann", NOW).unwrap();
    }
    let reporters: BTreeMap<_, _> =
        filings.iter().filter_map(|f| f.reporter.map(|r| (r, ()))).collect();
    for reporter in reporters.into_keys() {
        book.erase(reporter, "ann", NOW).unwrap();
    }
}

#[test]
fn on_sqlite() {
    sql_counts_like_the_rules(&Shelf::folder(), 60);
}

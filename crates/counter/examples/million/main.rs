//! A million reports: how long a month's counts, lists, searches and the staff's pages take, and how fast reports
//! come in when the book is full.
//!
//! `cargo run --release -p counter --example million -- PLACE... [--reports N]`, where a place is a file for SQLite
//! or a URL of PostgreSQL's; several stand beside each other in one run. `taskset -c 0` before it keeps it on one
//! core; a server of PostgreSQL's is then started so, too.

mod intake;
mod pages;

use std::time::{Duration, Instant};

use incident::Month;
use incident::record::Kind;
use register::{Register, Result, Search};

/// 2004-01-01 in Tokyo, and a day, in microseconds.
pub(crate) const BEGIN: i64 = 1_072_882_800_000_000;
pub(crate) const DAY: i64 = 86_400_000_000;
pub(crate) const NOW: i64 = BEGIN + 1_000 * DAY;

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let mut places: Vec<String> = std::env::args().skip(1).collect();
    let mut reports = 1_000_000;
    if let Some(at) = places.iter().position(|place| place == "--reports") {
        reports = places.get(at + 1).ok_or("how many reports?")?.parse()?;
        places.truncate(at);
    }
    for place in &places {
        measure(place, reports)?;
    }
    Ok(())
}

fn measure(place: &str, reports: usize) -> std::result::Result<(), Box<dyn std::error::Error>> {
    let mut book = Register::open(place, "Asia/Tokyo", NOW)?;
    println!("{}", register::public_place(place));
    intake::fill(&mut book, reports)?;
    intake::batches(&mut book)?;
    let mut book = intake::senders(book)?;
    counts(&mut book)?;
    lists(&mut book, reports)?;
    let begun = Instant::now();
    let audit = book.audit()?;
    println!(
        "  audit of {} entries, {} reports: {:.1?}",
        audit.head.seq,
        audit.filings,
        begun.elapsed()
    );
    pages::ask(book, reports)
}

/// Does something some times, and says how long it took in the middle and at most.
pub(crate) fn timed<T, E>(
    what: &str,
    mut work: impl FnMut() -> std::result::Result<T, E>,
) -> std::result::Result<T, E> {
    let (mut times, mut last) = (Vec::new(), None);
    for _ in 0..20 {
        let begun = Instant::now();
        last = Some(work()?);
        times.push(begun.elapsed());
    }
    times.sort();
    let middle = times.get(times.len() / 2).copied().unwrap_or_default();
    let most = times.last().copied().unwrap_or_default();
    println!("  {what}: {middle:.1?}, at most {most:.1?}");
    match last {
        Some(done) => Ok(done),
        None => work(),
    }
}

fn counts(book: &mut Register) -> Result<()> {
    let month: Month = Month::new(2005, 5).map_err(incident::rule::CountError::from)?;
    for rule in ["ipa-2005", "ipa-2019", "detections-2004", "access-one-category", "rsit-weighted"]
    {
        let begun = Instant::now();
        let count = book.count(rule, month)?;
        let first = begun.elapsed();
        let what = format!("{rule} {month}, {} (the first time {first:.1?})", count.total);
        timed(&what, || book.count(rule, month))?;
    }
    Ok(())
}

fn lists(book: &mut Register, reports: usize) -> Result<()> {
    let middle = Some(reports as i64 / 2);
    for (name, kind, words, before) in [
        ("first page", None, None, None),
        ("a page in the middle, viruses", Some(Kind::Virus), None, middle),
        ("a page of access reports", Some(Kind::Access), None, None),
        ("netsky", None, Some("netsky"), None),
        ("netsky w32 found", None, Some("netsky w32 found"), Some(reports as i64 / 3)),
        ("a rare word", None, Some("scan 400020"), None),
        ("two words that never meet", None, Some("netsky scan"), None),
    ] {
        let search = Search { kind, words: words.map(str::to_owned), before, most: 50 };
        timed(&format!("list, {name}"), || book.list(&search))?;
    }
    Ok(())
}

pub(crate) fn rate(many: usize, time: Duration) -> f64 {
    many as f64 / time.as_secs_f64()
}

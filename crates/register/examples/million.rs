//! A million reports: how long a month's counts, pages and searches take, and how fast reports come in.
//!
//! `cargo run --release -p register --example million -- PLACE... [--reports N]`, where a place is a file
//! for SQLite or a URL of PostgreSQL's; several stand beside each other in one run.

use std::time::{Duration, Instant};

use incident::Month;
use incident::record::{Channel, Kind};
use register::{Item, Queue, Raw, Register, Result, Search};

/// 2004-01-01 in Tokyo, and a day, in microseconds.
const BEGIN: i64 = 1_072_882_800_000_000;
const DAY: i64 = 86_400_000_000;
const NOW: i64 = BEGIN + 1_000 * DAY;
const FAMILIES: [&str; 8] =
    ["Netsky", "Mytob", "Mydoom", "Bagle", "Klez", "Zafi", "Lovgate", "Nobodyknows"];
/// Rows of one table.
const ROWS: usize = 5_000;

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

/// A row of a table: the reporter, day and name follow from its number.
fn row(n: usize) -> String {
    let day = n / 1_400 % 700;
    let date =
        jiff::Timestamp::from_microsecond(BEGIN + day as i64 * DAY + DAY / 2).unwrap_or_default();
    let date = date.strftime("%Y-%m-%d");
    if n.is_multiple_of(20) {
        let category =
            ["access attempt", "dos", "worm trace"].get(n / 20 % 3).copied().unwrap_or("dos");
        return format!("{}@example.org,,,,{category},no,scan {n}\n", n % 977);
    }
    let family = FAMILIES.get(n * 31 % 11 % 8).copied().unwrap_or("Klez");
    format!("{}@example.jp,{date},W32/{family}.A,{},,,\n", n % 1_009, n % 50)
}

fn table(first: usize, rows: usize) -> String {
    let mut text = String::from("mail,discovered,virus,pieces,category,damage,note\n");
    text.extend((first..first + rows).map(row));
    text
}

fn measure(place: &str, reports: usize) -> Result<()> {
    let mut book = Register::open(place, "Asia/Tokyo", NOW)?;
    let fill = Instant::now();
    for first in (0..reports).step_by(ROWS) {
        let text = table(first, ROWS.min(reports - first));
        let received = BEGIN + (first / 1_400 % 700) as i64 * DAY + DAY / 2;
        take(&mut book, &[text], Channel::File, received)?;
    }
    let fill = fill.elapsed();
    println!("{place}\n  {reports} reports in tables: {fill:.1?}, {:.0}/s", rate(reports, fill));
    let forms: Vec<String> = (0..2_000)
        .map(|n| format!("Mail: {n}@example.net\nDiscovered: 2005-05-12\nVirus: W32/Netsky.{n}\n"))
        .collect();
    let at = BEGIN + 500 * DAY;
    for (batch, many) in [(1, 500), (100, 2_000)] {
        let begun = Instant::now();
        for some in forms.get(..many).unwrap_or_default().chunks(batch) {
            let some: Vec<String> =
                some.iter().map(|form| format!("{form}Sector: {batch}\n")).collect();
            take(&mut book, &some, Channel::Form, at)?;
        }
        println!("  forms, {batch} at once: {:.0}/s", rate(many, begun.elapsed()));
    }
    let mut book = senders(book, at)?;
    let month: Month = Month::new(2005, 5).map_err(incident::rule::CountError::from)?;
    for rule in ["ipa-2005", "ipa-2019", "detections-2004", "access-one-category", "rsit-weighted"]
    {
        let begun = Instant::now();
        let count = book.count(rule, month)?;
        println!("  {rule} {month}: {} in {:.1?}", count.total, begun.elapsed());
    }
    for (name, kind, words, before) in [
        ("first page", None, None, None),
        ("a page in the middle, viruses", Some(Kind::Virus), None, Some(reports as i64 / 2)),
        ("a page of access reports", Some(Kind::Access), None, None),
        ("netsky", None, Some("netsky"), None),
        ("netsky w32 found", None, Some("netsky w32 found"), Some(reports as i64 / 3)),
        ("a rare word", None, Some("scan 400020"), None),
        ("two words that never meet", None, Some("netsky scan"), None),
    ] {
        let words = words.map(str::to_owned);
        let begun = Instant::now();
        let page = book.list(&Search { kind, words, before, most: 50 })?;
        println!("  {name}: {} filings in {:.1?}", page.filings.len(), begun.elapsed());
    }
    let begun = Instant::now();
    let audit = book.audit()?;
    println!("  audit of {} entries: {:.1?}", audit.head.seq, begun.elapsed());
    Ok(())
}

/// Forms by senders who each wait for an answer before they send the next, as browsers do.
fn senders(mut book: Register, at: i64) -> Result<Register> {
    for many in [1, 4, 16, 64, 256] {
        let each = (2_000 / many).max(20);
        let stopped = |_| register::Error::Database("the queue stopped".to_owned());
        let (queue, thread) = Queue::start(book).map_err(stopped)?;
        let begun = Instant::now();
        let sent: Vec<Result<()>> = std::thread::scope(|scope| {
            let one = |sender: usize| {
                let queue = queue.clone();
                move || (0..each).try_for_each(|n| send(&queue, many, sender * each + n, at))
            };
            let threads: Vec<_> = (0..many).map(|sender| scope.spawn(one(sender))).collect();
            threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
        });
        let time = begun.elapsed();
        sent.into_iter().collect::<Result<()>>()?;
        println!("  forms, {many} senders: {:.0}/s", rate(many * each, time));
        drop(queue);
        book = thread.join().map_err(|_| register::Error::Database("the queue died".to_owned()))?;
    }
    Ok(book)
}

fn send(queue: &Queue, senders: usize, n: usize, at: i64) -> Result<()> {
    let form = format!(
        "Mail: {n}@example.net\nDiscovered: 2005-05-12\nVirus: W32/Netsky.{n}\nSector: {senders} senders\n"
    );
    let (tell, told) = std::sync::mpsc::channel();
    let answer = Box::new(move |taken: Result<register::Taken>| drop(tell.send(taken)));
    let bytes = form.into_bytes();
    queue.take(Item { bytes, channel: Channel::Form, received: at, format: None, answer })?;
    let gone = |_| register::Error::Database("nobody answered".to_owned());
    let taken = told.recv().map_err(gone)??;
    if !taken.faults.is_empty() || taken.filings.len() != 1 {
        eprintln!("  {taken:?}");
    }
    Ok(())
}

fn take(book: &mut Register, texts: &[String], channel: Channel, received: i64) -> Result<()> {
    let raws: Vec<Raw<'_>> = texts
        .iter()
        .map(|text| Raw { bytes: text.as_bytes(), channel, received, format: None })
        .collect();
    // Nothing of it may be refused, or something else is measured.
    for taken in book.take_in(&raws, NOW)? {
        if !taken.faults.is_empty() {
            eprintln!("  {:?}", taken.faults);
        }
    }
    Ok(())
}

fn rate(many: usize, time: Duration) -> f64 {
    many as f64 / time.as_secs_f64()
}

//! Reports coming in: tables, forms by the batch, and forms by senders who wait.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use incident::record::Channel;
use register::{Error, Item, Queue, Raw, Register, Result, Taken};

use crate::{BEGIN, DAY, NOW, rate};

const FAMILIES: [&str; 8] =
    ["Netsky", "Mytob", "Mydoom", "Bagle", "Klez", "Zafi", "Lovgate", "Nobodyknows"];
/// Rows of one table.
const ROWS: usize = 5_000;
/// When forms come.
const AT: i64 = BEGIN + 500 * DAY;
/// How long senders send, and the windows of which the slowest is told.
const WINDOWS: usize = 6;
const WINDOW: Duration = Duration::from_secs(5);

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

/// Fills a book by tables.
pub(crate) fn fill(book: &mut Register, reports: usize) -> Result<()> {
    let begun = Instant::now();
    for first in (0..reports).step_by(ROWS) {
        let text = table(first, ROWS.min(reports - first));
        let received = BEGIN + (first / 1_400 % 700) as i64 * DAY + DAY / 2;
        take(book, &[text], Channel::File, received)?;
    }
    let time = begun.elapsed();
    println!("  {reports} reports in tables: {time:.1?}, {:.0}/s", rate(reports, time));
    Ok(())
}

/// Forms, one at a time and a hundred.
pub(crate) fn batches(book: &mut Register) -> Result<()> {
    let forms: Vec<String> = (0..2_000)
        .map(|n| format!("Mail: {n}@example.net\nDiscovered: 2005-05-12\nVirus: W32/Netsky.{n}\n"))
        .collect();
    for (batch, many) in [(1, 500), (100, 2_000)] {
        let begun = Instant::now();
        for some in forms.get(..many).unwrap_or_default().chunks(batch) {
            let some: Vec<String> =
                some.iter().map(|form| format!("{form}Sector: {batch}\n")).collect();
            take(book, &some, Channel::Form, AT)?;
        }
        println!("  forms, {batch} at once: {:.0}/s", rate(many, begun.elapsed()));
    }
    Ok(())
}

/// Forms by senders who each wait for an answer before they send the next, as browsers do, for half a minute.
pub(crate) fn senders(mut book: Register) -> Result<Register> {
    for many in [1, 4, 16, 64] {
        let stopped = |_| Error::Database("the queue stopped".to_owned());
        let (queue, thread) = Queue::start(book).map_err(stopped)?;
        let windows: Vec<AtomicUsize> = (0..WINDOWS).map(|_| AtomicUsize::new(0)).collect();
        let begun = Instant::now();
        let sent: Vec<Result<()>> = std::thread::scope(|scope| {
            let one = |sender: usize| {
                let (queue, windows) = (queue.clone(), &windows);
                move || send_all(&queue, many, sender, begun, windows)
            };
            let threads: Vec<_> = (0..many).map(|sender| scope.spawn(one(sender))).collect();
            threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
        });
        sent.into_iter().collect::<Result<()>>()?;
        let counts: Vec<usize> = windows.iter().map(|n| n.load(Ordering::Relaxed)).collect();
        let slowest = counts.iter().min().copied().unwrap_or_default();
        let time = WINDOW * u32::try_from(WINDOWS).unwrap_or(1);
        println!(
            "  forms, {many} senders for {time:.0?}: {:.0}/s, in the slowest {WINDOW:.0?} {:.0}/s",
            rate(counts.iter().sum(), time),
            rate(slowest, WINDOW)
        );
        drop(queue);
        book = thread.join().map_err(|_| Error::Database("the queue died".to_owned()))?;
    }
    Ok(book)
}

fn send_all(
    queue: &Queue,
    many: usize,
    sender: usize,
    begun: Instant,
    windows: &[AtomicUsize],
) -> Result<()> {
    for n in 0.. {
        send(queue, many, n * many + sender)?;
        let at = begun.elapsed().as_nanos() / WINDOW.as_nanos();
        let Some(window) = windows.get(usize::try_from(at).unwrap_or(usize::MAX)) else { break };
        window.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

fn send(queue: &Queue, senders: usize, n: usize) -> Result<()> {
    let form = format!(
        "Mail: {n}@example.net\nDiscovered: 2005-05-12\nVirus: W32/Netsky.{n}\nSector: {senders} senders\n"
    );
    let (tell, told) = std::sync::mpsc::channel();
    let answer = Box::new(move |taken: Result<Taken>| drop(tell.send(taken)));
    let bytes = form.into_bytes();
    queue.take(Item { bytes, channel: Channel::Form, received: AT, format: None, answer })?;
    let gone = |_| Error::Database("nobody answered".to_owned());
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

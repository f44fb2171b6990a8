//! What the command line does with a book, and says of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use incident::record::{Channel, Disposition};
use incident::rule::{Count, Difference};
use incident::{Micros, Month};

pub use intake::MOST_BYTES;

use crate::answer::{Audit, Counted, Fates, Page, Published, Shown, Taken};
use crate::error::{Error, Result};
use crate::export::{Export, House};
use crate::maildir::Collected;
use crate::store::{Raw, Register};

/// Takes in one form that came at a moment.
///
/// # Errors
/// Where the item is too large, or the database fails.
pub fn add(book: &mut Register, bytes: &[u8], received: Micros, now: Micros) -> Result<Taken> {
    let format = Some(intake::Format::Form);
    let raw = Raw { bytes, channel: Channel::Form, received, format };
    let taken = book.take_in(&[raw], now)?.into_iter().next();
    taken.ok_or_else(|| Error::Damaged("an item was not taken".to_owned()))
}

/// Takes in one file of any format that came at a moment.
///
/// # Errors
/// Where the item is too large, or the database fails.
pub fn import(
    book: &mut Register,
    bytes: &[u8],
    received: Micros,
    now: Micros,
) -> Result<Collected> {
    Ok(Collected { taken: book.take_in(&[file(bytes, received)], now)?, left: Vec::new() })
}

/// What would become of a file and of each of its rows.
///
/// # Errors
/// Where the database fails.
pub fn dry_run(book: &mut Register, bytes: &[u8], received: Micros) -> Result<Fates> {
    book.dry_run(&file(bytes, received))
}

fn file(bytes: &[u8], received: Micros) -> Raw<'_> {
    Raw { bytes, channel: Channel::File, received, format: None }
}

/// A report by its number or its receipt number.
///
/// # Errors
/// [`Error::NotFound`] where there is none.
pub fn show(book: &mut Register, report: &str) -> Result<Shown> {
    let id = match (report.parse(), report.parse()) {
        (Ok(id), _) => id,
        (_, Ok(receipt)) => book.by_receipt(receipt)?,
        _ => return Err(Error::NotFound(format!("report {report:?}"))),
    };
    book.show(id)
}

impl Collected {
    /// Whether everything was read, or had come before, or is no report by right.
    pub fn is_whole(&self) -> bool {
        let good = |taken: &Taken| {
            matches!(
                taken.disposition,
                Disposition::Parsed | Disposition::Duplicate | Disposition::NotAReport
            )
        };
        self.left.is_empty() && self.taken.iter().all(good)
    }
}

/// A month under a rule, and how it stands.
///
/// # Errors
/// Where there is no such rule, or the database fails.
pub fn count(book: &mut Register, rule: &str, month: Month) -> Result<Counted> {
    let (count, standings) = (book.count(rule, month)?, book.standings(rule, month)?);
    let published = standings.vintages.last().map(|last| Published {
        vintage: last.number,
        standing: last.standing,
        total: last.count.total,
        counted: last.counted,
    });
    Ok(Counted { count, closed: standings.closed, published })
}

/// Reports as XARF 4; those that came as XARF keep what they said of the machine.
///
/// # Errors
/// Where the database fails.
pub fn export_xarf(book: &mut Register, house: &House) -> Result<Export> {
    let filings = book.every_filing()?;
    Export::xarf(&filings, house, |filing| {
        let item = book.item(filing.item)?;
        if item.format.as_deref() != Some(intake::Format::Xarf.as_str()) {
            return Ok(None);
        }
        Ok(book.item_bytes(filing.item)?.and_then(|bytes| intake::xarf_of(&bytes)))
    })
}

/// A line for an item, its receipts and faults below it.
pub fn text_of_taken(taken: &Taken) -> String {
    let mut text = format!("item {}: {}", taken.item, taken.disposition);
    let same = taken.same_as.map(|item| format!(" of item {item}")).unwrap_or_default();
    let pieces = match taken.pieces {
        0 => String::new(),
        pieces => format!(", {pieces} pieces that scanners found"),
    };
    let _ = writeln!(text, "{same}, {} reports{pieces}", taken.filings.len());
    for (id, receipt) in taken.filings.iter().take(20) {
        let _ = writeln!(text, "  report {id}, receipt {receipt}");
    }
    for fault in taken.faults.iter().take(20) {
        let _ = writeln!(text, "  {fault}");
    }
    text
}

/// Items, and totals by what became of them.
pub fn text_of_collected(collected: &Collected) -> String {
    let mut text: String = collected.taken.iter().take(100).map(text_of_taken).collect();
    let mut totals: BTreeMap<Disposition, u64> = BTreeMap::new();
    for taken in &collected.taken {
        *totals.entry(taken.disposition).or_default() += 1;
    }
    for left in &collected.left {
        let _ = writeln!(text, "left: {left}");
    }
    let totals: Vec<String> = totals.iter().map(|(d, times)| format!("{d} {times}")).collect();
    let _ = writeln!(text, "received {} = {}", collected.taken.len(), totals.join(" + "));
    text
}

/// Every row and its fate.
pub fn text_of_fates(fates: &Fates) -> String {
    let mut text = String::new();
    for row in &fates.rows {
        let why = row.why.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
        let _ = writeln!(text, "row {}: {}{why}", row.row, row.fate);
    }
    // What is wrong with the item as a whole stands in no row.
    for fault in fates.faults.iter().filter(|fault| !fault.starts_with("row ")) {
        let _ = writeln!(text, "{fault}");
    }
    let totals: Vec<String> = fates.totals.iter().map(|(fate, n)| format!("{fate} {n}")).collect();
    let totals = if totals.is_empty() { "no rows".to_owned() } else { totals.join(", ") };
    let _ = writeln!(text, "the item would be {}; {totals}", fates.disposition);
    text
}

/// A line for each report.
pub fn text_of_page(page: &Page) -> String {
    let mut text = String::new();
    for filing in &page.filings {
        let received = jiff::Timestamp::from_microsecond(filing.received).unwrap_or_default();
        let (id, receipt, kind) = (filing.id, filing.receipt, filing.kind);
        let _ = writeln!(text, "{id:>8}  {receipt}  {received:.0}  {kind:<12}  {}", filing.what);
    }
    if let Some(next) = page.next {
        let _ = writeln!(text, "more: --before {next}");
    }
    text
}

/// A report as its JSON, indented.
pub fn text_of_shown(shown: &Shown) -> String {
    serde_json::to_string_pretty(shown).unwrap_or_default()
}

/// A figure and its parts, the largest first, and how it stands.
pub fn text_of_counted(counted: &Counted) -> String {
    let mut text = text_of_count(&counted.count);
    let moment = |micros| jiff::Timestamp::from_microsecond(micros).unwrap_or_default();
    let _ = match counted.closed {
        None => writeln!(text, "preliminary: the month is not closed"),
        Some(at) => writeln!(text, "closed {:.0}", moment(at)),
    };
    if let Some(last) = &counted.published {
        let (number, standing, at) = (last.vintage, last.standing, moment(last.counted));
        let _ =
            writeln!(text, "published: {}, {standing}, vintage {number} of {at:.0}", last.total);
    }
    text
}

/// A figure and its parts, the largest first.
fn text_of_count(count: &Count) -> String {
    let mut text = format!(
        "{} {} {}, rule {} version {}, names version {}, zone {}\n",
        count.month,
        count.total,
        count.unit,
        count.rule,
        count.rule_version,
        count.names_version,
        count.zone
    );
    if !count.in_use {
        let _ = writeln!(text, "  the rule was not in use in that month");
    }
    let mut parts: Vec<_> = count.parts.iter().collect();
    parts.sort_by_key(|(part, share)| (std::cmp::Reverse(**share), (*part).clone()));
    for (part, share) in parts {
        let damaged = count.damaged_parts.get(part);
        let damaged = damaged.map(|share| format!(", with damage {share}")).unwrap_or_default();
        let _ = writeln!(text, "  {part}: {share}{damaged}");
    }
    if count.damaged > incident::Share::ZERO {
        let _ = writeln!(text, "with damage: {}", count.damaged);
    }
    for (stem, times) in &count.awaiting {
        let _ = writeln!(text, "  waits for a person: {stem:?}, {times} times");
    }
    text
}

/// Where two rules part, a line for each report.
pub fn text_of_differences(apart: &[Difference]) -> String {
    let mut text = String::new();
    for Difference { filing, one, other } in apart {
        let (a, b) = (one.weight, other.weight);
        let _ = writeln!(text, "report {filing}: {a} ({:?}) and {b} ({:?})", one.why, other.why);
    }
    let _ = writeln!(text, "{} reports weigh differently", apart.len());
    text
}

/// What an export does not carry, counted.
pub fn text_of_lost(export: &Export) -> String {
    let mut lost: BTreeMap<&str, u64> = BTreeMap::new();
    for one in &export.lost {
        *lost.entry(one.what).or_default() += 1;
    }
    lost.iter().map(|(what, times)| format!("not carried: {what} ({times} reports)\n")).collect()
}

/// What an audit found.
pub fn text_of_audit(audit: &Audit) -> String {
    let totals = audit.totals.by_disposition.iter();
    let totals: Vec<String> = totals.map(|(d, times)| format!("{d} {times}")).collect();
    format!(
        "the log is whole: {} entries, the last {}\nitems {} = {}\nbytes whole {}, withdrawn {}\nreports {}\n",
        audit.head.seq,
        audit.head.hash,
        audit.totals.received,
        totals.join(" + "),
        audit.whole,
        audit.withdrawn,
        audit.filings
    )
}

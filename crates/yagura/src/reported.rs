//! What people reported in a month and in the months before, for its bulletin: our own counts, and
//! what others published of months that the book of reports does not have.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;
use claims::{Break, Entries, Figure, Month, Months, Row, Series};
use incident::Micros;
use incident::record::Category;
use incident::rule::{Count, Rule, Rules, Subject};
use register::Register;
use summary::Reports;
use summary::disclosure::{self, Cell, REPORTERS};

use crate::quoted::Quoted;
use crate::settings::Settings;

/// Months that are looked back: the two years of the longest chart, and the month itself.
const MONTHS: u32 = 25;

const DETECTIONS: &str = "detections-2004";
const ACCESS: &str = "access-one-category";
/// The label of an intrusion whose pages were altered (RSIT, version 1003).
const ALTERED: &str = "information-content-security:unauthorised-information-modification";

/// A month's reports; none where there is neither a book with any nor a quoted series of the month.
///
/// Only what was received at a moment or before it is counted. A report that is entered later with an
/// earlier time of receipt changes the answer: it says that it was there.
pub(crate) fn reports(settings: &Settings, month: Month, as_of: Micros) -> Result<Option<Reports>> {
    let mut book = open(settings)?;
    let quoted = Quoted::read(&settings.quoted)?;
    let mut reports = empty(rule_of(book.as_ref(), month));
    let shipped = Rules::shipped()?;
    reports.zone = book.as_ref().and_then(|book| zone(book.rules(), &reports.virus_rule));
    reports.breaks = breaks(book.as_ref().map_or(&shipped, Register::rules));
    for back in (0..MONTHS).rev() {
        let Some(of) = month.back(back) else { continue };
        let own = book
            .as_mut()
            .map(|book| Counted::of(book, &reports.virus_rule, of, as_of))
            .transpose()?;
        add(&mut reports, of, own.as_ref(), &quoted);
        if let Some(own) = own.filter(|_| back == 0) {
            (reports.damaged_by, reports.harmless_by) = by_category(&own.access);
        }
    }
    let leader = reports.families.0.iter().find(|(of, _)| *of == month).and_then(|(_, row)| {
        row.0.iter().max_by_key(|(_, figure)| figure.value.ratio()).map(|(name, _)| name.clone())
    });
    reports.quoted_run = leader.and_then(|leader| quoted.run(month, &leader));
    if let Some(book) = &mut book {
        let of = month.to_string().parse()?;
        let altered = book.labelled(ALTERED, Category::Intrusion, of, as_of)?;
        reports.altered = (altered > 0).then(|| Figure::exact(altered));
    }
    let has = |series: &Series| series.0.iter().any(|(of, _)| *of == month);
    Ok((has(&reports.virus) || has(&reports.access)).then_some(reports))
}

/// When the last report of a month or before it was received; none where there is none.
pub(crate) fn latest(settings: &Settings, month: Month) -> Result<Option<Micros>> {
    let Some(mut book) = open(settings)? else { return Ok(None) };
    Ok(book.latest(ACCESS, month.to_string().parse()?)?)
}

/// The book of reports, where there is one: a bulletin does not make it.
fn open(settings: &Settings) -> Result<Option<Register>> {
    if !settings.reports.contains("://") && !Path::new(&settings.reports).exists() {
        return Ok(None);
    }
    let now = jiff::Timestamp::now().as_microsecond();
    Ok(Some(Register::open(&settings.reports, &settings.zone, now)?))
}

/// The rule by which virus reports of a month are counted: the newest that was in use.
fn rule_of(book: Option<&Register>, month: Month) -> String {
    let of = month.to_string().parse::<incident::Month>().ok();
    let rules = book.map(|book| book.rules().all()).unwrap_or_default();
    let used = rules.iter().filter(|rule| {
        rule.subject == Subject::Virus && of.is_some_and(|month| rule.is_valid_for(month))
    });
    let newest = used.max_by_key(|rule| (rule.from, rule.version));
    newest.map_or_else(|| "quoted".to_owned(), |rule| rule.id.clone())
}

/// The zone of the rules that a month is counted by, where they have the same.
fn zone(rules: &Rules, virus: &str) -> Option<String> {
    let used = |rule: &&Rule| [virus, DETECTIONS, ACCESS].contains(&rule.id.as_str());
    let mut zones = rules.all().iter().filter(used).map(|rule| &rule.zone);
    let first = zones.next()?;
    zones.all(|zone| zone == first).then(|| first.clone())
}

fn breaks(rules: &Rules) -> Vec<Break> {
    let virus = rules.breaks().iter().filter(|found| found.subject == Subject::Virus);
    let known = virus.filter_map(|found| {
        let month = found.month.to_string().parse().ok()?;
        Some(Break { month, why: Some(found.what.clone()) })
    });
    known.collect()
}

fn empty(virus_rule: String) -> Reports {
    Reports {
        zone: None,
        virus: Entries(Vec::new()),
        virus_rule,
        detections: Entries(Vec::new()),
        families: Entries(Vec::new()),
        pieces: Entries(Vec::new()),
        quoted_run: None,
        access: Entries(Vec::new()),
        access_rule: ACCESS.to_owned(),
        damaged: Entries(Vec::new()),
        damaged_by: Entries(Vec::new()),
        harmless_by: Entries(Vec::new()),
        altered: None,
        breaks: Vec::new(),
    }
}

/// Our own counts of a month.
struct Counted {
    virus: Count,
    pieces: Count,
    access: Count,
    /// Families that are not told by themselves.
    hidden: BTreeSet<String>,
}

impl Counted {
    fn of(book: &mut Register, rule: &str, month: Month, as_of: Micros) -> Result<Counted> {
        let month = month.to_string().parse()?;
        let mut counted = Counted {
            virus: book.count_as_of(rule, month, as_of)?,
            pieces: book.count_as_of(DETECTIONS, month, as_of)?,
            access: book.count_as_of(ACCESS, month, as_of)?,
            hidden: BTreeSet::new(),
        };
        let behind = book.reporters(rule, month, as_of)?;
        let cell = |(name, share): (&String, &incident::Share)| Cell {
            name: name.clone(),
            count: whole(*share).unwrap_or(0),
            behind: behind.get(name).copied().unwrap_or(0),
        };
        // What only detections told of is a family too.
        let detected = counted.pieces.parts.iter();
        let detected = detected.filter(|(name, _)| !counted.virus.parts.contains_key(*name));
        let cells: Vec<Cell> = counted.virus.parts.iter().chain(detected).map(cell).collect();
        counted.hidden = disclosure::hidden(&cells, REPORTERS, false);
        Ok(counted)
    }
}

/// A month's figures: our own where we have any, else as they were published.
fn add(reports: &mut Reports, month: Month, own: Option<&Counted>, quoted: &Quoted) {
    let whose = own;
    let own = |of: fn(&Counted) -> &Count| own.map(of).filter(|count| whole(count.total) > Some(0));
    let (virus, pieces, access) =
        (own(|own| &own.virus), own(|own| &own.pieces), own(|own| &own.access));
    let total =
        |count: Option<&Count>| count.and_then(|count| whole(count.total)).map(Figure::exact);
    let damaged = access.and_then(|count| whole(count.damaged)).map(Figure::exact);
    one(&mut reports.virus, month, total(virus), &quoted.virus);
    one(&mut reports.detections, month, total(pieces), &quoted.detections);
    one(&mut reports.access, month, total(access), &quoted.access);
    one(&mut reports.damaged, month, damaged, &quoted.damaged);
    let none = BTreeSet::new();
    let hidden = whose.map_or(&none, |own| &own.hidden);
    row(&mut reports.families, month, virus, (&quoted.families, hidden));
    row(&mut reports.pieces, month, pieces, (&quoted.pieces, hidden));
}

fn one(series: &mut Series, month: Month, own: Option<Figure>, quoted: &Series) {
    match own {
        Some(own) => series.0.push((month, own)),
        None => series.0.extend(quoted.0.iter().filter(|(of, _)| *of == month).cloned()),
    }
}

/// What others published is public; of our own counts some families are hidden.
fn row(
    months: &mut Months,
    month: Month,
    own: Option<&Count>,
    (quoted, hidden): (&Months, &BTreeSet<String>),
) {
    match own {
        Some(count) if !count.parts.is_empty() => {
            let parts = count.parts.iter();
            let row = parts
                .filter_map(|(name, share)| Some((name.clone(), Figure::exact(whole(*share)?))));
            months.0.push((month, disclosure::without(&row.collect(), hidden)));
        }
        _ => months.0.extend(quoted.0.iter().filter(|(of, _)| *of == month).cloned()),
    }
}

fn whole(share: incident::Share) -> Option<u64> {
    share.as_whole()
}

/// Access reports by category: those with damage, and those without.
fn by_category(access: &Count) -> (Row, Row) {
    let of =
        |name: &String| access.damaged_parts.get(name).and_then(|share| whole(*share)).unwrap_or(0);
    let all = || access.parts.iter().filter_map(|(name, share)| Some((name, whole(*share)?)));
    let damaged = all().map(|(name, _)| (name.clone(), of(name)));
    let harmless = all().map(|(name, count)| (name.clone(), count.saturating_sub(of(name))));
    let some = |(name, count): (String, u64)| (count > 0).then(|| (name, Figure::exact(count)));
    (damaged.filter_map(some).collect(), harmless.filter_map(some).collect())
}

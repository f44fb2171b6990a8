//! Reports of unauthorized access, and instances of damage.

use claims::Row;

use super::page::{Head, Page, cell, is_figure, last, month, name, ranked, time};
use super::template;
use crate::both::Both;
use crate::disclosure::{OTHER, REPORTERS};
use crate::model::{Reports, Summary, at, of};
use crate::phrase::{Sentence, joined};
use crate::{Sentences, statement};

const TOTAL: Both<&str> = template(
    "{total} {total:report|reports} of unauthorized access {total:was|were} received in {month}, {change} from {then} in {before}.",
    "{month}の不正アクセスの届出件数は{total}件で、{before}の{then}件から{change}しました。",
);
const TOTAL_ALONE: Both<&str> = template(
    "{total} {total:report|reports} of unauthorized access {total:was|were} received in {month}.",
    "{month}の不正アクセスの届出件数は{total}件でした。",
);
const EXTREME: Both<&str> = template("That is {extreme}.", "{extreme}です。");
const DAMAGED: Both<&str> = template(
    "{total} of them told of actual damage, {change} from {then} in {before}.",
    "このうち実際に被害のあった届出は{total}件で、{before}の{then}件から{change}しました。",
);
const DAMAGED_ALONE: Both<&str> = template(
    "{total} of them told of actual damage.",
    "このうち実際に被害のあった届出は{total}件でした。",
);
const TOTAL_COUNTS: Both<&str> = template(
    "{total} {total:report|reports} of unauthorized access {total:was|were} received in {month}, after {then} in {before}.",
    "{month}の不正アクセスの届出件数は{total}件でした（{before}は{then}件）。",
);
const DAMAGED_COUNTS: Both<&str> = template(
    "{total} of them told of actual damage, after {then} in {before}.",
    "このうち実際に被害のあった届出は{total}件でした（{before}は{then}件）。",
);
const KIND: Both<&str> = template("{category}: {count}", "{category}：{count}件");
const ALTERED: Both<&str> = template(
    "In {count} of the intrusions pages were altered.",
    "侵入のうち{count}件では、ホームページが改ざんされていました。",
);
const NOTHING: Both<&str> = template(
    "There is no data of reports of unauthorized access in this month.",
    "当月の不正アクセスの届出のデータはありません。",
);
#[cfg(test)]
pub(super) const TEMPLATES: &[Both<&str>] = &[
    TOTAL,
    TOTAL_ALONE,
    EXTREME,
    DAMAGED,
    DAMAGED_ALONE,
    TOTAL_COUNTS,
    DAMAGED_COUNTS,
    KIND,
    ALTERED,
    NOTHING,
];

/// Categories of reports, as the register writes them, and as they are printed.
const CATEGORIES: &[(&str, &str, &str)] = &[
    ("intrusion", "Intrusion", "侵入"),
    ("mail relay", "Unauthorized mail relay", "メール不正中継"),
    ("worm infection", "Worm infection", "ワーム感染"),
    ("dos", "DoS", "DoS攻撃"),
    ("address spoofing", "Address spoofing", "アドレス詐称"),
    ("other", "Other", "その他"),
    ("access attempt", "Access attempt", "アクセス形跡（未遂）"),
    ("worm trace", "Trace of a worm", "ワーム形跡"),
];
const TABLE: &[Head] = &[
    template("Category", "分類"),
    template("With damage", "被害あり"),
    template("Without damage", "被害なし"),
];
const MONTHS: &[Head] = &[
    template("Month", "年月"),
    template("Reports", "届出件数"),
    template("With damage", "被害あり"),
];

pub(super) fn add(summary: &Summary, page: &mut Page) {
    page.heading(2, &template("Unauthorized access", "不正アクセスの届出状況"));
    let Some(reports) = &summary.reports else { return page.words(&NOTHING) };
    let Some(total) = total(summary, reports, page) else { return page.words(&NOTHING) };
    let damaged = damaged(summary, reports, page);
    let altered = altered(summary, reports, page);
    page.paragraph(joined([Some(total), damaged, altered]));
    kinds(summary, reports, page);
    table(summary, reports, page);
    months(summary, reports, page);
}

/// A total, how it stands to the month before in a word where there is one, else in percent.
fn counted(
    summary: &Summary,
    page: &mut Page,
    id: &str,
    (series, reports): (&claims::Series, &Reports),
    templates: [&Both<&'static str>; 3],
) -> Sentences {
    let origin = page.reported(reports, &reports.access_rule, summary.month);
    let now = at(series, summary.month)?;
    let before = summary.month.back(1)?;
    let then = at(series, before);
    let total = page.say(id, &origin, Some(statement::value(now)));
    let was = page.say(&format!("{id}-before"), &origin, then.map(statement::value));
    let change = then.and_then(|then| {
        statement::in_words(now, then)
            .filter(|words| matches!(words, claims::Statement::Worded(_)))
            .or_else(|| statement::change(now, then))
    });
    let change = page.say(&format!("{id}-change"), &origin, change);
    let [whole, counts, alone] = templates;
    let whole = Sentence::new(whole)
        .figure("total", total.clone())
        .figure("then", was.clone())
        .figure("change", change);
    let whole = whole.time("month", month(summary.month)).time("before", month(before));
    let alone =
        Sentence::new(alone).figure("total", total.clone()).time("month", month(summary.month));
    let counts = Sentence::new(counts).figure("total", total.clone()).figure("then", was);
    let counts = counts.time("month", month(summary.month)).time("before", month(before));
    whole.said().or_else(|| counts.said()).or_else(|| alone.said())
}

pub(super) fn total(summary: &Summary, reports: &Reports, page: &mut Page) -> Sentences {
    let of = (&reports.access, reports);
    let total =
        counted(summary, page, "access-reports", of, [&TOTAL, &TOTAL_COUNTS, &TOTAL_ALONE])?;
    let origin = page.reported(reports, &reports.access_rule, summary.month);
    let extreme = statement::extreme(&reports.access, summary.month);
    let extreme = page.say("access-reports-extreme", &origin, extreme);
    joined([Some(total), Sentence::new(&EXTREME).figure("extreme", extreme).said()])
}

pub(super) fn damaged(summary: &Summary, reports: &Reports, page: &mut Page) -> Sentences {
    let of = (&reports.damaged, reports);
    counted(summary, page, "access-damaged", of, [&DAMAGED, &DAMAGED_COUNTS, &DAMAGED_ALONE])
}

fn altered(summary: &Summary, reports: &Reports, page: &mut Page) -> Sentences {
    let origin = page.reported(reports, &reports.access_rule, summary.month);
    // Of one or two intrusions it would be told who had their pages altered.
    let enough = of(&reports.damaged_by, "intrusion")
        .and_then(|count| count.value.whole::<u64>())
        .is_some_and(|count| count >= REPORTERS.least);
    let count = reports.altered.as_ref().filter(|count| enough && !count.value.is_zero());
    let count = page.say("access-altered", &origin, count.map(statement::value));
    Sentence::new(&ALTERED).figure("count", count).said()
}

fn kinds(summary: &Summary, reports: &Reports, page: &mut Page) {
    let origin = page.reported(reports, &reports.access_rule, summary.month);
    let mut items = Vec::new();
    // Here "other" is a category that reporters choose, and comes last.
    let other = of(&reports.damaged_by, OTHER).map(|count| (OTHER, count));
    for (category, count) in ranked(&reports.damaged_by).into_iter().chain(other) {
        let id = format!("access-damaged-{category}");
        let count = page.say(&id, &origin, Some(statement::value(count)));
        let sentence =
            Sentence::new(&KIND).name("category", printed(category)).figure("count", count);
        items.extend(sentence.said());
    }
    page.list(items);
}

fn table(summary: &Summary, reports: &Reports, page: &mut Page) {
    let origin = page.reported(reports, &reports.access_rule, summary.month);
    let mut rows = Vec::new();
    for (category, ..) in CATEGORIES {
        let mut figure = |what: &str, row: &Row| {
            let figure = of(row, category).map(statement::value);
            cell(page.say(&format!("access-{what}-{category}"), &origin, figure))
        };
        let cells =
            vec![figure("damaged", &reports.damaged_by), figure("harmless", &reports.harmless_by)];
        if cells.iter().any(is_figure) {
            rows.push([vec![name(printed(category))], cells].concat());
        }
    }
    let caption =
        template("Reports of unauthorized access by category", "不正アクセスの分類別届出件数");
    page.table("access-categories", &caption, TABLE, rows);
}

fn months(summary: &Summary, reports: &Reports, page: &mut Page) {
    let origin = page.reported(reports, &reports.access_rule, summary.month);
    let mut rows = Vec::new();
    let series = last(&reports.access, summary.month, 24);
    for (month_of, figure) in &series.0 {
        let id = |what: &str| match month_of.until(summary.month) {
            Some(0) => format!("access-{what}"),
            Some(1) => format!("access-{what}-before"),
            _ => format!("access-{what}-{month_of}"),
        };
        let all = page.say(&id("reports"), &origin, Some(statement::value(figure)));
        let damaged = at(&reports.damaged, *month_of).map(statement::value);
        let damaged = page.say(&id("damaged"), &origin, damaged);
        rows.push(vec![time(month(*month_of)), cell(all), cell(damaged)]);
    }
    let caption =
        template("Reports of unauthorized access by month", "不正アクセスの届出件数の推移");
    let said: Vec<_> = rows.iter().filter_map(|row: &Vec<_>| row.get(1).cloned()).collect();
    page.bars("access-months", &caption, &series, &said);
    page.table("access-months", &caption, MONTHS, rows);
}

fn printed(category: &str) -> Both<String> {
    let known = CATEGORIES.iter().find(|(name, ..)| *name == category);
    known.map_or_else(|| Both::alike(category), |(_, en, ja)| Both::words(en, ja))
}

//! Revisions: figures that earlier bulletins told, and that are known otherwise now.

use claims::{Figure, Month, Series};

use super::page::{Head, Page, cell, month, name, time};
use super::template;
use crate::both::Both;
use crate::model::{Earlier, Summary, at};
use crate::phrase::Sentence;
use crate::statement;

const NO_EARLIER: Both<&str> = template(
    "Earlier bulletins were not looked at. Which of their figures were revised is found by comparing the claims of two bulletins.",
    "過去の月次報告との照合は行っていません。訂正の有無は、二つの月次報告の検証用ファイルを比較することで確認できます。",
);
const NONE: Both<&str> = template(
    "{figures} {figures:figure of an earlier bulletin was|figures of earlier bulletins were} compared with what is known now: none was revised.",
    "過去の月次報告の数値{figures}件を現在の数値と照合しました。訂正はありません。",
);
const SOME: Both<&str> = template(
    "{figures} {figures:figure of an earlier bulletin was|figures of earlier bulletins were} compared with what is known now; {revised} {revised:was|were} revised, as reports or data came later.",
    "過去の月次報告の数値{figures}件を現在の数値と照合し、その後に届いた届出やデータにより{revised}件を訂正しました。",
);
#[cfg(test)]
pub(super) const TEMPLATES: &[Both<&str>] = &[NO_EARLIER, NONE, SOME];

const TABLE: &[Head] = &[
    template("Month", "年月"),
    template("Figure", "項目"),
    template("As published", "公表値"),
    template("As known now", "訂正値"),
    template("Difference", "差"),
];

/// Figures that are compared: by what they are called in a bulletin's figures, and as they are printed.
const COMPARED: &[(&str, Head)] = &[
    ("virus", template("Virus reports", "ウイルスの届出件数")),
    ("detections", template("Detections", "ウイルスの検出数")),
    ("access", template("Reports of unauthorized access", "不正アクセスの届出件数")),
    ("damaged", template("Of these with damage", "うち被害あり")),
    ("accesses", template("Accesses", "アクセス数")),
    ("sources", template("Sources", "発信元数")),
];

impl Summary {
    fn series(&self, what: &str) -> Option<&Series> {
        let (reports, seen) = (self.reports.as_ref(), self.monitoring.as_ref());
        match what {
            "virus" => reports.map(|reports| &reports.virus),
            "detections" => reports.map(|reports| &reports.detections),
            "access" => reports.map(|reports| &reports.access),
            "damaged" => reports.map(|reports| &reports.damaged),
            "accesses" => seen.map(|seen| &seen.accesses),
            "sources" => seen.map(|seen| &seen.sources),
            _ => None,
        }
    }

    /// What a later bulletin compares with what it knows: the month's own figures.
    pub fn told(&self) -> Earlier {
        let own = |(what, _): &(&str, Head)| {
            let figure = at(self.series(what)?, self.month)?;
            Some(((*what).to_owned(), figure.clone()))
        };
        Earlier { month: self.month, figures: COMPARED.iter().filter_map(own).collect() }
    }
}

/// A figure that was told of a month, and what is known now.
struct Compared<'a> {
    month: Month,
    what: &'static str,
    words: &'static Head,
    told: &'a Figure,
    now: &'a Figure,
}

fn compared(summary: &Summary) -> Vec<Compared<'_>> {
    let mut all = Vec::new();
    for Earlier { month, figures } in &summary.earlier {
        for (what, words) in COMPARED {
            let told = figures.0.iter().find(|(name, _)| name == what).map(|(_, figure)| figure);
            let now = summary.series(what).and_then(|series| at(series, *month));
            all.extend(told.zip(now).map(|(told, now)| Compared {
                month: *month,
                what,
                words,
                told,
                now,
            }));
        }
    }
    all
}

pub(super) fn add(summary: &Summary, page: &mut Page) {
    page.heading(2, &template("Revisions", "過去の数値の訂正"));
    let all = compared(summary);
    if all.is_empty() {
        return page.words(&NO_EARLIER);
    }
    let origin = page.origin("earlier bulletins", "as-published", summary.month);
    let count = |count: usize| statement::value(&Figure::exact(count as u64));
    let revised: Vec<_> = all.iter().filter(|one| one.told.value != one.now.value).collect();
    let figures = page.say("revisions-compared", &origin, Some(count(all.len())));
    if revised.is_empty() {
        return page.paragraph(Sentence::new(&NONE).figure("figures", figures).said());
    }
    let said = page.say("revisions", &origin, Some(count(revised.len())));
    page.paragraph(Sentence::new(&SOME).figure("figures", figures).figure("revised", said).said());
    let mut rows = Vec::new();
    for Compared { month: of, what, words, told, now } in revised {
        let origin = page.origin("earlier bulletins", "as-published", *of);
        let id = format!("revision-{of}-{what}");
        let difference =
            page.say(&format!("{id}-difference"), &origin, statement::difference(now, told));
        let told = page.say(&format!("{id}-told"), &origin, Some(statement::value(told)));
        let now = page.say(&format!("{id}-now"), &origin, Some(statement::value(now)));
        rows.push(vec![
            time(month(*of)),
            name((*words).clone().map(str::to_owned)),
            cell(told),
            cell(now),
            cell(difference),
        ]);
    }
    let caption = template("Figures of earlier bulletins that are revised", "訂正した過去の数値");
    page.table("revisions", &caption, TABLE, rows);
}

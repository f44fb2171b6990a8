//! Virus reports and detections.

use claims::{Figure, Month, Row, Side};

use super::page::{Head, Page, cell, last, month, name, ranked, time};
use super::template;
use crate::both::Both;
use crate::disclosure::OTHER;
use crate::ledger::{Origin, Proven};
use crate::model::{Reports, Summary, at, of, row};
use crate::phrase::{Sentence, joined};
use crate::statement;

const TOTAL: Both<&str> = template(
    "{total} virus {total:report was|reports were} received in {month}, {change} from {then} in {before}.",
    "{month}のウイルスの届出件数は{total}件で、{before}の{then}件に対し{change}しました。",
);
const TOTAL_ALONE: Both<&str> = template(
    "{total} virus {total:report was|reports were} received in {month}.",
    "{month}のウイルスの届出件数は{total}件でした。",
);
const ABOVE: Both<&str> =
    template("They were {above} (since {since}).", "{since}以来、{above}ました。");
const BELOW: Both<&str> =
    template("They were {below} (since {since}).", "{since}以来、{below}ました。");
const EXTREME: Both<&str> = template("That is {extreme}.", "{extreme}です。");
const MAKES_IT: Both<&str> = template(
    "{family} alone makes {share} of the change.",
    "増減の{share}は{family}によるものです。",
);
const DETECTIONS: Both<&str> = template(
    "In all, {pieces} {pieces:piece of a virus was|pieces of viruses were} detected, {change} from {then} in {before}.",
    "ウイルスの検出数は{pieces}個で、{before}の{then}個に対し{change}しました。",
);
const WORST: Both<&str> = template(
    "{family} was reported most, {reports} {reports:time|times}.",
    "届出が最も多かったのは{family}で、{reports}件でした。",
);
const RUN: Both<&str> = template(
    "It has been the worst for {run}, as far as the data at hand prove.",
    "手元のデータで確認できる限り、{run}で最多です。",
);
const QUOTED_RUN: Both<&str> = template(
    "As {source} counted, it would be {run}; this is quoted and not proven here.",
    "{source}の公表によれば{run}ですが、これは引用であり、本書では検証していません。",
);
const FAMILY: Both<&str> = template(
    "{family}: {reports} {reports:report|reports}, {change} from {then} in {before}.",
    "{family}：{reports}件（{before}の{then}件に対し{change}）。",
);
const NEW_FAMILY: Both<&str> = template(
    "{family}: {reports} {reports:report|reports}; it is {new}, with none in {before}.",
    "{family}：{reports}件（{before}には届出がなく、{new}）。",
);
const FAMILY_ALONE: Both<&str> =
    template("{family}: {reports} {reports:report|reports}.", "{family}：{reports}件。");
const PIECES: Both<&str> = template(
    "Its detections were {pieces}, {change} from {then}.",
    "検出数は{pieces}個で、前月の{then}個に対し{change}しました。",
);
const PIECES_TIMES: Both<&str> = template(
    "Its detections were {times} those of the month before: {pieces} after {then}.",
    "検出数は前月の{then}個から{pieces}個へと、{times}になりました。",
);
const NOTHING: Both<&str> = template(
    "There is no data of virus reports in this month.",
    "当月のウイルスの届出のデータはありません。",
);
#[cfg(test)]
pub(super) const TEMPLATES: &[Both<&str>] = &[
    TOTAL,
    TOTAL_ALONE,
    ABOVE,
    BELOW,
    EXTREME,
    MAKES_IT,
    DETECTIONS,
    WORST,
    RUN,
    QUOTED_RUN,
    FAMILY,
    NEW_FAMILY,
    FAMILY_ALONE,
    PIECES,
    PIECES_TIMES,
    NOTHING,
];

const FAMILIES: &[Head] = &[
    template("Family", "ウイルス名"),
    template("Reports", "届出件数"),
    template("Month before", "前月"),
    template("Change", "前月比"),
];
const TOTALS: &[Head] = &[
    template("Figure", "項目"),
    template("This month", "当月"),
    template("Month before", "前月"),
    template("Change", "前月比"),
];
const REPORTS: Head = template("Virus reports", "ウイルスの届出件数");
const DETECTED: Head = template("Detections", "ウイルスの検出数");
const MONTHS: &[Head] = &[template("Month", "年月"), template("Reports", "届出件数")];

/// The families that are not told by name.
const REST: Both<&str> = template("Others together", "その他の合計");

/// Families that are told in the list.
const TOLD: usize = 4;

pub(super) fn add(summary: &Summary, page: &mut Page) {
    page.heading(
        2,
        &template("Virus reports and detections", "コンピュータウイルスの届出・検出状況"),
    );
    let Some(reports) = &summary.reports else { return page.words(&NOTHING) };
    let Some(now) = at(&reports.virus, summary.month) else { return page.words(&NOTHING) };
    let text = Virus::of(summary, reports, page);
    let sentences =
        [text.total(page, now), text.standing(page), text.makes_it(page), text.detections(page)];
    page.paragraph(joined(sentences));
    let worst = text.worst(page);
    page.paragraph(worst);
    text.families(page);
    text.tables(page);
}

/// What the part goes by.
pub(super) struct Virus<'a> {
    month: Month,
    before: Option<Month>,
    reports: &'a Reports,
    virus: Origin,
    pieces: Origin,
}

impl<'a> Virus<'a> {
    pub(super) fn of(summary: &Summary, reports: &'a Reports, page: &Page) -> Virus<'a> {
        let month = summary.month;
        let mut virus = page.origin("report count", &reports.virus_rule, month);
        virus.breaks.clone_from(&reports.breaks);
        let pieces = page.origin("report count", "detections", month);
        Virus { month, before: month.back(1), reports, virus, pieces }
    }

    fn then(&self, series: &'a claims::Series) -> Option<&'a Figure> {
        at(series, self.before?)
    }

    /// The change from the month before. Both figures say their month, so that none is told over a break.
    fn change(&self, now: &Figure, then: &Figure) -> Option<claims::Statement> {
        let dated = |figure: &Figure, month: Month| statement::dated(figure, month);
        statement::change(&dated(now, self.month), &dated(then, self.before?))
    }

    fn words_before(&self) -> Both<String> {
        self.before.map(month).unwrap_or_default()
    }

    pub(super) fn total(&self, page: &mut Page, now: &Figure) -> crate::Sentences {
        let then = self.then(&self.reports.virus);
        let total = page.say("virus-reports", &self.virus, Some(statement::value(now)));
        let before = page.say("virus-reports-before", &self.virus, then.map(statement::value));
        let change = then.and_then(|then| self.change(now, then));
        let change = page.say("virus-reports-change", &self.virus, change);
        Sentence::new(&TOTAL)
            .figure("total", total.clone())
            .figure("then", before)
            .figure("change", change)
            .time("month", month(self.month))
            .time("before", self.words_before())
            .said()
            .or_else(|| {
                Sentence::new(&TOTAL_ALONE)
                    .figure("total", total)
                    .time("month", month(self.month))
                    .said()
            })
    }

    /// How the month stands among those before it: beyond a round number for the first time in a while, or the
    /// highest or lowest in a while.
    pub(super) fn standing(&self, page: &mut Page) -> crate::Sentences {
        let first = |page: &mut Page, side, id: &str, slot, template| {
            let first = statement::first(side, &self.reports.virus, self.month)?;
            let claims::Statement::First(ref stated) = first else { return None };
            let since = self.month.back(stated.stated_months)?;
            let said = page.say(id, &self.virus, Some(first));
            Sentence::new(template).figure(slot, said).time("since", month(since)).said()
        };
        let above = first(page, Side::Above, "virus-reports-first-above", "above", &ABOVE);
        let found = above
            .or_else(|| first(page, Side::Below, "virus-reports-first-below", "below", &BELOW));
        found.or_else(|| {
            let extreme = statement::extreme(&self.reports.virus, self.month);
            let extreme = page.say("virus-reports-extreme", &self.virus, extreme);
            Sentence::new(&EXTREME).figure("extreme", extreme).said()
        })
    }

    /// The family that makes most of the change of all reports, where one does.
    fn makes_it(&self, page: &mut Page) -> crate::Sentences {
        let whole = (at(&self.reports.virus, self.month)?, self.then(&self.reports.virus)?);
        let rows =
            (row(&self.reports.families, self.month)?, row(&self.reports.families, self.before?)?);
        let (now, then) =
            (statement::dated(whole.0, self.month), statement::dated(whole.1, self.before?));
        let (family, share) = statement::makes_it(rows, (&now, &then))?;
        let share = page.say("virus-reports-made-by", &self.virus, Some(share));
        let sentence = Sentence::new(&MAKES_IT).figure("share", share);
        sentence.name("family", Both::alike(&family)).said()
    }

    pub(super) fn detections(&self, page: &mut Page) -> crate::Sentences {
        let now = at(&self.reports.detections, self.month)?;
        let then = self.then(&self.reports.detections)?;
        let pieces = page.say("detections", &self.pieces, Some(statement::about(now)));
        let before = page.say("detections-before", &self.pieces, Some(statement::about(then)));
        let change = page.say("detections-change", &self.pieces, self.change(now, then));
        Sentence::new(&DETECTIONS)
            .figure("pieces", pieces)
            .figure("then", before)
            .figure("change", change)
            .time("before", self.words_before())
            .said()
    }

    pub(super) fn worst(&self, page: &mut Page) -> crate::Sentences {
        let families = row(&self.reports.families, self.month)?;
        let (leader, first) = statement::leader(families)?;
        let family = page.say("virus-worst", &self.virus, Some(first));
        let count = of(families, &leader).map(statement::value);
        let count = page.say(&format!("virus-reports-{leader}"), &self.virus, count);
        let worst = Sentence::new(&WORST).figure("family", family).figure("reports", count).said();
        let run = statement::run(&self.reports.families, self.month, &leader);
        let run = page.say("virus-worst-run", &self.virus, run);
        let run = Sentence::new(&RUN).figure("run", run).said();
        joined([worst, run, self.quoted(page, &leader)])
    }

    fn quoted(&self, page: &mut Page, leader: &str) -> crate::Sentences {
        let quoted = self.reports.quoted_run.as_ref()?;
        let source = quoted.source.clone().unwrap_or_default();
        let run = statement::quoted_run(&self.reports.families, self.month, leader, quoted);
        let run = page.say("virus-worst-run-quoted", &self.virus, run);
        Sentence::new(&QUOTED_RUN).figure("run", run).name("source", Both::alike(&source)).said()
    }

    fn families(&self, page: &mut Page) {
        let Some(families) = row(&self.reports.families, self.month) else { return };
        let named = ranked(families);
        let told = named.get(..TOLD).unwrap_or(&named);
        let items = told.iter().filter_map(|(family, now)| {
            joined([self.family(page, family, now), self.pieces_of(page, family)])
        });
        let items = items.collect();
        page.list(items);
    }

    fn family(&self, page: &mut Page, family: &str, now: &Figure) -> crate::Sentences {
        let id = format!("virus-reports-{family}");
        let reports = page.say(&id, &self.virus, Some(statement::value(now)));
        let rows = (
            row(&self.reports.families, self.month)?,
            self.before.and_then(|before| row(&self.reports.families, before)),
        );
        let Some(then) = rows.1.and_then(|row| of(row, family)) else {
            return self.family_alone(page, family, (reports, &id), rows);
        };
        let before = page.say(&format!("{id}-before"), &self.virus, Some(statement::value(then)));
        let change = page.say(&format!("{id}-change"), &self.virus, self.change(now, then));
        let alone = Sentence::new(&FAMILY_ALONE)
            .name("family", Both::alike(family))
            .figure("reports", reports.clone());
        let whole = Sentence::new(&FAMILY)
            .name("family", Both::alike(family))
            .figure("reports", reports)
            .figure("then", before)
            .figure("change", change)
            .time("before", self.words_before());
        whole.said().or_else(|| alone.said())
    }

    /// A family without a figure of the month before: new, where every report of that month is another's.
    fn family_alone(
        &self,
        page: &mut Page,
        family: &str,
        (reports, id): (Option<Proven>, &str),
        (now, then): (&Row, Option<&Row>),
    ) -> crate::Sentences {
        let is_whole = |then: &&Row| {
            self.then(&self.reports.virus).is_some_and(|all| statement::is_whole(then, all))
        };
        let new = then.filter(is_whole).map(|then| statement::new_entry(now, then, family));
        let new = page.say(&format!("{id}-new"), &self.virus, new);
        let said = |template| {
            Sentence::new(template)
                .name("family", Both::alike(family))
                .figure("reports", reports.clone())
        };
        let whole = said(&NEW_FAMILY).figure("new", new).time("before", self.words_before());
        whole.said().or_else(|| said(&FAMILY_ALONE).said())
    }

    pub(super) fn pieces_of(&self, page: &mut Page, family: &str) -> crate::Sentences {
        let now = row(&self.reports.pieces, self.month).and_then(|row| of(row, family))?;
        let then = row(&self.reports.pieces, self.before?).and_then(|row| of(row, family))?;
        if now.value.is_zero() || then.value.is_zero() {
            return None;
        }
        let id = format!("detections-{family}");
        let pieces = page.say(&id, &self.pieces, Some(statement::about(now)));
        let before = page.say(&format!("{id}-before"), &self.pieces, Some(statement::about(then)));
        let words = statement::in_words(now, then)
            .filter(|statement| matches!(statement, claims::Statement::Multiple(_)));
        if let Some(words) = words {
            let times = page.say(&format!("{id}-times"), &self.pieces, Some(words));
            return Sentence::new(&PIECES_TIMES)
                .figure("times", times)
                .figure("pieces", pieces)
                .figure("then", before)
                .said();
        }
        let change = page.say(&format!("{id}-change"), &self.pieces, self.change(now, then));
        Sentence::new(&PIECES)
            .figure("pieces", pieces)
            .figure("then", before)
            .figure("change", change)
            .said()
    }

    /// A count of reports, that of the month before, and the change: three cells.
    fn counted(
        &self,
        page: &mut Page,
        id: &str,
        now: Option<&Figure>,
        then: Option<&Figure>,
    ) -> Vec<Both<press::Cell>> {
        let value = page.say(id, &self.virus, now.map(statement::value));
        let before = page.say(&format!("{id}-before"), &self.virus, then.map(statement::value));
        let change = now.zip(then).and_then(|(now, then)| self.change(now, then));
        let change = page.say(&format!("{id}-change"), &self.virus, change);
        vec![cell(value), cell(before), cell(change)]
    }

    /// Reports and detections, beside those of the month before.
    fn totals(&self, page: &mut Page) {
        let now = at(&self.reports.virus, self.month);
        let then = self.then(&self.reports.virus);
        let mut rows = vec![vec![name(REPORTS.map(str::to_owned))]];
        rows[0].extend(self.counted(page, "virus-reports", now, then));
        if let Some(now) = at(&self.reports.detections, self.month) {
            let then = self.then(&self.reports.detections);
            let said = page.say("detections", &self.pieces, Some(statement::about(now)));
            let before = page.say("detections-before", &self.pieces, then.map(statement::about));
            let change = then.and_then(|then| self.change(now, then));
            let change = page.say("detections-change", &self.pieces, change);
            rows.push(vec![
                name(DETECTED.map(str::to_owned)),
                cell(said),
                cell(before),
                cell(change),
            ]);
        }
        let caption = template("Virus reports and detections", "ウイルスの届出件数と検出数");
        page.table("virus-totals", &caption, TOTALS, rows);
    }

    fn tables(&self, page: &mut Page) {
        self.totals(page);
        let before = self.before.and_then(|before| row(&self.reports.families, before));
        let mut rows = Vec::new();
        if let Some(now) = row(&self.reports.families, self.month) {
            for (family, figure) in ranked(now) {
                let then = before.and_then(|row| of(row, family));
                let id = format!("virus-reports-{family}");
                let mut cells = vec![name(Both::alike(family))];
                cells.extend(self.counted(page, &id, Some(figure), then));
                rows.push(cells);
            }
            if let Some(rest) = of(now, OTHER) {
                let rest =
                    page.say("virus-reports-other", &self.virus, Some(statement::value(rest)));
                let nothing = || cell(None);
                let rest = vec![name(REST.map(str::to_owned)), cell(rest), nothing(), nothing()];
                rows.push(rest);
            }
        }
        let caption = template("Virus reports by family", "ウイルス別届出件数");
        page.table("virus-families", &caption, FAMILIES, rows);
        self.months(page);
    }

    fn months(&self, page: &mut Page) {
        let mut rows = Vec::new();
        let series = last(&self.reports.virus, self.month, 13);
        for (of, figure) in &series.0 {
            let id = match of {
                of if *of == self.month => "virus-reports".to_owned(),
                of if Some(*of) == self.before => "virus-reports-before".to_owned(),
                of => format!("virus-reports-{of}"),
            };
            let said = page.say(&id, &self.virus, Some(statement::value(figure)));
            rows.push(vec![time(month(*of)), cell(said)]);
        }
        let caption = template("Virus reports by month", "ウイルスの届出件数の推移");
        let said: Vec<_> = rows.iter().filter_map(|row: &Vec<_>| row.get(1).cloned()).collect();
        page.bars("virus-months", &caption, &series, &said);
        page.table("virus-months", &caption, MONTHS, rows);
    }
}

//! Virus reports and detections.

mod families;
mod tables;

use claims::{Figure, Month, Side};

use crate::both::Both;
use crate::ledger::Origin;
use crate::model::{Reports, Summary, at, of, row};
use crate::part::page::{Page, month};
use crate::part::template;
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
#[cfg(test)]
pub(super) use families::TEMPLATES as FAMILY_TEMPLATES;

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
    NOTHING,
];

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
        let mut virus = page.reported(reports, &reports.virus_rule, month);
        virus.breaks.clone_from(&reports.breaks);
        let pieces = page.reported(reports, "detections", month);
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
}

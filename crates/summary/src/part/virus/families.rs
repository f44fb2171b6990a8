//! What is said of each family of viruses.

use claims::{Figure, Row};

use super::Virus;
use crate::both::Both;
use crate::ledger::Proven;
use crate::model::{of, row};
use crate::part::page::{Page, ranked};
use crate::part::template;
use crate::phrase::{Sentence, joined};
use crate::statement;

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
#[cfg(test)]
pub(in crate::part) const TEMPLATES: &[Both<&str>] =
    &[FAMILY, NEW_FAMILY, FAMILY_ALONE, PIECES, PIECES_TIMES];

/// Families that are told in the list.
const TOLD: usize = 4;

impl Virus<'_> {
    pub(super) fn families(&self, page: &mut Page) {
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

    fn pieces_of(&self, page: &mut Page, family: &str) -> crate::Sentences {
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
}

//! Tables and charts of virus reports.

use claims::Figure;

use super::Virus;
use crate::both::Both;
use crate::disclosure::OTHER;
use crate::model::{at, of, row};
use crate::part::page::{Head, Page, cell, last, month, name, ranked, time};
use crate::part::template;
use crate::statement;

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

impl Virus<'_> {
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

    pub(super) fn tables(&self, page: &mut Page) {
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

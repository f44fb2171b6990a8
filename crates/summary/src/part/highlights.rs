//! Highlights: what the parts say first, said again at the top.

use super::page::Page;
use super::virus::Virus;
use super::{access, monitoring, template};
use crate::both::Both;
use crate::model::{Summary, at};
use crate::phrase::joined;

const NOTHING: Both<&str> =
    template("There is no data of this month.", "当月のデータはありません。");
#[cfg(test)]
pub(super) const TEMPLATES: &[Both<&str>] = &[NOTHING];

pub(super) fn add(summary: &Summary, page: &mut Page) {
    page.heading(2, &template("Highlights", "概況"));
    let mut items = Vec::new();
    if let Some(reports) = &summary.reports {
        let virus = Virus::of(summary, reports, page);
        let total = at(&reports.virus, summary.month).and_then(|now| virus.total(page, now));
        let standing = total.as_ref().and_then(|_| virus.standing(page));
        items.extend(joined([total, standing]));
        items.extend(joined([virus.worst(page)]));
        let access = access::total(summary, reports, page);
        let damaged = access.as_ref().and_then(|_| access::damaged(summary, reports, page));
        items.extend(joined([access, damaged]));
    }
    if let Some(seen) = &summary.monitoring {
        items.extend(joined([monitoring::total(summary, seen, page)]));
        items.extend(monitoring::surges(summary, seen, page));
    }
    if items.is_empty() {
        return page.words(&NOTHING);
    }
    page.list(items);
}

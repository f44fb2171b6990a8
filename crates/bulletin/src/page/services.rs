//! The services most tried, with their ranks in the month before.

use maud::{Markup, html};

use crate::{Model, listing};

pub(super) fn section(model: &Model, chart: &Markup) -> Markup {
    let before = model.before.has_data();
    html! {
        section {
            h2 { "Ports and ICMP types" }
            (chart)
            (listing::services(&model.services, model.now.totals.accesses, if before { "new" } else { "no data" }))
            p.note { "Names: what IANA\u{2019}s registries assign; they do not say what was asked for. Rank before: in "
                (model.month.before().words())
                @if !before { ", of which the archive has no data" } "." }
        }
    }
}

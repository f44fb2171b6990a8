//! The overview: what came uninvited, by day and point, service, source, place, scanner, kind and
//! tool.

mod days;
mod form;
mod places;
mod scanners;
mod tables;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::look::{chart, figure, rate};
use archive::Archive;
use archive::question::{
    AsnCount, CountryCount, DayOfPoint, KindCount, Period, ScannerCount, Scope, ServiceCount,
    Source, ToolCount, Totals,
};
use axum::extract::rejection::QueryRejection;
use axum::extract::{self, State};
use maud::{Markup, html};

use crate::error::Failure;
use crate::query::{Query, View};
use crate::shell::{self, Room};

/// How many services and sources are listed.
const TOP: usize = 20;
/// How many countries, networks and scanners are listed.
const SHORT: usize = 10;

/// The answers that the page is made of.
struct Overview {
    view: View,
    zone: String,
    points: BTreeSet<String>,
    totals: Totals,
    days: Vec<DayOfPoint>,
    services: Vec<ServiceCount>,
    sources: Vec<Source>,
    countries: Vec<CountryCount>,
    asns: Vec<AsnCount>,
    scanners: Vec<ScannerCount>,
    kinds: Vec<KindCount>,
    tools: Vec<ToolCount>,
}

/// The page.
pub(crate) async fn page(
    State(archive): State<Arc<Archive>>,
    query: Result<extract::Query<Query>, QueryRejection>,
) -> Result<Markup, Failure> {
    let extract::Query(query) = query.map_err(|error| Failure::Usage(error.body_text()))?;
    let Some(extent) = archive.extent().await? else {
        return Ok(shell::page("Overview", Room::Overview, &empty()));
    };
    let overview = Overview::gather(&archive, query.view(extent)?).await?;
    Ok(shell::page("Overview", Room::Overview, &overview.body(extent)?))
}

fn empty() -> Markup {
    html! {
        header { h1 { "Nothing is watched yet" } }
        p { "The archive is empty. " (shell::how_to_import()) }
    }
}

impl Overview {
    async fn gather(archive: &Archive, view: View) -> archive::Result<Self> {
        let scope = view.scope();
        let everywhere = archive.days(&Scope { point: None, ..scope.clone() }).await?.rows;
        let points = everywhere.iter().map(|row| row.point.clone()).collect();
        let chosen =
            |row: &DayOfPoint| view.point.as_ref().is_none_or(|point| point.as_str() == row.point);
        Ok(Overview {
            days: everywhere.into_iter().filter(chosen).collect(),
            points,
            zone: archive.zone().to_owned(),
            totals: archive.totals(&scope).await?.rows.into_iter().next().unwrap_or_default(),
            services: archive.services(&scope).await?.rows,
            sources: archive.sources(&scope, TOP).await?.rows,
            countries: archive.countries(&scope).await?.rows,
            asns: archive.asns(&scope).await?.rows,
            scanners: archive.scanners(&scope).await?.rows,
            kinds: archive.kinds(&scope).await?.rows,
            tools: archive.tools(&scope).await?.rows,
            view,
        })
    }

    fn body(&self, extent: Period) -> Result<Markup, Failure> {
        Ok(html! {
            header {
                h1 { "Unwanted access" }
                p.lead { (self.view.period.from) " to " (self.view.period.to) ", civil days in " (self.zone) "." }
                (form::form(&self.view, &self.points, extent))
            }
            @if self.totals.points == 0 {
                p { "There is no data of these days"
                    @if self.view.point.is_some() { " at this point" }
                    ". The archive holds " (extent.from) " to " (extent.to) "." }
            } @else {
                (self.cards())
                section {
                    h2 { "Days and points" }
                    (self.chart()?.figure())
                    (days::table(self))
                }
                (tables::services(self))
                (tables::sources(self))
                (places::section(self))
                (scanners::section(self))
                (tables::kinds_and_tools(self))
            }
        })
    }

    fn chart(&self) -> Result<chart::Chart, Failure> {
        let bars = chart::bars(self.view.period.days(), &self.days);
        let whose = self.view.point.as_ref().map_or("all points", |point| point.as_str());
        Ok(chart::days(format!("Accesses per day, {whose}"), &bars)?)
    }

    fn cards(&self) -> Markup {
        let totals = &self.totals;
        let per_day = rate::text(rate::accesses_per_day(totals));
        html! {
            dl.cards {
                (card("Accesses", &figure::count(totals.accesses), "packets: ", &figure::count_or_dash(totals.packets)))
                (card("Sources", &figure::count(totals.sources), "by TALOT2\u{2019}s rule; addresses: ", &figure::count(totals.plain_sources)))
                (card("Points", &figure::count(totals.points), "with data in these days", ""))
                (card("Accesses per point and day", &per_day, rate::note(totals), ""))
            }
        }
    }
}

fn card(name: &str, value: &str, note: &str, more: &str) -> Markup {
    html! { div {
        dt { (name) }
        dd.figure { (value) }
        dd.note { (note) (more) }
    } }
}

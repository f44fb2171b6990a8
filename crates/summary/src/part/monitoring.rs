//! Internet monitoring: what points saw.

use claims::{Figure, Row};

use super::page::{Head, Page, cell, month, name, ranked};
use super::template;
use crate::both::Both;
use crate::model::{Monitoring, Summary, Surge, at, of};
use crate::phrase::{Sentence, joined};
use crate::surge::{self, Levels};
use crate::{Sentences, number, statement};

const TOTAL: Both<&str> = template(
    "In {month}, {accesses} {accesses:access was|accesses were} counted at {points} {points:point|points}: {average} accesses per point and day ({coverage}).",
    "{month}のアクセス数は、{points}観測点で{accesses}件、一観測点一日あたり{average}件でした（{coverage}）。",
);
const CHANGE: Both<&str> = template(
    "That is {change} from {then} accesses in {before}.",
    "{before}の{then}件から{change}しました。",
);
const MAKES_IT: Both<&str> = template(
    "{service} alone makes {share} of the change.",
    "増減の{share}は{service}によるものです。",
);
const SOURCES: Both<&str> = template(
    "They came from {sources} {sources:source|sources}: {average} sources per point and day.",
    "発信元数は{sources}、一観測点一日あたり{average}でした。",
);
const SURGE: Both<&str> = template(
    "Accesses to {service} rose to {times} their usual level from {day}: {now} a day after {then}.",
    "{service}へのアクセスは、{day}以降、通常の{times}に増加しました（一日あたり{then}件から{now}件）。",
);
const BACKSCATTER: Both<&str> = template(
    "{accesses} {accesses:access was|accesses were} TCP SYN-ACK from {senders} {senders:address|addresses}: answers that nobody at the points had asked for, as those send who are attacked under forged addresses.",
    "観測点から要求していないTCP SYN-ACKの受信は{accesses}件、その発信元アドレスは{senders}でした（発信元を詐称した攻撃を受けた者からの応答とみられます）。",
);
const VICTIMS: Both<&str> = template(
    "The detectors, which look at every kind of such answers and ask for more of them, told of {victims} {victims:address|addresses} under attack.",
    "あらゆる種類の応答から一定の基準で判定した検知では、攻撃を受けたとみられるアドレスは{victims}でした。",
);
const MEASURED: Both<&str> = template("coverage measured", "観測時間による");
const ASSUMED: Both<&str> = template("coverage assumed", "観測時間は推定");
const MEASURED_PART: Both<&str> =
    template("watched {share} of the time", "観測期間の{share}を観測");
const ASSUMED_PART: Both<&str> = template(
    "watched {share} of the time, assumptions included",
    "観測期間の{share}を観測、推定を含む",
);
const NOTHING: Both<&str> =
    template("No point watched in this month.", "当月の観測データはありません。");
#[cfg(test)]
pub(super) const TEMPLATES: &[Both<&str>] = &[
    TOTAL,
    CHANGE,
    MAKES_IT,
    SOURCES,
    SURGE,
    BACKSCATTER,
    VICTIMS,
    MEASURED,
    ASSUMED,
    MEASURED_PART,
    ASSUMED_PART,
    NOTHING,
];

const SERVICES: &[Head] = &[
    template("Service", "宛先ポート"),
    template("Accesses", "アクセス数"),
    template("Share", "割合"),
    template("Rank", "順位"),
    template("Rank before", "前月順位"),
];
const SHARES: [&[Head]; 2] = [
    &[
        template("Country", "国・地域"),
        template("Accesses", "アクセス数"),
        template("Share", "割合"),
    ],
    &[template("Tool", "ツール"), template("Accesses", "アクセス数"), template("Share", "割合")],
];

/// Services that the table shows.
const SHOWN: usize = 10;

pub(super) fn add(summary: &Summary, page: &mut Page) {
    page.heading(2, &template("Internet monitoring", "インターネット定点観測"));
    let Some(monitoring) = &summary.monitoring else { return page.words(&NOTHING) };
    let Some(total) = total(summary, monitoring, page) else { return page.words(&NOTHING) };
    let (change, sources) = (change(summary, monitoring, page), sources(summary, monitoring, page));
    page.paragraph(joined([Some(total), change, sources]));
    let surges = surges(summary, monitoring, page);
    page.list(surges);
    let backscatter = backscatter(summary, monitoring, page);
    page.paragraph(backscatter);
    services(summary, monitoring, page);
    let caption = template("Accesses by country", "国・地域別アクセス数");
    shares(summary, page, "country", &monitoring.countries, (&caption, SHARES[0]));
    let caption = template("Accesses by tool", "ツール別アクセス数");
    shares(summary, page, "tool", &monitoring.tools, (&caption, SHARES[1]));
}

pub(super) fn total(summary: &Summary, monitoring: &Monitoring, page: &mut Page) -> Sentences {
    let origin = page.origin("totals", "talot2-accesses", summary.month);
    let accesses = at(&monitoring.accesses, summary.month)?;
    let points = Figure::exact(monitoring.points);
    let seconds = monitoring.seconds_up.as_ref();
    let average = statement::average(accesses, monitoring.points, summary.days, seconds, true);
    Sentence::new(&TOTAL)
        .figure("accesses", page.say("accesses", &origin, Some(statement::value(accesses))))
        .figure("points", page.say("points", &origin, Some(statement::value(&points))))
        .figure("average", page.say("accesses-per-point-day", &origin, average))
        .spans("coverage", coverage(summary, monitoring, page))
        .time("month", month(summary.month))
        .said()
}

/// How much of the points' time they watched, and whether that is known.
fn coverage(summary: &Summary, monitoring: &Monitoring, page: &mut Page) -> Sentences {
    let is_assumed = monitoring.coverage_assumed;
    let Some(seconds) = &monitoring.seconds_up else {
        return Sentence::new(if is_assumed { &ASSUMED } else { &MEASURED }).said();
    };
    let origin = page.origin("totals", "coverage", summary.month);
    let all = u64::from(monitoring.points) * u64::from(summary.days) * 86_400;
    let all = monitoring.seconds_whole.clone().unwrap_or_else(|| all.into());
    let share = statement::share(&Figure::exact(seconds.clone()), &Figure::exact(all));
    let template = if is_assumed { &ASSUMED_PART } else { &MEASURED_PART };
    Sentence::new(template).figure("share", page.say("coverage", &origin, share)).said()
}

fn change(summary: &Summary, monitoring: &Monitoring, page: &mut Page) -> Sentences {
    let origin = page.origin("totals", "talot2-accesses", summary.month);
    let before = summary.month.back(1)?;
    let (now, then) = (at(&monitoring.accesses, summary.month)?, at(&monitoring.accesses, before)?);
    let change = page.say("accesses-change", &origin, statement::change(now, then));
    let then = page.say("accesses-before", &origin, Some(statement::value(then)));
    let sentence = Sentence::new(&CHANGE).figure("change", change).figure("then", then);
    let change = sentence.time("before", month(before)).said();
    joined([change, makes_it(summary, monitoring, page)])
}

/// The service that makes most of the change of all accesses, where one does.
fn makes_it(summary: &Summary, monitoring: &Monitoring, page: &mut Page) -> Sentences {
    let origin = page.origin("services", "talot2-accesses", summary.month);
    let all = |month| at(&monitoring.accesses, month);
    let whole = (all(summary.month)?, all(summary.month.back(1)?)?);
    let rows = (&monitoring.services, &monitoring.services_before);
    let (service, share) = statement::makes_it(rows, whole)?;
    let share = page.say("accesses-made-by", &origin, Some(share));
    let sentence = Sentence::new(&MAKES_IT).figure("share", share);
    sentence.name("service", Both::alike(&service)).said()
}

fn sources(summary: &Summary, monitoring: &Monitoring, page: &mut Page) -> Sentences {
    let origin = page.origin("totals", "talot2-sources", summary.month);
    let sources = at(&monitoring.sources, summary.month)?;
    let seconds = monitoring.seconds_up.as_ref();
    let average = statement::average(sources, monitoring.points, summary.days, seconds, false);
    Sentence::new(&SOURCES)
        .figure("sources", page.say("sources", &origin, Some(statement::value(sources))))
        .figure("average", page.say("sources-per-point-day", &origin, average))
        .said()
}

pub(super) fn surges(
    summary: &Summary,
    monitoring: &Monitoring,
    page: &mut Page,
) -> Vec<crate::Both<Vec<press::Span>>> {
    let found = if monitoring.surges.is_empty() {
        surge::found(&monitoring.days_of_services.0)
    } else {
        monitoring.surges.clone()
    };
    let told = found.iter().filter_map(|surge| told(summary, monitoring, page, surge));
    told.collect()
}

fn told(summary: &Summary, monitoring: &Monitoring, page: &mut Page, surge: &Surge) -> Sentences {
    let origin = page.origin("services by day", "talot2-accesses", summary.month);
    let Surge { service, first_day } = surge;
    let (_, days) = monitoring.days_of_services.0.iter().find(|(name, _)| name == service)?;
    let Levels { usual, since } = surge::levels(days, *first_day).filter(Levels::is_surge)?;
    let id = |what: &str| format!("surge-{service}-{what}");
    let times = page.say(&id("times"), &origin, statement::between(&since, &usual));
    let now = page.say(&id("since"), &origin, Some(statement::value(&since)));
    let then = page.say(&id("usual"), &origin, Some(statement::value(&usual)));
    Sentence::new(&SURGE)
        .name("service", Both::alike(service))
        .figure("times", times)
        .figure("now", now)
        .figure("then", then)
        .time("day", number::day(summary.month, *first_day))
        .said()
}

fn backscatter(summary: &Summary, monitoring: &Monitoring, page: &mut Page) -> Sentences {
    let origin = page.origin("kinds", "talot2-accesses", summary.month);
    let found = page.origin("findings", "backscatter", summary.month);
    let seen = monitoring.backscatter.as_ref()?;
    let accesses = page.say("backscatter", &origin, Some(statement::value(&seen.accesses)));
    let senders = page.say("backscatter-senders", &origin, Some(statement::value(&seen.senders)));
    let victims = page.say("victims", &found, seen.victims.as_ref().map(statement::value));
    let victims = Sentence::new(&VICTIMS).figure("victims", victims).said();
    joined([
        Sentence::new(&BACKSCATTER).figure("accesses", accesses).figure("senders", senders).said(),
        victims,
    ])
}

fn services(summary: &Summary, monitoring: &Monitoring, page: &mut Page) {
    let origin = page.origin("services", "talot2-accesses", summary.month);
    let all = at(&monitoring.accesses, summary.month).cloned();
    let ranking = ranked(&monitoring.services);
    let named = ranking.into_iter().take(SHOWN);
    let (mut rows, mut bars) = (Vec::new(), Vec::new());
    for (service, count) in named {
        let id = |what: &str| format!("service-{service}-{what}");
        let share = all.as_ref().and_then(|all| statement::share(count, all));
        let rank = statement::rank(&monitoring.services, service);
        let before = of(&monitoring.services_before, service)
            .and_then(|_| statement::rank(&monitoring.services_before, service));
        let accesses = page.say(&id("accesses"), &origin, Some(statement::value(count)));
        let share = page.say(&id("share"), &origin, share);
        let rank = page.say(&id("rank"), &origin, rank);
        let before = page.say(&id("rank-before"), &origin, before);
        let accesses = cell(accesses);
        bars.push((service, count, accesses.clone()));
        rows.push(vec![
            name(Both::alike(service)),
            accesses,
            cell(share),
            cell(rank),
            cell(before),
        ]);
    }
    let caption = template("Services by accesses", "宛先ポート別アクセス数");
    page.names("services", &caption, &bars);
    page.table("services", &caption, SERVICES, rows);
}

fn shares(
    summary: &Summary,
    page: &mut Page,
    what: &str,
    row: &Row,
    (caption, heads): (&Head, &[Head]),
) {
    let origin = page.origin(what, "talot2-accesses", summary.month);
    let all =
        summary.monitoring.as_ref().and_then(|seen| at(&seen.accesses, summary.month)).cloned();
    let mut rows = Vec::new();
    for (of, count) in ranked(row).into_iter().take(SHOWN) {
        let share = all.as_ref().and_then(|all| statement::share(count, all));
        let accesses =
            page.say(&format!("{what}-{of}-accesses"), &origin, Some(statement::value(count)));
        let share = page.say(&format!("{what}-{of}-share"), &origin, share);
        rows.push(vec![name(Both::alike(of)), cell(accesses), cell(share)]);
    }
    page.table(what, caption, heads, rows);
}

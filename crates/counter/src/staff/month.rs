//! A month: its counts under every rule, its published figures, and closing it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Redirect;
use incident::rule::{AWAITING, Count, Vintage};
use incident::staff::Act;
use incident::{Micros, Month, Share};
use maud::{Markup, html};
use register::Register;
use serde::Deserialize;

use super::months::month_of;
use crate::failure::Failure;
use crate::gate::{Filled, Place, Who};
use crate::words::{Language, Text, category, standing};
use crate::{Counter, now, shell};

/// The most parts of a count that are shown.
const PARTS: usize = 20;

/// What should be done with a month.
#[derive(Deserialize)]
pub(crate) struct Wish {
    act: String,
    #[serde(default)]
    sure: String,
}

/// A rule's figures of a month.
struct Figures {
    count: Count,
    vintages: Vec<Vintage>,
}

/// Everything about a month, and when it was closed.
fn figures(book: &mut Register, month: Month) -> register::Result<(Vec<Figures>, Option<Micros>)> {
    let mut rules: Vec<String> = book.rules().all().iter().map(|rule| rule.id.clone()).collect();
    rules.dedup();
    let (mut all, mut closed) = (Vec::new(), None);
    for rule in rules {
        let (count, standings) = (book.count(&rule, month)?, book.standings(&rule, month)?);
        closed = standings.closed;
        all.push(Figures { count, vintages: standings.vintages });
    }
    Ok((all, closed))
}

/// A month's page.
pub(crate) async fn month(
    State(counter): State<Arc<Counter>>,
    who: Who,
    Place(month): Place<String>,
) -> Result<Markup, Failure> {
    let month = month_of(&month)?;
    let (figures, closed) = counter.ask(move |book| figures(book, month)).await?;
    let say = |en, ja| who.language.say(en, ja);
    let waiting: u64 = figures.iter().map(|of| of.count.awaiting.len() as u64).max().unwrap_or(0);
    let body = html! {
        header {
            p.kicker { (say("Month", "月次集計")) }
            h1 { (month) }
            p.lead { @match closed {
                Some(at) => { (say("Closed at ", "締め切り：")) (shell::moment(&counter, at)) },
                None => (say("Preliminary: the month is not closed.", "速報値（まだ締め切っていません）")),
            } }
        }
        @if waiting > 0 {
            p.warning {
                a href="/staff/names" { @match who.language {
                    Language::En => { (waiting) " names wait for a person" },
                    Language::Ja => { (waiting) "件の名称が判断を待っています" },
                } }
                (say(". Their reports are in no family yet.", "。判断するまで、どの系統にも数えられません。"))
            }
        }
        (counts(&who, &figures))
        @for of in &figures { (parts(who.language, &of.count)) }
        h2 { (say("Published figures", "公表値の履歴")) }
        (vintages(&who, &counter, &figures))
        @if who.role.may(Act::Close) { (acts(&who, month, closed.is_some())) }
    };
    Ok(shell::staff(&who, &format!("/staff/months/{month}"), &month.to_string(), &body))
}

fn counts(who: &Who, figures: &[Figures]) -> Markup {
    let say = |en, ja| who.language.say(en, ja);
    html! {
        div.scroll.figures tabindex="0" role="group" aria-label=(say("Counts", "集計")) {
            table {
                thead { tr {
                    th scope="col" { (say("Rule", "集計規則")) }
                    th.n scope="col" { (say("Count", "件数")) }
                    th.n scope="col" { (say("With damage", "実害あり")) }
                    th.n scope="col" { (say("Published", "公表値")) }
                    th scope="col" { (say("Standing", "状態")) }
                } }
                tbody { @for Figures { count, vintages } in figures {
                    tr {
                        th scope="row" { (rule(who.language, &count.rule))
                            @if !count.in_use { small { (say(" — not in use in this month", "（この月には使われていない規則）")) } } }
                        td.n { (count.total) }
                        td.n { @if count.damaged > Share::ZERO { (count.damaged) } @else { "—" } }
                        td.n { @match vintages.last() { Some(last) => (last.count.total), None => "—" } }
                        td { @match vintages.last() { Some(last) => (who.language.of(&standing(last.standing))), None => "—" } }
                    }
                } }
            }
        }
    }
}

/// A count by its parts, the largest first.
fn parts(language: Language, count: &Count) -> Markup {
    let mut parts: Vec<_> = count.parts.iter().collect();
    parts.sort_by_key(|(part, share)| (std::cmp::Reverse(**share), (*part).clone()));
    let more = parts.len().saturating_sub(PARTS);
    html! {
        @if !parts.is_empty() {
            details {
                summary { (rule(language, &count.rule)) (language.say(", by its parts", "の内訳")) }
                dl.facts { @for (name, share) in parts.into_iter().take(PARTS) {
                    dt { (part(language, name)) }
                    dd { (share)
                        @if let Some(damaged) = count.damaged_parts.get(name) {
                            (language.say(", with damage ", "、うち実害あり ")) (damaged)
                        } }
                } }
                @if more > 0 { p.note { @match language {
                    Language::En => { "and " (more) " more" },
                    Language::Ja => { "ほか" (more) "種" },
                } } }
            }
        }
    }
}

/// A part: a category in the language of the page, what is waiting, or a name of the field's.
fn part(language: Language, name: &str) -> &str {
    if name == AWAITING {
        return language.say("waits for a name", "名称の判断待ち");
    }
    name.parse().map_or(name, |of| language.of(&category(of)))
}

/// What a rule counts. A rule of a team's own is told by its id.
fn rule(language: Language, id: &str) -> &str {
    match id {
        "ipa-2005" => {
            language.say("Virus reports, by the rule of 2005", "ウイルス届出（2005年の規則）")
        }
        "ipa-2019" => {
            language.say("Virus reports, by the rule of 2019", "ウイルス届出（2019年の規則）")
        }
        "detections-2004" => language.say("Detected pieces", "ウイルス検出数"),
        "access-one-category" => {
            language.say("Access reports, one category each", "不正アクセス届出（分類は1つ）")
        }
        "rsit-weighted" => {
            language.say("Access reports, by RSIT in shares", "不正アクセス届出（RSIT 按分）")
        }
        "consultations" => language.say("Consultations", "相談"),
        own => own,
    }
}

fn vintages(who: &Who, counter: &Counter, figures: &[Figures]) -> Markup {
    let say = |en, ja| who.language.say(en, ja);
    let mut all: Vec<&Vintage> = figures.iter().flat_map(|of| &of.vintages).collect();
    all.sort_by_key(|vintage| (vintage.counted, vintage.count.rule.clone()));
    html! {
        @if all.is_empty() { p { (say("None yet.", "まだありません。")) } }
        ol.events { @for vintage in all {
            li {
                small { (shell::moment(counter, vintage.counted)) ", "
                    (who.language.of(&standing(vintage.standing))) ", " (say("vintage ", "第")) (vintage.number) (say("", "版")) }
                (rule(who.language, &vintage.count.rule)) (say(": ", "：")) (vintage.count.total)
                @if let Some(before) = vintage.before { (say(", before ", "、前回 ")) (before) }
            }
        } }
    }
}

fn acts(who: &Who, month: Month, closed: bool) -> Markup {
    let say = |en, ja| who.language.say(en, ja);
    let action = format!("/staff/months/{month}");
    html! {
        div.work {
            form method="post" action=(action) {
                (shell::guard(who))
                input type="hidden" name="act" value="publish";
                p { (say(
                    "Keeps the figures as they are now, beside those that were published before.",
                    "現在の数値を公表値として、これまでの公表値とは別に記録します。",
                )) }
                button.quiet { (say("Publish the figures", "公表値を記録する")) }
            }
            @if !closed {
                form method="post" action=(action) {
                    (shell::guard(who))
                    input type="hidden" name="act" value="close";
                    p { (say(
                        "Closes the month and publishes its figures. It cannot be opened again.",
                        "月を締め切り、数値を確定値として記録します。元に戻せません。",
                    )) }
                    label.sure { input type="checkbox" name="sure" value="yes" required;
                        span { (say("I have looked at the figures above.", "上の数値を確認しました。")) } }
                    button { (say("Close the month", "月を締め切る")) }
                }
            }
        }
    }
}

/// Publishes a month's figures, or closes it and publishes them.
pub(crate) async fn change_month(
    State(counter): State<Arc<Counter>>,
    who: Who,
    Place(month): Place<String>,
    Filled(wish): Filled<Wish>,
) -> Result<Redirect, Failure> {
    who.must(Act::Close)?;
    let month = month_of(&month)?;
    let close = match (wish.act.as_str(), wish.sure.as_str()) {
        ("publish", _) => false,
        ("close", "yes") => true,
        ("close", _) => return Err(Failure::usage(UNSURE)),
        _ => {
            let words = Text(
                "A month is published or closed, and nothing else.",
                "月に対してできるのは、公表値の記録と締め切りだけです。",
            );
            return Err(Failure::usage(words));
        }
    };
    counter
        .ask(move |book| {
            let at = now();
            if close {
                book.close_month(month, &who.name, at)?;
            }
            let rules = book.rules().all().iter().filter(|rule| rule.is_valid_for(month));
            let rules: Vec<String> = rules.map(|rule| rule.id.clone()).collect();
            rules.iter().try_for_each(|rule| book.publish(rule, month, &who.name, at).map(drop))
        })
        .await?;
    Ok(Redirect::to(&format!("/staff/months/{month}")))
}

/// That somebody did not confirm.
pub(super) const UNSURE: Text<'_> = Text(
    "It was not confirmed: tick the box, as this cannot be undone.",
    "確認されていません。元に戻せない操作のため、確認欄にチェックを入れてください。",
);

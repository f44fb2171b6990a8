//! Names that wait for a person.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Redirect;
use incident::name::{Entry, Registry, Resolution, Scope, vendor};
use incident::staff::Act;
use maud::{Markup, html};
use register::Waiting;
use serde::Deserialize;

use crate::failure::Failure;
use crate::gate::{Filled, Who};
use crate::words::{Language, Text};
use crate::{Counter, now, shell};

/// Names of one page.
const MOST: usize = 100;

/// What somebody decided.
#[derive(Deserialize)]
pub(crate) struct Decision {
    stem: String,
    family: String,
    #[serde(default)]
    vendor: String,
    #[serde(default)]
    supersedes: String,
    #[serde(default)]
    new: String,
}

/// A name, and what the registry holds of it: entries by their numbers.
struct Case {
    waiting: Waiting,
    entries: Vec<(usize, String)>,
}

/// What the registry says of a stem, that still holds.
fn entries(names: &Registry, stem: &str) -> Vec<(usize, String)> {
    let gone: Vec<usize> = names
        .entries()
        .iter()
        .filter_map(|entry| match entry {
            Entry::Alias { supersedes, .. } => *supersedes,
            _ => None,
        })
        .collect();
    let said = (1..).zip(names.entries()).filter_map(|(number, entry)| match entry {
        Entry::Alias { alias, family, scope, .. } if alias == stem => {
            let scope: Vec<&str> =
                [&scope.vendor, &scope.variant].into_iter().flatten().map(String::as_str).collect();
            let scope =
                if scope.is_empty() { String::new() } else { format!(" ({})", scope.join(", ")) };
            Some((number, format!("{family}{scope}")))
        }
        Entry::Family { family, .. } if family.to_lowercase() == stem => {
            Some((number, family.clone()))
        }
        _ => None,
    });
    said.filter(|(number, _)| !gone.contains(number)).collect()
}

/// The queue.
pub(crate) async fn names(
    State(counter): State<Arc<Counter>>,
    who: Who,
) -> Result<Markup, Failure> {
    let (cases, families) = counter
        .ask(|book| {
            let waiting = book.waiting_names(MOST)?;
            let names = book.names();
            let case = |waiting: Waiting| Case { entries: entries(names, &waiting.stem), waiting };
            let cases: Vec<Case> = waiting.into_iter().map(case).collect();
            let families: Vec<String> = names.families().map(str::to_owned).collect();
            Ok((cases, families))
        })
        .await?;
    let say = |en, ja| who.language.say(en, ja);
    let title = say("Names that wait for a person", "判断待ちの名称");
    let may = who.role.may(Act::Decide);
    let body = html! {
        header {
            h1 { (title) }
            p.lead { (say(
                "A name that could be two families, or that nobody knows, is never guessed. What is decided here holds for every report, past ones too, and stands in the log.",
                "どの系統か決まらない名称は、推測せずにここで待ちます。ここでの判断は過去の届出にも適用され、記録に残ります。",
            )) }
        }
        @if cases.is_empty() { p { (say("No name waits.", "判断待ちの名称はありません。")) } }
        @else {
            datalist id="families" { @for family in &families { option value=(family); } }
            ul.queue { @for case in &cases { li {
                div {
                    strong { (case.waiting.stem) }
                    p.note { @match who.language {
                        Language::En => { (case.waiting.times) " times, such as " code { (case.waiting.example) } },
                        Language::Ja => { (case.waiting.times) "件、例：" code { (case.waiting.example) } },
                    } }
                    p.note { (means(who.language, &case.waiting.means)) }
                }
                @if may { (decision(&who, case)) }
            } } }
            @if !may { p.note { (say("Editors decide.", "判断は編集担当が行います。")) } }
        }
    };
    Ok(shell::staff(&who, "/staff/names", title, &body))
}

fn means(language: Language, means: &Resolution) -> String {
    match (means, language) {
        (Resolution::Ambiguous { families, .. }, Language::En) => {
            format!("It could be {}.", families.join(" or "))
        }
        (Resolution::Ambiguous { families, .. }, Language::Ja) => {
            format!("候補：{}", families.join("、"))
        }
        (Resolution::Unknown { suggestion: Some(family), .. }, Language::En) => {
            format!("Nobody knows it; elsewhere it means {family}.")
        }
        (Resolution::Unknown { suggestion: Some(family), .. }, Language::Ja) => {
            format!("未登録。ほかの資料では {family}")
        }
        (Resolution::Unknown { .. }, _) => language.say("Nobody knows it.", "未登録").to_owned(),
        (Resolution::Family { family }, Language::En) => {
            format!("Some of them mean {family}, others wait.")
        }
        (Resolution::Family { family }, Language::Ja) => {
            format!("一部は {family}、ほかは判断待ち")
        }
    }
}

fn decision(who: &Who, case: &Case) -> Markup {
    let say = |en, ja| who.language.say(en, ja);
    html! {
        form.decide method="post" action="/staff/names" {
            (shell::guard(who))
            input type="hidden" name="stem" value=(case.waiting.stem);
            label { (say("Family", "系統")) input type="text" name="family" list="families" required maxlength="60"; }
            label { (say("Only in names of", "このベンダーの名称に限る")) input type="text" name="vendor" maxlength="60"; }
            @if !case.entries.is_empty() {
                label { (say("In place of", "取り消す登録"))
                    select name="supersedes" {
                        option value="" { (say("nothing", "なし")) }
                        @for (number, said) in &case.entries { option value=(number) { (number) ": " (said) } }
                    } }
            }
            label.sure { input type="checkbox" name="new" value="yes";
                span { (say("It is a new family", "新しい系統として登録する")) } }
            button.quiet { (say("Decide", "決める")) }
        }
    }
}

/// Decides a name.
pub(crate) async fn decide(
    State(counter): State<Arc<Counter>>,
    who: Who,
    Filled(said): Filled<Decision>,
) -> Result<Redirect, Failure> {
    who.must(Act::Decide)?;
    let family = said.family.trim().to_owned();
    if said.stem.is_empty() || family.is_empty() || family.len() > 200 {
        let words = Text("Name the family.", "系統の名前を記入してください。");
        return Err(Failure::usage(words));
    }
    let supersedes = match said.supersedes.as_str() {
        "" => None,
        number => Some(number.parse::<usize>().map_err(|_| Failure::missing())?),
    };
    let is_new = said.new == "yes";
    let maker = Some(vendor(&said.vendor)).filter(|maker| !maker.is_empty());
    counter
        .ask(move |book| {
            let source = format!("decided by {}", who.name);
            if is_new {
                let entry = Entry::Family { family: family.clone(), source: source.clone() };
                book.decide(entry, &who.name, now())?;
                // Its own name is its first alias.
                if family.to_lowercase() == said.stem {
                    return Ok(());
                }
            }
            let scope = Scope { vendor: maker, ..Scope::default() };
            let entry = Entry::Alias { alias: said.stem, family, scope, source, supersedes };
            book.decide(entry, &who.name, now()).map(drop)
        })
        .await?;
    Ok(Redirect::to("/staff/names"))
}

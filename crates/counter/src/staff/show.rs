//! A report.

use std::sync::Arc;

use axum::extract::State;
use incident::name::Resolution;
use incident::record::{AccessReport, Body, Label, Occurred, VirusReport};
use incident::staff::Act;
use maud::{Markup, html};
use register::{Shown, ShownLine};

use super::list::tlp;
use crate::failure::Failure;
use crate::gate::{Place, Who};
use crate::words::{Language, category, cause, channel, class, found, kind, route, status};
use crate::{Counter, shell};

/// A report's page: everything but who filed it.
pub(crate) async fn show(
    State(counter): State<Arc<Counter>>,
    who: Who,
    Place(id): Place<i64>,
) -> Result<Markup, Failure> {
    let (shown, cases) = counter
        .ask(move |book| {
            let (shown, board) = (book.show(id)?, book.board()?);
            let linked =
                |case: &&incident::case::Case| case.links.iter().any(|link| link.filing == id);
            let cases = board.cases().filter(linked).map(|case| (case.id, case.title.clone()));
            Ok((shown, cases.collect::<Vec<_>>()))
        })
        .await?;
    who.must(Act::See(shown.filing.tlp))?;
    let filing = &shown.filing;
    let say = |en, ja| who.language.say(en, ja);
    let of = who.language.of(&kind(filing.body.kind()));
    let body = html! {
        header {
            p.kicker { @match who.language {
                Language::En => { (of) " report " (filing.id) },
                Language::Ja => { (of) "の届出 " (filing.id) },
            } }
            h1 { (filing.receipt) }
            p { (tlp(filing.tlp)) }
        }
        dl.facts {
            dt { (say("Received", "受付日時")) }
            dd { (shell::moment(&counter, filing.received)) (say(" by ", "、経路：")) (who.language.of(&channel(shown.item.channel))) }
            dt { (say("Reporter", "届出者")) }
            dd { (reporter(&who, &shown)) }
            (said(who.language, &shown))
        }
        @if !shown.sealed.is_empty() { (sealed(&who, &shown)) }
        h2 { (say("Cases", "案件")) }
        @if cases.is_empty() { p { (say("None.", "ありません。")) } }
        ul { @for (id, title) in &cases { li { a href={ "/staff/cases/" (id) } { (id) " " (title) } } } }
        form.choose method="post" action="/staff/cases" {
            (shell::guard(&who))
            input type="hidden" name="filing" value=(filing.id);
            label { (say("What it is about", "案件の件名")) input type="text" name="title" required maxlength="200"; }
            button { (say("Open a case", "案件を開く")) }
        }
    };
    let title = format!("{} {}", say("Report", "届出"), filing.receipt);
    Ok(shell::staff(&who, &format!("/staff/reports/{id}"), &title, &body))
}

fn reporter(who: &Who, shown: &Shown) -> Markup {
    let Some(reporter) = &shown.reporter else {
        return html! { (who.language.say("anonymous", "匿名")) };
    };
    html! {
        (who.language.of(&class(reporter.class))) ", "
        @if who.role.may(Act::Know) {
            a href={ "/staff/reporters?number=" (reporter.id) } { code { (reporter.id) } }
        } @else { code { (reporter.id) } }
    }
}

/// What was attached. It leaves in an encrypted archive alone.
fn sealed(who: &Who, shown: &Shown) -> Markup {
    let say = |en, ja| who.language.say(en, ja);
    html! {
        h2 { (say("Attached, sealed", "添付（封印）")) }
        p.note { (say(
            "Attachments are never opened here. They leave in an encrypted archive, whose password is infected; who took one is in the log.",
            "添付はここでは開きません。パスワード infected の暗号化アーカイブとしてのみ取り出せ、取り出した人は記録されます。",
        )) }
        ul.sealed { @for (place, one) in shown.sealed.iter().enumerate() {
            li {
                strong { (one.name.as_deref().unwrap_or(say("without a name", "名前なし"))) } ", "
                @if let Some(media) = &one.media { (media) ", " }
                (one.size) (say(" bytes", " バイト"))
                br; code { (one.sha256) }
                form method="post" action={ "/staff/reports/" (shown.filing.id) "/sealed/" (place) } {
                    (shell::guard(who))
                    button.quiet { (say("Take it out, encrypted", "暗号化して取り出す")) }
                }
            }
        } }
    }
}

fn said(language: Language, shown: &Shown) -> Markup {
    let say = |en, ja| language.say(en, ja);
    match &shown.filing.body {
        Body::Virus(report) => virus(language, report, &shown.lines),
        Body::Access(report) => access(language, report),
        Body::Consultation(question) => html! {
            dt { (say("Subject", "件名")) } dd { (question.subject) }
            dt { (say("Question", "相談内容")) } dd { (question.text) }
            @if let Some(about) = question.about { dt { (say("About", "関連する届出")) } dd { (about) } }
        },
    }
}

fn virus(language: Language, report: &VirusReport, lines: &[ShownLine]) -> Markup {
    let say = |en, ja| language.say(en, ja);
    html! {
        dt { (say("Discovered", "発見日")) } dd { (report.discovered) " (" (report.zone) ")" }
        dt { (say("Status", "状況")) } dd { (language.of(&status(report.status))) }
        dt { (say("Route", "経路")) } dd { (language.of(&route(report.route))) }
        @for (line, shown) in report.lines.iter().zip(lines) {
            dt { (say("Virus", "ウイルス")) }
            dd {
                (line.name)
                @if let Some(vendor) = &line.vendor { " (" (vendor) ")" }
                @if let Some(pieces) = line.pieces { (say(", pieces: ", "、検出数：")) (pieces) }
                " — " (means(language, &shown.means))
                @if !shown.leads && shown.means.family().is_some() {
                    (say(", counted with another report", "（ほかの届出と合わせて1件）"))
                }
            }
        }
    }
}

fn means(language: Language, means: &Resolution) -> Markup {
    html! { @match means.family() {
        Some(family) => { (language.say("family ", "系統：")) (family) },
        None => a href="/staff/names" { (language.say("waits for a person", "名称の判断待ち")) },
    } }
}

fn access(language: Language, report: &AccessReport) -> Markup {
    let say = |en, ja| language.say(en, ja);
    let facets: Vec<&str> = report.labels().into_iter().map(Label::as_str).collect();
    let text = |name: &'static str, text: Option<&str>| {
        html! { @if let Some(text) = text { dt { (name) } dd { (text) } } }
    };
    html! {
        dt { (say("Category", "分類")) } dd { (language.of(&category(report.category))) }
        dt { (say("Damage", "実害")) } dd { @if report.damage { (say("yes", "あり")) } @else { (say("no", "なし")) } }
        dt { "RSIT" } dd { (facets.join(", ")) }
        dt { (say("Cause", "原因")) } dd { (language.of(&cause(report.cause))) }
        dt { (say("Found by", "発見の経緯")) } dd { (language.of(&found(report.found))) }
        @match report.occurred {
            Some(Occurred::Day(day)) => { dt { (say("Occurred", "発生日")) } dd { (day) } },
            Some(Occurred::Year(year)) => { dt { (say("Occurred", "発生年")) } dd { (say("in ", "")) (year) (say("", "年")) } },
            None => {},
        }
        (text(say("Note", "補足"), report.note.as_deref()))
        (text(say("Recovery", "対処"), report.recovery.as_deref()))
        @if let Some(narrative) = &report.narrative {
            dt { (say("What happened", "概要")) }
            dd { (narrative.text) "\n"
                small { @if narrative.publish { (say("May be published.", "公表可")) }
                    @else { (say("May not be published.", "公表不可")) } } }
        }
    }
}

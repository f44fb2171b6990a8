//! Instances of damage, method and limits.

use press::{Block, Lang, Span};

use super::page::Page;
use super::{revisions, template};
use crate::both::Both;
use crate::disclosure::{POINTS, REPORTERS};
use crate::editor::{self, Refused};
use crate::model::{Narrative, Summary};
use crate::phrase::{Sentence, joined};
use crate::{Sentences, number, statement};

const NO_INSTANCES: Both<&str> = template(
    "No instance of damage may be told: each needs the consent of whoever reported it.",
    "公表できる被害事例はありません。被害事例は、届出者の同意があるものに限り掲載します。",
);
const METHOD: Both<&str> = template(
    "Every figure in this bulletin is a claim that anyone can recompute from the file of claims beside it; what could not be proven was not printed. Changes are reckoned from exact counts where these are known and rounded once, half away from zero. \u{201c}Almost doubled\u{201d} is from nine tenths of the multiple up to it, without it.",
    "本書の数値はすべて、添付の検証用ファイルから誰でも再計算できます。検証できない数値は掲載していません。増減率は、正確な数が分かる場合はその数から計算し、一度だけ四捨五入しています。「ほぼ倍増」は、倍数の九割以上、その倍数未満を指します。",
);
const ZONE_WATCHED: Both<&str> = template(
    "Days and months of Internet monitoring are those of the time zone {zone}.",
    "インターネット観測の日と月は、タイムゾーン{zone}によります。",
);
const ZONE_REPORTED: Both<&str> = template(
    "Months of reports are those of the time zone {zone}.",
    "届出の月は、タイムゾーン{zone}によります。",
);
const LIMITS: Both<&str> = template(
    "Limits: reports are what people sent, not all that happened. The monitoring points only listen, and which addresses they watch is not published.",
    "留意点：届出は寄せられたものであり、発生したすべてではありません。観測点は受信のみを行い、観測対象のアドレスは公表していません。",
);
const SMALL: Both<&str> = template(
    "Small figures: a virus family behind which fewer than {reporters} reporters stand is not told by itself, nor, where there are so many points, a service, country or tool that fewer than {points} points saw. They are added to the rest, and with them one more where the rest would give them away. Ranks are those among what is told by name.",
    "少数の秘匿：届出者が{reporters}者未満のウイルス、および（観測点数がそれ以上の場合）{points}観測点未満でのみ観測された宛先ポート・国・ツールの数値は個別に掲載せず、その他に含めます。差し引きで分かる場合は、さらに一つを合わせて秘匿します。順位は、個別に掲載したものの中での順位です。",
);
const AS_OF: Both<&str> = template(
    "The figures stand for what had been received by {moment}. {writer} wrote this bulletin.",
    "本書の数値は、{moment}までに受信・受理したものに基づきます。作成：{writer}。",
);
#[cfg(test)]
pub(super) const TEMPLATES: &[Both<&str>] =
    &[SMALL, AS_OF, NO_INSTANCES, METHOD, ZONE_WATCHED, ZONE_REPORTED, LIMITS];

pub(super) fn add(summary: &Summary, page: &mut Page) {
    page.heading(2, &template("Instances of damage", "被害事例"));
    let mut told = false;
    for narrative in summary.narratives.iter().filter(|narrative| narrative.may_be_published()) {
        match spans(narrative, page) {
            Ok(spans) => {
                told = true;
                let block = |spans| Block::Narrative { spans, source: String::new() };
                page.blocks.en.push(block(spans.en));
                page.blocks.ja.push(block(spans.ja));
            }
            Err(refused) => page.refused.push(refused),
        }
    }
    if !told {
        page.words(&NO_INSTANCES);
    }
    revisions::add(summary, page);
    page.heading(2, &template("Method and limits", "集計方法・留意点"));
    for template in [METHOD, LIMITS] {
        page.words(&template);
    }
    if summary.reports.is_none() && summary.monitoring.is_none() {
        return;
    }
    page.paragraph(zones(summary));
    let origin = page.origin("disclosure", "minimum-frequency", summary.month);
    let [reporters, points] = [REPORTERS, POINTS].map(|threshold| {
        let least = statement::value(&claims::Figure::exact(threshold.least));
        page.say(&format!("least-{}", threshold.of), &origin, Some(least))
    });
    let small = Sentence::new(&SMALL).figure("reporters", reporters).figure("points", points);
    page.paragraph(small.said());
    let Some(moment) = summary.as_of.as_deref() else { return };
    let as_of = Sentence::new(&AS_OF).time("moment", number::moment(moment));
    page.paragraph(as_of.name("writer", Both::alike(&summary.writer)).said());
}

/// Whose days and months they are.
fn zones(summary: &Summary) -> Sentences {
    let of =
        |template, zone: &String| Sentence::new(template).name("zone", Both::alike(zone)).said();
    let reported = summary.reports.as_ref().and_then(|reports| reports.zone.as_ref());
    joined([
        summary.monitoring.as_ref().and_then(|_| of(&ZONE_WATCHED, &summary.zone)),
        reported.and_then(|zone| of(&ZONE_REPORTED, zone)),
    ])
}

fn spans(narrative: &Narrative, page: &Page) -> Result<Both<Vec<Span>>, Refused> {
    Ok(Both {
        en: editor::spans(&narrative.text.en, Lang::En, &page.ledger)?,
        ja: editor::spans(&narrative.text.ja, Lang::Ja, &page.ledger)?,
    })
}

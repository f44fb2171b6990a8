//! What terms mean: a mark where each first appears in sentences, and the list that marks lead to.
//!
//! A sentence without a figure, which says that there is no data, needs no mark. A term that a bulletin does not
//! use is not in its list. Numbers follow a language's own order of words.

use press::{Block, Entry, Lang, Span};

use super::page::Page;
use super::template;
use crate::both::Both;

/// A term, as it stands in sentences, and what it means.
pub(super) struct Term {
    id: &'static str,
    pub(super) term: Both<&'static str>,
    pub(super) meaning: Both<&'static str>,
}

const fn term(id: &'static str, term: Both<&'static str>, meaning: Both<&'static str>) -> Term {
    Term { id, term, meaning }
}

/// Terms, those first that hold another one.
pub(super) const TERMS: &[Term] = &[
    term(
        "virus-reports",
        template("virus reports", "ウイルスの届出"),
        template(
            "What people and organisations report of viruses that they found or suffered from. What counts as one report is the rule’s, which every claim names.",
            "発見または感染したウイルスについて寄せられた届出。何を一件と数えるかは規則により、規則名は各数値の検証用ファイルに示しています。",
        ),
    ),
    term(
        "pieces",
        template("pieces of viruses", "検出数"),
        template(
            "Copies of viruses that reporters’ programs found, in mail most of all. One report may tell of many.",
            "届出者の対策ソフトなどが（主にメールから）検出したウイルスの個数。一件の届出に多数が含まれることがあります。",
        ),
    ),
    term(
        "unauthorized-access",
        template("unauthorized access", "不正アクセス"),
        template(
            "Use of a computer over a network by somebody who has no right to it, an attempt at it, and what keeps others from using it.",
            "権限のない者によるネットワーク経由のコンピュータの使用、その試み、および他者の利用を妨げる行為。",
        ),
    ),
    term(
        "intrusion",
        template("Intrusion", "侵入"),
        template(
            "Somebody without a right to it was inside a computer.",
            "権限のない者がコンピュータの内部に入り込んだもの。",
        ),
    ),
    term(
        "dos",
        template("DoS", "DoS攻撃"),
        template(
            "Denial of service: a service is asked so much, or in such a way, that nobody else can use it.",
            "サービス妨害。大量の、または特殊な要求により、他者がサービスを利用できなくするもの。",
        ),
    ),
    term(
        "altered",
        template("pages were altered", "改ざん"),
        template(
            "What an organisation shows on the Web was changed by somebody else.",
            "組織のウェブページの内容が第三者に書き換えられること。",
        ),
    ),
    term(
        "accesses",
        template("accesses", "アクセス数"),
        template(
            "The inbound packets that nobody asked for and that share point, source, destination, protocol and ports, until a minute passes without another, or for at most an hour, are one access.",
            "要求していないのに届いたパケットのうち、観測点、発信元、宛先、プロトコル、ポートが同じものを、一分間途切れるまで（最長一時間）まとめて一件と数えます。",
        ),
    ),
    term(
        "points",
        template("points", "観測点"),
        template(
            "Places on the Internet at which whatever comes uninvited is counted, and nothing is sent to whoever sent it.",
            "要求していないのに届くものを数え、その送信元には何も送らない、インターネット上の地点。",
        ),
    ),
    term(
        "sources",
        template("sources", "発信元数"),
        template(
            "An address counts once for each day, point and port.",
            "同じアドレスを、日・観測点・ポートごとに一つと数えます。",
        ),
    ),
    term(
        "usual",
        template("usual level", "通常"),
        template("The mean of the month’s days before the rise.", "当月のうち、増加前の日の平均。"),
    ),
    term(
        "syn-ack",
        template("SYN-ACK", "SYN-ACK"),
        template(
            "The packet by which a server takes up a connection that somebody asked it for.",
            "接続の要求に対し、サーバが応じるときに返すパケット。",
        ),
    ),
    term(
        "forged",
        template("forged addresses", "詐称"),
        template(
            "Whoever attacks may write another’s address into packets as their source; the answers go there.",
            "攻撃者がパケットの発信元に他者のアドレスを書くこと。応答はそのアドレスに届きます。",
        ),
    ),
];

pub(super) fn add(page: &mut Page) {
    let en = marked(&mut page.blocks.en, Lang::En);
    let ja = marked(&mut page.blocks.ja, Lang::Ja);
    if en.is_empty() && ja.is_empty() {
        return;
    }
    page.heading(2, &template("Terms", "用語"));
    page.blocks.en.push(Block::Glossary(en));
    page.blocks.ja.push(Block::Glossary(ja));
}

/// Marks the terms of a document, and gives their entries in the order of the marks.
fn marked(blocks: &mut [Block], lang: Lang) -> Vec<Entry> {
    let mut entries = Vec::new();
    for block in blocks {
        match block {
            Block::Paragraph(spans) | Block::Narrative { spans, .. } => {
                sentence(spans, lang, &mut entries);
            }
            Block::List(items) => {
                items.iter_mut().for_each(|item| sentence(item, lang, &mut entries));
            }
            _ => {}
        }
    }
    entries
}

/// Marks terms that are new in a sentence, from its first letter to its last.
fn sentence(spans: &mut Vec<Span>, lang: Lang, entries: &mut Vec<Entry>) {
    if !spans.iter().any(|span| matches!(span, Span::Figure { .. })) {
        return;
    }
    let mut left = std::mem::take(spans).into_iter();
    let mut next = left.next();
    while let Some(span) = next {
        let Some((term, end)) = first(&span, lang, entries) else {
            spans.push(span);
            next = left.next();
            continue;
        };
        let mark = format!("*{}", entries.len() + 1);
        let (before, after) = halves(span, end);
        spans.extend([before, Span::Mark { text: mark.clone(), term: term.id.to_owned() }]);
        entries.push(Entry {
            mark,
            id: term.id.to_owned(),
            term: (*of(&term.term, lang)).to_owned(),
            meaning: (*of(&term.meaning, lang)).to_owned(),
        });
        next = after.or_else(|| left.next());
    }
}

/// The first term in a span that has no mark yet, and where it ends.
fn first(span: &Span, lang: Lang, entries: &[Entry]) -> Option<(&'static Term, usize)> {
    let (Span::Text(text) | Span::Foreign { text }) = span else { return None };
    let is_new = |term: &&Term| entries.iter().all(|entry| entry.id != term.id);
    let found = TERMS.iter().filter(is_new).filter_map(|term| {
        let words = *of(&term.term, lang);
        let at = word(text, words)?;
        Some((at, term, at + words.len()))
    });
    found.min_by_key(|(at, ..)| *at).map(|(_, term, end)| (term, end))
}

/// Where words stand in a text by themselves, and not within a longer one of Latin letters.
fn word(text: &str, words: &str) -> Option<usize> {
    let is_letter =
        |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
    let alone = |(at, _): &(usize, &str)| {
        let before = text.get(..*at).and_then(|text| text.chars().next_back());
        let after = text.get(at + words.len()..).and_then(|text| text.chars().next());
        !words.is_ascii() || !is_letter(before) && !is_letter(after)
    };
    text.match_indices(words).find(alone).map(|(at, _)| at)
}

/// A span up to a place, and what is left of it.
fn halves(span: Span, at: usize) -> (Span, Option<Span>) {
    let cut = |text: &str| {
        let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
        (before.to_owned(), Some(after.to_owned()).filter(|after| !after.is_empty()))
    };
    match span {
        Span::Text(text) => {
            let (before, after) = cut(&text);
            (Span::Text(before), after.map(Span::Text))
        }
        Span::Foreign { text } => {
            let (before, after) = cut(&text);
            (Span::Foreign { text: before }, after.map(|text| Span::Foreign { text }))
        }
        other => (other, None),
    }
}

fn of<'a>(both: &'a Both<&'static str>, lang: Lang) -> &'a &'static str {
    match lang {
        Lang::En => &both.en,
        Lang::Ja => &both.ja,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(spans: &[Span]) -> Vec<&str> {
        spans.iter().map(Span::text).collect()
    }

    #[test]
    fn a_term_is_marked_once_where_it_first_appears() {
        let text = |text: &str| Span::Text(text.to_owned());
        let figure =
            || Span::Figure { text: "94".to_owned(), claim: press::ClaimId::new("access") };
        let mut blocks = vec![
            Block::Paragraph(vec![text("no accesses")]),
            Block::Paragraph(vec![
                figure(),
                text("resources and accesses from sources, accesses again"),
            ]),
            Block::List(vec![vec![figure(), text("sources at points.")]]),
        ];
        let entries = marked(&mut blocks, Lang::En);
        let marks: Vec<_> =
            entries.iter().map(|one| (one.mark.as_str(), one.id.as_str())).collect();
        assert_eq!(marks, [("*1", "accesses"), ("*2", "sources"), ("*3", "points")]);
        let Block::Paragraph(spans) = &blocks[1] else { panic!() };
        assert_eq!(
            texts(spans),
            ["94", "resources and accesses", "*1", " from sources", "*2", ", accesses again"]
        );
        let Block::List(items) = &blocks[2] else { panic!() };
        assert_eq!(texts(&items[0]), ["94", "sources at points", "*3", "."]);
    }

    #[test]
    fn japanese_has_no_spaces_between_words() {
        let mut blocks = vec![Block::Paragraph(vec![
            Span::Text("月の不正アクセスの届出".to_owned()),
            Span::Figure { text: "94".to_owned(), claim: press::ClaimId::new("access") },
        ])];
        assert_eq!(marked(&mut blocks, Lang::Ja).len(), 1);
        let Block::Paragraph(spans) = &blocks[0] else { panic!() };
        assert_eq!(texts(spans), ["月の不正アクセス", "*1", "の届出", "94"]);
    }
}

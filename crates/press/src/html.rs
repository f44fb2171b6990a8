//! A document as a page that stands alone.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::chart;
use crate::document::{Block, Cell, Document, Lang, Span};

/// The page's look: screen, phone and paper, light only.
pub(crate) const STYLE: &str = include_str!("style.css");

/// What a page leads to.
#[derive(Clone, Copy, Debug)]
pub struct Links<'a> {
    /// The same document's pages in other languages.
    pub others: &'a [(Lang, String)],
    /// The same document on paper.
    pub pdf: &'a str,
    /// The claims.
    pub claims: &'a str,
}

/// A document as a page.
///
/// Each figure names its claim in `data-claim`, so that who reads the page can find it.
pub fn page(document: &Document, links: &Links<'_>) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang=(document.lang.as_str()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (document.title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    header {
                        h1 { (document.title) }
                        (self::links(document.lang, links))
                    }
                    @for block in &document.blocks { (self::block(block)) }
                }
            }
        }
    };
    let mut text = markup.into_string();
    text.push('\n');
    text
}

fn links(lang: Lang, links: &Links<'_>) -> Markup {
    let proof = match lang {
        Lang::En => "Claims: how every figure is proven",
        Lang::Ja => "検証用ファイル（全数値の根拠）",
    };
    html! { p.links {
        @for (other, link) in links.others {
            a href=(link) lang=(other.as_str()) hreflang=(other.as_str()) { (own_name(*other)) } " · "
        }
        a href=(links.pdf) type="application/pdf" { "PDF" } " · "
        a href=(links.claims) { (proof) }
    } }
}

fn own_name(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "English",
        Lang::Ja => "日本語",
    }
}

fn block(block: &Block) -> Markup {
    match block {
        Block::Heading { level: ..=2, text } => html! { h2 { (text) } },
        Block::Heading { text, .. } => html! { h3 { (text) } },
        Block::Paragraph(spans) => html! { p { (self::spans(spans)) } },
        Block::List(items) => html! { ul { @for item in items { li { (self::spans(item)) } } } },
        Block::Chart { id, caption, alternative, bars } => {
            chart::figure(id, caption, alternative, bars)
        }
        Block::Glossary(entries) => html! { dl.glossary { @for entry in entries {
            dt id={ "term-" (entry.id) } { span.mark { (entry.mark) } " " (entry.term) }
            dd { (entry.meaning) }
        } } },
        Block::Narrative { spans, source } => html! {
            blockquote {
                p { (self::spans(spans)) }
                @if !source.is_empty() { p.source { (source) } }
            }
        },
        Block::Table { id, caption, columns, rows, notes } => html! {
            div.scroll tabindex="0" role="group" aria-label=(caption) {
                table #(id) {
                    caption { (caption) }
                    thead { tr { @for (at, column) in columns.iter().enumerate() {
                        @if at == 0 { th scope="col" { (column) } } @else { th.n scope="col" { (column) } }
                    } } }
                    tbody { @for row in rows { tr { @for (at, cell) in row.iter().enumerate() {
                        (self::cell(cell, at == 0))
                    } } } }
                }
            }
            @for note in notes { p.note { (note) } }
        },
    }
}

fn cell(cell: &Cell, is_name: bool) -> Markup {
    match cell {
        _ if is_name => html! { th scope="row" { (cell.text()) } },
        Cell::Figure { text, claim } => html! { td.n data-claim=(claim) { (text) } },
        _ => html! { td.n { (cell.text()) } },
    }
}

fn spans(spans: &[Span]) -> Markup {
    html! { @for span in spans { @match span {
        Span::Text(text) => (text),
        Span::Figure { text, claim } => span.figure data-claim=(claim) { (text) },
        Span::Time { text } => span.time { (text) },
        Span::Foreign { text } => span.foreign { (text) },
        Span::Mark { text, term } => sup { a.mark href={ "#term-" (term) } { (text) } },
    } } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::ClaimId;

    #[test]
    fn figures_name_their_claims_and_names_are_escaped() {
        let document = Document {
            lang: Lang::Ja,
            title: "月次報告".to_owned(),
            blocks: vec![Block::Paragraph(vec![
                Span::Figure { text: "94".to_owned(), claim: ClaimId::new("a\"b") },
                Span::Foreign { text: "<script>".to_owned() },
            ])],
        };
        let others = &[(Lang::En, "index.en.html".to_owned())];
        let links = Links { others, pdf: "bulletin.ja.pdf", claims: "claims.json" };
        let page = page(&document, &links);
        assert!(page.contains("<html lang=\"ja\">"), "{page}");
        assert!(page.contains("data-claim=\"a&quot;b\">94</span>"), "{page}");
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script"), "{page}");
    }
}

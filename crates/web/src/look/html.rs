//! Small pieces of pages.

use maud::{DOCTYPE, Markup, html};

use super::figure;

/// A cell with a count.
pub(crate) fn count(value: u64) -> Markup {
    html! { td.n { (figure::count(value)) } }
}

/// A cell with a figure that is text already, or the word for its absence.
pub(crate) fn cell(value: &str) -> Markup {
    html! { td.n { (value) } }
}

/// A cell with a count that may be missing: then it holds a word.
pub(crate) fn count_or(value: Option<u64>, word: &str) -> Markup {
    match value {
        Some(value) => count(value),
        None => html! { td.n.none { (word) } },
    }
}

/// A table with a caption; columns after the first `words` hold figures. Scrolls by itself where
/// the page is too narrow.
pub(crate) fn table(caption: &str, columns: &[&str], words: usize, rows: &Markup) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label=(caption) {
            table {
                caption { (caption) }
                thead { tr { @for (index, column) in columns.iter().enumerate() {
                    @if index < words { th scope="col" { (column) } }
                    @else { th.n scope="col" { (column) } }
                } } }
                (rows)
            }
        }
    }
}

/// A whole page. `style` goes into the head: a `style` or a `link` element.
pub(crate) fn page(title: &str, style: &Markup, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                (style)
            }
            body { (body) }
        }
    }
}

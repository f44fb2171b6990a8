//! The parts of a bulletin, each from its figures to blocks in both languages.

mod access;
mod frame;
mod glossary;
mod highlights;
mod monitoring;
mod page;
mod revisions;
mod virus;

pub(crate) use page::Page;

use crate::both::Both;
use crate::model::Summary;

/// The bulletin's parts, in their order.
pub(crate) fn all(summary: &Summary, page: &mut Page) {
    highlights::add(summary, page);
    virus::add(summary, page);
    access::add(summary, page);
    monitoring::add(summary, page);
    frame::add(summary, page);
    glossary::add(page);
}

/// A template of both languages.
pub(crate) const fn template(en: &'static str, ja: &'static str) -> Both<&'static str> {
    Both { en, ja }
}

#[cfg(test)]
mod tests {
    use crate::phrase::slots;

    /// The one lint of all templates: no digit in any, and the same slots in both languages.
    #[test]
    fn templates_hold_no_digit_and_have_the_same_slots() {
        let parts = [
            super::highlights::TEMPLATES,
            super::virus::TEMPLATES,
            super::virus::FAMILY_TEMPLATES,
            super::access::TEMPLATES,
            super::monitoring::TEMPLATES,
            super::frame::TEMPLATES,
            super::revisions::TEMPLATES,
        ];
        let terms = super::glossary::TERMS.iter().flat_map(|term| [&term.term, &term.meaning]);
        for template in parts.into_iter().flatten().chain(terms) {
            for text in [template.en, template.ja] {
                let digit = text.chars().find(|letter| letter.is_numeric());
                assert_eq!(digit, None, "{text}");
            }
            assert_eq!(slots(template.en), slots(template.ja), "{}", template.en);
        }
    }
}

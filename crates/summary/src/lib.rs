//! A month's figures into proven sentences, in every language from the same values.
//!
//! [`Summary`] holds a month's figures as plain data, whoever counted them. [`write()`] makes a
//! [`press::Document`] of it in each language, the claims behind every figure, and the data.
//!
//! # What always holds
//!
//! - No number gets into print but through [`Ledger`], which proves its claim first. What does not hold
//!   is not said; [`Written::withheld`] says what and why.
//! - The text of a figure is a pure function of its claim ([`rendering`]); [`recompute`] renders it
//!   anew, so that neither text nor claim can be changed alone.
//! - Templates hold no digits, and have the same slots in both languages.
//! - Both languages say the same values, and the same model gives the same bytes.
//!
//! The room does no I/O and looks at no clock.

mod both;
mod bundle;
mod coded;
pub mod disclosure;
mod editor;
mod ledger;
mod lint;
mod model;
mod number;
mod numeral;
mod part;
mod phrase;
pub mod rendering;
mod statement;
pub mod surge;
#[cfg(test)]
mod trial;
#[cfg(test)]
mod variants;

use press::{Document, Lang, Span};

pub use both::Both;
pub use bundle::{
    CLAIMS, FIGURES, FONTS, PRINTED, bundle, figures, figures_of, langs, pdf, verify,
};
pub use coded::BadFigures;
pub use editor::Refused;
pub use ledger::{Ledger, Mismatch, Origin, Proven, Withheld, differences, recompute};
pub use lint::lint;
pub use model::{Backscatter, Earlier, Monitoring, Narrative, Reports, Summary, Surge, Tlp};
use part::Page;

/// A sentence in both languages, where it could be said.
pub(crate) type Sentences = Option<Both<Vec<Span>>>;

/// What a bulletin is before it is printed.
#[derive(Clone, Debug)]
pub struct Written {
    /// The document in each language.
    pub documents: Both<Document>,
    /// The claims, one a line.
    pub claims: String,
    /// Files of data: name and CSV.
    pub data: Vec<(String, String)>,
    /// What was not printed, and why.
    pub withheld: Vec<Withheld>,
    /// Editors' texts that were not printed, as they hold a number that nothing proves. Nobody should
    /// publish a bulletin with any.
    pub refused: Vec<Refused>,
}

/// Writes a month's bulletin.
pub fn write(summary: &Summary) -> Written {
    let mut page = Page::new(summary);
    part::all(summary, &mut page);
    let month = number::month(summary.month);
    let title = Both {
        en: format!("Monthly bulletin, {}", month.en),
        ja: format!("月次報告　{}", month.ja),
    };
    let Page { blocks, ledger, data, refused, .. } = page;
    Written {
        documents: Both {
            en: Document { lang: Lang::En, title: title.en, blocks: blocks.en },
            ja: Document { lang: Lang::Ja, title: title.ja, blocks: blocks.ja },
        },
        claims: ledger.lines(),
        withheld: ledger.withheld().to_vec(),
        refused,
        data,
    }
}

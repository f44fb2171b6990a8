//! Documents as PDF: the only room that knows the typesetter (typst) and its fonts.
//!
//! # What always holds
//!
//! - The same document in the same fonts gives the same bytes: no clock, no host, no order by chance.
//! - What is typeset is the document's own text, as values and never as the typesetter's language.
//! - A letter that no font has is an error, not a blank.
//! - What a PDF says can be read back without any font ([`compare`]).

mod data;
mod fonts;
mod reading;
mod shapes;
mod sheets;
#[cfg(test)]
mod tests;
mod world;

use press::{Document, Lang};
use typst::diag::SourceDiagnostic;
use typst::foundations::Smart;
use typst::layout::{Frame, FrameItem};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

pub use fonts::{Fonts, NoFont, Used};
pub use reading::compare;
pub use sheets::{Checked, NotPrinted, add, check};

/// The mark before an item of a list.
const MARK: &str = "•";

/// A document on paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// The PDF: version 1.7, tagged for screen readers (PDF/UA-1).
    pub pdf: Vec<u8>,
    /// The fonts in it, in order of their names.
    pub fonts: Vec<Used>,
}

/// A document that cannot be printed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrintError {
    /// The fonts at hand lack a letter. Whoever runs the program has to install one that has it.
    #[error(
        "no font here has the letters of {0:?}: install a font of that script, such as Debian's fonts-noto-cjk"
    )]
    Letter(String),
    /// The typesetter refused the document: a fault of ours.
    #[error("the typesetter says: {0}")]
    Refused(String),
}

/// The typesetter and its version.
pub fn typesetter() -> String {
    let version = typst::utils::version();
    format!("typst {}", version.raw())
}

/// Sets a document in type. `claims` is the address of the claims beside it, named on every page.
///
/// # Errors
/// A font lacks a letter, or the typesetter refuses.
pub fn pdf(document: &Document, claims: &str, fonts: &Fonts) -> Result<Printed, PrintError> {
    let world = world::World::new(data::of(document, claims, fonts), fonts);
    let set = typst::compile::<PagedDocument>(&world).output.map_err(|why| refused(&why))?;
    let mut used = Vec::new();
    for page in set.pages() {
        look(&page.frame, &mut used)?;
    }
    used.sort();
    used.dedup();
    let standards = PdfStandards::new(&[PdfStandard::V_1_7, PdfStandard::Ua_1])
        .map_err(|why| PrintError::Refused(why.message().to_string()))?;
    let options = PdfOptions {
        ident: Smart::Custom(format!("{} {}", document.title, document.lang.as_str())),
        creator: Smart::Custom(Some("Yagura".to_owned())),
        standards,
        ..PdfOptions::default()
    };
    let pdf = typst_pdf::pdf(&set, &options).map_err(|why| refused(&why))?;
    // The typesetter remembers what it did for the next time, and there may be none.
    typst::comemo::evict(0);
    Ok(Printed { pdf, fonts: used })
}

fn refused(why: &[SourceDiagnostic]) -> PrintError {
    let all: Vec<&str> = why.iter().map(|why| why.message.as_str()).collect();
    PrintError::Refused(all.join("; "))
}

/// The fonts of what is on a page; a letter that its font does not have is an error.
fn look(frame: &Frame, used: &mut Vec<Used>) -> Result<(), PrintError> {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => look(&group.frame, used)?,
            FrameItem::Text(text) => {
                if text.glyphs.iter().any(|glyph| glyph.id == 0) {
                    return Err(PrintError::Letter(text.text.to_string()));
                }
                let font = Used::of(text.font.font());
                if !used.contains(&font) {
                    used.push(font);
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The words at the foot of every page.
fn foot(lang: Lang, claims: &str) -> String {
    match lang {
        Lang::En => format!("Every figure is proven in {claims}"),
        Lang::Ja => format!("全数値の根拠は {claims} にあります"),
    }
}

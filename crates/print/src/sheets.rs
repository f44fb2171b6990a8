//! The PDFs of a bundle, and which fonts are in them.
//!
//! A PDF is a pure function of its document and of its fonts. Where the fonts that a bundle names are here, it
//! is set anew and compared byte for byte; everywhere, every letter of it is read and compared.

use press::{Bundle, Document, Fault, Names};

use crate::{Fonts, NoFont, PrintError, Printed, Used, compare, pdf, typesetter};

/// What came of checking PDFs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// PDFs that were read and not set anew, and why: reading does not see where letters stand, or whether they
    /// show.
    pub unset: Vec<Fault>,
}

/// Why a bundle has no PDF.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPrinted {
    /// There is no font.
    #[error(transparent)]
    Font(#[from] NoFont),
    /// A document cannot be set.
    #[error(transparent)]
    Print(#[from] PrintError),
}

/// Adds a PDF of each document, and the file that names their fonts.
///
/// # Errors
/// A font is missing, or lacks a letter.
pub fn add(bundle: &mut Bundle, documents: &[Document], names: &Names) -> Result<(), NotPrinted> {
    let mut fonts = String::new();
    for document in documents {
        let (file, printed) = ((names.pdf)(document.lang), set(document, names)?);
        fonts.push_str(&line(&file, &printed));
        bundle.put(&file, printed.pdf);
    }
    bundle.put(names.fonts, fonts);
    Ok(())
}

fn set(document: &Document, names: &Names) -> Result<Printed, NotPrinted> {
    Ok(pdf(document, names.claims, &Fonts::find(document.lang)?)?)
}

/// What a PDF was made with: JSON. The names of fonts are PostScript's, which need no escapes.
fn line(file: &str, printed: &Printed) -> String {
    let font = |font: &Used| {
        let plain = |letter: &char| letter.is_ascii_graphic() && !matches!(letter, '"' | '\\');
        let name: String = font.name.chars().filter(plain).collect();
        format!("{{\"font\":\"{name}\",\"sha256\":\"{}\"}}", font.sha256)
    };
    let fonts: Vec<String> = printed.fonts.iter().map(font).collect();
    let (with, fonts) = (typesetter(), fonts.join(","));
    format!("{{\"file\":\"{file}\",\"typesetter\":\"{with}\",\"fonts\":[{fonts}]}}\n")
}

/// What is wrong with the PDFs of a bundle, which should be of these documents.
pub fn check(bundle: &Bundle, documents: &[Document], names: &Names) -> Checked {
    let mut checked = Checked::default();
    let known = bundle.text(names.fonts).unwrap_or_default();
    let mut named = 0;
    for document in documents {
        let file = (names.pdf)(document.lang);
        named +=
            known.lines().filter(|line| line.contains(&format!("\"file\":\"{file}\""))).count();
        one(bundle, document, names, known, &mut checked);
    }
    if named != documents.len() || known.lines().count() != documents.len() {
        let why = "it does not name the fonts of each PDF, a line each".to_owned();
        checked.faults.push(Fault { place: names.fonts.to_owned(), why });
    }
    checked
}

fn one(bundle: &Bundle, document: &Document, names: &Names, known: &str, checked: &mut Checked) {
    let file = (names.pdf)(document.lang);
    let Some(pdf) = bundle.get(&file) else {
        checked.faults.push(Fault { place: file, why: "it is missing".to_owned() });
        return;
    };
    let said = compare(pdf, &file, document, names.claims);
    let is_said = said.is_empty();
    checked.faults.extend(said);
    match set(document, names) {
        Ok(again) if known.contains(&line(&file, &again)) => {
            if is_said && again.pdf != pdf {
                let why = "its words are the figures', but its bytes are not those that the same fonts give";
                checked.faults.push(Fault { place: file, why: why.to_owned() });
            }
        }
        Ok(_) => {
            let why =
                format!("its fonts or its typesetter, in {}, are others than here", names.fonts);
            checked.unset.push(unset(file, &why));
        }
        Err(why) => checked.unset.push(unset(file, &why.to_string())),
    }
}

fn unset(place: String, why: &str) -> Fault {
    Fault { place, why: format!("it was read but not set anew: {why}") }
}

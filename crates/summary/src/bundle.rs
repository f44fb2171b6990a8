//! The bundle of a bulletin: pages, data, claims, and the figures that all of them are made of.
//!
//! Because everything in a bundle is a pure function of `figures.json`, whoever verifies a bundle
//! writes it anew from there and compares byte by byte. A page, a table or a claim that was changed
//! alone shows; figures that were changed with everything else are for the seal, and for whoever has
//! the archive, to refute.

use press::{Bundle, Fault, Lang, Links, Names, page};

use crate::coded::{self, BadFigures};
use crate::ledger::recompute;
use crate::model::Summary;
use crate::write;

/// The claims, one a line.
pub const CLAIMS: &str = "claims.json";

/// The figures that everything is made of.
pub const FIGURES: &str = "figures.json";

/// The fonts in the PDFs, a line each.
pub const FONTS: &str = "fonts.jsonl";

/// What printed files are called, and what they name.
pub const PRINTED: Names = Names { pdf, fonts: FONTS, claims: CLAIMS };

/// The PDF of a language.
pub fn pdf(lang: Lang) -> String {
    format!("bulletin.{}.pdf", lang.as_str())
}

/// The languages that a bundle has a page in.
pub fn langs(bundle: &Bundle) -> Vec<Lang> {
    let has = |lang: &Lang| bundle.get(&file(*lang)).is_some();
    Lang::ALL.into_iter().filter(has).collect()
}

/// The bundle of a month in some languages, but for what is printed: setting documents in type needs
/// fonts, which are not ours.
pub fn bundle(summary: &Summary, langs: &[Lang]) -> Bundle {
    let written = write(summary);
    let mut bundle = Bundle::default();
    for lang in langs {
        let others = langs.iter().filter(|other| *other != lang);
        let others: Vec<_> = others.map(|other| (*other, file(*other))).collect();
        let pdf = pdf(*lang);
        let links = Links { others: &others, pdf: &pdf, claims: CLAIMS };
        let page = page(written.documents.of(*lang), &links);
        bundle.put(&file(*lang), page);
    }
    for (name, csv) in written.data {
        bundle.put(&format!("data/{name}"), csv);
    }
    bundle.put(CLAIMS, written.claims);
    bundle.put(FIGURES, coded::line(summary));
    bundle
}

/// The page of a language.
fn file(lang: Lang) -> String {
    format!("index.{}.html", lang.as_str())
}

/// The figures of a bundle.
///
/// # Errors
/// The file is missing, or is none of ours.
pub fn figures(bundle: &Bundle) -> Result<Summary, BadFigures> {
    let missing = || BadFigures { at: String::new(), why: "the file is missing".to_owned() };
    figures_of(bundle.text(FIGURES).ok_or_else(missing)?)
}

/// The figures in the text of `figures.json`.
///
/// # Errors
/// It is none of ours.
pub fn figures_of(text: &str) -> Result<Summary, BadFigures> {
    coded::read(text)
}

/// Recomputes everything in a bundle from its figures, and says what differs, and where. What is printed
/// is verified by whoever has a printer.
pub fn verify(bundle: &Bundle) -> Vec<Fault> {
    let mut faults = Vec::new();
    let claims = bundle.text(CLAIMS).unwrap_or_default();
    for wrong in recompute(claims) {
        faults.push(Fault { place: format!("{CLAIMS}, claim {}", wrong.id), why: wrong.why });
    }
    let summary = match figures(bundle) {
        Ok(summary) => summary,
        Err(error) => {
            faults.push(Fault { place: FIGURES.to_owned(), why: error.to_string() });
            return faults;
        }
    };
    let langs = langs(bundle);
    if langs.is_empty() {
        let why = "there is a page in no language".to_owned();
        faults.push(Fault { place: file(Lang::En), why });
    }
    compare(bundle, &self::bundle(&summary, &langs), &mut faults);
    faults
}

fn compare(bundle: &Bundle, again: &Bundle, faults: &mut Vec<Fault>) {
    for path in again.paths() {
        let anew = again.text(path).unwrap_or_default();
        match bundle.text(path) {
            Some(text) if text == anew => {}
            Some(text) => {
                let known = faults.len();
                faults.extend(lines(path, text, anew));
                if faults.len() == known {
                    let why = "its lines end otherwise than those that the figures give".to_owned();
                    faults.push(Fault { place: path.to_owned(), why });
                }
            }
            None => {
                let why = "it is missing, or is no UTF-8".to_owned();
                faults.push(Fault { place: path.to_owned(), why });
            }
        }
    }
    let printed: Vec<String> =
        langs(again).into_iter().map(pdf).chain([FONTS, press::KEY].map(str::to_owned)).collect();
    let unknown = |path: &&str| again.get(path).is_none() && !printed.iter().any(|of| of == path);
    for path in bundle.paths().filter(unknown) {
        let why = "nothing in the figures makes this file".to_owned();
        faults.push(Fault { place: path.to_owned(), why });
    }
}

/// Where two texts differ: each line, with the words around the first difference.
fn lines<'a>(path: &'a str, text: &'a str, anew: &'a str) -> impl Iterator<Item = Fault> + 'a {
    let most = text.lines().count().max(anew.lines().count());
    let pairs = (1..=most).zip(text.lines().map(Some).chain(std::iter::repeat(None)));
    let pairs = pairs.zip(anew.lines().map(Some).chain(std::iter::repeat(None)));
    pairs.filter(|((_, line), anew)| line != anew).map(move |((number, line), anew)| {
        let (line, anew) = (line.unwrap_or_default(), anew.unwrap_or_default());
        let place = format!("{path}, line {number}");
        let at = first_difference(line, anew);
        let why = format!("it says {:?}, the figures say {:?}", around(line, at), around(anew, at));
        Fault { place, why }
    })
}

/// The characters that two lines have in common from their beginning.
fn first_difference(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count()
}

/// Some characters around a place.
fn around(line: &str, at: usize) -> String {
    line.chars().skip(at.saturating_sub(20)).take(40).collect()
}

//! What a PDF says, read back by another hand than the typesetter's, and compared with the document.
//!
//! Every letter is read in the order in which the page draws it, by the letter that the PDF itself gives for
//! a glyph: what a reader copies or searches. Spaces are left out, since lines are broken anew by every
//! font. What stands at the foot of a page is an artifact in the sense of tagged PDF, and is compared apart.
//! Shapes are compared by [`crate::shapes`].

use hayro_interpret::font::Glyph;
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::object::Object;
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, GlyphDrawMode, Image, InterpreterCache,
    InterpreterSettings, Paint, PathDrawMode, SoftMask, interpret_page,
};
use kurbo::{Affine, BezPath, Rect};
use press::{Block, Cell, Document, Entry, Fault, Span};

use crate::shapes::Shapes;

/// Letters around a difference, on either side.
const AROUND: usize = 20;

/// Where a PDF says otherwise than a document. `place` names the file.
pub fn compare(pdf: &[u8], place: &str, document: &Document, claims: &str) -> Vec<Fault> {
    let Ok(pdf) = Pdf::new(pdf.to_vec()) else {
        return vec![fault(place, "it is no PDF that can be read".to_owned())];
    };
    let (mut read, mut faults) = (Read::default(), Vec::new());
    let pages = pdf.pages().len();
    let cache = InterpreterCache::new();
    for (number, page) in (1..).zip(pdf.pages().iter()) {
        read.page = number;
        if page.raw().contains_key("Annots") {
            let why = "it has a note or a link over its words, and no bulletin has any".to_owned();
            faults.push(fault(&format!("{place}, page {number}"), why));
        }
        let area = Rect::new(0.0, 0.0, 1_000.0, 1_000.0);
        let settings = InterpreterSettings::default();
        let mut context = Context::new(Affine::IDENTITY, area, &cache, pdf.xref(), settings);
        interpret_page(page, &mut context, &mut read);
    }
    if let Some(key) = foreign(&pdf) {
        faults.push(fault(place, format!("it holds {key}, and no bulletin does")));
    }
    if read.images > 0 {
        faults.push(fault(place, "it shows an image, and no bulletin has any".to_owned()));
    }
    faults.extend(difference(place, &read.body, &body(document)));
    let foot = |page| format!("{}{page}/{pages}", crate::foot(document.lang, claims));
    let feet: String = (1..=pages).map(foot).collect();
    faults.extend(difference(place, &read.feet, &feet));
    if let Some((page, why)) = read.shapes.differ(document) {
        faults.push(fault(&format!("{place}, page {page}"), why));
    }
    faults
}

/// What a PDF can do beside showing its pages, or to them, by the keys of its objects (ISO 32000-1): scripts and
/// other actions, forms, files inside, layers that can be hidden.
const FOREIGN: [&str; 8] =
    ["OpenAction", "AA", "JS", "AcroForm", "EF", "EmbeddedFiles", "OCProperties", "RichMedia"];

fn foreign(pdf: &Pdf) -> Option<&'static str> {
    let has = |object: Object<'_>| {
        let dict = match &object {
            Object::Dict(dict) => dict,
            Object::Stream(stream) => stream.dict(),
            _ => return None,
        };
        FOREIGN.into_iter().find(|key| dict.contains_key(key))
    };
    pdf.objects().into_iter().find_map(has)
}

fn fault(place: &str, why: String) -> Fault {
    Fault { place: place.to_owned(), why }
}

/// The first difference between letters as they were read, each with its page, and as they should be.
fn difference(place: &str, read: &[(char, usize)], wanted: &str) -> Option<Fault> {
    let letters: Vec<char> = read.iter().map(|(letter, _)| *letter).collect();
    let wanted: Vec<char> = wanted.chars().filter(|letter| is_letter(*letter)).collect();
    if letters == wanted {
        return None;
    }
    let at = letters.iter().zip(&wanted).take_while(|(one, other)| one == other).count();
    let page = read.get(at).or(read.last()).map_or(1, |(_, page)| *page);
    let around = |letters: &[char]| -> String {
        letters.iter().skip(at.saturating_sub(AROUND)).take(2 * AROUND).collect()
    };
    let why = format!("it says {:?}, the figures say {:?}", around(&letters), around(&wanted));
    Some(fault(&format!("{place}, page {page}"), why))
}

fn is_letter(letter: char) -> bool {
    !letter.is_whitespace()
        && !letter.is_control()
        && !matches!(letter, '\u{200b}'..='\u{200d}' | '\u{2060}')
}

/// A document's words in the order in which the template sets them.
fn body(document: &Document) -> String {
    let mut all = document.title.clone();
    for block in &document.blocks {
        match block {
            Block::Heading { text, .. } => all.push_str(text),
            Block::Paragraph(spans) => all.push_str(&said(spans)),
            Block::List(items) => {
                items.iter().for_each(|item| all.extend([crate::MARK, &said(item)]));
            }
            Block::Table { caption, columns, rows, notes, .. } => {
                all.push_str(caption);
                all.extend(columns.iter().map(String::as_str));
                all.extend(rows.iter().flatten().map(Cell::text));
                all.extend(notes.iter().map(String::as_str));
            }
            Block::Chart { caption, bars, .. } => {
                all.push_str(caption);
                for bar in bars {
                    all.extend([bar.figure.text(), &bar.label, &bar.below]);
                }
            }
            Block::Glossary(entries) => {
                entries.iter().for_each(|Entry { mark, term, meaning, .. }| {
                    all.extend([mark.as_str(), term, meaning]);
                });
            }
            Block::Narrative { spans, source } => all.extend([&said(spans), source.as_str()]),
        }
    }
    all
}

fn said(spans: &[Span]) -> String {
    spans.iter().map(Span::text).collect()
}

/// A device that draws nothing and writes down every letter and shape.
#[derive(Default)]
struct Read {
    page: usize,
    body: Vec<(char, usize)>,
    feet: Vec<(char, usize)>,
    images: usize,
    shapes: Shapes,
    /// The marks that are open, and whether each is an artifact's.
    marks: Vec<bool>,
}

impl Device<'_> for Read {
    fn draw_glyph(
        &mut self,
        glyph: &Glyph<'_>,
        _: Affine,
        _: Affine,
        _: &Paint<'_>,
        _: &GlyphDrawMode,
    ) {
        let letters = match glyph.as_unicode() {
            Some(BfString::Char(letter)) => letter.to_string(),
            Some(BfString::String(letters)) => letters,
            None => char::REPLACEMENT_CHARACTER.to_string(),
        };
        let read = if self.marks.contains(&true) { &mut self.feet } else { &mut self.body };
        read.extend(
            letters.chars().filter(|letter| is_letter(*letter)).map(|letter| (letter, self.page)),
        );
    }

    fn begin_marked_content(&mut self, tag: &[u8], _: Option<i32>) {
        self.marks.push(tag == b"Artifact");
    }

    fn end_marked_content(&mut self) {
        self.marks.pop();
    }

    fn draw_image(&mut self, _: Image<'_, '_>, _: Affine) {
        self.images += 1;
    }

    fn set_soft_mask(&mut self, _: Option<SoftMask<'_>>) {}
    fn set_blend_mode(&mut self, _: BlendMode) {}

    fn draw_path(&mut self, path: &BezPath, to_page: Affine, _: &Paint<'_>, mode: &PathDrawMode) {
        self.shapes.add(path, to_page, mode, self.page);
    }

    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {}
    fn pop_clip_path(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

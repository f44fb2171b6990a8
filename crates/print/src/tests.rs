//! A document in both languages, set, read back, changed.

use press::{Bar, Block, Cell, ClaimId, Document, Lang, Span};

use crate::{Fonts, PrintError, compare, pdf};

fn figure(text: &str) -> Span {
    Span::Figure { text: text.to_owned(), claim: ClaimId::new("access") }
}

fn document(figure_text: &str) -> Document {
    let cell = Cell::Figure { text: "94".to_owned(), claim: ClaimId::new("access") };
    let text = |text: &str| text.to_owned();
    let bar =
        |height| Bar { label: text("May"), below: text("2005"), height, figure: cell.clone() };
    Document {
        lang: Lang::En,
        title: text("May 2005"),
        blocks: vec![
            Block::Heading { level: 2, text: text("#eval(\"1\") *not* markup") },
            Block::Paragraph(vec![Span::Text(text("In all ")), figure(figure_text)]),
            Block::List(vec![vec![Span::Text(text("officially")), figure("11")]]),
            Block::Chart {
                id: text("months-chart"),
                caption: text("Months"),
                alternative: text("Bars"),
                bars: vec![bar(1_000), bar(0)],
            },
            Block::Table {
                id: text("months"),
                caption: text("Months"),
                columns: vec![text("Month"), text("Reports")],
                rows: vec![vec![Cell::Time(text("May")), cell.clone()]; 60],
                notes: vec![text("A note")],
            },
            Block::Narrative { spans: vec![figure("7")], source: text("an editor") },
        ],
    }
}

#[test]
fn the_same_document_is_the_same_bytes_and_says_what_it_should() {
    let fonts = Fonts::find(Lang::En).unwrap();
    let one = pdf(&document("594,960"), "claims.json", &fonts).unwrap();
    let other = pdf(&document("594,960"), "claims.json", &fonts).unwrap();
    assert_eq!(one, other);
    let names: Vec<&str> = one.fonts.iter().map(|font| font.name.as_str()).collect();
    assert_eq!(names, ["LibertinusSerif-Bold", "LibertinusSerif-Regular"]);
    assert_eq!(compare(&one.pdf, "a.pdf", &document("594,960"), "claims.json"), []);
}

#[test]
fn what_differs_is_named_with_its_page() {
    let fonts = Fonts::find(Lang::En).unwrap();
    let printed = pdf(&document("594,961"), "claims.json", &fonts).unwrap();
    let faults = compare(&printed.pdf, "a.pdf", &document("594,960"), "claims.json");
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].place, "a.pdf, page 1");
    assert!(faults[0].why.contains("594,961") && faults[0].why.contains("594,960"));
    let faults = compare(&printed.pdf, "a.pdf", &document("594,961"), "other.json");
    assert!(faults[0].why.contains("other.json"), "{faults:?}");
    for foreign in [&b""[..], b"%PDF-1.7", &printed.pdf[..printed.pdf.len() / 2]] {
        assert!(!compare(foreign, "a.pdf", &document("594,961"), "claims.json").is_empty());
    }
}

/// Letters alone would say the same.
#[test]
fn a_bar_of_another_height_is_named() {
    let fonts = Fonts::find(Lang::En).unwrap();
    let mut other = document("94");
    for block in &mut other.blocks {
        if let Block::Chart { bars, .. } = block {
            bars[1].height = 500;
        }
    }
    let printed = pdf(&other, "claims.json", &fonts).unwrap();
    let faults = compare(&printed.pdf, "a.pdf", &document("94"), "claims.json");
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].why.contains("a bar that is not the figures'"), "{faults:?}");
    let printed = pdf(&document("94"), "claims.json", &fonts).unwrap();
    let faults = compare(&printed.pdf, "a.pdf", &other, "claims.json");
    assert!(faults[0].why.contains("bars that are missing: 1"), "{faults:?}");
}

#[test]
fn a_letter_that_no_font_has_is_an_error() {
    let fonts = Fonts::find(Lang::En).unwrap();
    let printed = pdf(&document("件"), "claims.json", &fonts);
    assert_eq!(printed, Err(PrintError::Letter("件".to_owned())));
}

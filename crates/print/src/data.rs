//! A document as the typesetter's values, which the template reads as `sys.inputs`.

use press::{Bar, Block, Cell, Column, Document, Entry, Lang, Span};
use typst::foundations::{Array, Dict, Str, Value};

use crate::fonts::Fonts;

pub(crate) fn of(document: &Document, claims: &str, fonts: &Fonts) -> Dict {
    dict([
        ("title", text(&document.title)),
        ("lang", text(document.lang.as_str())),
        ("region", text(if document.lang == Lang::Ja { "jp" } else { "gb" })),
        ("fonts", list(&fonts.families, |family| text(family))),
        ("foot", text(&crate::foot(document.lang, claims))),
        ("mark", text(crate::MARK)),
        ("blocks", list(&document.blocks, block)),
    ])
}

fn block(block: &Block) -> Value {
    Value::Dict(match block {
        Block::Heading { level, text: words } => dict([
            ("kind", text("heading")),
            ("level", Value::Int(i64::from((*level).max(2)) - 1)),
            ("text", text(words)),
        ]),
        Block::Paragraph(spans) => {
            dict([("kind", text("paragraph")), ("spans", list(spans, span))])
        }
        Block::List(items) => {
            dict([("kind", text("list")), ("items", list(items, |item| list(item, span)))])
        }
        Block::Table { caption, columns, rows, notes, .. } => dict([
            ("kind", text("table")),
            ("caption", text(caption)),
            ("columns", list(columns, |column| text(column))),
            ("rows", list(rows, |row| list(row, |cell: &Cell| text(cell.text())))),
            ("notes", list(notes, |note| text(note))),
        ]),
        Block::Chart { caption, alternative, bars, .. } => chart(caption, alternative, bars),
        Block::Glossary(entries) => {
            dict([("kind", text("glossary")), ("entries", list(entries, entry))])
        }
        Block::Narrative { spans, source } => dict([
            ("kind", text("narrative")),
            ("spans", list(spans, span)),
            ("source", text(source)),
        ]),
    })
}

fn entry(entry: &Entry) -> Value {
    Value::Dict(dict([
        ("mark", text(&entry.mark)),
        ("term", text(&entry.term)),
        ("meaning", text(&entry.meaning)),
    ]))
}

fn span(span: &Span) -> Value {
    let kind = match span {
        Span::Figure { .. } => "figure",
        Span::Mark { .. } => "mark",
        _ => "words",
    };
    Value::Dict(dict([("kind", text(kind)), ("text", text(span.text()))]))
}

fn chart(caption: &str, alternative: &str, bars: &[Bar]) -> Dict {
    let drawing = press::drawing(bars);
    dict([
        ("kind", text("chart")),
        ("caption", text(caption)),
        ("alternative", text(alternative)),
        ("width", pixels(drawing.width)),
        ("height", pixels(drawing.height)),
        ("floor", pixels(drawing.floor)),
        ("bars", list(&drawing.columns, column)),
    ])
}

fn column(column: &Column<'_>) -> Value {
    let [figure, label, below] = column.baselines;
    let letters = [
        (column.bar.figure.text(), figure),
        (column.bar.label.as_str(), label),
        (column.bar.below.as_str(), below),
    ];
    let letter = |(words, baseline): &(&str, usize)| {
        Value::Dict(dict([("text", text(words)), ("baseline", pixels(*baseline))]))
    };
    Value::Dict(dict([
        ("left", pixels(column.left)),
        ("top", pixels(column.top)),
        ("width", pixels(column.width)),
        ("height", pixels(column.height)),
        ("middle", pixels(column.middle)),
        ("letters", list(&letters, letter)),
    ]))
}

fn dict<const N: usize>(entries: [(&str, Value); N]) -> Dict {
    entries.into_iter().map(|(key, value)| (Str::from(key), value)).collect()
}

fn list<T>(items: &[T], of: impl Fn(&T) -> Value) -> Value {
    Value::Array(items.iter().map(of).collect::<Array>())
}

fn text(words: &str) -> Value {
    Value::Str(Str::from(words))
}

fn pixels(length: usize) -> Value {
    Value::Int(i64::try_from(length).unwrap_or(i64::MAX))
}

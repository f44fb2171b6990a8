//! A document: blocks of text whose numbers say where they come from.

use std::fmt;

/// A language that documents are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lang {
    /// English.
    En,
    /// Japanese.
    Ja,
}

/// A word that is no language of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no language of bulletins: write en or ja")]
pub struct BadLang(pub String);

/// The name of a claim.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClaimId(pub String);

/// A text in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its language.
    pub lang: Lang,
    /// Its title, in which a date may stand.
    pub title: String,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A piece of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading; `level` 1 is the title's.
    Heading {
        /// From 2.
        level: u8,
        /// Its words.
        text: String,
    },
    /// Sentences.
    Paragraph(Vec<Span>),
    /// Items, each of sentences.
    List(Vec<Vec<Span>>),
    /// Figures in rows; the first cell of a row is its name.
    Table {
        /// Its name, as files and anchors write it.
        id: String,
        /// What it is a table of.
        caption: String,
        /// The heads of its columns.
        columns: Vec<String>,
        /// Its rows.
        rows: Vec<Vec<Cell>>,
        /// What has to be known to read it.
        notes: Vec<String>,
    },
    /// Figures as bars, side by side.
    Chart {
        /// Its name, as anchors write it.
        id: String,
        /// What it shows.
        caption: String,
        /// What there is to see and where its figures stand, for those who cannot see it.
        alternative: String,
        /// Its bars, in their order.
        bars: Vec<Bar>,
    },
    /// What terms mean, each with the mark that stands where it first appears.
    Glossary(Vec<Entry>),
    /// What an editor tells, with its source.
    Narrative {
        /// Its sentences.
        spans: Vec<Span>,
        /// Who told it; empty where that is not said.
        source: String,
    },
}

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// Words without a digit.
    Text(String),
    /// A figure, and the claim that it is of.
    Figure {
        /// As it is printed.
        text: String,
        /// The claim.
        claim: ClaimId,
    },
    /// A date of the document's own frame.
    Time {
        /// As it is printed.
        text: String,
    },
    /// What others wrote: names, quotations. Its numbers are not ours.
    Foreign {
        /// As it is printed.
        text: String,
    },
    /// The mark of an entry of the glossary.
    Mark {
        /// As it is printed.
        text: String,
        /// The entry's name.
        term: String,
    },
}

/// A term of the glossary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its mark: `*1`. It numbers the document's own frame.
    pub mark: String,
    /// Its name, as anchors write it.
    pub id: String,
    /// The term.
    pub term: String,
    /// What it means.
    pub meaning: String,
}

/// A bar of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// What it is of: a date of the document's own frame, short.
    pub label: String,
    /// A second line below that; empty where there is none.
    pub below: String,
    /// Its height, in thousandths of the highest.
    pub height: u32,
    /// The figure over it.
    pub figure: Cell,
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A figure, and the claim that it is of.
    Figure {
        /// As it is printed.
        text: String,
        /// The claim.
        claim: ClaimId,
    },
    /// A date of the document's own frame.
    Time(String),
    /// A name that others gave.
    Name(String),
    /// There is no figure.
    Nothing,
}

impl Lang {
    /// Every language, in the order in which they are made.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Ja];

    /// The language's tag (BCP 47).
    pub const fn as_str(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Ja => "ja",
        }
    }
}

impl std::str::FromStr for Lang {
    type Err = BadLang;

    fn from_str(text: &str) -> Result<Lang, BadLang> {
        let known = Lang::ALL.into_iter().find(|lang| lang.as_str() == text);
        known.ok_or_else(|| BadLang(text.to_owned()))
    }
}

impl ClaimId {
    /// The claim of a name.
    pub fn new(name: &str) -> ClaimId {
        ClaimId(name.to_owned())
    }
}

impl fmt::Display for ClaimId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Cell {
    /// As it is printed.
    pub fn text(&self) -> &str {
        match self {
            Cell::Figure { text, .. } | Cell::Time(text) | Cell::Name(text) => text,
            Cell::Nothing => "\u{2013}",
        }
    }
}

impl Document {
    /// Texts that hold a digit and are neither a claim's, nor a date, nor marked as not ours.
    pub fn stray_digits(&self) -> Vec<&str> {
        self.blocks.iter().flat_map(Block::words).filter(|text| has_digit(text)).collect()
    }
}

impl Block {
    /// Texts that no claim stands behind.
    fn words(&self) -> Vec<&str> {
        match self {
            Block::Heading { text, .. } => vec![text],
            Block::Paragraph(spans) => texts(spans),
            Block::List(items) => items.iter().flat_map(|item| texts(item)).collect(),
            Block::Narrative { spans, source } => {
                texts(spans).into_iter().chain([source.as_str()]).collect()
            }
            Block::Chart { caption, alternative, .. } => vec![caption, alternative],
            Block::Glossary(entries) => {
                entries.iter().flat_map(|entry| [&*entry.term, &*entry.meaning]).collect()
            }
            Block::Table { caption, columns, notes, .. } => {
                [caption].into_iter().chain(columns).chain(notes).map(String::as_str).collect()
            }
        }
    }
}

fn texts(spans: &[Span]) -> Vec<&str> {
    let plain = |span: &&Span| matches!(span, Span::Text(_));
    spans.iter().filter(plain).map(Span::text).collect()
}

impl Span {
    /// As it is printed.
    pub fn text(&self) -> &str {
        match self {
            Span::Text(text)
            | Span::Figure { text, .. }
            | Span::Time { text }
            | Span::Foreign { text }
            | Span::Mark { text, .. } => text,
        }
    }
}

/// Whether a text holds a digit.
pub fn has_digit(text: &str) -> bool {
    text.contains(is_digit)
}

/// A digit of any script; 三 and the like are words.
fn is_digit(letter: char) -> bool {
    letter.is_numeric() && !('\u{4e00}'..='\u{9fff}').contains(&letter) && letter != '〇'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_unknown_origin_is_found() {
        let mut document = Document {
            lang: Lang::En,
            title: "May 2005".to_owned(),
            blocks: vec![Block::Paragraph(vec![
                Span::Text("In ".to_owned()),
                Span::Time { text: "May 2005".to_owned() },
                Span::Text(" there were ".to_owned()),
                Span::Figure { text: "94".to_owned(), claim: ClaimId::new("access") },
                Span::Text(" reports".to_owned()),
            ])],
        };
        assert_eq!(document.stray_digits(), Vec::<&str>::new());
        for stray in ["94 reports", "９４件", "x²"] {
            document.blocks.push(Block::List(vec![vec![Span::Text(stray.to_owned())]]));
            assert_eq!(document.stray_digits(), [stray]);
            document.blocks.pop();
        }
    }
}

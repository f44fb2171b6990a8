//! A bulletin in the making: blocks of both languages, the ledger of its claims, and its data.

use std::collections::BTreeSet;

use claims::{Figure, Labels, Row, Series, Statement};
use press::{Bar, Block, Cell, Span};

use crate::both::Both;
use crate::disclosure::OTHER;
use crate::editor::Refused;
use crate::ledger::{Ledger, Origin, Proven};
use crate::model::{Summary, of};
use crate::phrase::Sentence;
use crate::{number, statement};

/// A bulletin in the making.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) blocks: Both<Vec<Block>>,
    pub(crate) ledger: Ledger,
    /// Files of data: name and CSV.
    pub(crate) data: Vec<(String, String)>,
    /// Editors' texts that hold a number that nothing proves.
    pub(crate) refused: Vec<Refused>,
    labels: Labels,
}

/// What a chart of months shows.
const ALTERNATIVE: Head = Both {
    en: "Bars, a month each; the figures stand in the table below.",
    ja: "月ごとの棒グラフです。数値は下の表にあります。",
};

/// What a chart of names shows.
const NAMES: Head = Both {
    en: "Bars, a name each, the greatest first; the figures stand in the table below.",
    ja: "項目ごとの棒グラフです（多い順）。数値は下の表にあります。",
};

/// A column's head, and a cell, in both languages.
pub(crate) type Head = Both<&'static str>;

impl Page {
    pub(crate) fn new(summary: &Summary) -> Page {
        let labels = Labels {
            zone: Some(summary.zone.clone()),
            vintage: summary.as_of.clone(),
            ..Labels::default()
        };
        let blocks = Both { en: Vec::new(), ja: Vec::new() };
        Page { blocks, ledger: Ledger::default(), data: Vec::new(), refused: Vec::new(), labels }
    }

    /// Where figures come from: a question, with the bulletin's own zone and vintage.
    pub(crate) fn origin(&self, question: &str, rule: &str, month: claims::Month) -> Origin {
        Origin {
            question: question.to_owned(),
            parameters: vec![("month".to_owned(), month.to_string())],
            labels: Labels { rule: Some(rule.to_owned()), ..self.labels.clone() },
            breaks: Vec::new(),
        }
    }

    /// The same for figures that people reported, whose rules have a zone of their own.
    pub(crate) fn reported(
        &self,
        reports: &crate::model::Reports,
        rule: &str,
        month: claims::Month,
    ) -> Origin {
        let mut origin = self.origin("report count", rule, month);
        origin.labels.zone.clone_from(&reports.zone);
        origin
    }

    pub(crate) fn say(
        &mut self,
        id: &str,
        origin: &Origin,
        statement: Option<impl Into<Statement>>,
    ) -> Option<Proven> {
        self.ledger.say(id, origin, statement?)
    }

    pub(crate) fn heading(&mut self, level: u8, text: &Head) {
        self.blocks.en.push(Block::Heading { level, text: text.en.to_owned() });
        self.blocks.ja.push(Block::Heading { level, text: text.ja.to_owned() });
    }

    pub(crate) fn paragraph(&mut self, spans: Option<Both<Vec<Span>>>) {
        let Some(spans) = spans else { return };
        self.blocks.en.push(Block::Paragraph(spans.en));
        self.blocks.ja.push(Block::Paragraph(spans.ja));
    }

    pub(crate) fn words(&mut self, template: &Both<&'static str>) {
        self.paragraph(Sentence::new(template).said());
    }

    pub(crate) fn list(&mut self, items: Vec<Both<Vec<Span>>>) {
        if items.is_empty() {
            return;
        }
        let (en, ja) = items.into_iter().map(|item| (item.en, item.ja)).unzip();
        self.blocks.en.push(Block::List(en));
        self.blocks.ja.push(Block::List(ja));
    }

    pub(crate) fn table(
        &mut self,
        id: &str,
        caption: &Head,
        columns: &[Head],
        rows: Vec<Vec<Both<Cell>>>,
    ) {
        if rows.is_empty() {
            return;
        }
        let side = |of: fn(&Both<Cell>) -> &Cell| -> Vec<Vec<Cell>> {
            rows.iter().map(|row| row.iter().map(|cell| of(cell).clone()).collect()).collect()
        };
        self.data.push((format!("{id}.csv"), csv(columns, &side(|cell| &cell.en))));
        let table = |caption: &str, columns: Vec<String>, rows| Block::Table {
            id: id.to_owned(),
            caption: caption.to_owned(),
            columns,
            rows,
            notes: Vec::new(),
        };
        let (en, ja) = (side(|cell| &cell.en), side(|cell| &cell.ja));
        let heads = |of: fn(&Head) -> &'static str| {
            columns.iter().map(|head| of(head).to_owned()).collect()
        };
        self.blocks.en.push(table(caption.en, heads(|head| head.en), en));
        self.blocks.ja.push(table(caption.ja, heads(|head| head.ja), ja));
    }

    /// A series as bars, a month each; `said` are its figures' cells, in the series' order.
    pub(crate) fn bars(&mut self, id: &str, caption: &Head, series: &Series, said: &[Both<Cell>]) {
        let highest = series.0.iter().map(|(_, figure)| figure.value.ratio()).max();
        let Some(highest) = highest.filter(|_| series.0.len() > 2) else { return };
        let (Some((first, _)), Some((last, _))) = (series.0.first(), series.0.last()) else {
            return;
        };
        let mut bars = Both { en: Vec::new(), ja: Vec::new() };
        // A month that is missing keeps its place, or the bars would tell another story.
        for back in (0..=first.until(*last).unwrap_or(0)).rev() {
            let Some(of) = last.back(back) else { continue };
            let known = series.0.iter().zip(said).find(|((month, _), _)| *month == of);
            let height =
                known.map_or(0, |((_, figure), _)| statement::thousandths(figure, &highest));
            let nothing = Both { en: Cell::Nothing, ja: Cell::Nothing };
            let cell = known.map_or(nothing, |(_, cell)| cell.clone());
            let label = number::short_month(of);
            let is_year = of == *first || of.month() == 1;
            let below = if is_year { of.year().to_string() } else { String::new() };
            let bar = |label, figure: &Cell| Bar {
                label,
                below: below.clone(),
                height,
                figure: figure.clone(),
            };
            bars.en.push(bar(label.en, &cell.en));
            bars.ja.push(bar(label.ja, &cell.ja));
        }
        self.chart(id, caption, &ALTERNATIVE, bars);
    }

    /// Names with their figures as bars, a name each, in the order given.
    pub(crate) fn names(
        &mut self,
        id: &str,
        caption: &Head,
        named: &[(&str, &Figure, Both<Cell>)],
    ) {
        let highest = named.iter().map(|(_, figure, _)| figure.value.ratio()).max();
        let Some(highest) = highest.filter(|_| named.len() > 2) else { return };
        let bars = |of: fn(&Both<Cell>) -> &Cell| {
            let bar = |(name, figure, cell): &(&str, &Figure, Both<Cell>)| Bar {
                label: (*name).to_owned(),
                below: String::new(),
                height: statement::thousandths(figure, &highest),
                figure: of(cell).clone(),
            };
            named.iter().map(bar).collect()
        };
        let bars = Both { en: bars(|cell| &cell.en), ja: bars(|cell| &cell.ja) };
        self.chart(id, caption, &NAMES, bars);
    }

    fn chart(&mut self, id: &str, caption: &Head, alternative: &Head, bars: Both<Vec<Bar>>) {
        let chart = |caption: &str, alternative: &str, bars| Block::Chart {
            id: format!("{id}-chart"),
            caption: caption.to_owned(),
            alternative: alternative.to_owned(),
            bars,
        };
        self.blocks.en.push(chart(caption.en, alternative.en, bars.en));
        self.blocks.ja.push(chart(caption.ja, alternative.ja, bars.ja));
    }
}

/// A cell of a figure; a dash where there is none.
pub(crate) fn cell(figure: Option<Proven>) -> Both<Cell> {
    match figure {
        Some(Proven { claim, text }) => {
            text.map(|text| Cell::Figure { text, claim: claim.clone() })
        }
        None => Both { en: Cell::Nothing, ja: Cell::Nothing },
    }
}

/// Whether a cell holds a figure.
pub(crate) fn is_figure(cell: &Both<Cell>) -> bool {
    matches!(cell.en, Cell::Figure { .. })
}

/// A cell of a name.
pub(crate) fn name(text: Both<String>) -> Both<Cell> {
    text.map(Cell::Name)
}

/// A cell of a month.
pub(crate) fn time(text: Both<String>) -> Both<Cell> {
    text.map(Cell::Time)
}

/// A table as CSV (RFC 4180), numbers without their commas.
fn csv(columns: &[Head], rows: &[Vec<Cell>]) -> String {
    let head = columns.iter().map(|head| quoted(head.en)).collect::<Vec<_>>().join(",");
    let mut text = format!("{head}\n");
    for row in rows {
        let cells = row.iter().map(|cell| quoted(cell.text())).collect::<Vec<_>>();
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// The figures of a series up to a month, and no more than so many months back.
pub(crate) fn last(series: &Series, month: claims::Month, months: u32) -> Series {
    let mut kept: Vec<_> = series
        .0
        .iter()
        .filter(|(of, _)| of.until(month).is_some_and(|back| back < months))
        .cloned()
        .collect();
    kept.sort_by_key(|(of, _)| *of);
    claims::Entries(kept)
}

/// A row's entries, the greatest first, then by name; a rest is no entry, nor is a name with two figures that differ.
pub(crate) fn ranked(row: &Row) -> Vec<(&str, &Figure)> {
    let names: BTreeSet<&str> = row.0.iter().map(|(name, _)| name.as_str()).collect();
    let named = names.into_iter().filter(|name| *name != OTHER);
    let mut ranked: Vec<_> = named.filter_map(|name| Some((name, of(row, name)?))).collect();
    ranked.sort_by(|a, b| b.1.value.ratio().cmp(&a.1.value.ratio()).then(a.0.cmp(b.0)));
    ranked
}

/// The month, in words.
pub(crate) fn month(month: claims::Month) -> Both<String> {
    number::month(month)
}

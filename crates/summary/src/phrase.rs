//! Sentences by grammar: a template in each language, whose slots take proven figures, dates and names.
//!
//! `{total}` is a slot; `{total:report was|reports were}` are the words for one and for more, by the figure
//! in that slot, in languages that tell them apart.
//!
//! Invariant: a template holds no digit, and both languages have the same slots; the tests of
//! [`crate::part`] read every template there is. A sentence whose figure was not proven is not said.

use press::Span;

use crate::both::Both;
use crate::ledger::Proven;

/// What stands in a slot.
#[derive(Clone, Debug)]
pub(crate) enum Slot {
    /// A proven figure.
    Figure(Proven),
    /// A date or month of the bulletin's own frame.
    Time(Both<String>),
    /// A name that others gave: a port, a family of viruses.
    Name(Both<String>),
    /// Further spans, joined already.
    Spans(Both<Vec<Span>>),
}

/// A sentence in the making.
#[derive(Debug)]
pub(crate) struct Sentence {
    template: Both<&'static str>,
    slots: Vec<(&'static str, Option<Slot>)>,
}

impl Sentence {
    /// A sentence of two templates.
    pub(crate) fn new(template: &Both<&'static str>) -> Sentence {
        Sentence { template: template.clone(), slots: Vec::new() }
    }

    /// With a figure; where it was not proven, the sentence will not be said.
    #[must_use]
    pub(crate) fn figure(mut self, name: &'static str, figure: Option<Proven>) -> Sentence {
        self.slots.push((name, figure.map(Slot::Figure)));
        self
    }

    /// With a date or month.
    #[must_use]
    pub(crate) fn time(mut self, name: &'static str, time: Both<String>) -> Sentence {
        self.slots.push((name, Some(Slot::Time(time))));
        self
    }

    /// With a name that others gave.
    #[must_use]
    pub(crate) fn name(mut self, name: &'static str, text: Both<String>) -> Sentence {
        self.slots.push((name, Some(Slot::Name(text))));
        self
    }

    /// With spans.
    #[must_use]
    pub(crate) fn spans(mut self, name: &'static str, spans: Option<Both<Vec<Span>>>) -> Sentence {
        self.slots.push((name, spans.map(Slot::Spans)));
        self
    }

    /// The sentence; none where one of its figures was not proven.
    pub(crate) fn said(self) -> Option<Both<Vec<Span>>> {
        let en = fill(self.template.en, &self.slots, |text| &text.en, |spans| &spans.en)?;
        let ja = fill(self.template.ja, &self.slots, |text| &text.ja, |spans| &spans.ja)?;
        Some(Both { en, ja })
    }
}

fn fill(
    template: &str,
    slots: &[(&'static str, Option<Slot>)],
    text_of: fn(&Both<String>) -> &String,
    spans_of: fn(&Both<Vec<Span>>) -> &Vec<Span>,
) -> Option<Vec<Span>> {
    let mut spans = Vec::new();
    for piece in template.split('{') {
        let (name, text) = piece.split_once('}').unwrap_or(("", piece));
        if let Some((of, forms)) = name.split_once(':') {
            let (one, many) = forms.split_once('|')?;
            let is_one =
                matches!(slot(slots, of)?, Slot::Figure(proven) if text_of(&proven.text) == "1");
            push(&mut spans, if is_one { one } else { many });
        } else if !name.is_empty() {
            match slot(slots, name)? {
                Slot::Figure(Proven { claim, text }) => {
                    spans.push(Span::Figure { text: text_of(text).clone(), claim: claim.clone() });
                }
                Slot::Time(time) => spans.push(Span::Time { text: text_of(time).clone() }),
                Slot::Name(name) => spans.push(Span::Foreign { text: text_of(name).clone() }),
                Slot::Spans(inner) => spans.extend(spans_of(inner).iter().cloned()),
            }
        }
        push(&mut spans, text);
    }
    Some(spans)
}

fn slot<'a>(slots: &'a [(&'static str, Option<Slot>)], name: &str) -> Option<&'a Slot> {
    slots.iter().find(|(slot, _)| *slot == name)?.1.as_ref()
}

/// Adds words, to the words before them where there are any.
fn push(spans: &mut Vec<Span>, words: &str) {
    match spans.last_mut() {
        _ if words.is_empty() => {}
        Some(Span::Text(text)) => text.push_str(words),
        _ => spans.push(Span::Text(words.to_owned())),
    }
}

/// Sentences one after the other; those that could not be said are left out.
pub(crate) fn joined(
    sentences: impl IntoIterator<Item = Option<Both<Vec<Span>>>>,
) -> Option<Both<Vec<Span>>> {
    let mut all = Both { en: Vec::new(), ja: Vec::new() };
    for sentence in sentences.into_iter().flatten() {
        if !all.en.is_empty() {
            all.en.push(Span::Text(" ".to_owned()));
        }
        all.en.extend(sentence.en);
        all.ja.extend(sentence.ja);
    }
    (!all.en.is_empty()).then_some(all)
}

/// The slots of a template, sorted.
#[cfg(test)]
pub(crate) fn slots(template: &str) -> Vec<&str> {
    let pieces = template.split('{').skip(1).filter_map(|piece| Some(piece.split_once('}')?.0));
    let mut names: Vec<&str> = pieces.filter(|name| !name.contains(':')).collect();
    names.sort_unstable();
    names.dedup();
    names
}

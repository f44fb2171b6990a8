//! One field of a form.

use maud::{Markup, html};

use crate::words::{Language, Text};

/// How a field is filled in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Input {
    /// A line, with what a browser may fill in by itself.
    Line(&'static str),
    /// Several lines.
    Lines,
    /// A day.
    Day,
    /// A number.
    Number,
    /// One of some choices: the word that intake knows, and what the page says.
    One(&'static [(&'static str, Text<'static>)]),
}

/// A field: its name is that of intake's column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) label: Text<'static>,
    pub(crate) hint: Option<Text<'static>>,
    pub(crate) must: bool,
    pub(crate) input: Input,
}

impl Field {
    pub(super) const fn new(name: &'static str, label: Text<'static>, input: Input) -> Field {
        Field { name, label, hint: None, must: false, input }
    }

    pub(super) const fn must(self) -> Field {
        Field { must: true, ..self }
    }

    pub(super) const fn hint(self, en: &'static str, ja: &'static str) -> Field {
        Field { hint: Some(Text(en, ja)), ..self }
    }
}

/// What was said of a field; empty where nothing was.
pub(crate) fn find<'a>(said: &'a [(String, String)], name: &str) -> &'a str {
    said.iter()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.as_str())
        .unwrap_or_default()
}

const MUST: Text<'_> = Text("required", "必須");

/// The field on its page, with what was said before. `wrong`: it is at fault.
pub(super) fn markup(language: Language, field: &Field, said: &str, wrong: bool) -> Markup {
    let (id, name) = (field.name.replace(' ', "-"), field.name.replace(' ', "_"));
    let hint_id = format!("{id}-hint");
    let described = field.hint.is_some().then_some(hint_id.as_str());
    let class = if wrong { "field wrong" } else { "field" };
    let invalid = wrong.then_some("true");
    let label = html! {
        (language.of(&field.label))
        @if field.must { span.must { (language.of(&MUST)) } }
    };
    let hint = html! {
        @if let Some(hint) = &field.hint { p.hint id=(hint_id) { (language.of(hint)) } }
    };
    if let Input::One(choices) = field.input
        && (field.must || choices.len() == 2)
    {
        return html! {
            div class=(class) role="radiogroup" aria-labelledby={ (id) "-label" } aria-describedby=[described] {
                span.label id={ (id) "-label" } { (label) }
                (hint)
                div.choices { @for (value, text) in choices {
                    label {
                        input type="radio" name=(name) value=(value) checked[*value == said] required[field.must];
                        span { (language.of(text)) }
                    }
                } }
            }
        };
    }
    html! {
        div class=(class) {
            label for=(id) { (label) }
            (hint)
            @match field.input {
                Input::Line(autocomplete) => {
                    input type=(if name == "mail" { "email" } else { "text" }) id=(id) name=(name) value=(said) maxlength="300"
                        autocomplete=(autocomplete) required[field.must] aria-describedby=[described] aria-invalid=[invalid];
                },
                Input::Day => {
                    input type="date" id=(id) name=(name) value=(said) required[field.must]
                        aria-describedby=[described] aria-invalid=[invalid];
                },
                Input::Number => {
                    input type="number" min="1" max="1000000000" id=(id) name=(name) value=(said) required[field.must]
                        aria-describedby=[described] aria-invalid=[invalid];
                },
                Input::Lines => {
                    textarea id=(id) name=(name) maxlength="20000" required[field.must]
                        aria-describedby=[described] aria-invalid=[invalid] { (said) }
                },
                Input::One(choices) => {
                    select id=(id) name=(name) required[field.must] aria-describedby=[described] {
                        option value="" { "—" }
                        @for (value, text) in choices {
                            option value=(value) selected[*value == said] { (language.of(text)) }
                        }
                    }
                },
            }
        }
    }
}

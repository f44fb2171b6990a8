//! The two languages of the public pages.

use serde::Deserialize;

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Language {
    En,
    Ja,
}

impl Language {
    pub(crate) const ALL: [Language; 2] = [Language::En, Language::Ja];

    /// Its tag, in addresses too.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Ja => "ja",
        }
    }

    /// What it calls itself.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Language::En => "English",
            Language::Ja => "日本語",
        }
    }

    /// The text in this language.
    pub(crate) const fn of<'a>(self, text: &Text<'a>) -> &'a str {
        match self {
            Language::En => text.0,
            Language::Ja => text.1,
        }
    }
}

/// A text in English and in Japanese.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'a>(pub(crate) &'a str, pub(crate) &'a str);

//! The two languages of every page. A sentence is written in both where it is said, so that no page is half in
//! another language.

mod records;

use std::convert::Infallible;
use std::fmt;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::Deserialize;

pub(crate) use records::{
    category, cause, channel, class, found, kind, role, route, standing, state, state_kind, status,
};

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

    /// One of two texts.
    pub(crate) const fn say<'a>(self, en: &'a str, ja: &'a str) -> &'a str {
        match self {
            Language::En => en,
            Language::Ja => ja,
        }
    }

    /// The language of a tag.
    pub(crate) fn tagged(tag: &str) -> Option<Language> {
        Language::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// What a browser prefers (RFC 9110, section 12.5.4); English where it names neither.
    pub(crate) fn preferred(accepted: &str) -> Language {
        let mut best = (0.0, Language::En);
        for part in accepted.split(',') {
            let (tag, quality) = part.split_once(';').unwrap_or((part, ""));
            let primary = tag.trim().split('-').next().unwrap_or_default().to_ascii_lowercase();
            let quality = quality.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>);
            if let (Some(language), Ok(quality)) = (Language::tagged(&primary), quality)
                && quality > best.0
            {
                best = (quality, language);
            }
        }
        best.1
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

/// What the gate found out; English where a route has no gate.
impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Language, Infallible> {
        Ok(parts.extensions.get::<Language>().copied().unwrap_or(Language::En))
    }
}

/// A sentence in both languages, made where it is needed. Programs are told the English one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sentence {
    en: String,
    ja: String,
}

impl Sentence {
    pub(crate) fn new(en: impl Into<String>, ja: impl Into<String>) -> Sentence {
        Sentence { en: en.into(), ja: ja.into() }
    }

    /// One for programs alone, which have no other language.
    pub(crate) fn english(en: impl Into<String>) -> Sentence {
        let en = en.into();
        Sentence { ja: en.clone(), en }
    }

    pub(crate) fn of(&self, language: Language) -> &str {
        language.say(&self.en, &self.ja)
    }
}

impl From<Text<'_>> for Sentence {
    fn from(text: Text<'_>) -> Sentence {
        Sentence::new(text.0, text.1)
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.en)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_prefer() {
        for (accepted, wanted) in [
            ("", Language::En),
            ("ja", Language::Ja),
            ("ja-JP,en;q=0.8", Language::Ja),
            ("en-GB,ja;q=0.9", Language::En),
            ("de, ja;q=0.5, en;q=0.7", Language::En),
            ("fr;q=1.0, JA;q=0.1", Language::Ja),
            ("ja;q=0", Language::En),
            ("ja;q=x", Language::En),
            ("jam", Language::En),
        ] {
            assert_eq!(Language::preferred(accepted), wanted, "{accepted:?}");
        }
    }
}

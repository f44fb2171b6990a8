//! What is said in both languages at once.

use press::Lang;

/// One thing in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Both<T> {
    /// In English.
    pub en: T,
    /// In Japanese.
    pub ja: T,
}

impl<T> Both<T> {
    /// In one language.
    pub fn of(&self, lang: Lang) -> &T {
        match lang {
            Lang::En => &self.en,
            Lang::Ja => &self.ja,
        }
    }

    /// Something else of each.
    pub fn map<U>(self, to: impl Fn(T) -> U) -> Both<U> {
        Both { en: to(self.en), ja: to(self.ja) }
    }
}

impl Both<String> {
    /// Words of the two languages.
    pub fn words(en: &str, ja: &str) -> Both<String> {
        Both { en: en.to_owned(), ja: ja.to_owned() }
    }

    /// What is written alike in both, as names are.
    pub fn alike(text: &str) -> Both<String> {
        Both::words(text, text)
    }
}

//! From JSON to what claims are made of, and back.

use std::str::FromStr;

use crate::decimal::Decimal;
use crate::entries::Entries;
use crate::json::Json;
use crate::month::{Day, Month, Period};
use crate::refusal::Refusal;

/// What can stand behind a key of a claim.
pub(crate) trait Grammar: Sized {
    /// Reads it; `key` is what it stands behind.
    fn read(json: Json, key: &str) -> Result<Self, Refusal>;

    /// Writes it, so that it reads as the same again.
    fn write(&self) -> Json;
}

/// The keys of an object that are not read yet.
pub(crate) struct Keys(Vec<(String, Json)>);

impl Keys {
    /// The keys of an object.
    pub(crate) fn of(json: Json, key: &str) -> Result<Keys, Refusal> {
        match json {
            Json::Object(entries) => Ok(Keys(entries)),
            _ => Err(shape(key, "an object")),
        }
    }

    /// What stands behind a key; none where it is absent or null.
    pub(crate) fn maybe<T: Grammar>(&mut self, key: &'static str) -> Result<Option<T>, Refusal> {
        let mut found = self.0.extract_if(.., |(name, _)| name == key);
        let first = found.next();
        if found.next().is_some() {
            return Err(Refusal::Twice(key.to_owned()));
        }
        match first {
            None | Some((_, Json::Null)) => Ok(None),
            Some((_, json)) => T::read(json, key).map(Some),
        }
    }

    /// What stands behind a key.
    pub(crate) fn need<T: Grammar>(&mut self, key: &'static str) -> Result<T, Refusal> {
        self.maybe(key)?.ok_or(Refusal::Missing(key))
    }

    /// What nobody asked for.
    pub(crate) fn rest(self) -> Vec<(String, Json)> {
        self.0
    }
}

/// The keys of an object that is being written.
#[derive(Default)]
pub(crate) struct Written(pub(crate) Vec<(String, Json)>);

impl Written {
    pub(crate) fn put(&mut self, key: &str, value: &impl Grammar) -> &mut Written {
        self.0.push((key.to_owned(), value.write()));
        self
    }

    /// Nothing where there is none.
    pub(crate) fn maybe(&mut self, key: &str, value: Option<&impl Grammar>) -> &mut Written {
        if let Some(value) = value {
            self.put(key, value);
        }
        self
    }
}

pub(crate) fn shape(key: &str, wanted: &'static str) -> Refusal {
    Refusal::Shape { key: key.to_owned(), wanted }
}

impl Grammar for String {
    fn read(json: Json, key: &str) -> Result<String, Refusal> {
        if let Json::Text(text) = json { Ok(text) } else { Err(shape(key, "a text")) }
    }

    fn write(&self) -> Json {
        Json::Text(self.clone())
    }
}

impl Grammar for Decimal {
    fn read(json: Json, key: &str) -> Result<Decimal, Refusal> {
        if let Json::Number(number) = json { Ok(number) } else { Err(shape(key, "a number")) }
    }

    fn write(&self) -> Json {
        Json::Number(self.clone())
    }
}

impl Grammar for u32 {
    fn read(json: Json, key: &str) -> Result<u32, Refusal> {
        let number = Decimal::read(json, key)?;
        number.whole().filter(|&count| count > 0).ok_or_else(|| shape(key, "a whole number from 1"))
    }

    fn write(&self) -> Json {
        Json::Number(Decimal::from(*self))
    }
}

impl Grammar for i32 {
    fn read(json: Json, key: &str) -> Result<i32, Refusal> {
        Decimal::read(json, key)?.whole().ok_or_else(|| shape(key, "a whole number"))
    }

    fn write(&self) -> Json {
        Json::Number(Decimal::from(*self))
    }
}

impl Grammar for Json {
    fn read(json: Json, _: &str) -> Result<Json, Refusal> {
        Ok(json)
    }

    fn write(&self) -> Json {
        self.clone()
    }
}

impl<T: Grammar> Grammar for Vec<T> {
    fn read(json: Json, key: &str) -> Result<Vec<T>, Refusal> {
        match json {
            Json::List(values) => values.into_iter().map(|value| T::read(value, key)).collect(),
            _ => Err(shape(key, "a list")),
        }
    }

    fn write(&self) -> Json {
        Json::List(self.iter().map(T::write).collect())
    }
}

/// A date in a text.
fn date<T: FromStr>(text: String) -> Result<T, Refusal> {
    text.parse().map_err(|_| Refusal::Date(text))
}

macro_rules! dates {
    ($($date:ty),*) => {$(
        impl Grammar for $date {
            fn read(json: Json, key: &str) -> Result<$date, Refusal> {
                date(String::read(json, key)?)
            }

            fn write(&self) -> Json {
                Json::Text(self.to_string())
            }
        }
    )*};
}

dates!(Month, Day, Period);

impl<V: Grammar> Grammar for Entries<String, V> {
    fn read(json: Json, key: &str) -> Result<Self, Refusal> {
        let entries = Keys::of(json, key)?.rest().into_iter();
        entries.map(|(name, value)| Ok((name.clone(), V::read(value, &name)?))).collect()
    }

    fn write(&self) -> Json {
        Json::Object(self.0.iter().map(|(name, value)| (name.clone(), value.write())).collect())
    }
}

impl<V: Grammar> Grammar for Entries<Month, V> {
    fn read(json: Json, key: &str) -> Result<Self, Refusal> {
        let entries = Keys::of(json, key)?.rest().into_iter();
        entries.map(|(name, value)| Ok((date(name.clone())?, V::read(value, &name)?))).collect()
    }

    fn write(&self) -> Json {
        Json::Object(self.0.iter().map(|(month, v)| (month.to_string(), v.write())).collect())
    }
}

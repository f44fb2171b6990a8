//! A month's figures as a file, so that whoever has the bundle can write the bulletin anew.
//!
//! One JSON value. Figures are numbers, or objects with `value`, `half_unit` and `source`; series and
//! rows are objects by month or name. Of labels a figure keeps its source alone: rule, zone and vintage
//! are the bulletin's.

use std::fmt::Display;
use std::str::FromStr;

use claims::{Break, Decimal, Entries, Figure, Json, Labels, Month, Quoted};

use crate::both::Both;
use crate::model::{Backscatter, Earlier, Monitoring, Narrative, Reports, Summary, Surge, Tlp};

/// A file of figures that is none. Whoever wrote or changed it is at fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {why}")]
pub struct BadFigures {
    /// Where.
    pub at: String,
    /// What was wanted there.
    pub why: String,
}

type Read<T> = Result<T, BadFigures>;

/// What is written into the file and read from it as the same.
pub(crate) trait Coded: Sized {
    fn write(&self) -> Json;
    fn read(json: &Json) -> Read<Self>;
}

/// The figures as a line.
pub(crate) fn line(summary: &Summary) -> String {
    format!("{}\n", summary.write())
}

/// The figures of a line.
pub(crate) fn read(line: &str) -> Read<Summary> {
    let json: Json = line.parse().map_err(|why| wanted(&format!("JSON ({why})")))?;
    Summary::read(&json)
}

fn wanted(what: &str) -> BadFigures {
    BadFigures { at: String::new(), why: format!("{what} is wanted") }
}

fn within<T>(key: &str, read: Read<T>) -> Read<T> {
    read.map_err(|BadFigures { at, why }| {
        let at = if at.is_empty() { key.to_owned() } else { format!("{key}.{at}") };
        BadFigures { at, why }
    })
}

fn member<T: Coded>(json: &Json, key: &str) -> Read<T> {
    let Json::Object(entries) = json else { return Err(wanted("an object")) };
    let value = entries.iter().find(|(name, _)| name == key).map(|(_, value)| value);
    within(key, T::read(value.unwrap_or(&Json::Null)))
}

macro_rules! coded {
    ($type:ident: $($field:ident),*) => {
        impl Coded for $type {
            fn write(&self) -> Json {
                Json::Object(vec![$((stringify!($field).to_owned(), self.$field.write())),*])
            }

            fn read(json: &Json) -> Read<Self> {
                Ok($type { $($field: member(json, stringify!($field))?),* })
            }
        }
    };
}

coded!(Reports: zone, virus, virus_rule, detections, families, pieces, quoted_run, access, access_rule,
    damaged, damaged_by, harmless_by, altered, breaks);
coded!(Monitoring: accesses, sources, points, seconds_up, seconds_whole, coverage_assumed, services,
    services_before, days_of_services, surges, countries, tools, backscatter);
coded!(Backscatter: accesses, senders, victims);
coded!(Surge: service, first_day);
coded!(Earlier: month, figures);
coded!(Narrative: text, consent, tlp);
coded!(Break: month, why);
coded!(Quoted: month, run, source);

impl Coded for Summary {
    fn write(&self) -> Json {
        // What may not be published is in no file of the bundle.
        let narratives = self.narratives.iter().filter(|narrative| narrative.may_be_published());
        let entries = [
            ("month", self.month.write()),
            ("days", self.days.write()),
            ("zone", self.zone.write()),
            ("as_of", self.as_of.write()),
            ("writer", self.writer.write()),
            ("reports", self.reports.write()),
            ("monitoring", self.monitoring.write()),
            ("earlier", self.earlier.write()),
            ("narratives", Json::List(narratives.map(Coded::write).collect())),
        ];
        Json::Object(entries.map(|(key, value)| (key.to_owned(), value)).into())
    }

    fn read(json: &Json) -> Read<Summary> {
        Ok(Summary {
            month: member(json, "month")?,
            days: member(json, "days")?,
            zone: member(json, "zone")?,
            as_of: member(json, "as_of")?,
            writer: member(json, "writer")?,
            reports: member(json, "reports")?,
            monitoring: member(json, "monitoring")?,
            earlier: member(json, "earlier")?,
            narratives: member(json, "narratives")?,
        })
    }
}

impl Coded for Figure {
    fn write(&self) -> Json {
        if self.half_unit.is_zero() && self.labels.source.is_none() {
            return self.value.write();
        }
        Json::Object(vec![
            ("value".to_owned(), self.value.write()),
            ("half_unit".to_owned(), self.half_unit.write()),
            ("source".to_owned(), self.labels.source.write()),
        ])
    }

    fn read(json: &Json) -> Read<Figure> {
        if let Json::Number(value) = json {
            return Ok(Figure::exact(value.clone()));
        }
        let half_unit: Decimal = member(json, "half_unit")?;
        if half_unit.is_negative() {
            return Err(wanted("a half-unit of zero or more"));
        }
        let labels = Labels { source: member(json, "source")?, ..Labels::default() };
        Ok(Figure { value: member(json, "value")?, half_unit, labels })
    }
}

impl<K: Display + FromStr, V: Coded> Coded for Entries<K, V> {
    fn write(&self) -> Json {
        Json::Object(self.0.iter().map(|(key, value)| (key.to_string(), value.write())).collect())
    }

    fn read(json: &Json) -> Read<Self> {
        let Json::Object(entries) = json else { return Err(wanted("an object")) };
        let entry = |(key, value): &(String, Json)| {
            let name = within(key, key.parse().map_err(|_| wanted("a month")))?;
            Ok((name, within(key, V::read(value))?))
        };
        Ok(Entries(entries.iter().map(entry).collect::<Read<Vec<_>>>()?))
    }
}

impl<T: Coded> Coded for Vec<T> {
    fn write(&self) -> Json {
        Json::List(self.iter().map(Coded::write).collect())
    }

    fn read(json: &Json) -> Read<Vec<T>> {
        let Json::List(values) = json else { return Err(wanted("a list")) };
        values.iter().map(T::read).collect()
    }
}

impl<T: Coded> Coded for Option<T> {
    fn write(&self) -> Json {
        self.as_ref().map_or(Json::Null, Coded::write)
    }

    fn read(json: &Json) -> Read<Option<T>> {
        if *json == Json::Null { Ok(None) } else { T::read(json).map(Some) }
    }
}

impl Coded for String {
    fn write(&self) -> Json {
        Json::Text(self.clone())
    }

    fn read(json: &Json) -> Read<String> {
        match json {
            Json::Text(text) => Ok(text.clone()),
            _ => Err(wanted("a text")),
        }
    }
}

impl Coded for bool {
    fn write(&self) -> Json {
        Json::Bool(*self)
    }

    fn read(json: &Json) -> Read<bool> {
        match json {
            Json::Bool(truth) => Ok(*truth),
            _ => Err(wanted("true or false")),
        }
    }
}

impl Coded for Decimal {
    fn write(&self) -> Json {
        Json::Number(self.clone())
    }

    fn read(json: &Json) -> Read<Decimal> {
        match json {
            Json::Number(number) => Ok(number.clone()),
            _ => Err(wanted("a number")),
        }
    }
}

macro_rules! whole {
    ($($type:ty),*) => {$(
        impl Coded for $type {
            fn write(&self) -> Json {
                Json::Number(Decimal::from(*self))
            }

            fn read(json: &Json) -> Read<$type> {
                Decimal::read(json)?.whole().ok_or_else(|| wanted("a whole number"))
            }
        }
    )*};
}

whole!(u32, u64);

impl Coded for Month {
    fn write(&self) -> Json {
        Json::Text(self.to_string())
    }

    fn read(json: &Json) -> Read<Month> {
        String::read(json)?.parse().map_err(|_| wanted("a month"))
    }
}

impl Coded for Both<String> {
    fn write(&self) -> Json {
        let text = |key: &str, text: &String| (key.to_owned(), text.write());
        Json::Object(vec![text("en", &self.en), text("ja", &self.ja)])
    }

    fn read(json: &Json) -> Read<Both<String>> {
        Ok(Both { en: member(json, "en")?, ja: member(json, "ja")? })
    }
}

impl Coded for Tlp {
    fn write(&self) -> Json {
        Json::Text(self.as_str().to_owned())
    }

    fn read(json: &Json) -> Read<Tlp> {
        let text = String::read(json)?;
        Tlp::ALL.into_iter().find(|tlp| tlp.as_str() == text).ok_or_else(|| wanted("a TLP label"))
    }
}

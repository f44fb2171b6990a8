//! A figure: a value, how exactly it is known, and what it is a figure of.

use num_bigint::BigInt;

use crate::decimal::Decimal;
use crate::interval::Interval;
use crate::json::Json;
use crate::keys::{Grammar, Keys, Written, shape};
use crate::month::{Day, Period};
use crate::refusal::Refusal;

/// A value with its precision and its labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The value as it is known or was published.
    pub value: Decimal,
    /// Half of the unit that it was rounded to; zero where it is exact.
    pub half_unit: Decimal,
    /// What it is a figure of.
    pub labels: Labels,
}

/// What a figure is of. What is none is not said; a claim's scope may say it for all its figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// What is counted: `reports`, `detections`, `accesses`.
    pub unit: Option<String>,
    /// The name of the rule by which it is counted.
    pub rule: Option<String>,
    /// The months that it covers.
    pub period: Option<Period>,
    /// The zone whose civil months they are.
    pub zone: Option<String>,
    /// The version of the archive that it comes from. It is carried, and never compared: a month and
    /// the one before it are published one after the other.
    pub vintage: Option<String>,
    /// The version of the names that it is sorted by: families, categories.
    pub registry: Option<String>,
    /// The day of the database that places (countries, autonomous systems) are from.
    pub database: Option<Day>,
    /// Where it was published.
    pub source: Option<String>,
}

impl Figure {
    /// A figure that is known exactly.
    pub fn exact(value: impl Into<Decimal>) -> Figure {
        Figure { value: value.into(), half_unit: Decimal::default(), labels: Labels::default() }
    }

    /// A figure that was rounded, half away from zero, to a unit of twice `half_unit`.
    pub fn rounded(value: impl Into<Decimal>, half_unit: impl Into<Decimal>) -> Figure {
        Figure { half_unit: half_unit.into(), ..Figure::exact(value) }
    }

    /// The same figure with labels.
    pub fn with(self, labels: Labels) -> Figure {
        Figure { labels, ..self }
    }

    /// The true values that it stands for. They are read as real numbers, also for a count: that
    /// admits a little more than whole numbers would, at most one count at an end.
    pub fn interval(&self) -> Interval {
        Interval::rounded(&self.value.ratio(), &self.half_unit.ratio())
    }

    /// Whether it reads as a count: it and the unit that it was rounded to are whole numbers.
    pub(crate) fn is_count(&self) -> bool {
        let unit = self.half_unit.ratio() * BigInt::from(2);
        self.value.is_whole() && unit.is_integer()
    }
}

impl Labels {
    /// These labels, and where they say nothing, those of a scope.
    pub(crate) fn or<'a>(&'a self, scope: &'a Labels) -> Said<'a> {
        let text = |own: &'a Option<String>, scope: &'a Option<String>| {
            own.as_deref().or(scope.as_deref())
        };
        Said {
            unit: text(&self.unit, &scope.unit),
            rule: text(&self.rule, &scope.rule),
            zone: text(&self.zone, &scope.zone),
            registry: text(&self.registry, &scope.registry),
            period: self.period.or(scope.period),
            database: self.database.or(scope.database),
        }
    }
}

/// What is said of a figure, by itself or by its claim's scope.
#[derive(Clone, Copy)]
pub(crate) struct Said<'a> {
    pub(crate) unit: Option<&'a str>,
    pub(crate) rule: Option<&'a str>,
    pub(crate) zone: Option<&'a str>,
    pub(crate) registry: Option<&'a str>,
    pub(crate) period: Option<Period>,
    pub(crate) database: Option<Day>,
}

impl Grammar for Figure {
    /// An object, or a bare number, which is exact.
    fn read(json: Json, key: &str) -> Result<Figure, Refusal> {
        let json = match json {
            Json::Number(value) => return Ok(Figure::exact(value)),
            Json::Object(_) => json,
            _ => return Err(shape(key, "a figure: a number, or an object with \"value\"")),
        };
        let mut keys = Keys::of(json, key)?;
        let value = keys.need("value")?;
        let half_unit: Decimal = keys.maybe("half_unit")?.unwrap_or_default();
        if half_unit.is_negative() {
            return Err(shape("half_unit", "zero or more"));
        }
        let labels = Labels::take(&mut keys)?;
        match keys.rest().into_iter().next() {
            Some((key, _)) => Err(Refusal::UnknownKey(key)),
            None => Ok(Figure { value, half_unit, labels }),
        }
    }

    fn write(&self) -> Json {
        if self.half_unit.is_zero() && self.labels == Labels::default() {
            return self.value.write();
        }
        let mut keys = Written::default();
        keys.put("value", &self.value);
        if !self.half_unit.is_zero() {
            keys.put("half_unit", &self.half_unit);
        }
        self.labels.put(&mut keys);
        Json::Object(keys.0)
    }
}

impl Labels {
    fn take(keys: &mut Keys) -> Result<Labels, Refusal> {
        Ok(Labels {
            unit: keys.maybe("unit")?,
            rule: keys.maybe("rule")?,
            period: keys.maybe("period")?,
            zone: keys.maybe("zone")?,
            vintage: keys.maybe("vintage")?,
            registry: keys.maybe("registry")?,
            database: keys.maybe("database")?,
            source: keys.maybe("source")?,
        })
    }

    fn put(&self, keys: &mut Written) {
        keys.maybe("unit", self.unit.as_ref())
            .maybe("rule", self.rule.as_ref())
            .maybe("period", self.period.as_ref())
            .maybe("zone", self.zone.as_ref())
            .maybe("vintage", self.vintage.as_ref())
            .maybe("registry", self.registry.as_ref())
            .maybe("database", self.database.as_ref())
            .maybe("source", self.source.as_ref());
    }
}

impl Grammar for Labels {
    fn read(json: Json, key: &str) -> Result<Labels, Refusal> {
        let mut keys = Keys::of(json, key)?;
        let labels = Labels::take(&mut keys)?;
        match keys.rest().into_iter().next() {
            Some((key, _)) => Err(Refusal::UnknownKey(key)),
            None => Ok(labels),
        }
    }

    fn write(&self) -> Json {
        let mut keys = Written::default();
        self.put(&mut keys);
        Json::Object(keys.0)
    }
}

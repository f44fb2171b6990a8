//! What holds for all figures of a claim, and whether they may be compared at all.

use num_traits::Signed as _;

use crate::decimal::Decimal;
use crate::entries::Entries;
use crate::figure::{Figure, Labels, Said};
use crate::interval::Interval;
use crate::json::Json;
use crate::keys::{Grammar, Keys, Written, shape};
use crate::month::Month;
use crate::refusal::Refusal;

/// The least count that takes a percent or a ratio, where a claim does not say: on a base below ten,
/// one filing more or less moves a percent by more than ten points.
pub const LEAST_BASE: u32 = 10;

/// What holds for all figures of a claim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// What the figures are of that do not say it themselves.
    pub scope: Labels,
    /// Where the series breaks.
    pub breaks: Vec<Break>,
    /// The least count that takes a percent or a ratio; [`LEAST_BASE`] where it is none.
    pub least_base: Option<Decimal>,
}

/// A break in a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// The first month that is counted anew.
    pub month: Month,
    /// What changed.
    pub why: Option<String>,
}

impl Frame {
    pub(crate) fn take(keys: &mut Keys) -> Result<Frame, Refusal> {
        Ok(Frame {
            scope: keys.maybe("scope")?.unwrap_or_default(),
            breaks: keys.maybe("breaks")?.unwrap_or_default(),
            least_base: least_base(keys)?,
        })
    }

    pub(crate) fn put(&self, keys: &mut Written) {
        if self.scope != Labels::default() {
            keys.put("scope", &self.scope);
        }
        if !self.breaks.is_empty() {
            keys.put("breaks", &self.breaks);
        }
        keys.maybe("least_base", self.least_base.as_ref());
    }

    /// Whether a figure may be compared with an earlier one: as for [`comparable`](Frame::comparable), and
    /// where the series breaks, all say which periods they are of.
    pub(crate) fn across<'a>(
        &self,
        figures: impl IntoIterator<Item = &'a Figure> + Clone,
    ) -> Result<(), Refusal> {
        let mut periods =
            figures.clone().into_iter().map(|figure| figure.labels.or(&self.scope).period);
        match self.breaks.first() {
            Some(broken) if periods.any(|period| period.is_none()) => {
                Err(Refusal::Unplaced(broken.month))
            }
            _ => self.comparable(figures),
        }
    }

    /// Whether figures may be compared: they are of one unit, rule, zone and registry, and no break
    /// lies between their periods.
    pub(crate) fn comparable<'a>(
        &self,
        figures: impl IntoIterator<Item = &'a Figure>,
    ) -> Result<(), Refusal> {
        let mut periods = Vec::new();
        self.alike(figures.into_iter().inspect(|figure| {
            periods.extend(figure.labels.or(&self.scope).period);
        }))?;
        periods.dedup();
        // Figures of one and the same period stand on the same side, or on both alike.
        let (first, last) = (
            periods.iter().map(|period| period.first()).min(),
            periods.iter().map(|period| period.last()).max(),
        );
        match (periods.len() > 1, first, last) {
            (true, Some(first), Some(last)) => self.unbroken(first, last),
            _ => Ok(()),
        }
    }

    /// Whether figures may be added: as for [`comparable`](Frame::comparable), but a sum over a
    /// break is a sum still.
    pub(crate) fn alike<'a>(
        &self,
        figures: impl IntoIterator<Item = &'a Figure>,
    ) -> Result<(), Refusal> {
        let none = Labels::default();
        let mut first = none.or(&none);
        for figure in figures {
            let said = figure.labels.or(&self.scope);
            near(&said)?;
            same("unit", &mut first.unit, said.unit)?;
            same("rule", &mut first.rule, said.rule)?;
            same("zone", &mut first.zone, said.zone)?;
            same("registry", &mut first.registry, said.registry)?;
        }
        Ok(())
    }

    /// Whether no break lies between two months.
    pub(crate) fn unbroken(&self, first: Month, last: Month) -> Result<(), Refusal> {
        let inside = |broken: &&Break| first < broken.month && broken.month <= last;
        match self.breaks.iter().find(inside) {
            None => Ok(()),
            Some(Break { month, why }) => {
                let why = why.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
                Err(Refusal::Break { month: *month, why })
            }
        }
    }

    /// Whether a base carries a percent or a ratio: a count does not that may be a small one. What is no
    /// count, as a figure in millions is none, carries it unless it may be zero.
    pub(crate) fn carries(&self, base: &Interval, is_count: bool) -> Result<(), Refusal> {
        if base.is_near_zero() {
            return Err(Refusal::ZeroBase(shown(base)));
        }
        let least = self.least_base.clone().unwrap_or_else(|| Decimal::from(LEAST_BASE));
        let bound = least.ratio();
        let nearest = base.low().value.abs().min(base.high().value.abs());
        if is_count && nearest.ceil() < bound {
            return Err(Refusal::SmallBase { base: shown(base), least: least.to_string() });
        }
        Ok(())
    }
}

fn least_base(keys: &mut Keys) -> Result<Option<Decimal>, Refusal> {
    let least: Option<Decimal> = keys.maybe("least_base")?;
    match least {
        Some(least) if least.is_negative() => Err(shape("least_base", "zero or more")),
        least => Ok(least),
    }
}

/// A base for eyes.
fn shown(base: &Interval) -> String {
    if base.is_point() { crate::ratio::about(&base.low().value, 4) } else { base.to_string() }
}

/// Whether a label is as it was with the figures before.
fn same<'a>(
    what: &'static str,
    first: &mut Option<&'a str>,
    next: Option<&'a str>,
) -> Result<(), Refusal> {
    match (*first, next) {
        (Some(left), Some(right)) if left != right => {
            Err(Refusal::Differs { what, left: left.to_owned(), right: right.to_owned() })
        }
        (None, Some(_)) => {
            *first = next;
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Places hold for 12 months around the day that their database is from.
fn near(said: &Said<'_>) -> Result<(), Refusal> {
    let (Some(database), Some(period)) = (said.database, said.period) else { return Ok(()) };
    let near = database.is_near(period.first_day()) && database.is_near(period.last_day());
    if near { Ok(()) } else { Err(Refusal::Database(database)) }
}

impl Grammar for Break {
    /// A month, or an object with `month` and `why`.
    fn read(json: Json, key: &str) -> Result<Break, Refusal> {
        if let Json::Text(_) = json {
            return Ok(Break { month: Month::read(json, key)?, why: None });
        }
        let mut keys = Keys::of(json, key)?;
        Ok(Break { month: keys.need("month")?, why: keys.maybe("why")? })
    }

    fn write(&self) -> Json {
        let mut keys = Written::default();
        keys.put("month", &self.month).maybe("why", self.why.as_ref());
        Json::Object(keys.0)
    }
}

impl<K> Entries<K, Figure> {
    /// The figures.
    pub(crate) fn figures(&self) -> impl Iterator<Item = &Figure> + Clone {
        self.0.iter().map(|(_, figure)| figure)
    }
}

//! What a bulletin says, as plain data: the answers to the archive's questions for one month.

use std::collections::BTreeSet;

use archive::Archive;
use archive::question::{
    CountryCount, DayOfPoint, KindCount, Scope, ServiceCount, ToolCount, Totals,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use observation::Point;

use crate::change::{Change, Exact};
use crate::place::Places;
use crate::rate::accesses_per_day;
use crate::{Error, Month, Result};

/// The figures of one month, and those of the month before to compare with.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The month.
    pub month: Month,
    /// The zone of its days, an IANA name.
    pub zone: String,
    /// How many seconds the month has in that zone.
    pub seconds: u64,
    /// The moment that the figures stand for, where one was named.
    pub as_of: Option<Timestamp>,
    /// The month's figures.
    pub now: Half,
    /// The month before.
    pub before: Half,
    /// Protocols with their ports or ICMP types, the most accesses first.
    pub services: Vec<ServiceCount>,
    /// Kinds, the most accesses first.
    pub kinds: Vec<KindCount>,
    /// Tools, the most accesses first.
    pub tools: Vec<ToolCount>,
}

/// Totals, points, days and countries of a month.
#[derive(Clone, Debug, PartialEq)]
pub struct Half {
    /// Over all points.
    pub totals: Totals,
    /// Each point, by name.
    pub points: Vec<PointOfMonth>,
    /// Each day of each point.
    pub days: Vec<DayOfPoint>,
    /// Countries, the most accesses first; the unknown too.
    pub countries: Vec<CountryCount>,
}

/// A point's figures in a month.
#[derive(Clone, Debug, PartialEq)]
pub struct PointOfMonth {
    /// Its name.
    pub point: String,
    /// Its counts.
    pub totals: Totals,
    /// Seconds watched; none where unknown for some of its days.
    pub seconds_up: Option<u64>,
}

impl Model {
    /// Asks the archive for a month's figures.
    ///
    /// # Errors
    /// The archive cannot answer, or its zone is not known here.
    pub async fn gather(archive: &Archive, month: Month, as_of: Option<Timestamp>) -> Result<Self> {
        let zone = archive.zone().to_owned();
        let clock = TimeZone::get(&zone).map_err(|_| Error::Zone(zone.clone()))?;
        let scope = month.scope();
        Ok(Model {
            month,
            seconds: month.seconds(&clock),
            zone,
            as_of,
            now: Half::gather(archive, month).await?,
            before: Half::gather(archive, month.before()).await?,
            services: archive.services(&scope).await?.rows,
            kinds: archive.kinds(&scope).await?.rows,
            tools: archive.tools(&scope).await?.rows,
        })
    }

    /// The change of a figure against the month before, where that was watched.
    pub fn change(&self, figure: impl Fn(&Totals) -> Exact) -> Change {
        let before = self.before.has_data().then(|| figure(&self.before.totals));
        Change::of(figure(&self.now.totals), before)
    }

    /// A point's accesses per day against the month before.
    pub fn change_of(&self, point: &PointOfMonth) -> Change {
        let before = self.before.points.iter().find(|before| before.point == point.point);
        let before = before.map(|before| accesses_per_day(&before.totals));
        Change::of(accesses_per_day(&point.totals), before)
    }

    /// Whether the countries of both months can be compared.
    pub fn can_compare_countries(&self) -> bool {
        let comparable = |half: &Half| Places::of_countries(&half.countries).can_be_compared();
        comparable(&self.now) && comparable(&self.before)
    }

    /// A country's accesses in the month before, where both months can be compared.
    pub fn accesses_before(&self, country: Option<&str>) -> Option<u64> {
        let rows = self.can_compare_countries().then_some(&self.before.countries)?;
        let of = rows.iter().find(|row| row.country.as_deref() == country);
        Some(of.map_or(0, |row| row.counts.accesses))
    }

    /// Points with data in this month only, and in the month before only.
    pub fn points_changed(&self) -> (Vec<&str>, Vec<&str>) {
        let (now, before) = (self.now.names(), self.before.names());
        (now.difference(&before).copied().collect(), before.difference(&now).copied().collect())
    }
}

impl Half {
    async fn gather(archive: &Archive, month: Month) -> Result<Self> {
        let scope = month.scope();
        let days = archive.days(&scope).await?.rows;
        let mut points = Vec::new();
        for name in names(&days) {
            let Ok(point) = name.parse::<Point>() else { continue };
            let totals = totals(archive, &Scope { point: Some(point), ..scope.clone() }).await?;
            points.push(PointOfMonth {
                point: name.to_owned(),
                totals,
                seconds_up: seconds_up(&days, name),
            });
        }
        Ok(Half {
            totals: totals(archive, &scope).await?,
            points,
            days,
            countries: archive.countries(&scope).await?.rows,
        })
    }

    /// Whether any point watched or counted anything in the month.
    pub fn has_data(&self) -> bool {
        self.totals.points > 0
    }

    fn names(&self) -> BTreeSet<&str> {
        self.points.iter().map(|point| point.point.as_str()).collect()
    }
}

async fn totals(archive: &Archive, scope: &Scope) -> Result<Totals> {
    Ok(archive.totals(scope).await?.rows.into_iter().next().unwrap_or_default())
}

fn names(days: &[DayOfPoint]) -> BTreeSet<&str> {
    days.iter().map(|row| row.point.as_str()).collect()
}

fn seconds_up(days: &[DayOfPoint], point: &str) -> Option<u64> {
    days.iter().filter(|row| row.point == point).map(|row| row.seconds_up).sum()
}

//! `average_per_point_day`: accesses per point and day, over what was watched.

use num_bigint::BigInt;
use num_rational::BigRational;

use super::Operator;
use super::plain::said;
use crate::decimal::Decimal;
use crate::figure::Figure;
use crate::finding::Finding;
use crate::frame::Frame;
use crate::interval::Interval;
use crate::keys::{Keys, Written, shape};
use crate::ratio;
use crate::refusal::Refusal;

/// Seconds of a day.
const DAY: u32 = 86_400;

/// An average per point and day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Average {
    /// What is shared out.
    pub total: Figure,
    /// Monitoring points.
    pub points: u32,
    /// Civil days of the period.
    pub days: Decimal,
    /// Seconds that the points watched, all together: the coverage. None: nobody knows, and every
    /// point is taken to have watched every day.
    pub seconds_up: Option<Decimal>,
    /// The average, as it is said.
    pub stated: Figure,
}

impl Average {
    /// Days of points.
    fn watched(&self) -> Result<BigRational, Refusal> {
        let most = self.days.ratio() * BigInt::from(self.points);
        let Some(seconds) = &self.seconds_up else { return Ok(most) };
        let watched = seconds.ratio() / BigInt::from(DAY);
        if watched > most {
            let most = ratio::about(&most, 4);
            let text = format!("{seconds} s are more than {most} days of points have");
            return Err(Refusal::Coverage(text));
        }
        if watched < BigRational::from_integer(BigInt::from(1)) {
            let text = format!("{seconds} s are less than a day of one point: no average per day");
            return Err(Refusal::Coverage(text));
        }
        Ok(watched)
    }
}

impl Operator for Average {
    fn name(&self) -> &'static str {
        "average_per_point_day"
    }

    fn read(_: &str, keys: &mut Keys) -> Result<Average, Refusal> {
        let days: Decimal = keys.need("days")?;
        if days.is_negative() || days.is_zero() {
            return Err(shape("days", "above zero"));
        }
        let mut stated: Figure = keys.need("stated")?;
        if let Some(half_unit) = keys.maybe::<Decimal>("half_unit")? {
            if half_unit.is_negative() {
                return Err(shape("half_unit", "zero or more"));
            }
            stated.half_unit = half_unit;
        }
        Ok(Average {
            total: keys.need("total")?,
            points: keys.need("points")?,
            days,
            seconds_up: keys.maybe("seconds_up")?,
            stated,
        })
    }

    fn write(&self, keys: &mut Written) {
        keys.put("total", &self.total)
            .put("points", &self.points)
            .put("days", &self.days)
            .maybe("seconds_up", self.seconds_up.as_ref())
            .put("stated", &Figure { half_unit: Decimal::default(), ..self.stated.clone() })
            .put("half_unit", &self.stated.half_unit);
    }

    fn check(&self, frame: &Frame) -> Result<Finding, Refusal> {
        frame.alike([&self.total])?;
        let watched = self.watched()?;
        let quotients = self.total.interval().quotient(&Interval::point(watched.clone()));
        let interval = quotients.ok_or(Refusal::Nothing("the coverage"))?;
        let exact = self.total.value.ratio() / &watched;
        let found = Finding::of(exact, interval, &self.stated.interval(), "", &said(&self.stated));
        let watched = ratio::about(&watched, 4);
        Ok(match self.seconds_up {
            Some(_) => found.adding(&format!("; {watched} days of points were watched")),
            None => found.adding("; coverage assumed"),
        })
    }
}

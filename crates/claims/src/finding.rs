//! What an operator finds: the exact value, what is possible, whether the statement holds, and why.

use num_rational::BigRational;

use crate::interval::Interval;
use crate::ratio;

/// What an operator finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The value that the figures give as they stand.
    pub(crate) exact: Option<BigRational>,
    /// The values that true operands inside their intervals give.
    pub(crate) interval: Option<Interval>,
    /// Whether the statement is among them.
    pub(crate) holds: bool,
    /// What a reader should hear although the statement holds.
    pub(crate) warning: Option<String>,
    /// The reason, a sentence.
    pub(crate) why: String,
}

impl Finding {
    /// Compares what the figures give with what is stated: `said` names it, with its unit.
    pub(crate) fn of(
        exact: BigRational,
        interval: Interval,
        stated: &Interval,
        unit: &str,
        said: &str,
    ) -> Finding {
        let holds = interval.overlap(stated).is_some();
        let found = ratio::about(&exact, clear(&exact, stated));
        let why = match (interval.is_point(), holds) {
            (true, true) => format!("{found}{unit} is {said} as stated"),
            (true, false) => format!("{found}{unit} is not {said}"),
            (false, true) => format!("{found}{unit}, anything in {interval}: it can be {said}"),
            (false, false) => format!("{found}{unit}, anything in {interval}: never {said}"),
        };
        Finding { exact: Some(exact), interval: Some(interval), holds, warning: None, why }
    }

    /// A finding of a count of months or places, or of none.
    pub(crate) fn said(exact: Option<u32>, holds: bool, why: String) -> Finding {
        let exact = exact.map(|count| BigRational::from_integer(count.into()));
        Finding { exact, interval: None, holds, warning: None, why }
    }

    /// More to say behind the reason.
    pub(crate) fn adding(mut self, more: &str) -> Finding {
        self.why.push_str(more);
        self
    }
}

/// The decimals with which a value is shown: four, and more where four would put it on the other side
/// of what is stated.
fn clear(exact: &BigRational, stated: &Interval) -> i32 {
    let inside = stated.contains(exact);
    let shows = |decimals: &i32| stated.contains(&ratio::round(exact, *decimals)) == inside;
    (4..=40).step_by(4).find(shows).unwrap_or(40)
}

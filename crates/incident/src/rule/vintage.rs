//! Vintages: the same month's figure as it was known at different times.

use serde::{Deserialize, Serialize};

use super::count::Count;
use crate::log::Head;
use crate::{Micros, Share};

words! {
    /// How firm a month's figure is.
    Standing, "standing" {
        /// The month is not closed.
        Preliminary = "preliminary",
        /// The first figure after the month was closed.
        Closed = "closed",
        /// Reports or names that came later changed it.
        Revised = "revised",
    }
}

/// A figure as it was published. It is never changed; a later one stands beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vintage {
    /// Which one of the rule's and the month's, from 1.
    pub number: u32,
    /// How firm it is.
    pub standing: Standing,
    /// When it was counted.
    pub counted: Micros,
    /// The end of the log when it was counted: what it rests on.
    pub head: Head,
    /// The figure.
    pub count: Count,
    /// The total of the vintage before, where there is one.
    pub before: Option<Share>,
}

impl Vintage {
    /// The next vintage of a month; none where the last one says the same and is as firm.
    ///
    /// `closed`: whether the month is closed.
    pub fn next(
        last: Option<&Vintage>,
        count: Count,
        closed: bool,
        counted: Micros,
        head: Head,
    ) -> Option<Vintage> {
        let was_firm = last.is_some_and(|last| last.standing != Standing::Preliminary);
        let standing = match (closed, was_firm) {
            (false, _) => Standing::Preliminary,
            (true, false) => Standing::Closed,
            (true, true) => Standing::Revised,
        };
        let same = last.is_some_and(|last| last.count == count);
        if same && (standing == Standing::Revised || standing == Standing::Preliminary) {
            return None;
        }
        let number = last.map_or(1, |last| last.number.saturating_add(1));
        let before = last.map(|last| last.count.total);
        Some(Vintage { number, standing, counted, head, count, before })
    }
}

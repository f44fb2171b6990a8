//! Rules of counting: how a month's figure comes about.
//!
//! A [`Rule`] is data (`data/rules.toml`); [`count`] is one function that reads it and walks the records.
//! It makes of every record its units, each with a key; of units with the same key the first received
//! counts. So no figure depends on the order of arrival, and [`explain`] can say of every filing what it
//! weighs under a rule and why.
//!
//! Two months compare only under one rule, one version of it, and where no [`Break`] lies between, unless
//! the reader says that it knows of it.

mod breaks;
mod count;
mod data;
mod explain;
#[cfg(test)]
mod tests;
mod units;
mod vintage;

pub use breaks::{Break, Comparison, Incomparable, compare};
pub use count::{Count, CountError, Counting, count};
pub use data::{BadRule, DateBasis, Key, Rule, Rules, Split, Subject};
pub use explain::{Contribution, Difference, Why, differences, explain};
pub use units::{AWAITING, Book};
pub use vintage::{Standing, Vintage};

//! Claims: figures and comparisons that anyone can recompute.
//!
//! A [`Figure`] is a value, how exactly it is known, and what it is a figure of. A [`Statement`] says
//! something of figures; a [`Claim`] is a statement with its name and with what holds for all its
//! figures ([`Frame`]). [`Claim::check`] gives a [`Verdict`]:
//!
//! - *consistent*: some true operands inside their intervals give what is stated, rounded as stated;
//! - *refuted*: none do;
//! - *refused*: the figures prove neither, and the [`Refusal`] says why.
//!
//! # What always holds
//!
//! - Arithmetic is exact. Numbers are read as exact decimals, and nothing is rounded but once, half
//!   away from zero, when it is compared with what is stated.
//! - A figure `v` with half-unit `h` stands for the true values `[v - h, v + h)` above zero,
//!   `(v - h, v + h]` below, `(-h, h)` at zero. Whether an end belongs is carried through all
//!   arithmetic, and an interval that comes out is exactly what true operands can give.
//! - A claim written as a line ([`Claim`]'s `Display`) and read again (`FromStr`) is the same claim. (One
//!   that is built must keep to what the grammar allows: no half-unit below zero, months and places
//!   from 1, decimals from -18 to 18.)
//! - Whatever a line says, nothing panics, and memory is bounded by [`MAXIMUM_LINE`].
//!
//! The grammar of lines is in `docs/claims.md`. This room does no I/O, looks at no clock, and imports
//! no other room.
//!
//! ```
//! use claims::{ChangePercent, Claim, Decimal, Figure, Pair, Stated};
//!
//! let change = Pair {
//!     now: Figure::rounded(3_550_000, 5_000),
//!     then: Figure::rounded(3_380_000, 5_000),
//! };
//! let stated = Stated { value: "5.3".parse::<Decimal>()?, decimals: 1 };
//! let claim = Claim::new("detections", ChangePercent { change, stated });
//! assert!(claim.check().is_consistent());
//! assert_eq!(claim.to_string().parse::<Claim>()?, claim);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![deny(clippy::indexing_slicing)]

mod checker;
mod claim;
mod decimal;
mod entries;
mod figure;
mod finding;
mod frame;
mod interval;
mod json;
mod keys;
mod month;
mod op;
mod ratio;
mod refusal;
mod standing;
#[cfg(test)]
mod tests;
mod text;
mod verdict;

pub use checker::{Checker, MAXIMUM_LINE, Tally, check};
pub use claim::{Claim, Id};
pub use decimal::{BadDecimal, Decimal, MAXIMUM_DIGITS};
pub use entries::{Entries, Months, Row, Series};
pub use figure::{Figure, Labels};
pub use frame::{Break, Frame, LEAST_BASE};
pub use interval::{End, Interval};
pub use json::{BadJson, Json, MAXIMUM_DEPTH};
pub use month::{BadDate, Day, Month, Period};
pub use op::{
    Average, ChangePercent, Contribution, Difference, Extreme, First, Kind, MAKES_IT, Multiple,
    NewEntry, Pair, Peak, Quoted, Rank, Rank1, RankChange, Run, Share, Side, Stated, Statement,
    Sum, TwoRules, Value, Word, Worded,
};
pub use ratio::{exactly, round};
pub use refusal::Refusal;
pub use verdict::{Checked, Outcome, Verdict};

/// A fraction of whole numbers of any size, as exact values are.
pub type Rational = num_rational::BigRational;

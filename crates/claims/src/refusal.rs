//! Why a claim is neither consistent nor refuted.

use crate::json::BadJson;
use crate::month::{BadDate, Day, Month};

/// Why nothing can be said of a claim. Whoever wrote the line is at fault in the first half; in the
/// second the figures do not prove anything, whatever is claimed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The line is longer than [`MAXIMUM_LINE`](crate::MAXIMUM_LINE).
    #[error("the line is longer than 256 KiB: split the claim")]
    LongLine,
    /// The line is not UTF-8.
    #[error("the line is not UTF-8")]
    NotText,
    /// The line is not JSON.
    #[error(transparent)]
    Json(#[from] BadJson),
    /// The line is JSON, and no object.
    #[error("a claim is a JSON object")]
    NotAnObject,
    /// A key that the claim needs is absent.
    #[error("the key {0:?} is missing")]
    Missing(&'static str),
    /// A key comes twice.
    #[error("the key {0:?} comes twice")]
    Twice(String),
    /// A figure has a key that figures do not have.
    #[error("a figure has no key {0:?}: see docs/claims.md")]
    UnknownKey(String),
    /// What a key holds is of another kind than it should be.
    #[error("{key:?} should be {wanted}")]
    Shape {
        /// The key.
        key: String,
        /// What it should hold.
        wanted: &'static str,
    },
    /// A month or day cannot be read.
    #[error("{0:?}: {BadDate}")]
    Date(String),
    /// The operator is none of the grammar's.
    #[error("{0:?} is no operator: see docs/claims.md")]
    UnknownOperator(String),

    /// There is nothing to reckon with.
    #[error("{0} holds no figure")]
    Nothing(&'static str),
    /// A month is absent.
    #[error("{0} is missing")]
    MissingMonth(Month),
    /// A name is absent where its figure is needed.
    #[error("{0} has no figure")]
    MissingName(String),
    /// One thing has two figures.
    #[error("{0} has two figures that differ")]
    Conflict(String),
    /// The series breaks between the figures.
    #[error(
        "the series breaks at {month}{why}: figures before and after do not compare, put them side by side"
    )]
    Break {
        /// The first month that is counted anew.
        month: Month,
        /// What changed, behind a colon.
        why: String,
    },
    /// The series breaks, and a figure does not say of when it is.
    #[error(
        "the series breaks at {0}, and a figure does not name its period: say which months it is of"
    )]
    Unplaced(Month),
    /// Figures are labelled otherwise.
    #[error("the {what} differs ({left}, {right}): put them side by side")]
    Differs {
        /// The label.
        what: &'static str,
        /// What one figure says.
        left: String,
        /// What another says.
        right: String,
    },
    /// Places are from a database too far from the period (more than 12 months).
    #[error("places are as of {0}, more than 12 months from the period")]
    Database(Day),
    /// The base of a percent or a ratio is a small count.
    #[error("a base of {base} is too small (less than {least}): state the counts")]
    SmallBase {
        /// The base.
        base: String,
        /// The least that the claim takes.
        least: String,
    },
    /// The base may be zero.
    #[error("the base {0} may be zero, or as near to it as one likes: nothing divides by it")]
    ZeroBase(String),
    /// A part is greater than its whole.
    #[error("the part {part} is greater than the whole {whole}, or below zero")]
    NoPart {
        /// The part.
        part: String,
        /// The whole.
        whole: String,
    },
    /// Another figure is the same.
    #[error("{0}: neither is alone, say that they share the place")]
    Tied(String),
    /// A rest is ranked.
    #[error("{0} stands for all that has no name: it is never ranked")]
    Rest(String),
    /// What was watched is less than a day of one point, or more than there was.
    #[error("{0}")]
    Coverage(String),
    /// Two figures of one rule, or of a rule that is not said, are put side by side.
    #[error("the figures do not name two rules")]
    OneRule,
}

//! The operators: each reads its keys, and proves, refutes or refuses what is stated.
//!
//! To add one, write a type with its keys, implement [`Operator`] beside it, and name it in the list
//! below; then its line and an example in docs/claims.md.

mod average;
mod change;
mod contribution;
mod entry;
mod extreme;
mod plain;
mod rank;
mod run;
mod share;
mod threshold;
mod two_rules;
mod word;

use crate::finding::Finding;
use crate::frame::Frame;
use crate::keys::{Keys, Written};
use crate::refusal::Refusal;

pub use average::Average;
pub use change::{ChangePercent, Multiple, Pair, Stated};
pub use contribution::{Contribution, MAKES_IT};
pub use entry::NewEntry;
pub use extreme::{Extreme, Peak};
pub use plain::{Difference, Sum, Value};
pub use rank::{Rank, Rank1, RankChange};
pub use run::{Quoted, Run};
pub use share::Share;
pub use threshold::{First, Side};
pub use two_rules::TwoRules;
pub use word::{Kind, Word, Worded};

/// What every operator does.
pub(crate) trait Operator: Sized {
    /// Its name in a line.
    fn name(&self) -> &'static str;

    /// Reads its keys; `name` is the operator's, where a type has several.
    fn read(name: &str, keys: &mut Keys) -> Result<Self, Refusal>;

    /// Writes its keys, so that they read as the same again.
    fn write(&self, keys: &mut Written);

    /// Proves or refutes what is stated.
    fn check(&self, frame: &Frame) -> Result<Finding, Refusal>;
}

macro_rules! operators {
    ($($(#[$doc:meta])* $type:ident: $($name:literal)|+;)*) => {
        /// What is stated.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[expect(clippy::large_enum_variant, reason = "claims are few, and read one by one")]
        pub enum Statement {
            $($(#[$doc])* $type($type),)*
        }

        $(impl From<$type> for Statement {
            fn from(statement: $type) -> Statement {
                Statement::$type(statement)
            }
        })*

        impl Statement {
            /// The operator's name in a line.
            pub fn operator(&self) -> &'static str {
                match self {
                    $(Statement::$type(statement) => statement.name(),)*
                }
            }

            pub(crate) fn read(name: &str, keys: &mut Keys) -> Result<Statement, Refusal> {
                match name {
                    $($($name)|+ => $type::read(name, keys).map(Statement::$type),)*
                    other => Err(Refusal::UnknownOperator(other.to_owned())),
                }
            }

            pub(crate) fn write(&self, keys: &mut Written) {
                match self {
                    $(Statement::$type(statement) => statement.write(keys),)*
                }
            }

            pub(crate) fn check(&self, frame: &Frame) -> Result<Finding, Refusal> {
                match self {
                    $(Statement::$type(statement) => statement.check(frame),)*
                }
            }
        }
    };
}

operators! {
    /// A figure as it is quoted.
    Value: "value";
    /// What figures add up to.
    Sum: "sum";
    /// What lies between two figures.
    Difference: "difference";
    /// A change in percent.
    ChangePercent: "change_percent";
    /// So many times as much.
    Multiple: "multiple";
    /// Almost or more than doubled, halved and the like.
    Worded: "almost" | "more_than";
    /// A part of a whole, in percent.
    Share: "share";
    /// A part of a change, in percent.
    Contribution: "contribution";
    /// The first of a ranking.
    Rank1: "rank1";
    /// A place in a ranking.
    Rank: "rank";
    /// Places won or lost since another ranking.
    RankChange: "rank_change";
    /// First of the ranking for so many months running.
    Run: "run";
    /// The highest or lowest of so many months.
    Extreme: "high" | "low";
    /// Above or below a threshold for the first time in so many months.
    First: "first_above" | "first_below";
    /// In a ranking, and not in the one before.
    NewEntry: "new_entry";
    /// An average per point and day.
    Average: "average_per_point_day";
    /// Two figures by two rules, put side by side and not compared.
    TwoRules: "two_rules";
}

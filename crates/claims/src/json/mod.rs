//! JSON as claims need it: numbers are exact decimals, and an object keeps every entry in its order,
//! also a name that comes twice, so that whoever reads it can say so.
//!
//! Bounded: what is read is no longer than a line, nests no deeper than [`MAXIMUM_DEPTH`], and its
//! numbers are no longer than [`Decimal`] allows.

mod read;
mod write;

use crate::decimal::{BadDecimal, Decimal};

/// How deep lists and objects may nest. A claim needs four floors.
pub const MAXIMUM_DEPTH: usize = 16;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// Nothing.
    Null,
    /// A truth.
    Bool(bool),
    /// A number, exactly.
    Number(Decimal),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// Entries by name, in their order; a name may come twice.
    Object(Vec<(String, Json)>),
}

/// A text that is not JSON, or more of it than is read. Whoever wrote it is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadJson {
    /// Something else is written where JSON (RFC 8259) wants what is named.
    #[error("not JSON: byte {at} should be {wanted}")]
    Wanted {
        /// The place, counted from 0.
        at: usize,
        /// What should stand there.
        wanted: &'static str,
    },
    /// Lists and objects nest too deep.
    #[error("JSON of more than 16 floors: a claim needs four")]
    Deep,
    /// A number that is none, or is too long.
    #[error("byte {at} begins {error}")]
    Number {
        /// The place, counted from 0.
        at: usize,
        /// What is wrong with it.
        error: BadDecimal,
    },
}

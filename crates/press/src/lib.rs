//! Documents of proven figures: what they are, how they look as pages, and the bundle in which they
//! are published.
//!
//! # What always holds
//!
//! - A number in a [`Document`] is a claim's, a date of the document's own frame, or marked as not ours:
//!   [`Document::stray_digits`] finds any other, in text and in tables.
//! - The same document gives the same bytes.
//! - A [`Bundle`]'s MANIFEST names every file with its SHA-256, and no other file belongs to it.

mod bundle;
mod chart;
mod document;
mod front;
mod html;
mod seal;
mod shelf;
mod state;

pub use bundle::{Bundle, BundleError, Fault, KEY, MANIFEST, Names, SEAL};
pub use chart::{Column, Drawing, drawing};
pub use document::{BadLang, Bar, Block, Cell, ClaimId, Document, Entry, Lang, Span, has_digit};
pub use front::{Issue, feed, front, month};
pub use html::{Links, page};
pub use seal::{BadKey, Sealer, Verifier};
pub use shelf::{FEED, NotGiven, Shelf, Shelved, states, states_beside};
pub use state::{BadState, Standing, State, line as state_line, standing, was_public};

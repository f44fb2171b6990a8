//! Consultations: questions, in a register of their own.

use serde::{Deserialize, Serialize};

use super::filing::Receipt;

/// A consultation. It is no incident; it may belong to a report too, and that overlap can be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consultation {
    /// What it is about, in a few words.
    pub subject: String,
    /// The question.
    pub text: String,
    /// The report that it is about.
    pub about: Option<Receipt>,
}

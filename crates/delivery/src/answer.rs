//! What the hub answers.

use observation::Micros;
use serde::{Deserialize, Serialize};

use crate::{Position, Reason};

/// What the hub answers to a delivery, after its commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// Everything up to here is committed.
    Committed(Position),
    /// Nothing of this delivery is committed by this request.
    Refused(Refusal),
}

/// Why something was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{reason}: {detail}")]
pub struct Refusal {
    /// The reason.
    pub reason: Reason,
    /// What exactly, for the eyes of who has to act. At most [`Refusal::DETAIL`] bytes.
    pub detail: String,
    /// Not before so many microseconds should the point try again.
    #[serde(default)]
    pub wait: Micros,
}

impl Refusal {
    /// The longest detail, in bytes.
    pub const DETAIL: usize = 300;

    /// A refusal.
    pub fn new(reason: Reason, detail: impl Into<String>) -> Self {
        let mut detail = detail.into();
        if detail.len() > Self::DETAIL {
            let cut = (0..=Self::DETAIL).rev().find(|&at| detail.is_char_boundary(at));
            detail.truncate(cut.unwrap_or(0));
        }
        Refusal { reason, detail, wait: 0 }
    }

    /// The same, with the time to wait.
    #[must_use]
    pub fn after(self, wait: Micros) -> Self {
        Refusal { wait, ..self }
    }
}

//! What scanners and gateways counted.

use serde::{Deserialize, Serialize};

use crate::Micros;

/// Pieces of one name that one scanner found. They stand beside the reports and are none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detection {
    /// When: the scanner's stamp, or when its log was received.
    pub noted: Micros,
    /// The name that the scanner gave.
    pub name: String,
    /// Whose name it is.
    pub vendor: Option<String>,
    /// How many.
    pub pieces: u64,
}
